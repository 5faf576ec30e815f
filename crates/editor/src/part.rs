//! The parts of a file, and the places where one can be written.

use std::ops::Range;

/// In a path: a table in a list.
pub(crate) const ELEMENT: &str = "[]";

/// What stands somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Key,
    /// A name in `[…]`.
    Header,
    /// A string.
    Text,
    /// Any other value.
    Value,
    Comment,
}

/// A key, a value or a comment.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) role: Role,
    /// The keys that lead to it. Of a key: itself too. For a table in a list stands [`ELEMENT`], since in a pattern
    /// that is an operator; `$or` has patterns in its list.
    pub(crate) path: Vec<String>,
    pub(crate) span: Range<usize>,
    /// Of a string: without its quotes, and without the line break that a multi-line one begins with.
    pub(crate) inner: Range<usize>,
    /// Which table it stands in: each header and each inline table begins another one.
    pub(crate) table: usize,
}

impl Part {
    /// The keys that lead to it.
    pub(crate) fn names(&self) -> Vec<&str> {
        names(&self.path)
    }
}

/// The keys of a path, without elements of lists.
pub(crate) fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).filter(|key| *key != ELEMENT).collect()
}

/// A place where something can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) role: Role,
    /// The keys that lead there. Of a key: to the table in which it stands.
    pub(crate) path: Vec<String>,
    /// What is there already, without quotes: as far as it is one thing with what is typed.
    pub(crate) written: Range<usize>,
    pub(crate) table: usize,
}
