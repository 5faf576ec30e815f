//! The tokens of JSON. Everything is checked, nothing built.
//!
//! Each function takes the place where a token starts and returns the place behind it, so places
//! stay in registers.

use super::fault::{Fault, FaultKind};

/// A text that is read from its start to its end.
pub(crate) struct Scanner<'e> {
    bytes: &'e [u8],
    /// The places from here on where strings may end; see [`Stops`](super::Stops).
    stops: &'e [u32],
}

/// A name and a scalar without escapes or white space.
pub(crate) struct PlainMember {
    /// The place of the name's closing quote. The value starts two bytes behind it.
    pub(crate) close: usize,
    /// The place behind the value.
    pub(crate) behind: usize,
    /// Whether the next name starts one byte behind that.
    pub(crate) follows: bool,
}

/// Boxed, so that results fit into registers.
pub(crate) type Scanned<T> = Result<T, Box<Fault>>;

/// What stands in for the byte behind the last one. No token has it outside of strings.
const END: u8 = 0;

impl<'e> Scanner<'e> {
    /// `stops` are those of `bytes`.
    pub(crate) fn new(bytes: &'e [u8], stops: &'e [u32]) -> Self {
        Self { bytes, stops }
    }

    pub(crate) fn bytes(&self) -> &'e [u8] {
        self.bytes
    }

    #[inline]
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(END)
    }

    /// The place of the next byte that is not white space.
    #[inline]
    pub(crate) fn skip_space(&self, at: usize) -> usize {
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
    pub(crate) fn fault<T>(at: usize, kind: FaultKind) -> Scanned<T> {
        Err(Box::new(Fault { kind, at }))
    }

    /// At a quote: the place behind the string, and whether there are escapes.
    #[inline]
    pub(crate) fn string(&mut self, at: usize) -> Scanned<(usize, bool)> {
        self.pass_stops(at);
        if let [_, close, rest @ ..] = self.stops
            && self.byte(*close as usize) == b'"'
        {
            self.stops = rest;
            return Ok((*close as usize + 1, false));
        }
        self.string_with_escapes(at + 1)
    }

    /// The rest of a string. Whoever gets here has seen an escape or will see a fault.
    #[cold]
    fn string_with_escapes(&mut self, mut at: usize) -> Scanned<(usize, bool)> {
        let mut escaped = false;
        loop {
            self.pass_stops(at);
            at = self.stops.first().map_or(self.bytes.len(), |stop| *stop as usize);
            match self.byte(at) {
                b'"' => {
                    self.pass_stops(at + 1);
                    return Ok((at + 1, escaped));
                }
                b'\\' => at = self.escape(at)?,
                _ => return Self::fault(at, FaultKind::Control),
            }
            escaped = true;
        }
    }

    /// Passes the stops before `at`: white space between tokens has some.
    #[inline]
    pub(crate) fn pass_stops(&mut self, at: usize) {
        while let [first, rest @ ..] = self.stops
            && (*first as usize) < at
        {
            self.stops = rest;
        }
    }

    /// At a name whose value is a scalar, without escapes or white space: passes both. The next stop is
    /// the name's opening quote.
    #[inline]
    pub(crate) fn plain_member(&mut self) -> Option<PlainMember> {
        let [_, close, rest @ ..] = self.stops else {
            return None;
        };
        let close = *close as usize;
        let [quote, colon, first, _] = self.word_at(close)?;
        if (quote, colon) != (b'"', b':') {
            return None;
        }
        let (behind, rest) = if first == b'"' {
            let [_, end, rest @ ..] = rest else {
                return None;
            };
            let end = *end as usize;
            if self.byte(end) != b'"' {
                return None;
            }
            (end + 1, rest)
        } else {
            (self.plain_scalar(close + 2, first)?, rest)
        };
        self.stops = rest;
        let follows = self.bytes.get(behind..behind + 2) == Some(b",\"");
        Some(PlainMember { close, behind, follows })
    }

    /// The place behind a number or word that starts with `first`.
    #[inline(never)]
    fn plain_scalar(&self, at: usize, first: u8) -> Option<usize> {
        match first {
            b'-' | b'0'..=b'9' => self.number(at).ok(),
            b't' => self.word(at, b"true").ok(),
            b'f' => self.word(at, b"false").ok(),
            b'n' => self.word(at, b"null").ok(),
            _ => None,
        }
    }

    /// Four bytes, if there are.
    #[inline]
    fn word_at(&self, at: usize) -> Option<[u8; 4]> {
        self.bytes.get(at..at + 4)?.try_into().ok()
    }

    /// `true`, `false` or `null`.
    #[inline]
    pub(crate) fn word<const N: usize>(&self, at: usize, word: &[u8; N]) -> Scanned<usize> {
        match self.bytes.get(at..).and_then(|rest| rest.first_chunk::<N>()) {
            Some(found) if found == word => Ok(at + N),
            _ => self.wrong_word(at, word),
        }
    }

    #[cold]
    fn wrong_word(&self, at: usize, word: &[u8]) -> Scanned<usize> {
        let same = word.iter().zip(&self.bytes[at..]).take_while(|(wanted, byte)| wanted == byte).count();
        Self::fault(at + same, FaultKind::Value)
    }

    /// Between a name and its value: the place of the value.
    #[inline]
    pub(crate) fn colon(&self, at: usize) -> Scanned<usize> {
        let at = self.skip_space(at);
        if self.byte(at) == b':' { Ok(self.skip_space(at + 1)) } else { Self::fault(at, FaultKind::Colon) }
    }

    /// The place of a name, behind white space.
    #[inline]
    pub(crate) fn name(&self, at: usize) -> Scanned<usize> {
        let at = self.skip_space(at);
        if self.byte(at) == b'"' { Ok(at) } else { Self::fault(at, FaultKind::Name) }
    }
}
