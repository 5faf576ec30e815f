//! JSON, scanned where it stands and checked to the last byte; nothing is built.
//!
//! `stops` finds the ends of strings, `scanner`, `number` and `escape` know the tokens, `skip` passes whole values. Patterns and
//! events are both read by it: `compile::lexer` adds the service's words for a fault, `event` its own.

mod escape;
mod fault;
mod number;
mod scanner;
mod skip;
mod stops;

pub(crate) use escape::unescape;
pub(crate) use fault::{Digit, Fault, FaultKind};
pub(crate) use scanner::{PlainMember, Scanned, Scanner};
pub(crate) use stops::Stops;

/// Deeper nesting is an error. The service's own limit is not published; Jackson, its parser, stops
/// at 1,000.
pub(crate) const MAX_DEPTH: usize = 1_024;
