//! Sub-rules against the values of an event.
//!
//! `test` accepts single values, `rule` joins the tests of a sub-rule, `arrays` finds values that
//! agree on array elements, `program` compiles patterns, `index` finds the sub-rules worth trying,
//! as `filing` filed them under `names`.

mod arrays;
mod filing;
mod hash;
mod index;
mod names;
mod program;
mod rule;
mod scratch;
mod test;

use std::cmp::Ordering;

pub(crate) use arrays::{Outcome, solve};
pub(crate) use index::Index;
pub(crate) use program::Program;
pub(crate) use rule::{Alone, Check};
pub(crate) use scratch::with_scratch;

/// The order in which the service checks paths.
pub(crate) fn by_utf16(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}
