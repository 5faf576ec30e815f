//! Fixes that the lints share: of values, statements and the sources of a pattern.

use event_pattern::Candidate;

use crate::fix::{Edit, Fix, statement};
use crate::table::Span;
use crate::watcher_file::WatcherFile;

/// Takes the quotes from all values of a path, if every one is such a text.
pub(super) fn without_quotes(
    file: &WatcherFile,
    path: &str,
    candidates: &[Candidate],
    is_meant: fn(&str) -> bool,
) -> Option<Fix> {
    let edits = candidates.iter().map(|candidate| {
        let text = candidate.as_str().filter(|text| is_meant(text))?;
        let span = place(file, path, candidate)?;
        let written = &file.source.text[span.clone()];
        let is_quoted = [format!("\"{text}\""), format!("'{text}'")].iter().any(|it| it == written);
        is_quoted.then(|| Edit { span, text: text.to_owned() })
    });
    Some(Fix { title: "write it without quotes".to_owned(), edits: edits.collect::<Option<_>>()? })
}

/// Puts all values of a path into quotes, if every one is a number as it stands, `true` or `false`.
pub(super) fn in_quotes(file: &WatcherFile, path: &str, candidates: &[Candidate]) -> Option<Fix> {
    let edits = candidates.iter().map(|candidate| {
        let is_plain = matches!(candidate, Candidate::Number(_) | Candidate::True | Candidate::False);
        let span = place(file, path, candidate).filter(|_| is_plain)?;
        let written = &file.source.text[span.clone()];
        // `1_000` and `0x10` may be meant for another text.
        let is_as_meant = written.bytes().all(|b| b.is_ascii_digit()) || ["true", "false"].contains(&written);
        is_as_meant.then(|| Edit { text: format!("\"{written}\""), span })
    });
    Some(Fix { title: "write it in quotes".to_owned(), edits: edits.collect::<Option<_>>()? })
}

/// Where a candidate of a path stands, if it does just once.
fn place(file: &WatcherFile, path: &str, candidate: &Candidate) -> Option<Span> {
    let mut leaves = file.places.pattern.at(path);
    let leaf = leaves.next().filter(|_| leaves.next().is_none())?;
    let mut values = leaf.values.iter().filter(|(value, _)| value == candidate);
    let (_, span) = values.next().filter(|_| values.next().is_none())?;
    Some(span.clone())
}

/// Removes the key that stands at this place with its value. A comment behind it, or within it, stays on a line of its own.
pub(super) fn remove_key(text: &str, key: &Span, title: String) -> Option<Fix> {
    let statement = statement(text, key)?;
    let indent: String =
        text[statement.lines.start..].chars().take_while(|c| c.is_whitespace() && *c != '\n').collect();
    let comments = statement.comments.iter().map(|span| format!("{indent}{}\n", &text[span.clone()]));
    Some(Fix { title, edits: vec![Edit { span: statement.lines.clone(), text: comments.collect() }] })
}
