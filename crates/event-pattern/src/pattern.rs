//! A parsed pattern and its alternatives.

use std::fmt;
use std::sync::Arc;

use crate::candidate::Candidate;
use crate::compile::{self, Object};
use crate::engine::{Program, with_scratch};
use crate::error::{EventError, PatternError};
use crate::explain::{self, Explanation};

/// An event pattern that the service accepts.
///
/// [`Display`](fmt::Display) prints it as canonical JSON: compact, nested as it was written, and
/// equal to this pattern when parsed again.
#[derive(Clone, Debug)]
pub struct Pattern {
    tree: Object,
    alternatives: Vec<Alternative>,
    program: Program,
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
    pub fn parse(json: &str) -> Result<Pattern, PatternError> {
        let (tree, alternatives) = compile::compile(json)?;
        let program = Program::new([&*alternatives]);
        Ok(Self { tree, alternatives, program })
    }

    /// Whether the pattern matches an event, given as its JSON text: duplicate keys and the texts
    /// of numbers count.
    pub fn matches(&self, event: &[u8]) -> Result<bool, EventError> {
        with_scratch(|scratch| {
            scratch.flat.read(&self.program.trie, event)?;
            for rule in &self.program.rules {
                if rule.holds([None; 2], &scratch.flat, event)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// Which keys of which alternative failed, what was expected and what was found.
    pub fn explain(&self, event: &[u8]) -> Result<Explanation, EventError> {
        with_scratch(|scratch| {
            scratch.flat.read(&self.program.trie, event)?;
            explain::explain(&self.alternatives, &self.program, &scratch.flat, event)
        })
    }

    /// The sub-rules that the pattern's `$or`s expand to, in document order; one if it has none.
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }
}

/// Two patterns are equal if they print the same.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.tree == other.tree
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.fmt(f)
    }
}
