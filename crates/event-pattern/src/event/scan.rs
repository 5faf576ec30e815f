//! JSON token by token. Everything is checked, nothing built.

use super::MAX_DEPTH;
use super::bits::{self, WINDOW};
use crate::error::EventError;

/// Reads the tokens of one event.
pub(super) struct Scanner<'e> {
    bytes: &'e [u8],
    /// See [`bits::mark_stops`].
    stops: &'e [u64],
    pub(super) at: usize,
}

/// A string token.
#[derive(Clone, Copy)]
pub(super) struct Text {
    /// The first byte behind the opening quote.
    pub(super) start: usize,
    /// The closing quote.
    pub(super) end: usize,
    pub(super) escaped: bool,
}

type Scanned<T> = Result<T, EventError>;

/// What stands in for the byte behind the last one. No token has it outside of strings.
pub(super) const END: u8 = 0;

impl<'e> Scanner<'e> {
    /// `stops` are those of `bytes`.
    pub(super) fn new(bytes: &'e [u8], stops: &'e [u64]) -> Self {
        Self { bytes, stops, at: 0 }
    }

    pub(super) fn bytes(&self) -> &'e [u8] {
        self.bytes
    }

    #[inline]
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(END)
    }

    /// The next byte that is not white space.
    #[inline]
    pub(super) fn skip_space(&mut self) -> u8 {
        let byte = self.peek();
        if byte > b' ' { byte } else { self.skip_more_space() }
    }

    #[cold]
    fn skip_more_space(&mut self) -> u8 {
        while let b' ' | b'\n' | b'\r' | b'\t' = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    #[cold]
    pub(super) fn fault(&self, what: &'static str) -> EventError {
        let what = if self.at < self.bytes.len() { what } else { "the event ends too early" };
        EventError { what, offset: self.at }
    }

    /// Whether all has been read.
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// At a quote.
    #[inline]
    pub(super) fn string(&mut self) -> Scanned<Text> {
        let start = self.at + 1;
        self.at = start + bits::distance(self.stops, start);
        if self.peek() == b'"' {
            let end = self.at;
            self.at += 1;
            return Ok(Text { start, end, escaped: false });
        }
        self.string_from(start)
    }

    /// The rest of a string that is long or has escapes.
    #[cold]
    #[inline(never)]
    fn string_from(&mut self, start: usize) -> Scanned<Text> {
        let mut escaped = false;
        loop {
            match self.peek() {
                b'"' => {
                    let end = self.at;
                    self.at += 1;
                    return Ok(Text { start, end, escaped });
                }
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                0..0x20 => return Err(self.fault("control character in a string")),
                _ => {}
            }
            self.at += bits::distance(self.stops, self.at);
        }
    }

    fn escape(&mut self) -> Scanned<()> {
        self.at += 1;
        match self.peek() {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
            b'u' => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_ascii_hexdigit() {
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
    #[inline]
    pub(super) fn number(&mut self) -> Scanned<()> {
        match self.bytes.get(self.at..).and_then(|rest| rest.first_chunk()).and_then(short_number) {
            Some(length) => {
                self.at += length;
                Ok(())
            }
            None => self.any_number(),
        }
    }

    #[cold]
    #[inline(never)]
    fn any_number(&mut self) -> Scanned<()> {
        if self.peek() == b'-' {
            self.at += 1;
        }
        match self.peek() {
            b'0' => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == b'.' {
            self.at += 1;
            self.digits()?;
        }
        if let b'e' | b'E' = self.peek() {
            self.at += 1;
            if let b'+' | b'-' = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        if self.peek().is_ascii_digit() {
            return Err(self.fault("number with a leading zero"));
        }
        Ok(())
    }

    fn digits(&mut self) -> Scanned<()> {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("digit expected")) } else { Ok(()) }
    }

    /// `true`, `false` or `null`.
    #[inline]
    pub(super) fn word(&mut self, word: &'static [u8]) -> Scanned<()> {
        if self.bytes.get(self.at..self.at + word.len()) == Some(word) {
            self.at += word.len();
            return Ok(());
        }
        self.at +=
            word.iter().zip(&self.bytes[self.at..]).take_while(|(wanted, byte)| wanted == byte).count();
        Err(self.fault("value expected"))
    }

    /// Between a name and its value: the first byte of the value.
    #[inline]
    pub(super) fn colon(&mut self) -> Scanned<u8> {
        if self.skip_space() != b':' {
            return Err(self.fault("`:` expected"));
        }
        self.at += 1;
        Ok(self.skip_space())
    }

    /// A name, after white space.
    #[inline]
    pub(super) fn name(&mut self) -> Scanned<Text> {
        match self.skip_space() {
            b'"' => self.string(),
            _ => Err(self.fault("name in quotes expected")),
        }
    }

    /// A string, number or word whose first byte is at hand.
    #[inline]
    fn skip_scalar(&mut self, byte: u8) -> Scanned<()> {
        match byte {
            b'"' => self.string().map(drop),
            b'-' | b'0'..=b'9' => self.number(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => Err(self.fault("value expected")),
        }
    }

    /// A value of any kind whose first byte is at hand, inside of `depth` objects and arrays.
    /// `open` is scratch: whether each container around the innermost is an object.
    #[inline]
    pub(super) fn skip_value(&mut self, byte: u8, depth: usize, open: &mut Vec<bool>) -> Scanned<()> {
        if let b'{' | b'[' = byte { self.skip_container(byte, depth, open) } else { self.skip_scalar(byte) }
    }

    fn skip_container(&mut self, bracket: u8, depth: usize, open: &mut Vec<bool>) -> Scanned<()> {
        open.clear();
        let mut byte = bracket;
        let mut in_object = false;
        let mut around = 0;
        loop {
            if let b'{' | b'[' = byte {
                if depth + around >= MAX_DEPTH {
                    return Err(self.too_deep());
                }
                open.push(in_object);
                around += 1;
                in_object = byte == b'{';
                self.at += 1;
                let first = self.skip_space();
                if first != if in_object { b'}' } else { b']' } {
                    byte = if in_object { self.member()? } else { first };
                    continue;
                }
            } else {
                self.skip_scalar(byte)?;
            }
            // Behind a value: close what ends here, or go on to the next one.
            loop {
                match (self.skip_space(), in_object) {
                    (b',', true) => {
                        self.at += 1;
                        byte = self.member()?;
                        break;
                    }
                    (b',', false) => {
                        self.at += 1;
                        byte = self.skip_space();
                        break;
                    }
                    (b'}', true) | (b']', false) => {
                        self.at += 1;
                        around -= 1;
                        in_object = open.pop().unwrap_or_default();
                        if around == 0 {
                            return Ok(());
                        }
                    }
                    _ => return Err(self.fault("`,` or a closing bracket expected")),
                }
            }
        }
    }

    #[cold]
    pub(super) fn too_deep(&self) -> EventError {
        EventError { what: "nested more than 1024 deep", offset: self.at }
    }

    #[inline]
    fn member(&mut self) -> Scanned<u8> {
        self.name()?;
        self.colon()
    }
}

/// The length of a number that ends within the window and has no exponent.
#[inline]
fn short_number(window: &[u8; WINDOW]) -> Option<usize> {
    let digits = u64::from(bits::digits(window));
    let run = |from: usize| (!(digits >> from)).trailing_zeros() as usize;
    let start = usize::from(window[0] == b'-');
    let whole = run(start);
    if whole == 0 || window[start] == b'0' && whole > 1 {
        return None;
    }
    let mut end = start + whole;
    if *window.get(end)? == b'.' {
        let places = run(end + 1);
        end += 1 + places;
        if places == 0 {
            return None;
        }
    }
    (!matches!(window.get(end)?, b'e' | b'E')).then_some(end)
}
