//! What a change of watchers changes, printed: one module for each format; the words that they share.

pub(crate) mod github;
pub(crate) mod markdown;
pub(crate) mod text;

use std::fmt::Write;

use backtest::{AlertChange, Comparison, Figures, Happened, Presence, Told, WatcherChange, Weekly, Why};

use super::words::{count_of, number};

/// For programs: one JSON object with a line break at its end.
pub(crate) fn json(comparison: &Comparison) -> String {
    serde_json::to_string_pretty(comparison).expect("a comparison is texts, numbers and lists") + "\n"
}

/// `3 alerts added, 1 removed, 2 changed`
fn counts(added: u64, removed: u64, changed: u64) -> String {
    let what = |count: u64, verb: &str| (count > 0).then(|| (count, format!("{} {verb}", number(count))));
    let parts = [what(added, "added"), what(removed, "removed"), what(changed, "changed")];
    let mut parts: Vec<(u64, String)> = parts.into_iter().flatten().collect();
    let Some((count, first)) = parts.first_mut() else { return "the same alerts".to_owned() };
    let noun = if *count == 1 { "alert" } else { "alerts" };
    *first = first.replacen(' ', &format!(" {noun} "), 1);
    parts.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(", ")
}

/// So many of each kind.
fn total(comparison: &Comparison) -> String {
    let of = |kind| comparison.alerts.iter().filter(|alert| alert.change == kind).count() as u64;
    counts(of(Happened::Added), of(Happened::Removed), of(Happened::Changed))
}

/// `(new)`, or nothing of a watcher that stays.
fn presence(watcher: &WatcherChange) -> Option<&'static str> {
    match watcher.presence {
        Presence::Kept | Presence::Off => None,
        Presence::New => Some("new"),
        Presence::Removed => Some("removed"),
        Presence::SwitchedOn => Some("switched on"),
        Presence::SwitchedOff => Some("switched off"),
    }
}

/// Whether there is something to say of it.
fn is_changed(watcher: &WatcherChange) -> bool {
    watcher.renamed_from.is_some()
        || presence(watcher).is_some()
        || watcher.added + watcher.removed + watcher.changed > 0
        || watcher.before != watcher.after
}

/// Messages, summaries included.
fn messages(figures: Option<&Figures>) -> u64 {
    figures.map_or(0, |figures| figures.alerts + figures.summaries)
}

/// `12 → 14`, or the number that stays.
fn arrow(before: &str, after: &str) -> String {
    if before == after { after.to_owned() } else { format!("{before} → {after}") }
}

/// `0.3 (0 to 2)`
fn weekly(weekly: Option<&Weekly>) -> String {
    match weekly {
        None => "0".to_owned(),
        Some(Weekly { mean, least: Some(least), most: Some(most) }) => {
            format!("{mean} ({} to {})", number(*least), number(*most))
        }
        Some(Weekly { mean, .. }) => mean.to_string(),
    }
}

/// Why it is reported on one side only, with the ignore's reason apart: it is not our text.
fn why(alert: &AlertChange) -> (&'static str, Option<&str>) {
    let is_removed = alert.change == Happened::Removed;
    match &alert.why {
        None => ("", None),
        Some(Why::NoWatcher) if is_removed => ("the watcher is removed", None),
        Some(Why::NoWatcher) => ("the watcher is new", None),
        Some(Why::Off) if is_removed => ("the watcher is switched off", None),
        Some(Why::Off) => ("the watcher was off", None),
        Some(Why::NoMatch) if is_removed => ("the pattern matches no more", None),
        Some(Why::NoMatch) => ("the pattern did not match", None),
        Some(Why::Ignored { reason }) if is_removed => ("ignored now", Some(reason)),
        Some(Why::Ignored { reason }) => ("was ignored", Some(reason)),
        Some(Why::NotDelivered) if is_removed => ("its rule does not get it any more", None),
        Some(Why::NotDelivered) => ("its rule did not get it", None),
    }
}

/// What differs between two alerts: `severity high → critical`, `channels + oncall − mail`. Names of channels only: they
/// are the project's own.
fn differences(before: &Told, after: &Told) -> Vec<String> {
    let mut found = Vec::new();
    if before.grouped != after.grouped {
        found.push(if after.grouped { "counted in a group now" } else { "sent by itself now" }.to_owned());
    }
    if before.severity != after.severity {
        found.push(format!("severity {} → {}", before.severity.as_str(), after.severity.as_str()));
    }
    if before.channels != after.channels {
        let mut text = "channels".to_owned();
        for (sign, these, those) in
            [("+", &after.channels, &before.channels), ("−", &before.channels, &after.channels)]
        {
            for name in these.iter().filter(|name| !those.contains(name)) {
                let _ = write!(text, " {sign} {name}");
            }
        }
        found.push(text);
    }
    if before.title != after.title {
        found.push("title".to_owned());
    }
    if before.message != after.message {
        found.push("message".to_owned());
    }
    found
}

/// The first line that differs, on each side.
fn first_difference<'a>(before: &'a Told, after: &'a Told) -> Option<(&'a str, &'a str)> {
    if before.title != after.title {
        return Some((&before.title, &after.title));
    }
    let (mut old, mut new) = (before.message.lines(), after.message.lines());
    loop {
        match (old.next(), new.next()) {
            (None, None) => return None,
            (old, new) if old == new => {}
            (old, new) => return Some((old.unwrap_or_default(), new.unwrap_or_default())),
        }
    }
}

/// `"and 3 more"`
fn more(left: usize) -> String {
    format!("and {} more", number(left as u64))
}

/// `7 alerts`, with what groups make of them.
fn told(figures: Option<&Figures>) -> String {
    figures.map_or_else(|| "nothing".to_owned(), |figures| count_of(messages(Some(figures)), "message"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_verbs_agree() {
        for (numbers, expected) in [
            ((0, 0, 0), "the same alerts"),
            ((1, 0, 0), "1 alert added"),
            ((0, 2, 1), "2 alerts removed, 1 changed"),
            ((1_200, 1, 3), "1,200 alerts added, 1 removed, 3 changed"),
        ] {
            assert_eq!(counts(numbers.0, numbers.1, numbers.2), expected);
        }
    }
}
