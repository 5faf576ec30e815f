//! `anything-but`: everything except the listed values.

use std::fmt;

use super::{Candidate, Folded, Number, Wildcard, text, write_json_string};

/// What `{"anything-but": …}` excludes; never empty. Values of other types are always accepted.
/// [`Display`](fmt::Display) prints the operand, one value without a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnythingBut {
    /// These strings; addresses too are compared as text.
    Strings(Box<[Box<str>]>),
    /// These numbers, all comparable.
    Numbers(Box<[Number]>),
    /// Strings with one of these prefixes.
    Prefixes(Box<[Box<str>]>),
    /// Strings with one of these suffixes.
    Suffixes(Box<[Box<str>]>),
    /// These strings in any case.
    IgnoreCase(Box<[Folded]>),
    /// Strings that one of these wildcards accepts.
    Wildcards(Box<[Wildcard]>),
}

impl AnythingBut {
    pub(crate) fn admits_string(&self, value: &[u8]) -> bool {
        !match self {
            Self::Strings(list) => list.iter().any(|text| text.as_bytes() == value),
            Self::Numbers(_) => false,
            Self::Prefixes(list) => list.iter().any(|text| text::starts_with(value, text)),
            Self::Suffixes(list) => list.iter().any(|text| text::ends_with(value, text)),
            Self::IgnoreCase(list) => list.iter().any(|folded| folded.equals(value)),
            Self::Wildcards(list) => list.iter().any(|wildcard| wildcard.matches(value)),
        }
    }

    /// `value` is `None` for a number that cannot be compared.
    pub(crate) fn admits_number(&self, value: Option<f64>) -> bool {
        match (self, value) {
            (Self::Numbers(list), Some(value)) => list.iter().all(|number| number.value() != Some(value)),
            _ => true,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Strings(list) | Self::Prefixes(list) | Self::Suffixes(list) => list.is_empty(),
            Self::Numbers(list) => list.is_empty(),
            Self::IgnoreCase(list) => list.is_empty(),
            Self::Wildcards(list) => list.is_empty(),
        }
    }

    /// What is excluded, each as the candidate that accepts just that.
    ///
    /// ```
    /// use event_pattern::{AnythingBut, Candidate};
    ///
    /// let candidate: Candidate = r#"{"anything-but": {"prefix": ["a", "b"]}}"#.parse()?;
    /// let Candidate::AnythingBut(excluded) = candidate else { unreachable!() };
    /// assert_eq!(excluded.excluded(), [Candidate::prefix("a"), Candidate::prefix("b")]);
    /// # Ok::<(), event_pattern::PatternError>(())
    /// ```
    pub fn excluded(&self) -> Vec<Candidate> {
        match self {
            Self::Strings(list) => list.iter().map(|text| Candidate::literal(text)).collect(),
            Self::Numbers(list) => list.iter().cloned().map(Candidate::Number).collect(),
            Self::Prefixes(list) => list.iter().cloned().map(Candidate::Prefix).collect(),
            Self::Suffixes(list) => list.iter().cloned().map(Candidate::Suffix).collect(),
            Self::IgnoreCase(list) => list.iter().cloned().map(Candidate::EqualsIgnoreCase).collect(),
            Self::Wildcards(list) => list.iter().cloned().map(Candidate::Wildcard).collect(),
        }
    }

    /// The name of the nested operator, if there is one.
    pub fn operator(&self) -> Option<&'static str> {
        match self {
            Self::Strings(_) | Self::Numbers(_) => None,
            Self::Prefixes(_) => Some("prefix"),
            Self::Suffixes(_) => Some("suffix"),
            Self::IgnoreCase(_) => Some("equals-ignore-case"),
            Self::Wildcards(_) => Some("wildcard"),
        }
    }
}

impl fmt::Display for AnythingBut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operator) = self.operator() {
            write!(f, "{{\"{operator}\":")?;
        }
        match self {
            Self::Strings(list) | Self::Prefixes(list) | Self::Suffixes(list) => {
                write_list(f, list, |f, text| write_json_string(f, text))
            }
            Self::Numbers(list) => write_list(f, list, |f, number| write!(f, "{number}")),
            Self::IgnoreCase(list) => write_list(f, list, |f, folded| write_json_string(f, folded.text())),
            Self::Wildcards(list) => write_list(f, list, |f, wildcard| write_json_string(f, wildcard.text())),
        }?;
        if self.operator().is_some() {
            f.write_str("}")?;
        }
        Ok(())
    }
}

fn write_list<T>(
    f: &mut fmt::Formatter<'_>,
    list: &[T],
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    if let [only] = list {
        return write(f, only);
    }
    f.write_str("[")?;
    for (at, item) in list.iter().enumerate() {
        if at > 0 {
            f.write_str(",")?;
        }
        write(f, item)?;
    }
    f.write_str("]")
}
