//! What an editor shows of a watcher file: from a text, a place in it and the project to a hover text or completions.
//!
//! The text may be broken, since somebody is typing it: what surrounds a place is read from tokens, not from parsed
//! TOML. Nothing here knows a protocol, a clock or a file.

mod complete;
mod context;
mod document;
mod event_path;
mod example;
mod facts;
mod hover;
mod keys;
mod markdown;
mod part;
mod position;
mod reader;
mod scope;
mod tag;
mod values;
mod words;

pub use complete::{Completions, complete};
pub use context::{Context, Kind};
pub use hover::{Hover, hover};
pub use position::{Encoding, Lines, Position};
pub use values::{Completion, Shown};
