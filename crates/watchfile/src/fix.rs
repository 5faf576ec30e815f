//! A fix of a finding: edits of the file's text, which leave everything else byte for byte as it is, comments and layout
//! too. Editors, SARIF and diffs want edits; none of them knows TOML.

use std::ops::Range;

use toml_parser::lexer::TokenKind;

/// What repairs a finding, where there is one right answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does: ``write `DeleteBucket` ``.
    pub title: String,
    /// Changes of the finding's own file. They do not overlap, and stand in the order of the file.
    pub edits: Vec<Edit>,
}

/// A change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub span: Range<usize>,
    /// What comes in their place.
    pub text: String,
}

impl Fix {
    /// Writes `right` in the place of the name `wrong`, which stands at `span`: as a key, as a string, or as a part of
    /// one. None if it is not written there as it is, or more than once.
    pub(crate) fn rename(text: &str, span: &Range<usize>, wrong: &str, right: &str) -> Option<Fix> {
        if wrong.is_empty() || !is_plain(right) {
            return None;
        }
        let at = place_of(text, span, wrong)?;
        let edit = Edit { span: at..at + wrong.len(), text: right.to_owned() };
        if !is_quoted(text, &edit.span) && !right.bytes().all(is_of_name) {
            return None;
        }
        Some(Fix { title: format!("write `{right}`"), edits: vec![edit] })
    }

    /// Takes the quotes from a key that is written in them.
    pub(crate) fn unquote(text: &str, span: &Range<usize>, key: &str) -> Option<Fix> {
        let written = text.get(span.clone())?;
        let is_quoted = [format!("\"{key}\""), format!("'{key}'")].iter().any(|it| it == written);
        // A number or a word of TOML is as bare as a key.
        let is_bare = key.split('.').all(|part| !part.is_empty() && part.bytes().all(is_of_name));
        let edit = Edit { span: span.clone(), text: key.to_owned() };
        (is_quoted && is_bare)
            .then(|| Fix { title: format!("write `{key}` without quotes"), edits: vec![edit] })
    }

    /// Moves the key with its value above the first header, with the comments on its lines.
    pub(crate) fn move_above_headers(text: &str, span: &Range<usize>, key: &str) -> Option<Fix> {
        let statement = statement(text, span)?.lines;
        // A dotted key or one in quotes is of another table, or more than it seems.
        let moved = text[statement.clone()].trim_start();
        if !moved.strip_prefix(key)?.trim_start().starts_with('=') {
            return None;
        }
        let end = end_of_keys(text)?;
        let line = if text[..end].ends_with('\n') || end == 0 { "" } else { "\n" };
        let text = format!("{line}{}\n", moved.trim_end());
        let moved = [Edit { span: end..end, text }, Edit { span: statement, text: String::new() }];
        Some(Fix { title: format!("move `{key}` above the headers"), edits: moved.into() })
    }
}

/// Fixes of one text that can be made together.
#[derive(Clone, Debug, Default)]
pub struct Together {
    /// The edits of all of them.
    pub edits: Vec<Edit>,
    /// How many fixes they are of.
    pub fixes: usize,
}

impl Together {
    /// Takes one more, unless it wants to change what another one changes: of two the first counts, and the other is found
    /// again.
    pub fn add(&mut self, fix: &Fix) {
        let overlaps = |edit: &Edit| self.edits.iter().any(|other| overlap(edit, other));
        // Two findings can have the same answer.
        if fix.edits.iter().all(|edit| self.edits.contains(edit)) {
            self.fixes += 1;
        } else if !fix.edits.iter().any(overlaps) {
            self.edits.extend(fix.edits.iter().cloned());
            self.fixes += 1;
        }
    }
}

/// Whether one of them changes what the other one does. Insertions at one place go one behind the other.
fn overlap(one: &Edit, other: &Edit) -> bool {
    one.span.start < other.span.end && other.span.start < one.span.end
}

/// The text with the edits made; none if two of them overlap, or one is not of this text.
pub fn apply<'a>(text: &str, edits: impl IntoIterator<Item = &'a Edit>) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut edited = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        edited.push_str(text.get(at..edit.span.start)?);
        text.get(edit.span.clone())?;
        edited.push_str(&edit.text);
        at = edit.span.end;
    }
    edited.push_str(text.get(at..)?);
    Some(edited)
}

/// Whether a text needs no escapes, in TOML, in JSON within TOML, in a template or in a path.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| is_of_name(b) || b" .:/*()+,".contains(&b))
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-".contains(&byte)
}

/// Whether what stands at `span` is within a string.
fn is_quoted(text: &str, span: &Range<usize>) -> bool {
    let string = |kind| {
        matches!(
            kind,
            TokenKind::LiteralString
                | TokenKind::BasicString
                | TokenKind::MlLiteralString
                | TokenKind::MlBasicString
        )
    };
    let mut tokens = toml_parser::Source::new(text).lex();
    tokens.any(|token| {
        string(token.kind()) && token.span().start() < span.start && span.end <= token.span().end()
    })
}

/// Where the name begins: where the place does, perhaps behind a quote; else where it stands alone in the place; else
/// before the place on its line, as a part of a dotted key.
fn place_of(text: &str, span: &Range<usize>, name: &str) -> Option<usize> {
    let is_word = |at: &usize| {
        let (before, behind) = (text[..*at].bytes().next_back(), text[at + name.len()..].bytes().next());
        [before, behind].into_iter().flatten().all(|byte| !is_of_name(byte))
    };
    let start = span.start + usize::from(text[span.start..].starts_with(['"', '\'']));
    if text.get(start..)?.starts_with(name) && is_word(&start) {
        return Some(start);
    }
    let only = |found: &mut dyn Iterator<Item = usize>| {
        let first = found.next();
        first.filter(|_| found.next().is_none())
    };
    let place = text.get(span.clone())?;
    let within = &mut place.match_indices(name).map(|(at, _)| span.start + at).filter(is_word);
    if place.contains(name) {
        return only(within);
    }
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let dotted = format!("{name}.");
    let before = text.get(line..span.start)?.match_indices(&*dotted).map(|(at, _)| line + at);
    only(&mut before.filter(is_word))
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// From the beginning of its first line to that of the next statement's first.
    pub(crate) lines: Range<usize>,
    /// The comments on these lines.
    pub(crate) comments: Vec<Range<usize>>,
}

/// Where the last key above the first header ends; none if there is no header.
fn end_of_keys(text: &str) -> Option<usize> {
    let (mut end, mut depth, mut has_code) = (0, 0_usize, false);
    for token in toml_parser::Source::new(text).lex() {
        match token.kind() {
            TokenKind::Newline if depth == 0 => {
                if has_code {
                    end = token.span().end();
                }
                has_code = false;
            }
            TokenKind::Comment | TokenKind::Whitespace | TokenKind::Newline | TokenKind::Eof => {}
            kind => {
                if !has_code && depth == 0 && kind == TokenKind::LeftSquareBracket {
                    return Some(end);
                }
                has_code = true;
                depth = deeper(depth, kind);
            }
        }
    }
    None
}

fn deeper(depth: usize, kind: TokenKind) -> usize {
    match kind {
        TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth + 1,
        TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth.saturating_sub(1),
        _ => depth,
    }
}

/// The statement whose key, or whose key's last part, stands at this place; none if it is a part of another one.
pub(crate) fn statement(text: &str, key: &Range<usize>) -> Option<Statement> {
    let (mut start, mut depth, mut has_code, mut holds_key, mut is_value) = (0, 0_usize, false, false, false);
    let mut comments = Vec::new();
    for token in toml_parser::Source::new(text).lex() {
        let span = token.span().start()..token.span().end();
        match token.kind() {
            TokenKind::Newline | TokenKind::Eof if depth == 0 => {
                if holds_key {
                    return Some(Statement { lines: start..span.end, comments });
                }
                comments.clear();
                (start, has_code, is_value) = (span.end, false, false);
            }
            TokenKind::Comment => comments.push(span),
            TokenKind::Whitespace | TokenKind::Newline | TokenKind::Eof => {}
            kind => {
                let is_header = !has_code && kind == TokenKind::LeftSquareBracket;
                holds_key |= span == *key && !is_value;
                is_value |= kind == TokenKind::Equals || is_header;
                has_code = true;
                depth = deeper(depth, kind);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_where_it_is_written() {
        let cases = [
            ("a = \"x\"", 4..7, "x", "yz", Some("a = \"yz\"")),
            ("titel = 1", 0..5, "titel", "title", Some("title = 1")),
            ("\"titel\" = 1", 0..7, "titel", "title", Some("\"title\" = 1")),
            // The place of a byte within a string.
            ("a = '{{bukket}} b'", 7..8, "bukket", "bucket", Some("a = '{{bucket}} b'")),
            ("p = '{\"n\": [\"Delet\"]}'", 5..19, "Delet", "Delete", Some("p = '{\"n\": [\"Delete\"]}'")),
            ("detail.user.type = 1", 12..20, "user", "userIdentity", Some("detail.userIdentity.type = 1")),
            // A bare key cannot hold every name; an escape hides the name; it stands there twice; a part of a word.
            ("titel = 1", 0..5, "titel", "a title", None),
            ("a = \"\\u0078\"", 4..12, "x", "y", None),
            ("a = [\"b x\", \"x\"]", 4..16, "x", "y", None),
            ("a = [\"xx\"]", 4..10, "x", "y", None),
            ("a = \"x\"", 4..7, "x", "a\"b", None),
        ];
        for (text, span, wrong, right, expected) in cases {
            let fixed = Fix::rename(text, &span, wrong, right).and_then(|fix| apply(text, &fix.edits));
            assert_eq!(fixed.as_deref(), expected, "{text}: {wrong} to {right}");
        }
    }

    #[test]
    fn a_statement_is_found_by_its_key() {
        let text = "a = 1 # x\n\n[t]\nb.c = [ # y\n  1,\n]\n# z\nd = { e = 1 }";
        let cases = [
            (0..1, Some(("a = 1 # x\n", vec!["# x"]))),
            (17..18, Some(("b.c = [ # y\n  1,\n]\n", vec!["# y"]))),
            (38..39, Some(("d = { e = 1 }", vec![]))),
            // A header, a part of an inline table, and a value.
            (12..13, None),
            (44..45, None),
            (4..5, None),
        ];
        for (key, expected) in cases {
            let found = statement(text, &key);
            let found = found.map(|it| {
                (&text[it.lines], it.comments.into_iter().map(|span| &text[span]).collect::<Vec<_>>())
            });
            assert_eq!(found, expected, "{}", &text[key]);
        }
    }

    #[test]
    fn only_edits_of_the_text_that_do_not_overlap_are_made() {
        let edit = |span: Range<usize>, text: &str| Edit { span, text: text.to_owned() };
        let cases = [
            (vec![edit(2..3, "C"), edit(0..1, "A")], Some("AbC")),
            (vec![edit(1..1, "x"), edit(1..2, "")], Some("axc")),
            (vec![edit(0..2, ""), edit(1..3, "")], None),
            (vec![edit(2..4, "")], None),
            (vec![Edit { span: Range { start: 2, end: 1 }, text: String::new() }], None),
        ];
        for (edits, expected) in cases {
            assert_eq!(apply("abc", &edits).as_deref(), expected, "{edits:?}");
        }
        assert_eq!(apply("é", &[edit(1..2, "")]), None, "half a character");
    }
}
