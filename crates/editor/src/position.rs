//! Lines and characters, as editors count them, and bytes of a text.

use std::ops::Range;

/// What an editor counts within a line. LSP's default is UTF-16.
/// <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#positionEncodingKind>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Code units of UTF-16: an emoji is two.
    #[default]
    Utf16,
}

/// A place of a text, both numbers from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// What the [`Encoding`] counts within the line.
    pub character: u32,
}

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'a> Lines<'a> {
    /// The lines of a text. They end with `\n`, `\r\n` or `\r`, as in LSP.
    pub fn new(text: &'a str, encoding: Encoding) -> Lines<'a> {
        let bytes = text.as_bytes();
        let is_end = |at: &usize| match bytes[*at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let ends = (0..bytes.len()).filter(is_end).map(|at| at + 1);
        Lines { text, starts: std::iter::once(0).chain(ends).collect(), encoding }
    }

    /// The byte of a place. What is behind a line's end is its end, what is behind the text is the text's end.
    pub fn offset(&self, position: Position) -> usize {
        let Some(&start) = self.starts.get(position.line as usize) else { return self.text.len() };
        let end = self.starts.get(position.line as usize + 1).copied().unwrap_or(self.text.len());
        let line = self.text[start..end].trim_end_matches(['\r', '\n']);
        let mut left = position.character as usize;
        for (at, c) in line.char_indices() {
            let size = self.size(c);
            // In the middle of a character: before it.
            if left < size {
                return start + at;
            }
            left -= size;
        }
        start + line.len()
    }

    /// The place of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset];
        let character = before.chars().map(|c| self.size(c)).sum::<usize>();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(character) }
    }

    /// The bytes between two places.
    pub fn range(&self, start: Position, end: Position) -> Range<usize> {
        let start = self.offset(start);
        start..self.offset(end).max(start)
    }

    fn size(&self, c: char) -> usize {
        match self.encoding {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_bytes_belong_together() {
        let text = "aé\r\n😀b\rc\n";
        let cases = [
            (Encoding::Utf16, 0, 2, 3),
            (Encoding::Utf16, 0, 9, 3),
            (Encoding::Utf16, 1, 0, 5),
            (Encoding::Utf16, 1, 1, 5),
            (Encoding::Utf16, 1, 2, 9),
            (Encoding::Utf16, 1, 3, 10),
            (Encoding::Utf8, 0, 3, 3),
            (Encoding::Utf8, 1, 4, 9),
            (Encoding::Utf8, 2, 0, 11),
            (Encoding::Utf8, 3, 0, 13),
            (Encoding::Utf8, 9, 0, 13),
        ];
        for (encoding, line, character, offset) in cases {
            let lines = Lines::new(text, encoding);
            assert_eq!(lines.offset(Position { line, character }), offset, "{encoding:?} {line}:{character}");
        }
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = Lines::new(text, encoding);
            for (at, c) in text.char_indices().filter(|(_, c)| !c.is_control()) {
                assert_eq!(lines.offset(lines.position(at)), at, "{c}");
            }
        }
        assert_eq!(Lines::new("", Encoding::Utf8).position(7), Position { line: 0, character: 0 });
    }
}
