//! From an event's JSON text to the values that patterns look at, in one pass and without a tree.
//!
//! `trie` knows which paths are used, `flatten` follows them through the JSON, `keep` notes what it finds in `values`, and
//! `fault` says what is wrong with the text.

mod children;
mod fault;
mod flatten;
mod keep;
mod number;
mod trie;
mod values;

pub(crate) use number::NumberView;
pub(crate) use trie::{PathId, Trie};
pub(crate) use values::{Flat, NONE, Value, ValueKind};
