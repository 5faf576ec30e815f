//! A folder `watchers` with the fixtures beside it: the project's own, or the one with the shipped watchers.

use std::path::Path;
use std::sync::Arc;

use crate::channels::Declared;
use crate::declared::NOT_A_WATCHER;
use crate::elsewhere::Elsewhere;
use crate::files::{LONGEST_WATCHER, list, read, read_events};
use crate::finding::Finding;
use crate::keys::WATCHER;
use crate::mask::mask;
use crate::source::Source;
use crate::table::Table;
use crate::test_case::Events;
use crate::watcher_file::{self, WatcherFile};

/// A folder `watchers` and the fixtures beside it.
pub(crate) struct Room {
    /// What stands in front of the paths: empty, or for example `account-watcher/`.
    pub(crate) prefix: String,
    /// Of all files in `watchers`.
    pub(crate) names: Vec<String>,
    events: Events,
}

impl Room {
    /// Reads the names and the fixtures.
    pub(crate) fn read(
        root: &Path,
        prefix: &str,
        elsewhere: &Elsewhere,
        findings: &mut Vec<Finding>,
    ) -> Room {
        let folder = format!("{prefix}watchers/");
        let mut names = list(root, folder.trim_end_matches('/'), findings);
        names.extend(elsewhere.watchers(&folder).map(str::to_owned));
        names.sort();
        names.dedup();
        let events = read_events(root, &format!("{prefix}tests/events"));
        Room { prefix: prefix.to_owned(), names, events }
    }

    /// The names of the fixtures, sorted.
    pub(crate) fn fixtures(&self) -> impl Iterator<Item = &str> {
        self.events.keys().map(String::as_str)
    }

    pub(crate) fn is_shipped(&self) -> bool {
        !self.prefix.is_empty()
    }

    pub(crate) fn read_watcher(
        &self,
        root: &Path,
        name: &str,
        elsewhere: &Elsewhere,
        declared: &Declared,
    ) -> (Option<WatcherFile>, Vec<Finding>, Vec<Arc<Source>>) {
        let (mut findings, mut sources) = (Vec::new(), Vec::new());
        let path = format!("{}watchers/{name}", self.prefix);
        let file = if name.strip_suffix(".toml").is_some() {
            let text = elsewhere.text(root, &path, LONGEST_WATCHER);
            let text = text.map(|text| mask(&text, false));
            let check = |table: Table<'_>| watcher_file::read(table, declared, &self.events);
            read(&path, text, &WATCHER, &mut findings, &mut sources, check)
        } else {
            let source = Arc::new(Source { path: path.clone(), text: String::new() });
            let finding = Finding::new(&NOT_A_WATCHER, &source, 0..0, format!("`{path}` is not a watcher"));
            findings.push(
                finding.help("a watcher is a file `watchers/NAME.toml`; keep everything else elsewhere"),
            );
            None
        };
        (file, findings, sources)
    }
}
