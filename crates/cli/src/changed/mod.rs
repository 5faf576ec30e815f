//! What an upgrade changes, printed: one module for each format; the words that they share.

pub(crate) mod github;
pub(crate) mod markdown;
pub(crate) mod text;

use std::collections::BTreeSet;

use serde_json::json;
use watchfile::changes::{Changes, Events, Happened, KeyChange, Touched, WatcherChange};

use crate::style::{count, number};

/// What there is to print.
pub(crate) struct Change<'a> {
    /// The versions, as people call them.
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) changes: &'a Changes,
    pub(crate) touched: &'a [Touched],
    /// The watchers that are not compared, because a version's findings are about them.
    pub(crate) left_out: &'a BTreeSet<String>,
}

impl Change<'_> {
    /// The watchers to which that happened.
    fn of(&self, change: Happened) -> impl ExactSizeIterator<Item = &WatcherChange> {
        let found: Vec<_> = self.changes.watchers.iter().filter(|watcher| watcher.change == change).collect();
        found.into_iter()
    }
}

/// For programs: one JSON object with a line break at its end.
pub(crate) fn json(change: &Change<'_>) -> String {
    let Change { from, to, changes, touched, left_out } = change;
    let Changes { watchers, same, ignores } = changes;
    let json = json!({
        "version": 1, "from": from, "to": to, "watchers": watchers, "same": same, "ignores": ignores,
        "touched": touched, "left_out": left_out,
    });
    format!("{json:#}\n")
}

/// `2 watchers added, 1 removed, 1 renamed, 3 changed`
fn total(change: &Change<'_>) -> String {
    let of = |what: Happened, verb: &'static str| {
        let found = change.of(what).len();
        (found > 0).then_some((found, verb))
    };
    let parts = [
        of(Happened::Added, "added"),
        of(Happened::Removed, "removed"),
        of(Happened::Renamed, "renamed"),
        of(Happened::Changed, "changed"),
    ];
    let mut first = true;
    let mut word = |(found, verb): (usize, &str)| {
        let subject = if first { count(found, "watcher") } else { number(found as u64) };
        first = false;
        format!("{subject} {verb}")
    };
    let mut words: Vec<String> = parts.into_iter().flatten().map(&mut word).collect();
    if change.changes.ignores.is_some() {
        words.push("the shared ignores changed".to_owned());
    }
    if words.is_empty() { "nothing differs".to_owned() } else { words.join(", ") }
}

/// What there is to do, in a line: `2 places of yours have to be edited`.
fn to_do(touched: &[Touched]) -> Option<String> {
    let edits = touched.iter().filter(|touched| touched.must_edit).count();
    match (edits, touched.len()) {
        (0, 0) => None,
        (0, 1) => Some("1 place of yours is concerned".to_owned()),
        (0, all) => Some(format!("{all} places of yours are concerned")),
        (1, _) => Some("1 place of yours has to be edited".to_owned()),
        (edits, _) => Some(format!("{edits} places of yours have to be edited")),
    }
}

/// `takes more events`
pub(crate) fn events(events: Events) -> &'static str {
    match events {
        Events::More => "takes more events",
        Events::Fewer => "takes fewer events",
        Events::Other => "takes other events",
    }
}

/// The one value that a key had and has, if it is that simple.
pub(crate) fn values(change: &KeyChange) -> Option<(&str, &str)> {
    match (&change.removed[..], &change.added[..]) {
        ([before], [after]) if !before.contains('\n') && !after.contains('\n') => Some((before, after)),
        _ => None,
    }
}

/// What there is to say besides the keys.
fn besides(watcher: &WatcherChange) -> String {
    let WatcherChange { renamed_from, version, .. } = watcher;
    match (renamed_from, version) {
        (Some(old), Some(version)) => format!("was `{old}`, renamed in {version}"),
        (Some(old), None) => format!("was `{old}`"),
        (None, Some(version)) => format!("in {version}"),
        (None, None) => String::new(),
    }
}
