//! A file's keys and values with their places, read from tokens: also of a file that is no TOML yet.

use toml_parser::Source;

use crate::part::{Part, Place, Role};
use crate::reader::Reader;

/// A file as far as it can be read.
pub(crate) struct Document<'a> {
    pub(crate) text: &'a str,
    pub(crate) parts: Vec<Part>,
}

impl<'a> Document<'a> {
    pub(crate) fn read(text: &'a str) -> Document<'a> {
        let mut reader = Reader::new(text);
        Source::new(text).lex().for_each(|token| reader.step(&token));
        Document { text, parts: reader.parts }
    }

    /// The part that has this byte.
    pub(crate) fn at(&self, offset: usize) -> Option<&Part> {
        self.parts.iter().find(|part| part.span.contains(&offset))
    }

    /// The strings, each with the path to it.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&Part, &'a str)> {
        let texts = self.parts.iter().filter(|part| part.role == Role::Text);
        texts.map(|part| (part, &self.text[part.inner.clone()]))
    }
}

/// Where a cursor in front of this byte is; nothing where nothing can be written.
pub(crate) fn place(text: &str, offset: usize) -> Option<Place> {
    let mut reader = Reader::new(text);
    for token in Source::new(text).lex() {
        let span = token.span().start()..token.span().end();
        if span.start >= offset {
            break;
        }
        let parts = reader.parts.len();
        reader.step(&token);
        if span.end < offset {
            continue;
        }
        let has_part = reader.parts.len() > parts;
        let Some(part) = reader.parts.last().filter(|_| has_part) else { continue };
        let is_closed = part.role == Role::Text && part.inner.end < part.span.end;
        if is_closed && offset > part.inner.end || part.role == Role::Text && offset < part.inner.start {
            return None;
        }
        let path = match part.role {
            Role::Key | Role::Header => &part.path[..part.path.len() - 1],
            _ => &part.path,
        };
        // Behind an open string is what stood there before somebody typed it.
        let end = if part.role == Role::Text && !is_closed { offset } else { part.inner.end };
        let written = part.inner.start..end;
        return Some(Place { role: part.role, path: path.to_vec(), written, table: part.table });
    }
    reader.gap(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the cursor.
    fn at(text: &str) -> Option<(Role, String, String)> {
        let offset = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        let place = place(&text, offset)?;
        Some((place.role, place.path.join("/"), text[place.written].to_owned()))
    }

    #[test]
    fn a_cursor_knows_where_it_is() {
        let cases = [
            ("ti|tle = 1", Role::Key, "", "title"),
            ("|", Role::Key, "", ""),
            ("a = 1\n|\nb = 2", Role::Key, "", ""),
            ("[pattern]\n|", Role::Key, "pattern", ""),
            ("[pattern]\ndetail.|", Role::Key, "pattern/detail", ""),
            ("[pattern]\ndetail.ev|\nx = 1", Role::Key, "pattern/detail", "ev"),
            ("[pattern]\ndetail.eventName = [\"De|\"]", Role::Text, "pattern/detail/eventName", "De"),
            ("[pattern]\nsource = [\"aws.s3\", |]", Role::Value, "pattern/source", ""),
            ("severity = |", Role::Value, "severity", ""),
            ("severity = \"|", Role::Text, "severity", ""),
            ("severity = hi|gh", Role::Value, "severity", "high"),
            ("m = '''\nab|c'''", Role::Text, "m", "abc"),
            ("a = { b = \"x|\" }", Role::Text, "a/b", "x"),
            ("a = [{ b = 1 }, { |", Role::Key, "a/[]", ""),
            ("\"$or\" = [{ b = 1 }, { |", Role::Key, "$or", ""),
            ("[[te|", Role::Header, "", "te"),
            ("[test.|]", Role::Header, "test", ""),
            ("x = 1 # allow: br|", Role::Comment, "", "# allow: br"),
            // Not closed yet.
            ("channels = [\"sec\n[pattern]\nsource = [\"aws.|\"]", Role::Text, "pattern/source", "aws."),
            ("channels = [\nmessage = \"x|\"", Role::Text, "message", "x"),
            ("[pattern]\r\ndetail.userIdentity.|\r\n", Role::Key, "pattern/detail/userIdentity", ""),
            ("é = '😀|'", Role::Text, "é", "😀"),
        ];
        for (text, role, path, written) in cases {
            assert_eq!(at(text), Some((role, path.to_owned(), written.to_owned())), "{text}");
        }
        for text in ["title = \"x\" |", "title |", "title = \"x\"|", "[a] |", "x = |\"a\""] {
            let found = at(text);
            assert!(
                found.is_none() || found.as_ref().unwrap().2.is_empty() && text.contains("= |"),
                "{text} {found:?}"
            );
        }
    }

    #[test]
    fn any_text_can_be_read_at_any_place() {
        let text = include_str!("../../../watchers/s3-bucket-deleted.toml");
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let document = Document::read(&text[..end]);
            assert!(
                document
                    .parts
                    .iter()
                    .all(|part| part.span.contains(&part.inner.start) || part.inner.is_empty())
            );
            place(&text[..end], end);
        }
        for text in [
            "\"",
            "'''",
            "[[[",
            "]]]",
            "{{{",
            "}}}",
            "= = =",
            "a.b.c",
            "...",
            "[a.\"b",
            "\u{1F600} = [",
            "x = [[1, {",
            "\"\"\"",
        ] {
            for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                place(text, offset);
            }
            Document::read(text);
        }
    }
}
