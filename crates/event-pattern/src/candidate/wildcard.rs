//! `wildcard`: `*` stands for any bytes, `\*` and `\\` for themselves.

/// A wildcard, cut at its stars.
#[derive(Clone, Debug, PartialEq)]
pub struct Wildcard {
    text: Box<str>,
    /// What stands before, between and behind the stars, unescaped; one more than stars.
    segments: Box<[Box<[u8]>]>,
}

/// What is wrong with a wildcard, with the byte position in its quoted form as the service counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WildcardFault {
    Consecutive(usize),
    Escape(usize),
}

impl Wildcard {
    pub(crate) fn new(text: &str) -> Result<Self, WildcardFault> {
        let bytes = text.as_bytes();
        let mut segments = Vec::new();
        let mut segment = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            match (bytes[at], bytes.get(at + 1)) {
                (b'*', Some(b'*')) => return Err(WildcardFault::Consecutive(at + 1)),
                (b'*', _) => segments.push(std::mem::take(&mut segment).into_boxed_slice()),
                (b'\\', Some(escaped @ (b'*' | b'\\'))) => {
                    segment.push(*escaped);
                    at += 1;
                }
                (b'\\', _) => return Err(WildcardFault::Escape(at + 1)),
                (byte, _) => segment.push(byte),
            }
            at += 1;
        }
        segments.push(segment.into_boxed_slice());
        Ok(Self { text: text.into(), segments: segments.into_boxed_slice() })
    }

    /// The wildcard as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn segments(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.segments.iter().map(|segment| &**segment)
    }

    /// Takes each inner segment at its first place, which never loses a match, so the time is
    /// linear in the value.
    pub(crate) fn matches(&self, value: &[u8]) -> bool {
        let [first, inner @ .., last] = &*self.segments else {
            return *self.segments[0] == *value;
        };
        let Some(rest) = value.strip_prefix(&**first) else {
            return false;
        };
        let Some(mut rest) = rest.strip_suffix(&**last) else {
            return false;
        };
        for segment in inner {
            match memchr::memmem::find(rest, segment) {
                Some(at) => rest = &rest[at + segment.len()..],
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (wildcard, accepted, refused) in [
            ("", &[""][..], &["a"][..]),
            ("*", &["", "a\nb"], &[]),
            ("a*", &["a", "ab"], &["", "ba"]),
            ("*ab*ab", &["abab", "xabyab"], &["ab", "xab"]),
            ("a*a", &["aa", "aba"], &["a"]),
            (r"a\*b\\", &[r"a*b\"], &[r"aXb\"]),
        ] {
            let compiled = Wildcard::new(wildcard).unwrap();
            for value in accepted {
                assert!(compiled.matches(value.as_bytes()), "{wildcard} {value}");
            }
            for value in refused {
                assert!(!compiled.matches(value.as_bytes()), "{wildcard} {value}");
            }
        }
    }

    #[test]
    fn faults_are_counted_in_the_quoted_form() {
        for (wildcard, fault) in [
            ("a**", WildcardFault::Consecutive(2)),
            ("ä**", WildcardFault::Consecutive(3)),
            (r"a\", WildcardFault::Escape(2)),
            (r"\x", WildcardFault::Escape(1)),
        ] {
            assert_eq!(Wildcard::new(wildcard), Err(fault), "{wildcard}");
        }
    }
}
