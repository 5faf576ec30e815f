//! Ignore-case text: `equals-ignore-case`, alone or under `prefix` and `suffix`.

/// A text whose letters accept their lower and upper case.
///
/// The service folds the pattern, one UTF-16 unit at a time, and compares the event as it is: `ß`
/// accepts `ß` and `SS` but not `ss`, and a character outside the basic plane becomes `??`.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    text: Box<str>,
    units: Box<[Unit]>,
}

/// The spellings of one UTF-16 unit. Neither of two different spellings starts or ends with the
/// other, so a text can be read from either end without looking back.
#[derive(Clone, Debug, PartialEq)]
struct Unit {
    lower: Box<[u8]>,
    upper: Box<[u8]>,
}

impl Folded {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.into(), units: text.encode_utf16().map(Unit::new).collect() }
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn equals(&self, value: &[u8]) -> bool {
        self.strip_prefix(value, 0) == Some((value.len(), self.units.len()))
    }

    /// As with plain prefixes, the closing quote of the value may be part of the prefix.
    pub(crate) fn is_prefix(&self, value: &[u8]) -> bool {
        self.strip_prefix(value, 1).is_some_and(|(at, units)| {
            units == self.units.len() || at == value.len() && self.units[units..] == [Unit::quote()]
        })
    }

    /// As with plain suffixes, the opening quote of the value may be part of the suffix.
    pub(crate) fn is_suffix(&self, value: &[u8]) -> bool {
        let mut rest = value;
        for (at, unit) in self.units.iter().enumerate().rev() {
            match unit.strip_suffix(rest) {
                Some(shorter) => rest = shorter,
                None => return at == 0 && rest.is_empty() && *unit == Unit::quote(),
            }
        }
        true
    }

    /// How many bytes of the value and how many units agree; `None` if more than `spare` units at
    /// the end stay without counterpart.
    fn strip_prefix(&self, value: &[u8], spare: usize) -> Option<(usize, usize)> {
        let mut rest = value;
        for (at, unit) in self.units.iter().enumerate() {
            match unit.strip_prefix(rest) {
                Some(shorter) => rest = shorter,
                None if self.units.len() - at <= spare => {
                    return Some((value.len() - rest.len(), at));
                }
                None => return None,
            }
        }
        Some((value.len() - rest.len(), self.units.len()))
    }
}

impl Unit {
    fn new(unit: u16) -> Self {
        // Half of a surrogate pair: Java encodes it as a question mark.
        let letter = char::from_u32(u32::from(unit)).unwrap_or('?');
        Self {
            lower: letter.to_lowercase().collect::<String>().into_bytes().into(),
            upper: letter.to_uppercase().collect::<String>().into_bytes().into(),
        }
    }

    fn quote() -> Self {
        Self::new(u16::from(b'"'))
    }

    fn strip_prefix<'v>(&self, value: &'v [u8]) -> Option<&'v [u8]> {
        value.strip_prefix(&*self.lower).or_else(|| value.strip_prefix(&*self.upper))
    }

    fn strip_suffix<'v>(&self, value: &'v [u8]) -> Option<&'v [u8]> {
        value.strip_suffix(&*self.lower).or_else(|| value.strip_suffix(&*self.upper))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_starts_or_ends_with_the_other() {
        for unit in 0..=u16::MAX {
            let Unit { lower, upper } = Unit::new(unit);
            if lower != upper {
                assert!(!lower.starts_with(&upper) && !upper.starts_with(&lower), "{unit:x}");
                assert!(!lower.ends_with(&upper) && !upper.ends_with(&lower), "{unit:x}");
            }
        }
    }

    #[test]
    fn the_pattern_is_folded_and_the_event_is_not() {
        for (text, accepted, refused) in [
            ("Straße", &["straße", "STRASSE"][..], &["strasse"][..]),
            ("K", &["k", "K"], &["\u{212a}"]),
            ("İ", &["İ", "i\u{307}"], &["i"]),
            ("😀", &["??"], &["😀"]),
        ] {
            let folded = Folded::new(text);
            for value in accepted {
                assert!(folded.equals(value.as_bytes()), "{text} {value}");
            }
            for value in refused {
                assert!(!folded.equals(value.as_bytes()), "{text} {value}");
            }
        }
    }

    #[test]
    fn the_quotes_around_the_value_may_be_part_of_prefix_and_suffix() {
        assert!(Folded::new("AB\"").is_prefix(b"ab"));
        assert!(!Folded::new("AB\"").is_prefix(b"abc"));
        assert!(Folded::new("\"AB").is_suffix(b"ab"));
        assert!(!Folded::new("\"AB").is_suffix(b"cab"));
        assert!(Folded::new("AB").is_prefix(b"abc"));
        assert!(Folded::new("BC").is_suffix(b"abc"));
        assert!(Folded::new("").is_suffix(b""));
    }
}
