//! What can be wrong with a pattern and with an event.

use std::error::Error;
use std::fmt;

/// Why a pattern is refused: the first fault in document order, as in the service.
///
/// [`Display`](fmt::Display) says it in our words: what, where, and what is allowed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    pub(crate) what: String,
    pub(crate) allowed: String,
    pub(crate) reason: String,
    pub(crate) pointer: String,
    pub(crate) offset: usize,
}

impl PatternError {
    /// The service's text behind `Event pattern is not valid. Reason: `, with the location it
    /// appends.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The JSON pointer (RFC 6901) of the faulty place; empty for the pattern itself.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Our words without the place: what is wrong.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What is allowed at the place or what to do; empty if there is nothing to add.
    pub fn allowed(&self) -> &str {
        &self.allowed
    }

    /// The byte of the pattern's text where reading stopped.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.pointer.is_empty() {
            write!(f, " at {}", self.pointer)?;
        }
        if !self.allowed.is_empty() {
            write!(f, "; {}", self.allowed)?;
        }
        Ok(())
    }
}

impl Error for PatternError {}

/// Why an event cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventError {
    pub(crate) what: &'static str,
    pub(crate) offset: usize,
}

impl EventError {
    /// The byte at which the event is malformed.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.what, self.offset)
    }
}

impl Error for EventError {}
