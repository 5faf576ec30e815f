//! What an upgrade changes, for people.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};
use watcher::visible;
use watchfile::changes::{Happened, KeyChange, Touched, WatcherChange};

use super::{Change, besides, events, to_do, total, values};
use crate::folder::Folder;
use crate::style::{CAUTION, ERROR, FAINT, GOOD, STRONG, count, paint};

/// All of it.
pub(crate) fn report(change: &Change<'_>, folder: &Folder) -> String {
    let mut text = paint(STRONG, &format!("From {} to {}: {}", change.from, change.to, total(change))) + "\n";
    if let Some(to_do) = to_do(change.touched) {
        let _ = writeln!(text, "  {}", paint(CAUTION, &to_do));
    }
    if !change.left_out.is_empty() {
        let names: Vec<&str> = change.left_out.iter().map(String::as_str).collect();
        let _ =
            writeln!(text, "  {}, for their findings: {}", paint(CAUTION, "not compared"), names.join(", "));
    }
    if !change.touched.is_empty() {
        let _ = write!(text, "\n{}\n", paint(STRONG, "Yours"));
        text.extend(change.touched.iter().map(|touched| place(touched, folder)));
    }
    let kinds = [
        (Happened::Added, "Added"),
        (Happened::Removed, "Removed"),
        (Happened::Renamed, "Renamed"),
        (Happened::Changed, "Changed"),
    ];
    for (what, title) in kinds {
        if change.of(what).len() > 0 {
            let _ = write!(text, "\n{}\n", paint(STRONG, title));
            text.extend(change.of(what).map(watcher));
        }
    }
    if let Some(ignores) = &change.changes.ignores {
        let _ = write!(text, "\n{}\n", paint(STRONG, "Shared ignores"));
        text += &lines(ignores, 2);
    }
    let _ =
        writeln!(text, "\n{}", paint(FAINT, &format!("{} the same", count(change.changes.same, "watcher"))));
    text
}

fn place(touched: &Touched, folder: &Folder) -> String {
    let Touched { file, line, column, must_edit, message, help } = touched;
    let word = if *must_edit { paint(ERROR, "error") } else { paint(CAUTION, "note") };
    let mut text = format!("  {}:{line}:{column}: {word}: {message}\n", folder.show(file));
    if let Some(help) = help {
        let _ = writeln!(text, "    help: {help}");
    }
    text
}

fn watcher(watcher: &WatcherChange) -> String {
    let mut text = format!("  {}", paint(STRONG, &watcher.name));
    let besides = besides(watcher);
    let is_on = |on: bool| if on { "on" } else { "off" };
    match watcher.change {
        Happened::Added => {
            let _ = write!(text, ": {}, {}: {}", watcher.severity, is_on(watcher.on), watcher.title);
        }
        Happened::Removed => {
            let _ = write!(text, ": it was {}", is_on(watcher.on));
            if !besides.is_empty() {
                let _ = write!(text, "; {besides}");
            }
            if let Some(instead) = &watcher.instead {
                let _ = write!(text, ": {instead}");
            }
        }
        Happened::Renamed => {
            let _ = write!(text, " {besides}");
        }
        Happened::Changed => {}
    }
    if let Some(found) = watcher.events {
        let _ = write!(text, ": {}", events(found));
    }
    text.push('\n');
    text.extend(watcher.keys.iter().map(key));
    text
}

/// What differs of a key, below the name of the watcher.
pub(crate) fn key(change: &KeyChange) -> String {
    match values(change) {
        Some((before, after)) => {
            format!("    {}: {} → {}\n", change.key, visible::line(before), visible::line(after))
        }
        None => format!("    {}:\n{}", change.key, lines(change, 6)),
    }
}

/// What came and went: of texts the lines that differ, of lists each value.
fn lines(change: &KeyChange, by: usize) -> String {
    let (removed, added) = (change.removed.join("\n") + "\n", change.added.join("\n") + "\n");
    let diff = TextDiff::from_lines(&removed, &added);
    let differ = diff.iter_all_changes().filter(|line| line.tag() != ChangeTag::Equal);
    let line = |line: similar::Change<&str>| {
        let (sign, style) = match line.tag() {
            ChangeTag::Delete => ("−", ERROR),
            _ => ("+", GOOD),
        };
        let shown = visible::line(line.value().trim_end_matches('\n'));
        if shown.is_empty() { String::new() } else { format!("{:by$}{} {shown}\n", "", paint(style, sign)) }
    };
    differ.map(line).collect()
}
