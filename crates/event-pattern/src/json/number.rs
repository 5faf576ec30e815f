//! Numbers, eight bytes at a time.

#![allow(
    clippy::inline_always,
    reason = "patterns call it too, which else keeps it out of the loop over an event"
)]

use super::fault::{Digit, FaultKind};
use super::scanner::{Scanned, Scanner};

impl Scanner<'_> {
    /// At a minus sign or a digit.
    #[inline(always)]
    pub(crate) fn number(&self, at: usize) -> Scanned<usize> {
        let start = at + usize::from(self.byte(at) == b'-');
        let mut end = self.digits(start);
        if end == start {
            return Self::fault(start, FaultKind::Digit(Digit::BehindMinus));
        }
        if end > start + 1 && self.byte(start) == b'0' {
            return Self::fault(start + 1, FaultKind::LeadingZero);
        }
        if self.byte(end) == b'.' {
            let places = end + 1;
            end = self.digits(places);
            if end == places {
                return Self::fault(end, FaultKind::Digit(Digit::BehindPoint));
            }
        }
        if let b'e' | b'E' = self.byte(end) { self.power(end + 1) } else { Ok(end) }
    }

    #[cold]
    fn power(&self, at: usize) -> Scanned<usize> {
        let start = if let b'+' | b'-' = self.byte(at) { at + 1 } else { at };
        let end = self.digits(start);
        if end == start { Self::fault(start, FaultKind::Digit(Digit::InExponent)) } else { Ok(end) }
    }

    /// The place of the first byte from `at` on that is not a digit.
    #[inline]
    fn digits(&self, at: usize) -> usize {
        let mut end = at;
        while let Some(word) = self.bytes().get(end..).and_then(|rest| rest.first_chunk()) {
            let count = leading_digits(u64::from_le_bytes(*word));
            end += count;
            if count < word.len() {
                return end;
            }
        }
        while self.byte(end).is_ascii_digit() {
            end += 1;
        }
        end
    }
}

/// How many of the eight bytes, from the lowest on, are digits before another one comes.
#[inline]
fn leading_digits(word: u64) -> usize {
    const EACH: u64 = u64::MAX / 255;
    // Digits become 0 to 9. What is larger gets a highest bit, and may spoil only bytes behind it.
    let values = word ^ (EACH * 0x30);
    let others = (values.wrapping_add(EACH * (0x80 - 10)) | values) & (EACH * 0x80);
    others.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_up_to_any_other_byte() {
        for other in 0..=u8::MAX {
            for (place, behind) in (0..8).flat_map(|place| [0, b'0', 0xff].map(|behind| (place, behind))) {
                let mut word = *b"90817263";
                word[place] = other;
                word[place + 1..].fill(behind);
                let expected = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
                assert_eq!(leading_digits(u64::from_le_bytes(word)), expected, "{word:?}");
            }
        }
    }
}
