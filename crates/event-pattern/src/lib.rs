#![doc = include_str!("../README.md")]
#![allow(clippy::doc_markdown, reason = "EventBridge and CloudTrail are names, not code")]

// `json` scans text, `compile` makes a pattern's JSON into checked types, `candidate` holds one operator group in each
// file, `event` flattens an event's JSON text, `engine` joins the two.

mod builder;
mod candidate;
mod compile;
mod engine;
mod error;
mod event;
mod explain;
mod json;
mod parsed;
mod pattern;
mod set;

pub use builder::PatternBuilder;
pub use candidate::{Address, AnythingBut, Bound, Candidate, Cidr, Folded, Number, Numeric, Wildcard};
pub use compile::RESERVED;
pub use error::{EventError, PatternError};
pub use explain::{Attempt, Explanation, Failure, FailureKind};
pub use parsed::{Condition, Fault, Key, Parsed, Place, Repeated};
pub use pattern::{Alternative, Pattern};
pub use set::PatternSet;
