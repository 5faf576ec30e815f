//! What a change of watchers changes, as it is reported.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use watcher::Severity;

use crate::days::{Span, Weekly};
use crate::input::Input;

/// The version of [`Comparison`] as JSON: it changes when a key goes or means something else.
pub(crate) const COMPARISON: u32 = 1;

/// What a change of watchers changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The version of this form.
    pub version: u32,
    /// Whether actors, addresses and account ids are replaced by placeholders; then events have no ids either.
    pub redacted: bool,
    /// What was read.
    pub input: Input,
    /// Events that were read, copies included; without those that the filter left out.
    pub events: u64,
    /// Events that the filter left out.
    pub filtered: u64,
    /// Things that could not be read.
    pub faults: u64,
    /// Watchers that cannot be read on one side: they are compared on neither.
    pub left_out: Vec<String>,
    /// The days that the events cover.
    pub span: Option<Span>,
    /// Every watcher of both sides, by its name after the change.
    pub watchers: Vec<WatcherChange>,
    /// Every channel of both sides.
    pub channels: Vec<ChannelChange>,
    /// The alerts that are added, removed or changed, in the order of their times.
    pub alerts: Vec<AlertChange>,
}

/// What becomes of a watcher.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WatcherChange {
    /// Its name after the change, or before it if it is removed.
    pub name: String,
    /// Its name before, if it was another one: the pattern is the same.
    pub renamed_from: Option<String>,
    /// Whether it is there, and on.
    pub presence: Presence,
    /// What it would have sent before; none if there was no such watcher, or it was off.
    pub before: Option<Figures>,
    /// What it would have sent after.
    pub after: Option<Figures>,
    /// Alerts that are added.
    pub added: u64,
    /// Alerts that are removed.
    pub removed: u64,
    /// Alerts that are not the same.
    pub changed: u64,
}

/// Whether a watcher is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// Before and after.
    Kept,
    /// After only.
    New,
    /// Before only.
    Removed,
    /// It was off.
    SwitchedOn,
    /// It is off now.
    SwitchedOff,
    /// It was off and is.
    Off,
}

/// What a watcher sends.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Events that are sent.
    pub alerts: u64,
    /// Events that are counted in a group.
    pub grouped: u64,
    /// Summaries of groups.
    pub summaries: u64,
    /// Alerts and summaries by week.
    pub weekly: Weekly,
}

/// What becomes of a channel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChannelChange {
    /// Its name.
    pub name: String,
    /// What it would have got before; none if there was no such channel.
    pub before: Option<ChannelFigures>,
    /// What it would have got after.
    pub after: Option<ChannelFigures>,
}

/// What a channel gets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChannelFigures {
    /// Messages, summaries included.
    pub messages: u64,
    /// Messages by week.
    pub weekly: Weekly,
    /// The day with the most.
    pub worst_day: Option<(Date, u64)>,
}

/// An event that a watcher reports before or after the change, and not in the same way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlertChange {
    /// What happens to it.
    pub change: Happened,
    /// For one that comes, why there was none before; for one that goes, why there is none any more.
    pub why: Option<Why>,
    /// The watcher's name after the change.
    pub watcher: String,
    /// When the event happened.
    pub at: Timestamp,
    /// The event's name.
    pub event: String,
    /// The event's id.
    pub event_id: String,
    /// The account's id.
    pub account: String,
    /// The event's region.
    pub region: String,
    /// Who did it; empty if nobody is known.
    pub actor: String,
    /// What is said before.
    pub before: Option<Told>,
    /// What is said after.
    pub after: Option<Told>,
}

/// What happens to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happened {
    /// It is there after the change only.
    Added,
    /// It was there before the change only.
    Removed,
    /// It is another one.
    Changed,
}

/// Why a watcher does not report an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Why {
    /// There is no such watcher.
    NoWatcher,
    /// It is switched off.
    Off,
    /// Its pattern does not match.
    NoMatch,
    /// It is ignored.
    Ignored {
        /// The ignore's reason.
        reason: String,
    },
    /// It is a read-only call that EventBridge does not deliver.
    NotDelivered,
}

/// What is said of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// It is counted in a group, whose summary reports it if there are enough, and not sent by itself.
    pub grouped: bool,
    /// The title.
    pub title: String,
    /// The message.
    pub message: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where it goes, by name.
    pub channels: Vec<String>,
}
