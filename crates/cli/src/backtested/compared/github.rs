//! What a change of watchers changes, as workflow commands: a notice where each change was made.
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#setting-a-notice-message>

use backtest::{Comparison, Presence, WatcherChange};
use watchfile::{Project, listing};

use super::super::words::interrupted;
use super::{counts, is_changed, presence, told, total};
use crate::folder::Folder;
use crate::report::github::{data, property};

/// One for all, and one for each watcher that changes. They name nothing of an event.
pub(crate) fn report(
    comparison: &Comparison,
    folder: &Folder,
    project: &Project,
    before: &Project,
) -> String {
    let changed = comparison.watchers.iter().filter(|watcher| is_changed(watcher));
    let all = format!("::notice title=backtest::{}\n", data(&total(comparison)));
    let stopped = interrupted(&comparison.input)
        .map_or_else(String::new, |why| format!("::warning title=backtest::{}\n", data(&why)));
    all + &stopped
        + &changed
            .map(|watcher| notice(watcher, &place(watcher, folder, project, before)))
            .collect::<String>()
}

fn notice(watcher: &WatcherChange, place: &str) -> String {
    let mut text = watcher.name.clone();
    if let Some(old) = &watcher.renamed_from {
        text = format!("{text} (was {old})");
    }
    if let Some(presence) = presence(watcher) {
        text = format!("{text} ({presence})");
    }
    let (before, after) = (told(watcher.before.as_ref()), told(watcher.after.as_ref()));
    let text = format!(
        "{text}: {before} before, {after} after; {}",
        counts(watcher.added, watcher.removed, watcher.changed)
    );
    format!("::notice {place}title=backtest::{}\n", data(&text))
}

/// `file=…,line=…,`: the watcher's file; the last override of it, if the file is the same as before. A file that is removed has
/// no line to stand beside, and neither has one of another repository, which a pull request does not show.
fn place(watcher: &WatcherChange, folder: &Folder, project: &Project, before: &Project) -> String {
    let Some(file) = project.watcher(&watcher.name).filter(|_| watcher.presence != Presence::Removed) else {
        return String::new();
    };
    let at = |path: &str, line: usize| format!("file={},line={line},", property(&folder.show(path)));
    let is_same = before.watcher(&watcher.name).is_some_and(|before| before.source.text == file.source.text);
    match listing::overridden(project, file).last() {
        Some(last) if is_same => at("account-watcher.toml", last.line),
        _ if project.is_own(&file.source.path) => at(&file.source.path, 1),
        _ => String::new(),
    }
}
