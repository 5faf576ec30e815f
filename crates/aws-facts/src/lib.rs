//! What is known of AWS and not of any watcher: data, and the modules that read it. A fact is a line of a file in `data/`
//! or of a table here; where AWS says it stands beside it.
//!
//! Used when building and linting only; nothing of it gets into the Lambda function.

pub mod catalog;
mod data;
pub mod detail_types;
pub mod families;
pub mod fields;
pub mod lists;
pub mod names;
pub mod native_values;
pub mod parameters;
mod read_only;
pub mod regions;
pub mod shapes;
pub mod whole_objects;

pub use read_only::{is_read_only, needs_all_events};
