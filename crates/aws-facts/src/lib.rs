//! What is known of AWS and not of any watcher: data, and the modules that read it.
//!
//! Used when building and linting only; nothing of it gets into the Lambda function.

pub mod catalog;
mod read_only;
pub mod regions;

pub use read_only::{is_read_only, needs_all_events};
