//! What differs between two patterns: which of their conditions, and, if that can be known, which of the two takes more.

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::{Alternative, Pattern};
use serde::Serialize;

use crate::cover::covers;

use super::KeyChange;

/// What is known of the events that a pattern takes now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Events {
    /// All that it took, and others.
    More,
    /// None that it did not take.
    Fewer,
    /// It is not known, or some that it did not take, and some not any more.
    Other,
}

/// What differs; none if the two take the same events. A row for each key whose conditions are not the same: where an `$or`
/// has it several times, of all of them together.
pub fn compare(before: &Pattern, after: &Pattern) -> Option<(Events, Vec<KeyChange>)> {
    let events = match (covers(after, before), covers(before, after)) {
        (true, true) => return None,
        (true, false) => Events::More,
        (false, true) => Events::Fewer,
        (false, false) => Events::Other,
    };
    let (was, is) = (conditions(before), conditions(after));
    let paths: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    let mut rows: Vec<KeyChange> = Vec::new();
    for path in paths {
        let of = |side: &BTreeMap<&str, Vec<String>>| side.get(path).cloned().unwrap_or_default();
        rows.extend(super::list(&format!("pattern.{path}"), &of(&was), &of(&is)));
    }
    if rows.is_empty() {
        // The same conditions, joined otherwise.
        let whole = |pattern: &Pattern| vec![pattern.to_string()];
        rows.push(KeyChange { key: "pattern".to_owned(), removed: whole(before), added: whole(after) });
    }
    Some((events, rows))
}

/// All conditions of each key.
fn conditions(pattern: &Pattern) -> BTreeMap<&str, Vec<String>> {
    let mut conditions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (path, candidates) in pattern.alternatives().iter().flat_map(Alternative::fields) {
        let list = conditions.entry(path).or_default();
        for text in candidates.iter().map(ToString::to_string) {
            if !list.contains(&text) {
                list.push(text);
            }
        }
    }
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(before: &str, after: &str) -> Option<(Events, Vec<KeyChange>)> {
        compare(&Pattern::parse(before).unwrap(), &Pattern::parse(after).unwrap())
    }

    #[test]
    fn which_pattern_takes_more_is_said_where_it_is_known() {
        let cases = [
            (r#"{"a":["x","y"]}"#, r#"{"a":["y","x"]}"#, None),
            (
                r#"{"a":["x"],"$or":[{"b":[1]},{"c":[2]}]}"#,
                r#"{"$or":[{"c":[2]},{"b":[1]}],"a":["x"]}"#,
                None,
            ),
            (r#"{"a":["x"]}"#, r#"{"a":["x","y"]}"#, Some(Events::More)),
            (r#"{"a":["x"],"b":[1]}"#, r#"{"a":["x"]}"#, Some(Events::More)),
            (r#"{"a":["x"]}"#, r#"{"$or":[{"a":["x"]},{"b":["y"]}]}"#, Some(Events::More)),
            (r#"{"a":["xy"]}"#, r#"{"a":[{"prefix":"x"}]}"#, Some(Events::More)),
            (
                r#"{"a":[{"anything-but":["x","y"]}]}"#,
                r#"{"a":[{"anything-but":["x"]}]}"#,
                Some(Events::More),
            ),
            (r#"{"a":["x","y"]}"#, r#"{"a":["y"]}"#, Some(Events::Fewer)),
            (r#"{"a":[{"exists":true}]}"#, r#"{"a":[1]}"#, Some(Events::Fewer)),
            (r#"{"a":["x"]}"#, r#"{"a":["y"]}"#, Some(Events::Other)),
            (r#"{"a":["x"]}"#, r#"{"b":["x"]}"#, Some(Events::Other)),
            // Nobody knows whether one of the elements of `l` that has `a` lacks `b`.
            (
                r#"{"l":{"a":[1],"b":[{"exists":false}]}}"#,
                r#"{"l":{"b":[{"exists":false}]}}"#,
                Some(Events::Other),
            ),
        ];
        for (before, after, expected) in cases {
            assert_eq!(compared(before, after).map(|(events, _)| events), expected, "{before} {after}");
        }
    }

    #[test]
    fn the_rows_are_of_the_keys_that_differ() {
        let (_, rows) =
            compared(r#"{"a":["x"],"b":[1],"c":[2]}"#, r#"{"a":["x","y"],"b":[1],"d":{"e":[3]}}"#).unwrap();
        let rows: Vec<(&str, String, String)> =
            rows.iter().map(|row| (&*row.key, row.removed.join(" "), row.added.join(" "))).collect();
        let row = |key, removed: &str, added: &str| (key, removed.to_owned(), added.to_owned());
        assert_eq!(
            rows,
            [row("pattern.a", "", "\"y\""), row("pattern.c", "2", ""), row("pattern.d.e", "", "3")]
        );
        let (_, rows) = compared(
            r#"{"$or":[{"a":[1],"b":[2]},{"a":[3],"b":[4]}]}"#,
            r#"{"$or":[{"a":[1],"b":[4]},{"a":[3],"b":[2]}]}"#,
        )
        .unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0].key, "pattern");
    }
}
