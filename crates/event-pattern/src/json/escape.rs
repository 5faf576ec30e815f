//! Escapes in strings: checked, and decoded.

use super::fault::FaultKind;
use super::scanner::{Scanned, Scanner};

impl Scanner<'_> {
    /// At a backslash in a string: the place behind the escape.
    pub(super) fn escape(&self, at: usize) -> Scanned<usize> {
        match self.byte(at + 1) {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(at + 2),
            b'u' => match (at + 2..at + 6).find(|at| !self.byte(*at).is_ascii_hexdigit()) {
                None => Ok(at + 6),
                Some(at) => Self::fault(at, FaultKind::HexDigit),
            },
            _ => Self::fault(at + 1, FaultKind::Escape),
        }
    }
}

/// Appends the text of a string token, given without its quotes, to `decoded`. Half of a surrogate
/// pair becomes a question mark: so Java encodes it.
pub(crate) fn unescape(raw: &[u8], decoded: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        decoded.extend_from_slice(&rest[..at]);
        let escape = rest.get(at + 1).copied().unwrap_or_default();
        rest = rest.get(at + 2..).unwrap_or_default();
        match escape {
            b'b' => decoded.push(8),
            b'f' => decoded.push(12),
            b'n' => decoded.push(b'\n'),
            b'r' => decoded.push(b'\r'),
            b't' => decoded.push(b'\t'),
            b'u' => {
                let (letter, length) = unicode_escape(rest);
                decoded.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[length..];
            }
            byte => decoded.push(byte),
        }
    }
    decoded.extend_from_slice(rest);
}

/// The character behind `\u` and how many bytes its digits take.
fn unicode_escape(rest: &[u8]) -> (char, usize) {
    let first = hex(rest);
    if let 0xd800..0xdc00 = first
        && let Some(second) = rest.get(4..).and_then(|rest| rest.strip_prefix(b"\\u"))
        && let second @ 0xdc00..0xe000 = hex(second)
    {
        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (char::from_u32(code).expect("a pair of surrogates is a character"), 10);
    }
    (char::from_u32(first).unwrap_or('?'), rest.len().min(4))
}

fn hex(digits: &[u8]) -> u32 {
    digits.iter().take(4).fold(0, |code, digit| code << 4 | char::from(*digit).to_digit(16).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (raw, text) in [
            (r"a\n\u0041\/", "a\nA/"),
            (r"\ud83d\ude00", "😀"),
            (r"\ud83d\u0041\ud83d", "?A?"),
            (r"\ude00\\u0041", "?\\u0041"),
        ] {
            let mut decoded = Vec::new();
            unescape(raw.as_bytes(), &mut decoded);
            assert_eq!(String::from_utf8(decoded).unwrap(), text);
        }
    }
}
