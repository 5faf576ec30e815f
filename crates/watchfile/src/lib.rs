//! The files: from TOML with its places to checked watchers and findings.
//!
//! Used when building and linting only; nothing of it gets into the Lambda function. Files are read in
//! [`load`], everything else takes values and returns values.

mod cases;
pub mod changes;
mod channels;
mod config;
mod cover;
pub mod coverage;
mod declared;
mod duration;
mod elsewhere;
mod fields;
mod files;
mod finding;
pub mod fix;
pub mod fixed;
mod forward;
mod group;
mod ignore;
mod json_text;
mod keys;
mod lint;
pub mod lints;
pub mod listing;
mod load;
mod mask;
mod overridden;
mod overrides;
mod parallel;
mod pattern;
mod places;
mod project;
mod renames;
mod room;
mod routes;
pub mod schema;
mod secrets;
mod selector;
mod shipped;
mod source;
mod suggest;
mod table;
mod test_case;
mod test_run;
mod texts;
mod toml_errors;
mod union;
mod watcher_file;

pub use elsewhere::Elsewhere;
pub use files::{owner, read_watcher};
pub use finding::{Finding, Related};
pub use fix::{Edit, Fix};
pub use forward::Forwarding;
pub use lint::{Level, Lint};
pub use lints::{Options, lint, lint_with};
pub use load::load;
pub use mask::{mask, mask_config};
pub use pattern::OPERATORS;
pub use project::Project;
pub use renames::{Renames, Unknown};
pub use source::Source;
pub use suggest::{did_you_mean, list};
pub use test_case::{Events, TestCase};
pub use test_run::{Failure, Outcome, outcome, run};
pub use watcher_file::WatcherFile;
