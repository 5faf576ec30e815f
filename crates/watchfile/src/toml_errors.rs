//! What the TOML parser reports, without what only follows from it.

use std::ops::Range;

use toml::de::{DeTable, DeValue, Error};

/// The errors with their places, one for each line. The parser goes on after an error: after a list or an inline
/// table that nobody closes, it takes the rest of the file for its content, and every line for an error.
pub(crate) fn first_causes(text: &str, mut errors: Vec<Error>) -> Vec<(Range<usize>, String)> {
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    let mut causes: Vec<(Range<usize>, String)> = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().trim().replace('\n', ", ");
        if causes.last().is_some_and(|(last, _)| line_start(text, last.start) == line_start(text, span.start))
        {
            continue;
        }
        match unclosed(&message).filter(|_| begins_anew(text, span.start)) {
            Some(what) => {
                causes.push((span, what.to_owned()));
                break;
            }
            None => causes.push((span, message)),
        }
    }
    causes
}

/// How the parser says that a key, or a table, stands twice.
pub(crate) const DUPLICATE: &str = "duplicate key";

/// The place of the key that the one at `second` repeats. The parser knows it and does not say; so the second gets a name
/// of its own, and what stands beside it under the old one is the first.
pub(crate) fn first_of(text: &str, second: &Range<usize>) -> Option<Range<usize>> {
    let key = text.get(second.clone())?.trim_matches(['"', '\'']);
    let renamed = format!("{}{RENAMED}{}", text.get(..second.start)?, text.get(second.end..)?);
    let (document, _) = DeTable::parse_recoverable(&renamed);
    beside_renamed(document.get_ref(), key)
}

/// No file has such a key.
const RENAMED: &str = "--the-second-one--";

fn beside_renamed(table: &DeTable<'_>, key: &str) -> Option<Range<usize>> {
    if table.keys().any(|name| name.get_ref() == RENAMED) {
        return table.keys().find(|name| name.get_ref() == key).map(toml::Spanned::span);
    }
    table.values().find_map(|value| within(value.get_ref(), key))
}

fn within(value: &DeValue<'_>, key: &str) -> Option<Range<usize>> {
    match value {
        DeValue::Table(table) => beside_renamed(table, key),
        DeValue::Array(items) => items.iter().find_map(|item| within(item.get_ref(), key)),
        _ => None,
    }
}

/// What is not closed, if the message can mean that.
fn unclosed(message: &str) -> Option<&'static str> {
    if message.starts_with("missing comma between array elements") {
        return Some("a list above is not closed: expected `]` before this line");
    }
    let table = ["missing key for inline table element", "missing comma between key-value pairs"];
    table
        .iter()
        .any(|start| message.starts_with(start))
        .then_some("an inline table above is not closed: expected `}` before this line")
}

/// Whether a line begins at the place that looks like `key = …` or `[header]`.
fn begins_anew(text: &str, at: usize) -> bool {
    let start = line_start(text, at);
    let line = text[start..].lines().next().unwrap_or_default();
    let is_key = |text: &str| {
        let text = text.trim();
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
    };
    let header = || line.trim_end().trim_start_matches('[').trim_end_matches(']');
    let first = text[start..at].trim().is_empty();
    first
        && (line.split_once('=').is_some_and(|(key, _)| is_key(key))
            || line.starts_with('[') && is_key(header()))
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_key_is_the_second_of_its_own_table() {
        let cases = [
            ("a = 1\na = 2\n", 0),
            ("a = 1\n\"a\" = 2\n", 0),
            ("[x]\na = 1\n[y]\na = 1\nx.a = 2\na = 3\n", 14),
            ("[[x]]\na = 1\n[[x]]\na = 1\nb = {a = 2}\na = 3\n", 18),
            ("b = {a = 1, c = {a = 2}, a = 3}\na = 4\n", 5),
            ("[x]\na = 1\n[x]\na = 2\n", 1),
        ];
        for (text, first) in cases {
            let (_, errors) = DeTable::parse_recoverable(text);
            let (second, message) = first_causes(text, errors).remove(0);
            assert_eq!(message, DUPLICATE, "{text}");
            let found = first_of(text, &second).map(|span| span.start);
            assert_eq!(found, Some(first), "{text}: {second:?}");
        }
    }
}
