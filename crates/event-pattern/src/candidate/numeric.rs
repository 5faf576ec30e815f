//! `numeric`: a number, or a range with one or two bounds.

use std::fmt;

use super::Number;

/// What `{"numeric": …}` accepts. [`Display`](fmt::Display) prints the array.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Numeric {
    /// `["=", n]`
    Equals(Number),
    /// `["<", n]`, `["<=", n]`
    Below(Bound),
    /// `[">", n]`, `[">=", n]`
    Above(Bound),
    /// `[">", low, "<=", high]` and alike; low is less than high.
    Between(Bound, Bound),
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Bound {
    /// The number at the end.
    pub number: Number,
    /// Whether the number itself is in the range: `<=`, `>=`.
    pub inclusive: bool,
}

impl Numeric {
    /// Whether a comparable number is accepted.
    pub(crate) fn contains(&self, value: f64) -> bool {
        match self {
            Self::Equals(number) => number.value() == Some(value),
            Self::Below(high) => high.is_above(value),
            Self::Above(low) => low.is_below(value),
            Self::Between(low, high) => low.is_below(value) && high.is_above(value),
        }
    }
}

impl Bound {
    fn is_above(&self, value: f64) -> bool {
        self.number.value().is_some_and(|end| value < end || self.inclusive && value <= end)
    }

    fn is_below(&self, value: f64) -> bool {
        self.number.value().is_some_and(|end| value > end || self.inclusive && value >= end)
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, sign: char) -> fmt::Result {
        let or_equal = if self.inclusive { "=" } else { "" };
        write!(f, "\"{sign}{or_equal}\",{}", self.number)
    }
}

impl fmt::Display for Numeric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        match self {
            Self::Equals(number) => write!(f, "\"=\",{number}")?,
            Self::Below(high) => high.write(f, '<')?,
            Self::Above(low) => low.write(f, '>')?,
            Self::Between(low, high) => {
                low.write(f, '>')?;
                f.write_str(",")?;
                high.write(f, '<')?;
            }
        }
        f.write_str("]")
    }
}
