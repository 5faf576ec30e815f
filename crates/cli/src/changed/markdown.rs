//! What an upgrade changes, as a comment for a pull request.

use std::fmt::Write;

use watchfile::changes::{Happened, KeyChange, Touched, WatcherChange};

use super::{Change, events, to_do, total, values};
use crate::markdown::{add, cell, code};
use crate::style::{count, number};

/// So many of each are shown.
const PLACES: usize = 40;
const WATCHERS: usize = 30;
const VALUES: usize = 4;

/// By it a workflow finds the comment that it wrote before.
const MARKER: &str = "<!-- watcher changes -->\n";

/// The comment.
pub(crate) fn report(change: &Change<'_>) -> String {
    let mut text = format!("{MARKER}### {}\n\n", total(change));
    let _ = writeln!(
        text,
        "`watcher changes` from {} to {}; {} the same.",
        code(change.from),
        code(change.to),
        count(change.changes.same, "watcher")
    );
    if !change.left_out.is_empty() {
        let names: Vec<String> = change.left_out.iter().take(WATCHERS).map(|name| code(name)).collect();
        let _ = writeln!(text, "\n**Not compared**, for their findings: {}.", names.join(", "));
    }
    if let Some(to_do) = to_do(change.touched) {
        let _ = writeln!(text, "\n**{to_do}**\n");
        add(&mut text, change.touched.iter().map(place), PLACES);
    }
    for (what, title) in [(Happened::Added, "Added"), (Happened::Removed, "Removed")] {
        let found = change.of(what);
        if found.len() > 0 {
            let on = if what == Happened::Added { "on" } else { "was on" };
            let _ = write!(text, "\n| {title} | severity | {on} | |\n|---|---|---|---|\n");
            add(&mut text, found.map(row), WATCHERS);
        }
    }
    for (what, title) in [(Happened::Renamed, "Renamed"), (Happened::Changed, "Changed")] {
        let found = change.of(what);
        if found.len() > 0 {
            let _ = write!(text, "\n<details><summary>{title}: {}</summary>\n\n", number(found.len() as u64));
            add(&mut text, found.map(watcher), WATCHERS);
            text += "\n</details>\n";
        }
    }
    if let Some(ignores) = &change.changes.ignores {
        text += "\n<details><summary>Shared ignores</summary>\n\n";
        text += &key(ignores, "");
        text += "\n</details>\n";
    }
    text
}

fn place(touched: &Touched) -> String {
    let Touched { file, line, must_edit, message, help, .. } = touched;
    let word = if *must_edit { "**edit**" } else { "look at" };
    let help = help.as_ref().map_or_else(String::new, |help| format!(": {}", code(help)));
    format!("- {word} {}: {}{help}\n", code(&format!("{file}:{line}")), code(message))
}

/// Of one that came or went.
fn row(watcher: &WatcherChange) -> String {
    let on = if watcher.on { "yes" } else { "no" };
    let what = watcher.instead.as_ref().unwrap_or(&watcher.title);
    format!("| {} | {} | {on} | {} |\n", cell(&watcher.name), watcher.severity, cell(what))
}

fn watcher(watcher: &WatcherChange) -> String {
    let mut text = format!("- {}", code(&watcher.name));
    if let Some(old) = &watcher.renamed_from {
        let _ = write!(text, " (was {})", code(old));
    }
    if let Some(found) = watcher.events {
        let _ = write!(text, " {}", events(found));
    }
    text.push('\n');
    text.extend(watcher.keys.iter().map(|change| key(change, "  ")));
    text
}

/// What differs of a key, as an item of a list.
pub(crate) fn key(change: &KeyChange, by: &str) -> String {
    if let Some((before, after)) = values(change) {
        return format!("{by}- {}: {} → {}\n", code(&change.key), code(before), code(after));
    }
    let signed = [("−", &change.removed), ("+", &change.added)];
    let all: Vec<String> = signed
        .iter()
        .flat_map(|(sign, values)| values.iter().map(move |value| format!("{sign} {}", code(value))))
        .collect();
    let left = all.len().saturating_sub(2 * VALUES);
    let shown = all.into_iter().take(2 * VALUES).collect::<Vec<_>>().join(", ");
    let more = if left > 0 { format!(", and {left} more") } else { String::new() };
    format!("{by}- {}: {shown}{more}\n", code(&change.key))
}
