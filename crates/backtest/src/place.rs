//! Where something was read: what happened at the same time is reported in this order.

/// Where something was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file's number.
    pub file: u32,
    /// The record's number in it.
    pub record: u64,
}
