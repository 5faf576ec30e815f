//! One entry of a field's list: a literal or an operator, typed.

mod address;
mod anything_but;
mod cidr;
mod folded;
mod make;
mod number;
mod numeric;
mod text;
mod wildcard;

use std::fmt;

pub use address::Address;
pub use anything_but::AnythingBut;
pub use cidr::Cidr;
pub use folded::Folded;
pub use number::Number;
pub use numeric::{Bound, Numeric};
pub use wildcard::Wildcard;

pub(crate) use cidr::CidrFault;
pub(crate) use number::comparable;
pub(crate) use text::write_json_string;
pub(crate) use wildcard::WildcardFault;

/// One entry of a field's list. [`Display`](fmt::Display) prints it as its JSON, [`FromStr`](std::str::FromStr) reads it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Candidate {
    /// A string, compared character by character.
    String(Box<str>),
    /// A string that is an IP address: every spelling of the address is accepted.
    Address(Address),
    /// `{"exactly": …}`: a string, compared character by character even if it is an address.
    Exactly(Box<str>),
    /// A number.
    Number(Number),
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
    /// `{"prefix": …}`
    Prefix(Box<str>),
    /// `{"prefix": {"equals-ignore-case": …}}`
    PrefixIgnoreCase(Folded),
    /// `{"suffix": …}`
    Suffix(Box<str>),
    /// `{"suffix": {"equals-ignore-case": …}}`
    SuffixIgnoreCase(Folded),
    /// `{"equals-ignore-case": …}`
    EqualsIgnoreCase(Folded),
    /// `{"wildcard": …}`
    Wildcard(Wildcard),
    /// `{"exists": …}`
    Exists(bool),
    /// `{"numeric": …}`
    Numeric(Numeric),
    /// `{"cidr": …}`
    Cidr(Cidr),
    /// `{"anything-but": …}`
    AnythingBut(AnythingBut),
}

impl Candidate {
    /// The text of a literal string: [`String`](Self::String), [`Address`](Self::Address) or
    /// [`Exactly`](Self::Exactly).
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) | Self::Exactly(text) => Some(text),
            Self::Address(address) => Some(address.text()),
            _ => None,
        }
    }

    /// Whether a field that holds the string `value` satisfies this candidate.
    pub fn matches_text(&self, value: &str) -> bool {
        self.matches_string(value.as_bytes())
    }

    /// [`matches_text`](Self::matches_text) on bytes that are known to be UTF-8.
    pub(crate) fn matches_string(&self, value: &[u8]) -> bool {
        match self {
            Self::String(text) | Self::Exactly(text) => text.as_bytes() == value,
            Self::Address(address) => address.contains_string(value),
            Self::Prefix(prefix) => text::starts_with(value, prefix),
            Self::PrefixIgnoreCase(folded) => folded.is_prefix(value),
            Self::Suffix(suffix) => text::ends_with(value, suffix),
            Self::SuffixIgnoreCase(folded) => folded.is_suffix(value),
            Self::EqualsIgnoreCase(folded) => folded.equals(value),
            Self::Wildcard(wildcard) => wildcard.matches(value),
            Self::Cidr(cidr) => cidr.contains_string(value),
            Self::AnythingBut(excluded) => excluded.admits_string(value),
            Self::Exists(wanted) => *wanted,
            Self::Number(_) | Self::True | Self::False | Self::Null | Self::Numeric(_) => false,
        }
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => write_json_string(f, text),
            Self::Address(address) => write_json_string(f, address.text()),
            Self::Exactly(text) => operator(f, "exactly", text),
            Self::Number(number) => write!(f, "{number}"),
            Self::True => f.write_str("true"),
            Self::False => f.write_str("false"),
            Self::Null => f.write_str("null"),
            Self::Prefix(text) => operator(f, "prefix", text),
            Self::PrefixIgnoreCase(folded) => nested(f, "prefix", folded),
            Self::Suffix(text) => operator(f, "suffix", text),
            Self::SuffixIgnoreCase(folded) => nested(f, "suffix", folded),
            Self::EqualsIgnoreCase(folded) => operator(f, "equals-ignore-case", folded.text()),
            Self::Wildcard(wildcard) => operator(f, "wildcard", wildcard.text()),
            Self::Exists(wanted) => write!(f, "{{\"exists\":{wanted}}}"),
            Self::Numeric(numeric) => write!(f, "{{\"numeric\":{numeric}}}"),
            Self::Cidr(cidr) => operator(f, "cidr", cidr.text()),
            Self::AnythingBut(excluded) => write!(f, "{{\"anything-but\":{excluded}}}"),
        }
    }
}

fn operator(f: &mut fmt::Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    write!(f, "{{\"{name}\":")?;
    write_json_string(f, text)?;
    f.write_str("}")
}

fn nested(f: &mut fmt::Formatter<'_>, name: &str, folded: &Folded) -> fmt::Result {
    write!(f, "{{\"{name}\":")?;
    operator(f, "equals-ignore-case", folded.text())?;
    f.write_str("}")
}
