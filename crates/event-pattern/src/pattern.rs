//! A parsed pattern and its alternatives.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use crate::candidate::Candidate;
use crate::compile::{self, Object};
use crate::engine::{Program, with_scratch};
use crate::error::{EventError, PatternError};
use crate::explain::{self, Explanation};
use crate::parsed::Parsed;

/// An event pattern that the service accepts.
///
/// [`Display`](fmt::Display) prints it as canonical JSON: compact, nested as it was written, and
/// equal to this pattern when parsed again.
#[derive(Clone, Debug)]
pub struct Pattern {
    tree: Object,
    alternatives: Vec<Alternative>,
    /// Made at the first match: who puts patterns into a set needs none.
    program: OnceLock<Program>,
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
    ///
    /// ```
    /// use event_pattern::Pattern;
    ///
    /// assert!(Pattern::parse(r#"{"source": ["aws.s3"]}"#).is_ok());
    /// let error = Pattern::parse(r#"{"source": [{"prefix": 1}]}"#).unwrap_err();
    /// assert_eq!(error.pointer(), "/source/0/prefix");
    /// ```
    pub fn parse(json: &str) -> Result<Pattern, PatternError> {
        let (tree, alternatives) = compile::compile(json)?;
        Ok(Self::new(tree, alternatives))
    }

    /// Reads a pattern again that was accepted before, such as the text of one that was saved, without asking once more
    /// whether its wildcards are too complex for the service. It is the same pattern as [`parse`](Self::parse) gives, in
    /// a fiftieth of the time where it has wildcards.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), but for too complex wildcards, which it takes.
    ///
    /// ```
    /// use event_pattern::Pattern;
    ///
    /// let pattern = Pattern::parse(r#"{"source": [{"wildcard": "aws.*2"}]}"#)?;
    /// assert_eq!(Pattern::parse_accepted(&pattern.to_string())?, pattern);
    /// # Ok::<(), event_pattern::PatternError>(())
    /// ```
    pub fn parse_accepted(json: &str) -> Result<Pattern, PatternError> {
        let (tree, alternatives) = compile::compile_accepted(json)?;
        Ok(Self::new(tree, alternatives))
    }

    /// Reads a pattern to its end: every fault, what is left without them, and where each part stands. For linters and
    /// editors; [`parse`](Self::parse) ends at the first fault and keeps no places.
    pub fn parse_all(json: &str) -> Parsed {
        compile::compile_all(json)
    }

    pub(crate) fn new(tree: Object, alternatives: Vec<Alternative>) -> Self {
        Self { tree, alternatives, program: OnceLock::new() }
    }

    /// Whether the pattern matches an event, given as its JSON text: duplicate keys and the texts
    /// of numbers count.
    ///
    /// ```
    /// # use event_pattern::Pattern;
    /// let pattern = Pattern::parse(r#"{"detail": {"size": [{"numeric": [">", 10]}]}}"#)?;
    /// assert!(pattern.matches(br#"{"detail": {"size": 12}}"#)?);
    /// assert!(!pattern.matches(br#"{"detail": {"size": "12"}}"#)?);
    /// assert!(pattern.matches(b"not JSON").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn matches(&self, event: &[u8]) -> Result<bool, EventError> {
        let program = self.program();
        with_scratch(|scratch| {
            scratch.flat.read(&program.trie, event)?;
            for rule in &program.rules {
                if rule.holds(&scratch.flat, event)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// Which keys of which alternative failed, what was expected and what was found.
    ///
    /// ```
    /// # use event_pattern::Pattern;
    /// let pattern = Pattern::parse(r#"{"source": ["aws.s3"], "detail": {"size": [1]}}"#)?;
    /// let explanation = pattern.explain(br#"{"source": "aws.sns"}"#)?;
    /// assert_eq!(
    ///     explanation.to_string(),
    ///     "source: expected \"aws.s3\", found \"aws.sns\"\n\
    ///      detail.size: expected 1, but the field is missing",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&self, event: &[u8]) -> Result<Explanation, EventError> {
        let program = self.program();
        with_scratch(|scratch| {
            scratch.flat.read(&program.trie, event)?;
            explain::explain(&self.alternatives, program, &scratch.flat, event)
        })
    }

    /// The sub-rules that the pattern's `$or`s expand to, in document order; one if it has none.
    ///
    /// ```
    /// # use event_pattern::Pattern;
    /// let pattern = Pattern::parse(r#"{"a": [1], "$or": [{"b": [2]}, {"c": {"d": [3]}}]}"#)?;
    /// assert_eq!(pattern.alternatives().len(), 2);
    /// assert!(pattern.alternatives()[1].get("c.d").is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn alternatives(&self) -> &[Alternative] {
        &self.alternatives
    }

    fn program(&self) -> &Program {
        self.program.get_or_init(|| Program::new([&*self.alternatives]))
    }
}

/// Two patterns are equal if they print the same.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.tree == other.tree
    }
}

/// As [`Pattern::parse`].
///
/// ```
/// # use event_pattern::Pattern;
/// let pattern: Pattern = r#"{ "source": ["aws.s3"] }"#.parse()?;
/// assert_eq!(pattern.to_string(), r#"{"source":["aws.s3"]}"#);
/// # Ok::<(), event_pattern::PatternError>(())
/// ```
impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(json: &str) -> Result<Self, PatternError> {
        Self::parse(json)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.fmt(f)
    }
}
