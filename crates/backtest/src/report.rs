//! The account of all that was collected.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde::Serialize;

use crate::advice::{Advice, advice};
use crate::alert::{Alert, Said};
use crate::channels::{ChannelReport, channels};
use crate::collect::{Collector, Fates, Quiet, Seen};
use crate::days::Span;
use crate::input::Input;
use crate::messages::{Outcome, messages};
use crate::miss::nearer;
use crate::names::Names;
use crate::place::Place;
use crate::watchers::{Silence, WatcherReport, watchers};

/// The version of [`Report`] as JSON: it changes when a key goes or means something else.
pub const VERSION: u32 = 1;

/// What would have been sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// [`VERSION`]
    pub version: u32,
    /// Actors, addresses and account ids are placeholders.
    pub redacted: bool,
    /// What was read.
    pub input: Input,
    /// Events that were read, copies included; without those that the filter left out.
    pub events: u64,
    /// What became of them.
    pub fate: Fate,
    /// Things that could not be read.
    pub faults: u64,
    /// Events by account.
    pub accounts: BTreeMap<String, u64>,
    /// Events by region.
    pub regions: BTreeMap<String, u64>,
    /// The days that the events cover; none without events.
    pub span: Option<Span>,
    /// Every watcher.
    pub watchers: Vec<WatcherReport>,
    /// Every channel.
    pub channels: Vec<ChannelReport>,
    /// What would make the loudest watchers quieter.
    pub advice: Vec<Advice>,
}

/// What became of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// A watcher alerts of them.
    pub matched: u64,
    /// Every watcher that matches them ignores them.
    pub ignored: u64,
    /// EventBridge has them, and no watcher wants them.
    pub unmatched: u64,
    /// Read-only calls that no watcher names: EventBridge does not deliver them.
    pub read_only: u64,
    /// Data events that no watcher matches.
    pub data: u64,
    /// Events of CloudTrail Insights that no watcher matches.
    pub insights: u64,
    /// Network activity that no watcher matches.
    pub network_activity: u64,
    /// Records of a type that EventBridge has no events of.
    pub unknown_type: u64,
    /// Digest files, which hold no events.
    pub digests: u64,
    /// Left out by the filter.
    pub filtered: u64,
    /// Copies of alerts, as from two regions' folders; they are among those that match.
    pub duplicates: u64,
}

/// The account of what the collectors have collected from that input. `off` are the names of the watchers that are switched
/// off.
///
/// # Panics
/// Without a collector.
pub fn report(collectors: Vec<Collector<'_>>, off: &[&str], input: Input) -> Report {
    Report { input, ..account(collectors, off).report }
}

/// A report, and the matches that it is made of.
pub(crate) struct Account {
    pub(crate) report: Report,
    /// In the order of the events' times.
    pub(crate) outcomes: Vec<(Alert, Outcome)>,
    /// The texts of their numbers.
    pub(crate) names: Names,
    /// Why watchers that match say nothing.
    pub(crate) quiet: HashMap<(Place, u32), Quiet>,
}

/// The account of what the collectors have collected, as [`report`] says.
pub(crate) fn account(collectors: Vec<Collector<'_>>, off: &[&str]) -> Account {
    let deployment = collectors.first().expect("there is at least one thread that reads").deployment;
    let mut fates = Fates::default();
    let mut names = Names::default();
    let mut seen: Vec<Seen> = deployment.watchers.iter().map(|_| Seen::default()).collect();
    let mut cells: BTreeMap<String, u64> = BTreeMap::new();
    let (mut alerts, mut quiet) = (Vec::new(), HashMap::new());
    for collector in collectors {
        quiet.extend(collector.quiet);
        fates.add(&collector.fates);
        let mut moved = |number: u32| names.number(collector.names.text(number));
        alerts.extend(collector.alerts.into_iter().map(|mut alert| {
            alert.channels.iter_mut().for_each(|channel| *channel = moved(*channel));
            (alert.actor, alert.account) = (moved(alert.actor), moved(alert.account));
            alert.identity = moved(alert.identity);
            if let Some(said) = &mut alert.said {
                let Said { event, region, account_id, title, message, .. } = &mut **said;
                for name in [event, region, account_id, title, message] {
                    *name = moved(*name);
                }
            }
            alert
        }));
        for (all, one) in seen.iter_mut().zip(collector.seen) {
            all.add(one);
        }
        for (cell, count) in collector.cells {
            *cells.entry(cell).or_default() += count;
        }
    }
    let mut accounts: BTreeMap<String, u64> = BTreeMap::new();
    let mut regions: BTreeMap<String, u64> = BTreeMap::new();
    let mut days: BTreeMap<&str, BTreeSet<Date>> = BTreeMap::new();
    for (cell, count) in &cells {
        let mut parts = cell.split('\n');
        let mut part = || parts.next().unwrap_or_default();
        let (day, account, region) = (part(), part(), part());
        *accounts.entry(account.to_owned()).or_default() += count;
        *regions.entry(region.to_owned()).or_default() += count;
        days.entry(account).or_default().extend(day.parse::<Date>());
    }
    let covered: BTreeSet<Date> = days.values().flatten().copied().collect();
    let (messages, outcomes) = messages(alerts);
    let channels = channels(deployment.watchers, &messages, &names, &covered);
    let mut watchers = watchers(deployment.watchers.iter(), seen, &outcomes, &messages, &names, &covered);
    let advice = advice(deployment.watchers.iter(), &watchers, &outcomes, &names, covered.last().copied());
    watchers.extend(off.iter().map(|name| WatcherReport::off(name)));
    watchers.sort_by(|a, b| a.name.cmp(&b.name));
    let duplicates = outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::Duplicate).count() as u64;
    let report = Report {
        version: VERSION,
        redacted: false,
        input: Input::default(),
        events: cells.values().sum(),
        fate: fates.told(duplicates),
        faults: fates.faults,
        accounts,
        regions,
        span: Span::of(&days),
        watchers,
        channels,
        advice,
    };
    Account { report, outcomes, names, quiet }
}

impl WatcherReport {
    fn off(name: &str) -> WatcherReport {
        WatcherReport {
            name: name.to_owned(),
            matched: 0,
            ignored: Vec::new(),
            alerts: 0,
            grouped: 0,
            summaries: 0,
            duplicates: 0,
            undelivered: 0,
            failed_templates: 0,
            first: None,
            last: None,
            busiest_hour: None,
            top_actors: Vec::new(),
            top_accounts: Vec::new(),
            example: None,
            weekly: crate::days::Weekly::default(),
            days: BTreeMap::new(),
            silence: Some(Silence::Off),
        }
    }
}

impl Seen {
    fn add(&mut self, other: Seen) {
        for (reason, count) in other.ignored {
            *self.ignored.entry(reason).or_default() += count;
        }
        self.undelivered += other.undelivered;
        self.missed += other.missed;
        self.failed_renders += other.failed_renders;
        self.nearest = nearer(self.nearest.take(), other.nearest);
        let key =
            |example: &Option<(_, _, String, String)>| example.as_ref().map(|(at, place, ..)| (*at, *place));
        if self.example.is_none() || key(&other.example).is_some_and(|other| Some(other) < key(&self.example))
        {
            self.example = other.example;
        }
    }
}

impl Fates {
    fn add(&mut self, other: &Fates) {
        self.matched += other.matched;
        self.ignored += other.ignored;
        self.unmatched += other.unmatched;
        self.read_only += other.read_only;
        self.data += other.data;
        self.insights += other.insights;
        self.network_activity += other.network_activity;
        self.unknown_type += other.unknown_type;
        self.digests += other.digests;
        self.filtered += other.filtered;
        self.faults += other.faults;
    }

    fn told(self, duplicates: u64) -> Fate {
        let Fates { matched, ignored, unmatched, read_only, data, insights, network_activity, .. } = self;
        let Fates { unknown_type, digests, filtered, .. } = self;
        Fate {
            matched,
            ignored,
            unmatched,
            read_only,
            data,
            insights,
            network_activity,
            unknown_type,
            digests,
            filtered,
            duplicates,
        }
    }
}
