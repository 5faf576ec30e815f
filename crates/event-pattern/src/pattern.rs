//! A parsed pattern and its alternatives.

use std::fmt;
use std::sync::Arc;

use crate::candidate::Candidate;
use crate::error::{EventError, PatternError};
use crate::explain::Explanation;

/// An event pattern that the service would accept.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    alternatives: Vec<Alternative>,
}

/// One way to satisfy a pattern: what is left when every `$or` has taken one of its branches.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) path: Arc<str>,
    pub(crate) candidates: Arc<[Candidate]>,
}

impl Alternative {
    /// Dotted paths and their candidates, in document order. Every path occurs once; all of them
    /// must be satisfied.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (&str, &[Candidate])> {
        self.fields.iter().map(|field| (&*field.path, &*field.candidates))
    }

    /// The candidates of a dotted path such as `detail.eventName`.
    pub fn get(&self, path: &str) -> Option<&[Candidate]> {
        self.fields().find(|(name, _)| *name == path).map(|(_, candidates)| candidates)
    }
}

impl Pattern {
    /// Accepts what EventBridge's `PutRule` accepts, nothing more.
    pub fn parse(_json: &str) -> Result<Pattern, PatternError> {
        todo!()
    }

    /// Whether the pattern matches the event's JSON text.
    pub fn matches(&self, _event: &[u8]) -> Result<bool, EventError> {
        todo!()
    }

    /// Which key of which alternative failed, what was expected and what was found.
    pub fn explain(&self, _event: &[u8]) -> Result<Explanation, EventError> {
        todo!()
    }

    /// The sub-rules that the pattern's `$or`s expand to, in document order; one if it has none.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}
