//! `cidr`: blocks of IP addresses, compared as `address` says.

use super::address::{Bits, Hex, in_range};

/// What `{"cidr": …}` accepts.
#[derive(Clone, Debug, PartialEq)]
pub struct Cidr {
    text: Box<str>,
    low: Hex,
    high: Hex,
}

/// What is wrong with a CIDR block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CidrFault<'t> {
    NoSlash,
    MaskNotInteger,
    MaskNegative,
    /// The text has not the form of an address.
    NotAnAddress(&'t str),
    /// It has the form, but numbers are out of range or groups are missing.
    InvalidAddress(&'t str),
    MaskTooLongV4,
    MaskTooLongV6,
}

impl Cidr {
    pub(crate) fn new(text: &str) -> Result<Self, CidrFault<'_>> {
        // As Java splits: empty parts at the end do not count.
        let parts: Vec<&str> = text.trim_end_matches('/').split('/').collect();
        let [address, mask] = *parts else {
            return Err(CidrFault::NoSlash);
        };
        let digits = mask.strip_prefix(['+', '-']).unwrap_or(mask);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CidrFault::MaskNotInteger);
        }
        let digits = digits.trim_start_matches('0');
        if mask.starts_with('-') && !digits.is_empty() {
            return Err(CidrFault::MaskNegative);
        }
        let length: u32 = match digits {
            "" => 0,
            _ => digits.parse().unwrap_or(u32::MAX),
        };
        let Some(bits) = Bits::parse(address.as_bytes()) else {
            return Err(if has_form_of_address(address.as_bytes()) {
                CidrFault::InvalidAddress(address)
            } else {
                CidrFault::NotAnAddress(address)
            });
        };
        let (low, high) = match bits {
            Bits::V4(bits) => {
                let host = u32::MAX.checked_shr(length).ok_or(CidrFault::MaskTooLongV4)?;
                (Bits::V4(bits & !host), Bits::V4(bits | host))
            }
            Bits::V6(bits) => {
                let host = u128::MAX.checked_shr(length).ok_or(CidrFault::MaskTooLongV6)?;
                (Bits::V6(bits & !host), Bits::V6(bits | host))
            }
        };
        Ok(Self { text: text.into(), low: low.hex(), high: high.hex() })
    }

    /// The block as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn contains_string(&self, value: &[u8]) -> bool {
        Bits::parse(value).is_some_and(|bits| self.contains_hex(bits.hex().digits()))
    }

    /// As [`Address::contains_hex`].
    pub(crate) fn contains_hex(&self, text: &[u8]) -> bool {
        in_range(self.low.digits(), self.high.digits(), text)
    }

    /// The lowest and the highest address in hexadecimal.
    pub(crate) fn hex(&self) -> (&[u8], &[u8]) {
        (self.low.digits(), self.high.digits())
    }
}

/// The two expressions by which the service tells addresses from names.
fn has_form_of_address(text: &[u8]) -> bool {
    let v4 = text.split(|byte| *byte == b'.').count() == 4
        && text
            .split(|byte| *byte == b'.')
            .all(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
    let v6 = text.contains(&b':') && text.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b':');
    v4 || v6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_compare_hexadecimal_text() {
        let private = Cidr::new("10.0.0.77/8").unwrap();
        assert!(private.contains_string(b"10.255.0.1"));
        assert!(private.contains_string(b"a00::1"));
        assert!(!private.contains_string(b"11.0.0.1"));
        assert!(Cidr::new("10.0.0.1/0").unwrap().contains_hex(b"1"));
        assert!(Cidr::new("::/0").unwrap().contains_string(b"1.2.3.4"));
    }

    #[test]
    fn masks() {
        assert!(Cidr::new("10.0.0.0/+8").is_ok());
        assert!(Cidr::new("10.0.0.0/08/").is_ok());
        for (text, fault) in [
            ("10.0.0.0", CidrFault::NoSlash),
            ("10.0.0.0/", CidrFault::NoSlash),
            ("10.0.0.0/8/8", CidrFault::NoSlash),
            ("10.0.0.0/x", CidrFault::MaskNotInteger),
            ("10.0.0.0/-1", CidrFault::MaskNegative),
            ("/8", CidrFault::NotAnAddress("")),
            ("10.0.0/8", CidrFault::NotAnAddress("10.0.0")),
            ("10.0.0.256/8", CidrFault::InvalidAddress("10.0.0.256")),
            ("1:2/8", CidrFault::InvalidAddress("1:2")),
            ("10.0.0.0/32", CidrFault::MaskTooLongV4),
            ("::/128", CidrFault::MaskTooLongV6),
            ("::/99999999999999", CidrFault::MaskTooLongV6),
        ] {
            assert_eq!(Cidr::new(text), Err(fault), "{text}");
        }
    }
}
