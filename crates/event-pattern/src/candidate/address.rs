//! IP addresses: literals that accept every spelling.
//!
//! The service compares upper-case hexadecimal text, eight digits for IPv4 and 32 for IPv6. Hence
//! a range of one family also accepts addresses of the other, and even plain numbers, whose
//! leading digits fall inside it. We do as it does.

/// A string literal that is an IP address.
#[derive(Clone, Debug, PartialEq)]
pub struct Address {
    text: Box<str>,
    hex: Hex,
}

impl Address {
    /// `None` if the text is not an address.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let bits = Bits::parse(text.as_bytes())?;
        Some(Self { text: text.into(), hex: bits.hex() })
    }

    /// The address as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn contains_string(&self, value: &[u8]) -> bool {
        Bits::parse(value).is_some_and(|bits| self.contains_hex(bits.hex().digits()))
    }

    /// `text` is an address in hexadecimal or the text of a number.
    pub(crate) fn contains_hex(&self, text: &[u8]) -> bool {
        in_range(self.hex.digits(), self.hex.digits(), text)
    }

    /// The hexadecimal form: the same for every spelling.
    pub(crate) fn hex(&self) -> &[u8] {
        self.hex.digits()
    }
}

/// Reads hexadecimal digits until one lies strictly inside the range, or all are on its edge.
pub(super) fn in_range(low: &[u8], high: &[u8], text: &[u8]) -> bool {
    let (mut on_low, mut on_high) = (true, true);
    for (at, (low, high)) in low.iter().zip(high).enumerate() {
        let Some(digit @ (b'0'..=b'9' | b'A'..=b'F')) = text.get(at) else {
            return false;
        };
        if on_low && digit < low || on_high && digit > high {
            return false;
        }
        on_low &= digit == low;
        on_high &= digit == high;
        if !on_low && !on_high {
            return true;
        }
    }
    true
}

/// An address as hexadecimal text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hex {
    digits: [u8; 32],
    length: usize,
}

impl Hex {
    pub(super) fn digits(&self) -> &[u8] {
        &self.digits[..self.length]
    }
}

#[derive(Clone, Copy)]
pub(super) enum Bits {
    V4(u32),
    V6(u128),
}

impl Bits {
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        match text.iter().find(|byte| !byte.is_ascii_hexdigit())? {
            b'.' => parse_v4(text).map(Self::V4),
            b':' => {
                let bits = parse_v6(text)?;
                // IPv4-mapped addresses become IPv4.
                Some(match u32::try_from(bits ^ (0xffff << 32)) {
                    Ok(v4) => Self::V4(v4),
                    Err(_) => Self::V6(bits),
                })
            }
            _ => None,
        }
    }

    pub(super) fn hex(self) -> Hex {
        let (bits, length) = match self {
            Self::V4(bits) => (u128::from(bits) << 96, 8),
            Self::V6(bits) => (bits, 32),
        };
        let mut digits = [0; 32];
        for (at, digit) in digits.iter_mut().enumerate().take(length) {
            let nibble = usize::try_from(bits >> (124 - 4 * at) & 0xf).expect("four bits");
            *digit = b"0123456789ABCDEF"[nibble];
        }
        Hex { digits, length }
    }
}

/// Four decimal numbers, leading zeros allowed, in at most 15 characters.
fn parse_v4(text: &[u8]) -> Option<u32> {
    if text.len() > 15 {
        return None;
    }
    let mut address = 0;
    let mut parts = 0;
    for part in text.split(|byte| *byte == b'.') {
        if part.is_empty() || !part.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let number = part
            .iter()
            .try_fold(0_u32, |number, digit| number.checked_mul(10)?.checked_add(u32::from(digit - b'0')))?;
        address = address << 8 | u8::try_from(number).ok().map(u32::from)?;
        parts += 1;
    }
    (parts == 4).then_some(address)
}

/// Eight groups of hexadecimal digits, or fewer around one `::`; leading zeros allowed.
fn parse_v6(text: &[u8]) -> Option<u128> {
    if !text.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b':') {
        return None;
    }
    let Some(gap) = text.windows(2).position(|pair| pair == b"::") else {
        let (bits, groups) = parse_groups(text)?;
        return (groups == 8).then_some(bits);
    };
    let (before, before_groups) = parse_optional_groups(&text[..gap])?;
    let (after, after_groups) = parse_optional_groups(&text[gap + 2..])?;
    if before_groups + after_groups > 7 {
        return None;
    }
    let shift = 16 * (8 - before_groups);
    Some(before.checked_shl(shift).unwrap_or(0) | after)
}

fn parse_optional_groups(text: &[u8]) -> Option<(u128, u32)> {
    if text.is_empty() { Some((0, 0)) } else { parse_groups(text) }
}

/// A second `::` shows as an empty group.
fn parse_groups(text: &[u8]) -> Option<(u128, u32)> {
    let mut bits = 0;
    let mut groups = 0;
    for group in text.split(|byte| *byte == b':') {
        let zeros = group.iter().take_while(|digit| **digit == b'0').count();
        let digits = std::str::from_utf8(&group[zeros..]).ok()?;
        let number = match digits {
            "" if zeros == 0 => return None,
            "" => 0,
            _ => u16::from_str_radix(digits, 16).ok()?,
        };
        groups += 1;
        if groups > 8 {
            return None;
        }
        bits = bits << 16 | u128::from(number);
    }
    Some((bits, groups))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_address_is_the_same() {
        for (literal, accepted, refused) in [
            (
                "2001:db8::1",
                &["2001:DB8:0:0:0:0:0:1", "2001:db8::00001"][..],
                &["2001:db8::2", "2001:db8:::1", "[2001:db8::1]"][..],
            ),
            (
                "10.0.0.1",
                &["10.0.0.1", "010.0.0.1", "::ffff:a00:1"],
                &["10.0.0.2", "::ffff:10.0.0.1", "10.0.1", "0000010.0.0.00001"],
            ),
        ] {
            let address = Address::new(literal).unwrap();
            for value in accepted {
                assert!(address.contains_string(value.as_bytes()), "{literal} {value}");
            }
            for value in refused {
                assert!(!address.contains_string(value.as_bytes()), "{literal} {value}");
            }
        }
    }
}
