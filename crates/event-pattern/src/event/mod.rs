//! From an event's JSON text to the values that patterns look at, in one pass and without a tree.
//!
//! `stops` finds the ends of strings, `scan`, `digits` and `skip` know JSON, `trie` knows which paths are
//! used, `flatten` joins them, and `keep` notes what it finds in `values`.

mod children;
mod digits;
mod flatten;
mod keep;
mod number;
mod scan;
mod skip;
mod stops;
mod text;
mod trie;
mod values;

pub(crate) use number::NumberView;
pub(crate) use trie::{PathId, Trie};
pub(crate) use values::{Flat, NONE, Value, ValueKind};

/// Deeper nesting is an error. The service's own limit is not published; Jackson, its parser, stops
/// at 1,000.
pub(crate) const MAX_DEPTH: usize = 1_024;
