//! Why a pattern does not match an event.

use std::fmt;

/// How each alternative of a pattern fared against one event.
///
/// [`Display`](fmt::Display) prints a line per failed key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Whether the pattern matches.
    pub matched: bool,
    /// All alternatives; the nearest, with the fewest failed keys, first.
    pub alternatives: Vec<Attempt>,
}

/// One alternative against the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The place of the alternative in [`Pattern::alternatives`](crate::Pattern::alternatives).
    pub index: usize,
    /// The failed keys in document order; empty if the alternative matches.
    pub failures: Vec<Failure>,
}

/// One key that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The dotted path.
    pub path: String,
    /// How it failed.
    pub kind: FailureKind,
    /// The candidates as JSON.
    pub expected: Vec<String>,
    /// The event's values as JSON; empty if the field is missing.
    pub found: Vec<String>,
}

/// How a key failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The event has no value at the path.
    Missing,
    /// No value is accepted by a candidate.
    Mismatch,
    /// Values are accepted, but in other elements of an array than those of the other keys.
    OtherElement,
}

impl fmt::Display for Explanation {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}
