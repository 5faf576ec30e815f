//! Number literals and the rule which numbers can be compared by value.

use std::fmt::{self, Write as _};

/// A number of a pattern, with the text it was written as.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    text: Box<str>,
    value: Option<f64>,
}

impl Number {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.into(), value: comparable(text.as_bytes()) }
    }

    /// The number as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value, if the text is the exact shortest decimal of a binary64 number. Other numbers
    /// (9007199254740993, 1e309) only match the same integer text.
    pub fn value(&self) -> Option<f64> {
        self.value
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The value of a JSON number if its decimal text survives a round trip through binary64.
pub(crate) fn comparable(text: &[u8]) -> Option<f64> {
    let written = Decimal::read(text);
    let text = std::str::from_utf8(text).ok()?;
    let value: f64 = text.parse().ok()?;
    if written.is_zero() {
        return Some(0.0);
    }
    if !value.is_finite() || value == 0.0 {
        return None;
    }
    // Every decimal of up to 15 digits in the normal range comes back unchanged.
    if written.digits().count() <= 15 && (1e-290..1e290).contains(&value.abs()) {
        return Some(value);
    }
    let mut shortest = Shortest::default();
    write!(shortest, "{value:e}").expect("the shortest form of a binary64 has at most 24 bytes");
    let shortest = Decimal::read(shortest.as_bytes());
    (written.exponent == shortest.exponent && written.digits().eq(shortest.digits())).then_some(value)
}

/// A decimal number as its digits without outer zeros, and the power of ten of the first digit.
struct Decimal<'t> {
    /// The significant digits with at most one point between them.
    mantissa: &'t [u8],
    exponent: i64,
}

impl<'t> Decimal<'t> {
    fn read(text: &'t [u8]) -> Self {
        let text = text.strip_prefix(b"-").unwrap_or(text);
        let (mantissa, power) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => (&text[..at], read_power(&text[at + 1..])),
            None => (text, 0),
        };
        let point = mantissa.iter().position(|byte| *byte == b'.').unwrap_or(mantissa.len());
        let significant = |byte: &u8| (b'1'..=b'9').contains(byte);
        let Some(first) = mantissa.iter().position(significant) else {
            return Self { mantissa: &[], exponent: 0 };
        };
        let last = mantissa.iter().rposition(significant).expect("there is a first significant digit");
        let (first_, point_) = (saturate(first), saturate(point));
        let place = if first < point { point_ - first_ - 1 } else { point_ - first_ };
        Self { mantissa: &mantissa[first..=last], exponent: power.saturating_add(place) }
    }

    fn is_zero(&self) -> bool {
        self.mantissa.is_empty()
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.mantissa.iter().copied().filter(|byte| *byte != b'.')
    }
}

fn saturate(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn read_power(text: &[u8]) -> i64 {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let size = digits
        .iter()
        .fold(0_i64, |size, digit| size.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    if negative { -size } else { size }
}

/// A buffer on the stack for the shortest form of a binary64.
#[derive(Default)]
struct Shortest {
    bytes: [u8; 32],
    length: usize,
}

impl Shortest {
    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

impl fmt::Write for Shortest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparable_numbers_survive_binary64() {
        for (text, value) in [
            ("0", 0.0),
            ("-0.0e99999999999999999999", 0.0),
            ("300", 300.0),
            ("3.0e2", 300.0),
            ("0.00300e5", 300.0),
            ("9007199254740992", 9_007_199_254_740_992.0),
            ("1e23", 1e23),
            ("5e-324", 5e-324),
            ("1.7976931348623157e308", f64::MAX),
        ] {
            assert_eq!(comparable(text.as_bytes()), Some(value), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_not_comparable() {
        for text in [
            "9007199254740993",
            "1.0000000000000001",
            "1e309",
            "1e-400",
            "4.9e-324",
            "12345678901234567890",
            "1e99999999999999999999",
        ] {
            assert_eq!(comparable(text.as_bytes()), None, "{text}");
        }
    }
}
