//! What a watcher would have sent, or why it would have sent nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use watcher::Watcher;

use crate::alert::Alert;
use crate::collect::Seen;
use crate::days::{Weekly, day};
use crate::messages::{Message, Outcome};
use crate::names::Names;
use crate::want::is_native;

/// So many of the actors and accounts are named.
const TOP: usize = 3;

/// What one watcher would have sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WatcherReport {
    /// Its name.
    pub name: String,
    /// Events that match its pattern and would have come, without copies.
    pub matched: u64,
    /// Those that its ignores or the project's leave out.
    pub ignored: Vec<Ignored>,
    /// Those that were sent, each to all of its channels.
    pub alerts: u64,
    /// Those that a summary of their group tells, or that were too few for an alert.
    pub grouped: u64,
    /// Summaries of groups.
    pub summaries: u64,
    /// Copies of events that were counted already.
    pub duplicates: u64,
    /// Matches of read-only calls that EventBridge would not have delivered.
    pub undelivered: u64,
    /// Alerts whose template failed, so that they say less.
    pub failed_templates: u64,
    /// When the first of those that match happened.
    pub first: Option<Timestamp>,
    /// When the last did.
    pub last: Option<Timestamp>,
    /// The hour with the most.
    pub busiest_hour: Option<Busiest>,
    /// Who did most of them.
    pub top_actors: Vec<Top>,
    /// The accounts with most of them.
    pub top_accounts: Vec<Top>,
    /// Its first alert.
    pub example: Option<Example>,
    /// Alerts and summaries, by week.
    pub weekly: Weekly,
    /// Alerts and summaries, by day.
    pub days: BTreeMap<Date, u64>,
    /// Why there is none, if there is none.
    pub silence: Option<Silence>,
}

/// Events that were ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// The ignore's reason.
    pub reason: String,
    /// How many, copies included.
    pub events: u64,
}

/// The busiest hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Busiest {
    /// When it begins.
    pub from: Timestamp,
    /// How many events match in it.
    pub events: u64,
}

/// A name, and how many events have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Top {
    /// The actor or the account.
    pub name: String,
    /// How many events.
    pub events: u64,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// Its title.
    pub title: String,
    /// Its message.
    pub message: String,
}

/// Why a watcher sends nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum Silence {
    /// `enabled = false`
    Off,
    /// There is no event of a name that it wants.
    NoEvent,
    /// Nor can there be one in CloudTrail's logs: services send its events to EventBridge themselves.
    NotInLogs,
    /// There are such events, but its pattern does not match them.
    NoMatch {
        /// How many.
        events: u64,
        /// The one that came nearest.
        nearest: Option<Miss>,
    },
    /// All were ignored.
    Ignored,
    /// They are read-only calls, and EventBridge does not deliver them.
    NotDelivered,
    /// There were fewer in every window than the group's `at_least`.
    TooFew,
}

/// An event that nearly matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// Its name.
    pub event: String,
    /// When it happened.
    pub at: Timestamp,
    /// A line for each key that failed.
    pub failed: Vec<String>,
}

/// What is counted of a watcher's matches.
#[derive(Debug, Default)]
struct Counts {
    outcomes: [u64; 3],
    range: Option<(Timestamp, Timestamp)>,
    hours: HashMap<i64, u64>,
    actors: HashMap<u32, u64>,
    accounts: HashMap<u32, u64>,
    days: BTreeMap<Date, u64>,
    summaries: u64,
}

impl Counts {
    fn add(&mut self, alert: &Alert, outcome: Outcome) {
        self.outcomes[outcome as usize] += 1;
        if outcome == Outcome::Duplicate {
            return;
        }
        let (first, last) = self.range.unwrap_or((alert.at, alert.at));
        self.range = Some((first.min(alert.at), last.max(alert.at)));
        *self.hours.entry(alert.at.as_second().div_euclid(3_600)).or_default() += 1;
        *self.actors.entry(alert.actor).or_default() += 1;
        *self.accounts.entry(alert.account).or_default() += 1;
    }

    fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }
}

/// All watchers that are on, in their order.
pub(crate) fn watchers<'a>(
    watchers: impl Iterator<Item = &'a Watcher>,
    seen: Vec<Seen>,
    outcomes: &[(Alert, Outcome)],
    messages: &[Message],
    names: &Names,
    covered: &BTreeSet<Date>,
) -> Vec<WatcherReport> {
    let mut counts: Vec<Counts> = seen.iter().map(|_| Counts::default()).collect();
    for (alert, outcome) in outcomes {
        counts[alert.watcher as usize].add(alert, *outcome);
    }
    for message in messages {
        let counts = &mut counts[message.watcher as usize];
        *counts.days.entry(day(message.at)).or_default() += 1;
        counts.summaries += u64::from(message.summary);
    }
    watchers
        .zip(seen)
        .zip(counts)
        .map(|((watcher, seen), counts)| report(watcher, seen, counts, names, covered))
        .collect()
}

fn report(
    watcher: &Watcher,
    seen: Seen,
    counts: Counts,
    names: &Names,
    covered: &BTreeSet<Date>,
) -> WatcherReport {
    let ignored: u64 = seen.ignored.values().sum();
    let sent = counts.of(Outcome::Alert);
    let grouped = counts.of(Outcome::Repeat);
    // The first of those that are equal.
    let busiest = counts.hours.iter().max_by_key(|(hour, events)| (**events, -**hour));
    WatcherReport {
        name: watcher.name.clone(),
        matched: sent + grouped + ignored,
        alerts: sent,
        grouped,
        summaries: counts.summaries,
        duplicates: counts.of(Outcome::Duplicate),
        undelivered: seen.undelivered,
        failed_templates: seen.failed_renders,
        first: counts.range.map(|(first, _)| first),
        last: counts.range.map(|(_, last)| last),
        busiest_hour: busiest.and_then(|(hour, events)| {
            Some(Busiest { from: Timestamp::from_second(hour * 3_600).ok()?, events: *events })
        }),
        top_actors: top(&counts.actors, names),
        top_accounts: top(&counts.accounts, names),
        weekly: Weekly::of(&counts.days, covered),
        silence: (counts.days.is_empty()).then(|| silence(watcher, &seen, ignored, grouped)),
        days: counts.days,
        ignored: seen.ignored.into_iter().map(|(reason, events)| Ignored { reason, events }).collect(),
        example: seen.example.map(|(_, _, title, message)| Example { title, message }),
    }
}

fn silence(watcher: &Watcher, seen: &Seen, ignored: u64, grouped: u64) -> Silence {
    if grouped > 0 {
        Silence::TooFew
    } else if ignored > 0 {
        Silence::Ignored
    } else if seen.undelivered > 0 {
        Silence::NotDelivered
    } else if seen.missed > 0 {
        let nearest = seen.nearest.as_ref();
        let miss =
            nearest.map(|miss| Miss { event: miss.event.clone(), at: miss.at, failed: miss.why.clone() });
        Silence::NoMatch { events: seen.missed, nearest: miss }
    } else if is_native(&watcher.pattern) {
        Silence::NotInLogs
    } else {
        Silence::NoEvent
    }
}

fn top(counts: &HashMap<u32, u64>, names: &Names) -> Vec<Top> {
    let mut all: Vec<(&str, u64)> = counts
        .iter()
        .map(|(name, events)| (names.text(*name), *events))
        .filter(|(name, _)| !name.is_empty())
        .collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    all.into_iter().take(TOP).map(|(name, events)| Top { name: name.to_owned(), events }).collect()
}
