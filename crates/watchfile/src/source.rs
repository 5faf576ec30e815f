//! A file's text, and where a byte of it stands.

use std::ops::Range;

/// A file that was read, with its path as people see it: relative to the project.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// The path, with `/`.
    pub path: String,
    /// The text.
    pub text: String,
}

impl Source {
    /// Line and column of a byte, both from 1; the column counts characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..floor(&self.text, offset)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The bytes of the file for a byte of a TOML string's value. `span` is the string as it stands in the file,
    /// quotes included.
    pub(crate) fn within(&self, span: &Range<usize>, offset: usize) -> Range<usize> {
        let written = &self.text[span.clone()];
        let at = span.start + offset_in_string(written, offset);
        let end = self.text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        at..end.min(span.end).max(at)
    }
}

/// The largest character boundary that is not behind `offset`.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Where in a string as written, quotes included, the byte of its value stands: escapes are longer than what they
/// stand for, and the first line break of a multi-line string is not part of it.
fn offset_in_string(written: &str, offset: usize) -> usize {
    let quotes = if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
    let mut at = quotes;
    if quotes == 3 {
        at +=
            if written[at..].starts_with("\r\n") { 2 } else { usize::from(written[at..].starts_with('\n')) };
    }
    let end = written.len().saturating_sub(quotes).max(at);
    if written.starts_with('\'') {
        return floor(written, (at + offset).min(end));
    }
    let mut value = 0;
    while at < end && value < offset {
        let rest = &written[at..end];
        let (raw, len) = escape(rest).unwrap_or_else(|| {
            let len = rest.chars().next().map_or(1, char::len_utf8);
            (len, len)
        });
        at += raw;
        value += len;
    }
    at.min(end)
}

/// Length as written and length in the value of the escape that `rest` begins with.
fn escape(rest: &str) -> Option<(usize, usize)> {
    let escaped = rest.strip_prefix('\\')?.chars().next()?;
    let digits = match escaped {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        // A backslash at the end of a line removes all white space up to the next text.
        c if c.is_whitespace() => {
            return Some((rest.len() - rest[1..].trim_start().len(), 0));
        }
        c => return Some((1 + c.len_utf8(), 1)),
    };
    let len =
        rest.get(2..2 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32)?;
    Some((2 + digits, len.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_of_a_value_is_found_in_the_file() {
        let cases = [
            ("'{{x}}'", 2, 3),
            ("\"{{x}}\"", 2, 3),
            (r#""a\"b\u00e9c""#, 3, 5),
            (r#""a\"b\u00e9c""#, 5, 11),
            ("'''\n{{x}}'''", 2, 6),
            ("\"\"\"\r\nab\"\"\"", 1, 6),
            ("\"\"\"a\\\n   b\"\"\"", 1, 4),
            ("'ab'", 99, 3),
        ];
        for (written, offset, expected) in cases {
            assert_eq!(offset_in_string(written, offset), expected, "{written} {offset}");
        }
    }

    #[test]
    fn positions_count_from_one_in_characters() {
        let source = Source { path: String::new(), text: "é1\nab\n".to_owned() };
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(2), (1, 2));
        assert_eq!(source.position(5), (2, 2));
        assert_eq!(source.position(99), (3, 1));
    }
}
