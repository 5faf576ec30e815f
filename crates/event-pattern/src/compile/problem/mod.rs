//! The wording of every fault in a pattern: the service's text, ours, and what is allowed.

mod anything_but;
mod numeric;
mod operator;
mod structure;

use super::lexer::SyntaxFault;
use super::location::location;
use crate::error::PatternError;

pub(super) use anything_but::*;
pub(super) use numeric::*;
pub(super) use operator::*;
pub(super) use structure::*;

/// A fault before it has a place.
pub(crate) struct Problem {
    service: String,
    what: String,
    allowed: String,
    /// Whether the service appends the location.
    located: bool,
}

impl Problem {
    /// The fault at a place: `pointer` in the document, `offset` in its text.
    pub(crate) fn at(self, pointer: &str, text: &str, offset: usize) -> PatternError {
        let mut reason = self.service;
        if self.located {
            reason = with_location(&reason, text, offset);
        }
        PatternError { what: self.what, allowed: self.allowed, reason, pointer: pointer.to_owned(), offset }
    }

    pub(crate) fn without_location(self) -> Self {
        Self { located: false, ..self }
    }
}

/// Appends a location to the service's text.
pub(crate) fn with_location(reason: &str, text: &str, offset: usize) -> String {
    format!("{reason}\n at {}", location(text, offset))
}

/// `service` is the service's text, `what` ours.
fn problem(service: impl Into<String>, what: impl Into<String>, allowed: impl Into<String>) -> Problem {
    Problem { service: service.into(), what: what.into(), allowed: allowed.into(), located: true }
}

pub(crate) fn syntax(fault: SyntaxFault) -> Problem {
    problem(fault.service, format!("not JSON: {}", fault.what), "")
}
