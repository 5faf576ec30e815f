//! What a watcher does at run time: match an event, skip what is ignored, read its fields, render its message
//! and make the deliveries for its channels.
//!
//! Everything here is pure: no clock, no network, no environment, no files. The function, the linter and the
//! tests call the same code, so what `watcher try` prints is what is sent. This crate knows nothing of TOML.

mod channel;
mod delivery;
mod embedded;
mod event;
mod group;
mod lenient;
mod path;
mod payload;
mod routes;
mod slack;
mod sns;
mod template;
mod variables;
mod watcher;
mod watchers;

pub use channel::{Channel, Reference, TopicRef};
pub use delivery::{Delivery, Facts};
pub use event::{Event, EventError};
pub use group::{Grouping, SHOWN_VALUES, Tally, summary};
pub use path::{Path, PathError};
pub use payload::{Payload, SnsMessage};
pub use template::{HELPERS, ReadPath, Step, Template, TemplateError};
pub use variables::STANDARD_VARIABLES;
pub use watcher::{Field, Group, Ignore, Severity, Watcher};
pub use watchers::{Config, Found, Match, Watchers};
