//! What one field accepts: its candidates, sorted for testing.

use std::sync::Arc;

use crate::candidate::{AnythingBut, Candidate};
use crate::event::{Flat, NumberView, Value, ValueKind};

/// Exact strings, sorted by length and bytes.
pub(super) type Strings = Arc<[Box<[u8]>]>;

/// The candidates of a field.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    strings: Strings,
    /// All other candidates.
    others: Box<[Candidate]>,
    /// Whether the field may be missing.
    pub(crate) absent: bool,
    /// Beside a numeric candidate, address tests do not see comparable numbers, as in the service.
    has_numeric: bool,
}

impl Test {
    pub(crate) fn new(candidates: &[Candidate]) -> Self {
        let exact = |candidate: &Candidate| match candidate {
            Candidate::String(text) | Candidate::Exactly(text) => Some(Box::from(text.as_bytes())),
            _ => None,
        };
        let mut strings: Vec<Box<[u8]>> = candidates.iter().filter_map(exact).collect();
        strings.sort_unstable_by(|left, right| by_length(left, right));
        strings.dedup();
        let others = candidates.iter().filter(|one| {
            !matches!(one, Candidate::String(_) | Candidate::Exactly(_) | Candidate::Exists(false))
        });
        Self {
            strings: strings.into(),
            others: others.cloned().collect(),
            absent: candidates.contains(&Candidate::Exists(false)),
            has_numeric: candidates.iter().any(is_numeric),
        }
    }

    /// The strings that the field accepts, if it accepts nothing else.
    pub(crate) fn only_strings(&self) -> Option<&Strings> {
        (self.others.is_empty() && !self.absent).then_some(&self.strings)
    }

    pub(crate) fn accepts(&self, flat: &Flat, event: &[u8], value: &Value) -> bool {
        match value.kind {
            ValueKind::String | ValueKind::EscapedString => {
                let text = flat.text(event, value);
                self.strings.binary_search_by(|one| by_length(one, text)).is_ok()
                    || self.others.iter().any(|one| one.matches_string(text))
            }
            ValueKind::Number => {
                !self.others.is_empty() && {
                    let number = value.number(event);
                    self.others.iter().any(|one| self.accepts_number(one, &number))
                }
            }
            ValueKind::True => self.accepts_word(&Candidate::True),
            ValueKind::False => self.accepts_word(&Candidate::False),
            ValueKind::Null => self.accepts_word(&Candidate::Null),
        }
    }

    fn accepts_number(&self, candidate: &Candidate, number: &NumberView<'_>) -> bool {
        let hidden = self.has_numeric && number.value.is_some();
        match candidate {
            Candidate::Number(wanted) => {
                wanted.value().is_some() && wanted.value() == number.value
                    || number.integer() == Some(wanted.text().as_bytes())
            }
            Candidate::Numeric(numeric) => number.value.is_some_and(|value| numeric.contains(value)),
            Candidate::AnythingBut(excluded) => excluded.admits_number(number.value),
            Candidate::Address(address) => !hidden && address.contains_hex(&number.printed()),
            Candidate::Cidr(cidr) => !hidden && cidr.contains_hex(&number.printed()),
            Candidate::Exists(wanted) => *wanted,
            _ => false,
        }
    }

    fn accepts_word(&self, word: &Candidate) -> bool {
        self.others.iter().any(|one| match one {
            Candidate::AnythingBut(_) => true,
            Candidate::Exists(wanted) => *wanted,
            one => one == word,
        })
    }
}

fn is_numeric(candidate: &Candidate) -> bool {
    match candidate {
        Candidate::Number(number) => number.value().is_some(),
        Candidate::Numeric(_) | Candidate::AnythingBut(AnythingBut::Numbers(_)) => true,
        _ => false,
    }
}

fn by_length(left: &[u8], right: &[u8]) -> std::cmp::Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}
