//! A file with the ignore in it, and what that would do.

use std::fs;

use jiff::civil::Date;
use watchfile::{Elsewhere, Finding, Level, Options, WatcherFile};

use crate::exit::Error;
use crate::formatted::{Kind, formatted, line_break};
use crate::project::Opened;
use crate::{output, report};

/// A file with the ignore.
pub(super) struct Change {
    /// From the project's folder.
    pub(super) path: String,
    pub(super) before: String,
    pub(super) after: String,
}

impl Change {
    /// In the watcher's own file, or as an override.
    pub(super) fn of(
        opened: &Opened,
        file: &WatcherFile,
        ignore: &str,
        overriding: bool,
    ) -> Result<Change, Error> {
        let name = &file.watcher.name;
        let is_own = !overriding && opened.project.is_own(&file.source.path);
        let (path, added) = if is_own {
            (file.source.path.clone(), format!("[[ignore]]\n{ignore}"))
        } else {
            let selected = format!("[[override]]\nwatchers = [\"{name}\"]\n\n");
            ("account-watcher.toml".to_owned(), format!("{selected}[[override.ignore]]\n{ignore}"))
        };
        // Not the text that was checked: secrets are masked there.
        let before = fs::read_to_string(opened.folder.root().join(&path))
            .map_err(|e| Error::usage(format!("{}: cannot be read: {e}", opened.folder.show(&path))))?;
        let line = line_break(&before);
        let gap = if before.ends_with('\n') || before.is_empty() { 1 } else { 2 };
        let mut after = format!("{before}{}{}", line.repeat(gap), added.replace('\n', line));
        // Where the ignores of a file in the one layout stand.
        let in_layout = |text: &str| formatted(text, Kind::Watcher).ok();
        if is_own && in_layout(&before).as_ref() == Some(&before) {
            after = in_layout(&after).unwrap_or(after);
        }
        Ok(Change { path, before, after })
    }

    /// Whether the event is ignored then, and nothing else gets worse; what would is told.
    pub(super) fn is_right(
        &self,
        opened: &Opened,
        file: &WatcherFile,
        event: &str,
        reason: &str,
        today: Date,
    ) -> Result<bool, Error> {
        let root = opened.folder.root();
        let options = Options { today, region: None };
        let (_, before) = watchfile::lint(root, &options);
        let elsewhere =
            Elsewhere { unsaved: [(self.path.clone(), self.after.clone())].into(), ..Elsewhere::default() };
        let (project, after) = watchfile::lint_with(root, &options, &elsewhere);
        let mut new: Vec<Finding> = watchfile::appeared(&before, &after).into_iter().cloned().collect();
        new.retain(|finding| finding.severity > Level::Note);
        if !new.is_empty() {
            output::note(&report::text::findings(&new, &opened.folder));
            output::complain("the project would have these findings then; nothing was written");
            return Ok(false);
        }
        let name = &file.watcher.name;
        let failed = watchfile::failing(file, &opened.project.config, today);
        let fails = project.watcher(name).map(|file| watchfile::failing(file, &project.config, today));
        if fails.into_iter().flatten().any(|test| !failed.contains(&test)) {
            output::complain(
                "tests of the watcher would fail then, since the ignore takes their events too: narrow it with --by; \
                 nothing was written",
            );
            return Ok(false);
        }
        let watchers = project.watchers();
        let matches = watchers.deliveries(event.as_bytes(), today).unwrap_or_default();
        if matches.iter().any(|found| found.watcher.name == *name && found.ignored == Some(reason)) {
            return Ok(true);
        }
        Err(Error::usage(format!(
            "{}: the ignore would not take the event; nothing was written",
            opened.folder.show(&self.path)
        )))
    }
}
