//! JSON token by token over bytes that are known to be UTF-8. Everything is checked, nothing built.

use std::ops::Range;

use super::MAX_DEPTH;
use crate::error::EventError;

pub(super) struct Scanner<'e> {
    bytes: &'e [u8],
    pub(super) at: usize,
}

/// A string token.
pub(super) struct Text {
    /// With its quotes.
    pub(super) range: Range<usize>,
    pub(super) escaped: bool,
}

type Scanned<T> = Result<T, EventError>;

impl<'e> Scanner<'e> {
    pub(super) fn new(bytes: &'e [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn bytes(&self) -> &'e [u8] {
        self.bytes
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The next byte that is not white space.
    #[inline]
    pub(super) fn skip_space(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                byte => return byte,
            }
        }
    }

    pub(super) fn fault(&self, what: &'static str) -> EventError {
        let what = if self.at < self.bytes.len() { what } else { "the event ends too early" };
        EventError { what, offset: self.at }
    }

    /// At a quote.
    #[inline]
    pub(super) fn string(&mut self) -> Scanned<Text> {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        loop {
            self.at += plain_length(&self.bytes[self.at..]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Text { range: start..self.at, escaped });
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(self.fault("control character in a string")),
            }
        }
    }

    fn escape(&mut self) -> Scanned<()> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(self.fault("`\\u` without four hexadecimal digits"));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.fault("unknown escape")),
        }
        Ok(())
    }

    /// At a minus sign or a digit.
    pub(super) fn number(&mut self) -> Scanned<Range<usize>> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.fault("number with a leading zero"));
        }
        Ok(start..self.at)
    }

    fn digits(&mut self) -> Scanned<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("digit expected")) } else { Ok(()) }
    }

    /// `true`, `false` or `null`.
    pub(super) fn word(&mut self, word: &'static [u8]) -> Scanned<()> {
        for byte in word {
            if self.peek() != Some(*byte) {
                return Err(self.fault("value expected"));
            }
            self.at += 1;
        }
        Ok(())
    }

    /// Between a name and its value: the first byte of the value.
    #[inline]
    pub(super) fn colon(&mut self) -> Scanned<Option<u8>> {
        if self.skip_space() != Some(b':') {
            return Err(self.fault("`:` expected"));
        }
        self.at += 1;
        Ok(self.skip_space())
    }

    /// A name, after white space.
    #[inline]
    pub(super) fn name(&mut self) -> Scanned<Text> {
        match self.skip_space() {
            Some(b'"') => self.string(),
            _ => Err(self.fault("name in quotes expected")),
        }
    }

    /// A string, number or word whose first byte is at hand.
    #[inline]
    fn skip_scalar(&mut self, byte: Option<u8>) -> Scanned<()> {
        match byte {
            Some(b'"') => self.string().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number().map(drop),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => Err(self.fault("value expected")),
        }
    }

    /// A value of any kind whose first byte is at hand, inside of `depth` objects and arrays.
    /// `open` is scratch: whether each open container is an object.
    pub(super) fn skip_value(&mut self, byte: Option<u8>, depth: usize, open: &mut Vec<bool>) -> Scanned<()> {
        open.clear();
        let mut byte = byte;
        loop {
            match byte {
                Some(bracket @ (b'{' | b'[')) => {
                    let is_object = bracket == b'{';
                    if depth + open.len() >= MAX_DEPTH {
                        return Err(self.too_deep());
                    }
                    self.at += 1;
                    let first = self.skip_space();
                    if first == Some(if is_object { b'}' } else { b']' }) {
                        self.at += 1;
                    } else {
                        open.push(is_object);
                        byte = if is_object { self.member()? } else { first };
                        continue;
                    }
                }
                byte => self.skip_scalar(byte)?,
            }
            // Behind a value: close what ends here, or go on to the next one.
            loop {
                let Some(is_object) = open.last().copied() else {
                    return Ok(());
                };
                match (self.skip_space(), is_object) {
                    (Some(b','), true) => {
                        self.at += 1;
                        byte = self.member()?;
                        break;
                    }
                    (Some(b','), false) => {
                        self.at += 1;
                        byte = self.skip_space();
                        break;
                    }
                    (Some(b'}'), true) | (Some(b']'), false) => {
                        self.at += 1;
                        open.pop();
                    }
                    _ => return Err(self.fault("`,` or a closing bracket expected")),
                }
            }
        }
    }

    pub(super) fn too_deep(&self) -> EventError {
        EventError { what: "nested more than 1024 deep", offset: self.at }
    }

    fn member(&mut self) -> Scanned<Option<u8>> {
        self.name()?;
        self.colon()
    }
}

/// How many bytes come before the first quote, backslash or control character.
#[inline]
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let mut length = 0;
    let mut rest = bytes;
    // Eight bytes at a time. The lowest marked byte is exact, and only that is used.
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        let quotes = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslashes = below(word ^ (ONES * u64::from(b'\\')), 1);
        let marked = (below(word, 0x20) | quotes | backslashes) & HIGHS;
        if marked != 0 {
            return length + (marked.trailing_zeros() / 8) as usize;
        }
        length += 8;
        rest = tail;
    }
    length
        + rest.iter().position(|byte| *byte < 0x20 || *byte == b'"' || *byte == b'\\').unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_at_the_first_special_byte() {
        for special in [b'"', b'\\', 0, 0x1f] {
            for length in 0..20 {
                let mut text = vec![b'\x7f'; length];
                text.push(special);
                text.extend_from_slice(b"\"\\ \x01\xff\xff\xff\xff\xff");
                assert_eq!(plain_length(&text), length);
            }
        }
        assert_eq!(plain_length("ä€😀 !#[]".as_bytes()), "ä€😀 !#[]".len());
    }
}
