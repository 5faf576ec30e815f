//! A project's folder: `account-watcher.toml`, `watchers/` and `tests/events/`, read and checked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::DeTable;

use crate::declared::{NOT_A_WATCHER, RULE_BUDGET};
use crate::files::{
    LONGEST_CONFIG, LONGEST_WATCHER, list, read, read_document, read_events, text_if_there, text_of,
};
use crate::finding::Finding;
use crate::lint::Lint;
use crate::mask::{mask, mask_config};
use crate::parallel::in_parallel;
use crate::project::Project;
use crate::renames::{self, Renames};
use crate::source::Source;
use crate::table::{Report, Table};
use crate::watcher_file::{self, State, WatcherFile};
use crate::{config, overridden, test_case};
use rules::Rules;

const CONFIG_FILE: &str = "account-watcher.toml";

/// What is read in another place than the project's folder.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    /// The file to read in the place of `account-watcher.toml`.
    pub config: Option<PathBuf>,
    /// Texts that an editor has not saved yet, by their path from the project's folder.
    pub unsaved: BTreeMap<String, String>,
}

impl Elsewhere {
    /// The text of a file of the project, or the lint and the reason why there is none.
    pub(crate) fn text(
        &self,
        root: &Path,
        path: &str,
        longest: u64,
    ) -> Result<String, (&'static Lint, String)> {
        self.unsaved.get(path).map_or_else(|| text_of(&root.join(path), longest), |text| Ok(text.clone()))
    }

    /// The names of watchers that may have no file yet.
    fn watchers(&self) -> impl Iterator<Item = &str> {
        self.unsaved.keys().filter_map(|path| path.strip_prefix("watchers/"))
    }
}

/// Reads the project in the folder `root`. What is wrong is reported, all of it, and left out.
pub fn load(root: &Path) -> (Project, Vec<Finding>) {
    load_with(root, &Elsewhere::default())
}

pub(crate) fn load_with(root: &Path, elsewhere: &Elsewhere) -> (Project, Vec<Finding>) {
    let mut findings = Vec::new();
    // A project may have another template; then nothing is known of the function's environment.
    let template = text_if_there(&root.join("template.yaml"));
    let mut sources = Vec::new();
    let config_path =
        elsewhere.config.as_ref().map_or(CONFIG_FILE.to_owned(), |path| path.display().to_string());
    let config_text = elsewhere.text(root, &config_path, LONGEST_CONFIG).map(|text| mask_config(&text));
    let check = |table: Table<'_>| Some(config::read(table, template.as_deref()));
    let (config, declared, config_file) = read(&config_path, config_text, &mut findings, &mut sources, check)
        .map(|(config, declared, file)| (config, declared, Some(file)))
        .unwrap_or_default();
    let renames = renames(root, "", &mut findings, &mut sources);
    let mut names = list(root, "watchers", &mut findings);
    names.extend(elsewhere.watchers().map(str::to_owned));
    names.sort();
    names.dedup();
    let events = read_events(root);
    let events: test_case::Events<'_> =
        events.iter().map(|(name, event)| (name.as_str(), event.clone())).collect();
    let read_one = |name: &String| {
        let (mut findings, mut sources) = (Vec::new(), Vec::new());
        let path = format!("watchers/{name}");
        let file = if name.strip_suffix(".toml").is_some() {
            let text = elsewhere.text(root, &path, LONGEST_WATCHER).map(|text| mask(&text, false));
            let check = |table: Table<'_>| watcher_file::read(table, &declared, &events);
            read(&path, text, &mut findings, &mut sources, check)
        } else {
            let source = Arc::new(Source { path: path.clone(), text: String::new() });
            let finding = Finding::new(&NOT_A_WATCHER, &source, 0..0, format!("`{path}` is not a watcher"));
            findings.push(
                finding.help("a watcher is a file `watchers/NAME.toml`; keep everything else elsewhere"),
            );
            None
        };
        (file, findings, sources)
    };
    let mut files = Vec::new();
    for (file, found, read) in in_parallel(&names, read_one) {
        files.extend(file);
        findings.extend(found);
        sources.extend(read);
    }
    if let Some(file) = &config_file {
        findings.extend(overridden::apply(&file.overrides, &file.source, &names, &renames, &mut files));
    }
    // What depends on a channel with a fault cannot be sent; the fault itself is reported.
    let is_sound = |file: &WatcherFile| {
        file.state == State::Sound
            && [&file.watcher, file.written()]
                .iter()
                .all(|watcher| watcher.channels.iter().all(|name| config.channels.contains_key(name)))
    };
    let (files, faulty) = files.into_iter().partition(is_sound);
    let project = Project { config, files, faulty, config_file, renames, sources };
    if findings.is_empty()
        && let Err(error) = Rules::generate(&project.watchers())
    {
        let source = Arc::new(Source { path: "watchers".to_owned(), text: String::new() });
        let finding = Finding::new(&RULE_BUDGET, &source, 0..0, error.to_string());
        findings.push(finding.help("switch some of these watchers off with `enabled = false`"));
    }
    (project, findings)
}

/// What `renames.toml` says in a folder of the project; without the file nothing was renamed. `below`: that folder, with a
/// `/` at its end, or nothing.
fn renames(root: &Path, below: &str, findings: &mut Vec<Finding>, sources: &mut Vec<Arc<Source>>) -> Renames {
    let path = format!("{below}{}", renames::FILE);
    if !root.join(&path).exists() {
        return Renames::default();
    }
    let text = text_of(&root.join(&path), LONGEST_CONFIG);
    let read = |report: &Report, entries: &DeTable<'_>| Some(Renames::read(report, entries));
    read_document(&path, text, findings, sources, read).unwrap_or_default()
}
