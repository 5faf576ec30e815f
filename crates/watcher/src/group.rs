//! Groups: what a watcher's alerts are told as one by, and the summary at the end.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

/// How many values of a field a summary shows.
pub const SHOWN_VALUES: usize = 5;

/// What a group's window has counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many events, the alert included.
    pub count: u64,
    /// When the first of them happened.
    pub first: Timestamp,
    /// When the last of them happened.
    pub last: Timestamp,
    /// The texts of each field, by its name: all that came, or some and at least one more than [`SHOWN_VALUES`].
    pub values: BTreeMap<String, BTreeSet<String>>,
}
