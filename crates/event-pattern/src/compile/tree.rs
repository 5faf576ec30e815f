//! A pattern as it was written: nesting, `$or` and repeated keys are kept.

use std::fmt;
use std::sync::Arc;

use crate::candidate::{Candidate, write_json_string};

/// The name that is always the operator, never a field.
pub(crate) const OR: &str = "$or";

/// An object of a pattern: its members in document order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object(pub(crate) Vec<Member>);

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Member {
    /// `"$or": [{…}, {…}]`
    Or(Vec<Object>),
    /// `"name": {…}`
    Nested(Box<str>, Object),
    /// `"name": […]`
    Leaf(Box<str>, Arc<[Candidate]>),
}

impl Object {
    /// How many sub-rules the object expands to, as far as a `usize` can tell.
    pub(crate) fn combinations(&self) -> usize {
        self.0.iter().fold(1, |product, member| product.saturating_mul(member.combinations()))
    }
}

impl Member {
    fn combinations(&self) -> usize {
        match self {
            Self::Or(branches) => {
                branches.iter().fold(0, |sum: usize, branch| sum.saturating_add(branch.combinations()))
            }
            Self::Nested(_, object) => object.combinations(),
            Self::Leaf(..) => 1,
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        write_separated(f, &self.0)?;
        f.write_str("}")
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_json_string(f, self.name())?;
        f.write_str(":")?;
        match self {
            Self::Nested(_, object) => object.fmt(f),
            Self::Or(branches) => write_array(f, branches),
            Self::Leaf(_, candidates) => write_array(f, candidates),
        }
    }
}

impl Member {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Or(_) => OR,
            Self::Nested(name, _) | Self::Leaf(name, _) => name,
        }
    }
}

fn write_array(f: &mut fmt::Formatter<'_>, items: &[impl fmt::Display]) -> fmt::Result {
    f.write_str("[")?;
    write_separated(f, items)?;
    f.write_str("]")
}

fn write_separated(f: &mut fmt::Formatter<'_>, items: &[impl fmt::Display]) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(",")?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
