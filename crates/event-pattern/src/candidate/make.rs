//! Candidates made of values.

use std::str::FromStr;

use super::{Address, AnythingBut, Candidate, Folded, Number};
use crate::compile;
use crate::error::PatternError;

impl Candidate {
    /// A literal string, which accepts every spelling of an address if it is one.
    pub(crate) fn literal(text: &str) -> Self {
        Address::new(text).map_or_else(|| Self::String(text.into()), Self::Address)
    }

    /// `{"prefix": …}`
    pub fn prefix(text: &str) -> Self {
        Self::Prefix(text.into())
    }

    /// `{"suffix": …}`
    pub fn suffix(text: &str) -> Self {
        Self::Suffix(text.into())
    }

    /// `{"equals-ignore-case": …}`
    pub fn equals_ignore_case(text: &str) -> Self {
        Self::EqualsIgnoreCase(Folded::new(text))
    }

    /// `{"anything-but": […]}` of strings.
    pub fn anything_but<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Self::AnythingBut(AnythingBut::Strings(texts.into_iter().map(Box::from).collect()))
    }
}

/// A literal string; one that is an IP address accepts every spelling of it.
impl From<&str> for Candidate {
    fn from(text: &str) -> Self {
        Self::literal(text)
    }
}

/// As of `&str`.
impl From<String> for Candidate {
    fn from(text: String) -> Self {
        Self::literal(&text)
    }
}

impl From<bool> for Candidate {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl From<i64> for Candidate {
    fn from(number: i64) -> Self {
        Self::Number(Number::new(&number.to_string()))
    }
}

/// Reads the JSON of an entry.
///
/// ```
/// use event_pattern::Candidate;
///
/// let candidate: Candidate = r#"{"wildcard": "/srv/*.log"}"#.parse()?;
/// assert!(candidate.matches_text("/srv/app.log"));
/// assert!(r#"{"wildcard": "**"}"#.parse::<Candidate>().is_err());
/// # Ok::<(), event_pattern::PatternError>(())
/// ```
impl FromStr for Candidate {
    type Err = PatternError;

    fn from_str(json: &str) -> Result<Self, PatternError> {
        compile::candidate(json)
    }
}
