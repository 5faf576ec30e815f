//! What a change of watchers changes, for people.

use std::fmt::Write;

use backtest::{AlertChange, ChannelChange, ChannelFigures, Comparison, Happened, WatcherChange};

use super::super::words::{at, count_of, interrupted, number};
use super::{arrow, counts, differences, first_difference, is_changed, more, presence, total, weekly, why};
use crate::style::{CAUTION, ERROR, FAINT, GOOD, STRONG, count, paint};

/// So many alerts of each kind are shown.
const SHOWN: usize = 20;

/// All of it.
pub(crate) fn report(comparison: &Comparison, against: &str) -> String {
    let mut text = paint(STRONG, &format!("Against {against}: {}", total(comparison))) + "\n";
    if let Some(span) = &comparison.span {
        let _ = writeln!(
            text,
            "  {} in {}, {} to {}",
            count_of(comparison.events, "event"),
            count(comparison.input.files_read, "file"),
            span.first,
            span.last
        );
    }
    if let Some(interrupted) = interrupted(&comparison.input) {
        let _ = writeln!(text, "  {}", paint(CAUTION, &interrupted));
    }
    if comparison.redacted {
        text += "  redacted: actors, addresses and account ids are placeholders\n";
    }
    if !comparison.left_out.is_empty() {
        let names = comparison.left_out.join(", ");
        let _ = writeln!(text, "  {}, for their findings: {names}", paint(CAUTION, "not compared"));
    }
    let _ = write!(text, "\n{}\n", paint(STRONG, "Channels"));
    text.extend(comparison.channels.iter().map(channel));
    let changed: Vec<_> = comparison.watchers.iter().filter(|watcher| is_changed(watcher)).collect();
    let same = comparison.watchers.len() - changed.len();
    if !changed.is_empty() {
        let _ = write!(text, "\n{}\n", paint(STRONG, "Watchers"));
        text.extend(changed.into_iter().map(watcher));
        let _ = writeln!(text, "  {}", paint(FAINT, &format!("{} the same", count(same, "watcher"))));
    }
    for (kind, title) in
        [(Happened::Added, "Added"), (Happened::Removed, "Removed"), (Happened::Changed, "Changed")]
    {
        let alerts: Vec<_> = comparison.alerts.iter().filter(|alert| alert.change == kind).collect();
        if alerts.is_empty() {
            continue;
        }
        let _ = write!(text, "\n{}\n", paint(STRONG, title));
        text.extend(alerts.iter().take(SHOWN).map(|found| alert(found)));
        if alerts.len() > SHOWN {
            let _ = writeln!(text, "  {} (--format json has all)", more(alerts.len() - SHOWN));
        }
    }
    text
}

fn channel(channel: &ChannelChange) -> String {
    let of = |side: Option<&ChannelFigures>| side.map_or(0, |figures| figures.messages);
    let (before, after) = (channel.before.as_ref(), channel.after.as_ref());
    let note = match (before, after) {
        (None, _) => " (new)",
        (_, None) => " (removed)",
        _ => "",
    };
    let week = |side: Option<&ChannelFigures>| weekly(side.map(|figures| &figures.weekly));
    format!(
        "  {}{note}: {} messages; a week {}\n",
        paint(STRONG, &channel.name),
        arrow(&number(of(before)), &number(of(after))),
        arrow(&week(before), &week(after)),
    )
}

fn watcher(watcher: &WatcherChange) -> String {
    let mut text = format!("  {}", paint(STRONG, &watcher.name));
    if let Some(old) = &watcher.renamed_from {
        let _ = write!(text, " (was {old})");
    }
    if let Some(presence) = presence(watcher) {
        let _ = write!(text, " ({presence})");
    }
    let (before, after) = (watcher.before.as_ref(), watcher.after.as_ref());
    let messages = |side| number(super::messages(side));
    let _ = writeln!(
        text,
        ": {} messages; a week {}; {}",
        arrow(&messages(before), &messages(after)),
        arrow(&weekly(before.map(|f| &f.weekly)), &weekly(after.map(|f| &f.weekly))),
        counts(watcher.added, watcher.removed, watcher.changed),
    );
    text
}

fn alert(alert: &AlertChange) -> String {
    let sign = match alert.change {
        Happened::Added => paint(GOOD, "+"),
        Happened::Removed => paint(ERROR, "-"),
        Happened::Changed => paint(CAUTION, "~"),
    };
    let told = alert.after.as_ref().or(alert.before.as_ref());
    let title = told.map_or("", |told| told.title.as_str());
    let by = if alert.actor.is_empty() { String::new() } else { format!(" by {}", alert.actor) };
    let mut text = format!(
        "  {sign} {} {}: {title}{by}, account {} {}",
        at(alert.at),
        paint(STRONG, &alert.watcher),
        alert.account,
        alert.region,
    );
    if let (Some(before), Some(after)) = (&alert.before, &alert.after) {
        let _ = writeln!(text, "; {}", differences(before, after).join(", "));
        if let Some((old, new)) = first_difference(before, after) {
            let _ = writeln!(text, "      - {old}\n      + {new}");
        }
    } else {
        if let Some(told) = told {
            let group = if told.grouped { " (counted in a group)" } else { "" };
            let _ = write!(text, " → {}{group}", told.channels.join(", "));
        }
        let (reason, ignore) = why(alert);
        let ignore = ignore.map_or_else(String::new, |ignore| format!(": {ignore}"));
        let _ = writeln!(text, "; {reason}{ignore}");
    }
    text
}
