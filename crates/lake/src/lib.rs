//! SQL for Amazon Athena (engine version 3) that selects from CloudTrail's logs every record that event patterns can want.
//!
//! The selection is a superset: what SQL cannot ask exactly, it asks more widely, so that no record is lost that a pattern
//! wants. How widely is decided in one place for each kind of column: `text` for columns that hold one text, `json` for
//! those that hold JSON as text. Whoever gets the records matches them again.

mod columns;
mod condition;
mod definition;
mod json;
mod pattern;
mod query;
mod sql;
mod text;

pub use definition::{Definition, definition};
pub use query::{Filter, LONGEST_QUERY, Query, Selected, query};
