//! What a change of watchers changes, as a comment for a pull request.
//!
//! What comes from events is anybody's text: whoever can name a bucket can write into the comment. So it stands in code
//! spans only, in which nothing is markup, a link or a mention, and in lists, not in tables, where a pipe would end a
//! cell. <https://github.github.com/gfm/#code-spans>

use std::fmt::Write;

use backtest::{AlertChange, ChannelChange, ChannelFigures, Comparison, Happened, WatcherChange};

use super::super::words::{at, count_of, interrupted, number};
use super::{arrow, counts, differences, first_difference, is_changed, more, presence, total, weekly, why};
use crate::markdown::{cell, code};

/// So many alerts of each kind, watchers and channels are shown: GitHub refuses a comment of more than 65,536 characters.
const ALERTS: usize = 20;
const WATCHERS: usize = 50;
const CHANNELS: usize = 30;

/// By it a workflow finds the comment that it wrote before.
const MARKER: &str = "<!-- watcher backtest -->\n";

/// The comment.
pub(crate) fn report(comparison: &Comparison, against: &str) -> String {
    let mut text = format!("{MARKER}### {}\n\n", total(comparison));
    let span = comparison.span.as_ref();
    let days = span.map_or_else(String::new, |span| format!(", {} to {}", span.first, span.last));
    let _ = writeln!(
        text,
        "`watcher backtest` of {}{days}, against {}.",
        count_of(comparison.events, "event"),
        code(against)
    );
    if let Some(interrupted) = interrupted(&comparison.input) {
        let _ = writeln!(text, "\n**{interrupted}.**");
    }
    if comparison.redacted {
        text += "\nIt is redacted: actors, addresses and account ids are placeholders.\n";
    }
    if comparison.faults > 0 {
        let _ = writeln!(text, "\n**{} could not be read.**", count_of(comparison.faults, "file or record"));
    }
    if !comparison.left_out.is_empty() {
        let names: Vec<String> = comparison.left_out.iter().take(CHANNELS).map(|name| code(name)).collect();
        let _ = writeln!(text, "\n**Not compared**, for their findings: {}.", names.join(", "));
    }
    let changed: Vec<_> = comparison.watchers.iter().filter(|watcher| is_changed(watcher)).collect();
    if !changed.is_empty() {
        text += "\n| watcher | messages | a week | alerts |\n|---|---:|---:|---|\n";
        text.extend(changed.iter().take(WATCHERS).map(|found| watcher(found)));
        if changed.len() > WATCHERS {
            let _ = writeln!(text, "\n{} watchers", more(changed.len() - WATCHERS));
        }
    }
    if !comparison.channels.is_empty() {
        text += "\n| channel | messages | a week |\n|---|---:|---:|\n";
        text.extend(comparison.channels.iter().take(CHANNELS).map(channel));
        if comparison.channels.len() > CHANNELS {
            let _ = writeln!(text, "\n{} channels", more(comparison.channels.len() - CHANNELS));
        }
    }
    for (kind, verb) in [
        (Happened::Added, "Alerts added"),
        (Happened::Removed, "Alerts removed"),
        (Happened::Changed, "Alerts changed"),
    ] {
        let alerts: Vec<_> = comparison.alerts.iter().filter(|alert| alert.change == kind).collect();
        if alerts.is_empty() {
            continue;
        }
        let _ = write!(text, "\n<details><summary>{verb}: {}</summary>\n\n", number(alerts.len() as u64));
        text.extend(alerts.iter().take(ALERTS).map(|found| alert(found)));
        if alerts.len() > ALERTS {
            let _ = writeln!(text, "- {}", more(alerts.len() - ALERTS));
        }
        text += "\n</details>\n";
    }
    text
}

fn watcher(watcher: &WatcherChange) -> String {
    let mut name = cell(&watcher.name);
    if let Some(old) = &watcher.renamed_from {
        let _ = write!(name, " (was {})", cell(old));
    }
    if let Some(presence) = presence(watcher) {
        let _ = write!(name, " ({presence})");
    }
    let (before, after) = (watcher.before.as_ref(), watcher.after.as_ref());
    let messages = |side| number(super::messages(side));
    format!(
        "| {name} | {} | {} | {} |\n",
        arrow(&messages(before), &messages(after)),
        arrow(&weekly(before.map(|f| &f.weekly)), &weekly(after.map(|f| &f.weekly))),
        counts(watcher.added, watcher.removed, watcher.changed),
    )
}

fn channel(channel: &ChannelChange) -> String {
    let (before, after) = (channel.before.as_ref(), channel.after.as_ref());
    let messages = |side: Option<&ChannelFigures>| number(side.map_or(0, |figures| figures.messages));
    let week = |side: Option<&ChannelFigures>| weekly(side.map(|figures| &figures.weekly));
    format!(
        "| {} | {} | {} |\n",
        cell(&channel.name),
        arrow(&messages(before), &messages(after)),
        arrow(&week(before), &week(after)),
    )
}

fn alert(alert: &AlertChange) -> String {
    let told = alert.after.as_ref().or(alert.before.as_ref());
    let mut text = format!("- {} {}: ", at(alert.at), code(&alert.watcher));
    text += &told.map_or_else(String::new, |told| code(&told.title));
    if !alert.actor.is_empty() {
        let _ = write!(text, " by {}", code(&alert.actor));
    }
    let _ = write!(text, ", account {} {}", code(&alert.account), code(&alert.region));
    if let (Some(before), Some(after)) = (&alert.before, &alert.after) {
        let what = differences(before, after).iter().map(|what| words(what)).collect::<Vec<_>>();
        let _ = writeln!(text, "; {}", what.join(", "));
        if let Some((old, new)) = first_difference(before, after) {
            let _ = writeln!(text, "  - before: {}\n  - after: {}", code(old), code(new));
        }
    } else {
        let (reason, ignore) = why(alert);
        let ignore = ignore.map_or_else(String::new, |ignore| format!(": {}", code(ignore)));
        let _ = writeln!(text, "; {reason}{ignore}");
    }
    text
}

/// Our words, with names of channels in them.
fn words(text: &str) -> String {
    if text.starts_with("channels") { code(text) } else { text.to_owned() }
}
