//! What a change of watchers changes, as workflow commands: a notice at each watcher's file.
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#setting-a-notice-message>

use backtest::{Comparison, Presence, WatcherChange};
use watchfile::Project;

use super::super::words::interrupted;
use super::{counts, is_changed, presence, told, total};
use crate::folder::Folder;
use crate::report::github::{data, property};

/// One for all, and one for each watcher that changes. They name nothing of an event.
pub(crate) fn report(comparison: &Comparison, folder: &Folder, project: &Project) -> String {
    let changed = comparison.watchers.iter().filter(|watcher| is_changed(watcher));
    let all = format!("::notice title=backtest::{}\n", data(&total(comparison)));
    let stopped = interrupted(&comparison.input)
        .map_or_else(String::new, |why| format!("::warning title=backtest::{}\n", data(&why)));
    all + &stopped + &changed.map(|watcher| notice(watcher, folder, project)).collect::<String>()
}

fn notice(watcher: &WatcherChange, folder: &Folder, project: &Project) -> String {
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
        counts(watcher.come, watcher.gone, watcher.changed)
    );
    // A file that is gone has no line to stand beside.
    let file = match project.watcher(&watcher.name) {
        Some(file) if watcher.presence != Presence::Removed => {
            format!("file={},line=1,", property(&folder.show(&file.source.path)))
        }
        _ => String::new(),
    };
    format!("::notice {file}title=backtest::{}\n", data(&text))
}
