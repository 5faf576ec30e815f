//! What a watcher does at run time: match an event, skip what is ignored, read its fields, render its message
//! and make the deliveries for its channels.
//!
//! Everything here is pure: no clock, no network, no environment, no files. The function, the linter and the
//! tests call the same code, so what `watcher try` prints is what is sent. This crate knows nothing of TOML.

mod caller;
mod channels;
mod cidr;
mod condition;
mod delivery;
mod embedded;
mod event;
mod group;
mod lenient;
mod matching;
mod origin;
mod path;
mod policy;
mod purpose;
mod redirect;
mod routes;
mod runbook;
mod severity;
mod statements;
mod target;
mod template;
mod variables;
pub mod visible;
mod watcher;
mod watchers;
mod wording;
mod words;

pub use caller::{Caller, identity};
pub use channels::{
    Channel, Key, Kind, Limit, Limits, Mention, Mentions, Pace, Payload, Reference, Slack, SlackWorkflow,
    Sns, SnsFormat, SnsMessage, Spec, Takes, Tested, TopicRef, Webhook,
};
pub use condition::{Condition, ParsedCondition};
pub use delivery::{Delivery, Facts};
pub use event::{Event, EventError};
pub use group::{Grouping, Role, SHOWN_VALUES, SUMMARY_PREFIX, Tally, flood, summary};
pub use matching::{Match, Matching};
pub use path::{Filter, ParsedPath, Path, PathError, PathSegment, PathSelector, is_shorthand};
pub use purpose::Purpose;
pub use redirect::{Route, Routed};
pub use runbook::Runbook;
pub use severity::{Case, Severity};
pub use target::Target;
pub use template::{
    Block, Call, Expression, HELPERS, Literal, Node, Output, ParsedTemplate, ReadPath, Step, Template,
    TemplateError, Word,
};
pub use variables::{STANDARD_VARIABLES, is_denial};
pub use watcher::{Field, Group, Ignore, Watcher};
pub use watchers::{Config, Watchers};
