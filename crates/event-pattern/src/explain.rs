//! Why a pattern does not match an event.

use std::fmt;

use crate::engine::{Alone, Check, Outcome, Program, solve};
use crate::error::EventError;
use crate::event::Flat;
use crate::pattern::{Alternative, Field};

/// How each alternative of a pattern fared against one event.
///
/// [`Display`](fmt::Display) prints a line per failed key, without a line break at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// Whether the pattern matches.
    pub matched: bool,
    /// All alternatives; the nearest, with the fewest failed keys, first.
    pub alternatives: Vec<Attempt>,
}

/// One alternative against the event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The place of the alternative in [`Pattern::alternatives`](crate::Pattern::alternatives).
    pub index: usize,
    /// The failed keys in document order; empty if the alternative matches.
    pub failures: Vec<Failure>,
}

/// One key that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

/// How a key failed. [`Display`](fmt::Display) prints a word for programs: `missing`, `mismatch`, `other-element`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureKind {
    /// The event has no value at the path. Objects and empty arrays are none.
    Missing,
    /// The event has values, but not those expected.
    Mismatch,
    /// The key holds on its own, but not in the array elements that the other keys need.
    OtherElement,
}

pub(crate) fn explain(
    alternatives: &[Alternative],
    program: &Program,
    flat: &Flat,
    event: &[u8],
) -> Result<Explanation, EventError> {
    let mut attempts = Vec::new();
    for (index, (alternative, rule)) in alternatives.iter().zip(&program.rules).enumerate() {
        attempts.push(Attempt { index, failures: failures(alternative, &rule.checks, flat, event)? });
    }
    attempts.sort_by_key(|attempt| attempt.failures.len());
    let matched = attempts.first().is_some_and(|attempt| attempt.failures.is_empty());
    Ok(Explanation { matched, alternatives: attempts })
}

/// `checks` are the fields of the alternative in another order.
fn failures(
    alternative: &Alternative,
    checks: &[Check],
    flat: &Flat,
    event: &[u8],
) -> Result<Vec<Failure>, EventError> {
    let (failed, others): (Vec<&Check>, Vec<&Check>) =
        checks.iter().partition(|check| check.alone(flat, event) == Alone::Fails);
    let elsewhere = match solve(others.iter().copied(), flat, event)? {
        Outcome::Holds => None,
        Outcome::Fails(field) => Some(others[field]),
    };
    let failed = failed.into_iter().map(|check| (check, false));
    let failed = failed.chain(elsewhere.map(|check| (check, true)));
    let mut failures: Vec<(usize, Failure)> = failed
        .map(|(check, elsewhere)| {
            let place = check.field;
            (place, Failure::new(&alternative.fields[place], check, elsewhere, flat, event))
        })
        .collect();
    failures.sort_by_key(|(place, _)| *place);
    Ok(failures.into_iter().map(|(_, failure)| failure).collect())
}

impl Failure {
    fn new(field: &Field, check: &Check, elsewhere: bool, flat: &Flat, event: &[u8]) -> Self {
        let found: Vec<String> = flat
            .of_path(check.path)
            .map(|(_, value)| String::from_utf8_lossy(value.json(event)).into_owned())
            .collect();
        let accepted = flat.of_path(check.path).any(|(_, value)| check.test.accepts(flat, event, value));
        let kind = match (found.is_empty(), elsewhere && accepted) {
            (true, _) => FailureKind::Missing,
            (false, false) => FailureKind::Mismatch,
            (false, true) => FailureKind::OtherElement,
        };
        let expected = field.candidates.iter().map(ToString::to_string).collect();
        Self { path: field.path.to_string(), kind, expected, found }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "missing",
            Self::Mismatch => "mismatch",
            Self::OtherElement => "other-element",
        })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.alternatives.len();
        if let (true, Some(nearest)) = (self.matched, self.alternatives.first()) {
            f.write_str("matches")?;
            if count > 1 {
                write!(f, " (alternative {} of {count})", nearest.index + 1)?;
            }
            return Ok(());
        }
        if let [only] = &*self.alternatives {
            return write_lines(f, &only.failures, "");
        }
        for (at, attempt) in self.alternatives.iter().take(MAX_LISTED).enumerate() {
            let nearest = if at == 0 { "nearest: " } else { "\n" };
            writeln!(f, "{nearest}alternative {} of {count}", attempt.index + 1)?;
            write_lines(f, &attempt.failures, "  ")?;
        }
        if count > MAX_LISTED {
            write!(f, "\n{} more alternatives", count - MAX_LISTED)?;
        }
        Ok(())
    }
}

fn write_lines(f: &mut fmt::Formatter<'_>, failures: &[Failure], indent: &str) -> fmt::Result {
    for (at, failure) in failures.iter().enumerate() {
        if at > 0 {
            f.write_str("\n")?;
        }
        write!(f, "{indent}{failure}")?;
    }
    Ok(())
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}", self.path, listed(&self.expected, " or "))?;
        match self.kind {
            FailureKind::Missing => f.write_str(", but the field is missing"),
            FailureKind::Mismatch => write!(f, ", found {}", listed(&self.found, ", ")),
            FailureKind::OtherElement => write!(
                f,
                ", found {}, but not in one array element with the other keys",
                listed(&self.found, ", ")
            ),
        }
    }
}

/// More are counted, not printed.
const MAX_LISTED: usize = 10;

fn listed(texts: &[String], separator: &str) -> String {
    let listed = texts[..texts.len().min(MAX_LISTED)].join(separator);
    match texts.len().saturating_sub(MAX_LISTED) {
        0 => listed,
        more => format!("{listed}{separator}{more} more"),
    }
}
