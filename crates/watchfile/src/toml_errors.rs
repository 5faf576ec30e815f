//! What the TOML parser reports, without what only follows from it.

use std::ops::Range;

use toml::de::Error;

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
