//! The tokens of JSON. Everything is checked, nothing built.
//!
//! Each function takes the place where a token starts and returns the place behind it, so places
//! stay in registers.

use super::bits::{self, WINDOW};
use crate::error::EventError;

/// The text of one event.
#[derive(Clone, Copy)]
pub(super) struct Scanner<'e> {
    bytes: &'e [u8],
    /// See [`bits::mark_stops`].
    stops: &'e [u64],
}

/// Boxed, so that results fit into registers.
pub(super) type Scanned<T> = Result<T, Box<EventError>>;

/// What stands in for the byte behind the last one. No token has it outside of strings.
pub(super) const END: u8 = 0;

impl<'e> Scanner<'e> {
    /// `stops` are those of `bytes`.
    pub(super) fn new(bytes: &'e [u8], stops: &'e [u64]) -> Self {
        Self { bytes, stops }
    }

    pub(super) fn bytes(&self) -> &'e [u8] {
        self.bytes
    }

    #[inline]
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(END)
    }

    /// The place of the next byte that is not white space.
    #[inline]
    pub(super) fn skip_space(&self, at: usize) -> usize {
        if self.byte(at) > b' ' { at } else { self.skip_more_space(at) }
    }

    #[cold]
    fn skip_more_space(&self, mut at: usize) -> usize {
        while let b' ' | b'\n' | b'\r' | b'\t' = self.byte(at) {
            at += 1;
        }
        at
    }

    #[cold]
    pub(super) fn fault<T>(&self, at: usize, what: &'static str) -> Scanned<T> {
        let what = if at < self.bytes.len() { what } else { "the event ends too early" };
        Err(Box::new(EventError { what, offset: at }))
    }

    #[cold]
    pub(super) fn too_deep<T>(at: usize) -> Scanned<T> {
        Err(Box::new(EventError { what: "nested more than 1024 deep", offset: at }))
    }

    /// At a quote. Also whether there are escapes.
    #[inline]
    pub(super) fn string(&self, at: usize) -> Scanned<(usize, bool)> {
        let start = at + 1;
        let end = start + bits::distance(self.stops, start);
        if self.byte(end) == b'"' { Ok((end + 1, false)) } else { self.string_from(end) }
    }

    /// The rest of a string that is long or has escapes.
    #[cold]
    fn string_from(&self, mut at: usize) -> Scanned<(usize, bool)> {
        let mut escaped = false;
        loop {
            match self.byte(at) {
                b'"' => return Ok((at + 1, escaped)),
                b'\\' => {
                    escaped = true;
                    at = self.escape(at)?;
                }
                0..0x20 => return self.fault(at, "control character in a string"),
                _ => {}
            }
            at += bits::distance(self.stops, at);
        }
    }

    fn escape(&self, at: usize) -> Scanned<usize> {
        match self.byte(at + 1) {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(at + 2),
            b'u' => match (at + 2..at + 6).find(|at| !self.byte(*at).is_ascii_hexdigit()) {
                None => Ok(at + 6),
                Some(at) => self.fault(at, "`\\u` without four hexadecimal digits"),
            },
            _ => self.fault(at + 1, "unknown escape"),
        }
    }

    /// At a minus sign or a digit.
    #[inline]
    pub(super) fn number(&self, at: usize) -> Scanned<usize> {
        match self.bytes.get(at..).and_then(|rest| rest.first_chunk()).and_then(short_number) {
            Some(length) => Ok(at + length),
            None => self.any_number(at),
        }
    }

    #[cold]
    fn any_number(&self, mut at: usize) -> Scanned<usize> {
        if self.byte(at) == b'-' {
            at += 1;
        }
        at = if self.byte(at) == b'0' { at + 1 } else { self.digits(at)? };
        if self.byte(at) == b'.' {
            at = self.digits(at + 1)?;
        }
        if let b'e' | b'E' = self.byte(at) {
            at += 1;
            if let b'+' | b'-' = self.byte(at) {
                at += 1;
            }
            at = self.digits(at)?;
        }
        if self.byte(at).is_ascii_digit() { self.fault(at, "number with a leading zero") } else { Ok(at) }
    }

    fn digits(&self, at: usize) -> Scanned<usize> {
        let mut end = at;
        while self.byte(end).is_ascii_digit() {
            end += 1;
        }
        if end == at { self.fault(at, "digit expected") } else { Ok(end) }
    }

    /// `true`, `false` or `null`.
    #[inline]
    pub(super) fn word<const N: usize>(&self, at: usize, word: &[u8; N]) -> Scanned<usize> {
        match self.bytes.get(at..).and_then(|rest| rest.first_chunk::<N>()) {
            Some(found) if found == word => Ok(at + N),
            _ => self.wrong_word(at, word),
        }
    }

    #[cold]
    fn wrong_word(&self, at: usize, word: &[u8]) -> Scanned<usize> {
        let same = word.iter().zip(&self.bytes[at..]).take_while(|(wanted, byte)| wanted == byte).count();
        self.fault(at + same, "value expected")
    }

    /// Between a name and its value: the place of the value.
    #[inline]
    pub(super) fn colon(&self, at: usize) -> Scanned<usize> {
        let at = self.skip_space(at);
        if self.byte(at) == b':' { Ok(self.skip_space(at + 1)) } else { self.fault(at, "`:` expected") }
    }

    /// The place of a name, behind white space.
    #[inline]
    pub(super) fn name(&self, at: usize) -> Scanned<usize> {
        let at = self.skip_space(at);
        if self.byte(at) == b'"' { Ok(at) } else { self.fault(at, "name in quotes expected") }
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
