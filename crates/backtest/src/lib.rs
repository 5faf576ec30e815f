//! What watchers would have sent for events that were recorded: each event is matched, ignored and grouped by the
//! function's own code, with the events' own clock, and the messages are counted by watcher, channel, day and week.
//!
//! [`Collector`] takes what is read, one for each thread; [`report`] makes one account of them. Its memory grows with the
//! alerts, not with the events.

mod advice;
mod alert;
mod changes;
mod channels;
mod collect;
mod compare;
mod days;
mod input;
mod messages;
mod miss;
mod names;
mod needles;
mod place;
mod redacted;
mod report;
mod want;
mod watchers;
mod windows;

pub use advice::{Advice, Change};
pub use changes::{
    AlertChange, ChannelChange, ChannelFigures, Comparison, Figures, Happened, Presence, Told, WatcherChange,
    Why,
};
pub use channels::{Burst, ChannelReport, Share};
pub use collect::{Collector, Deployment, Filter};
pub use compare::{Side, compare};
pub use days::{Gap, Span, Weekly};
pub use input::Input;
pub use place::Place;
pub use redact::Redactor;
pub use redacted::redactor;
pub use report::{Fate, Report, VERSION, report};
pub use watchers::{Busiest, Example, Ignored, Miss, Silence, Top, WatcherReport};
pub use windows::{Grouped, Windows};
