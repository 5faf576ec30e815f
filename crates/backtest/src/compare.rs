//! Which alerts are added or removed by a change of watchers: the accounts of the same events before and after it, alert by
//! alert.

use std::collections::{BTreeMap, HashMap};

use watcher::{Watcher, Watchers};

use crate::alert::{Alert, Said};
use crate::changes::{
    AlertChange, COMPARISON, ChannelChange, ChannelFigures, Comparison, Figures, Happened, Presence, Told,
    WatcherChange, Why,
};
use crate::channels::ChannelReport;
use crate::collect::{Collector, Quiet};
use crate::input::Input;
use crate::messages::Outcome;
use crate::place::Place;
use crate::report::{Account, Fate, account};
use crate::watchers::WatcherReport;

/// What was collected for the watchers before the change, or after it; [keeping texts](Collector::keeping_texts).
#[derive(Debug)]
pub struct Side<'a> {
    /// One for each thread.
    pub collectors: Vec<Collector<'a>>,
    /// The names of the watchers that are switched off.
    pub off: &'a [&'a str],
}

/// What changes between two sides that have read the same.
///
/// # Panics
/// Without a collector on each side.
pub fn compare(before: Side<'_>, after: Side<'_>) -> Comparison {
    let deployments = [&before, &after].map(|side| {
        side.collectors.first().expect("there is at least one thread that reads").deployment.watchers
    });
    let off = [before.off, after.off];
    let renamed = renamed(deployments, off);
    let before = account(before.collectors, before.off);
    let after = account(after.collectors, after.off);
    let alerts = alerts(&before, &after, deployments, off, &renamed);
    let Fate { filtered, .. } = after.report.fate;
    Comparison {
        version: COMPARISON,
        redacted: false,
        input: Input::default(),
        events: after.report.events,
        filtered,
        faults: after.report.faults,
        left_out: Vec::new(),
        span: after.report.span.clone(),
        watchers: watchers(&before, &after, off, &renamed, &alerts),
        channels: channels(&before.report.channels, &after.report.channels),
        alerts,
    }
}

/// The new names of watchers by their old ones: one that is removed and one that is new with the same pattern are the same.
/// Of several with one pattern the one with the same title is meant, else the first by name.
fn renamed(deployments: [&Watchers; 2], off: [&[&str]; 2]) -> BTreeMap<String, String> {
    let by_name = |side: usize| -> BTreeMap<&str, &Watcher> {
        let other = 1 - side;
        let is_there = |name: &str| {
            deployments[other].iter().any(|watcher| watcher.name == name) || off[other].contains(&name)
        };
        let watchers = deployments[side].iter().filter(|watcher| !is_there(&watcher.name));
        watchers.map(|watcher| (watcher.name.as_str(), watcher)).collect()
    };
    let (removed, mut new) = (by_name(0), by_name(1));
    let mut renamed = BTreeMap::new();
    for same_title in [true, false] {
        for (name, watcher) in &removed {
            if renamed.contains_key(*name) {
                continue;
            }
            let is_same = |other: &Watcher| {
                other.pattern == watcher.pattern
                    && (!same_title || other.title.source() == watcher.title.source())
            };
            if let Some(found) = new.iter().find(|(_, other)| is_same(other)).map(|(found, _)| *found) {
                new.remove(found);
                renamed.insert((*name).to_owned(), found.to_owned());
            }
        }
    }
    renamed
}

/// What all sides call the same: where it was read, which event, and the watcher's name after the change.
type Key<'a> = (Place, Option<u128>, &'a str);

struct Reported<'a> {
    alert: &'a Alert,
    said: &'a Said,
    grouped: bool,
}

fn reported<'a>(
    account: &'a Account,
    watchers: &'a Watchers,
    renamed: &'a BTreeMap<String, String>,
) -> HashMap<Key<'a>, Reported<'a>> {
    let names: Vec<&str> =
        watchers.iter().map(|watcher| renamed.get(&watcher.name).unwrap_or(&watcher.name).as_str()).collect();
    let outcomes = account.outcomes.iter().filter(|(_, outcome)| *outcome != Outcome::Duplicate);
    let reported = outcomes.filter_map(|(alert, outcome)| {
        let said = alert.said.as_deref()?;
        let grouped = *outcome == Outcome::Repeat;
        Some(((alert.place, alert.event, names[alert.watcher as usize]), Reported { alert, said, grouped }))
    });
    reported.collect()
}

fn alerts(
    before: &Account,
    after: &Account,
    deployments: [&Watchers; 2],
    off: [&[&str]; 2],
    renamed: &BTreeMap<String, String>,
) -> Vec<AlertChange> {
    let none = BTreeMap::new();
    let old = reported(before, deployments[0], renamed);
    let new = reported(after, deployments[1], &none);
    // The name before the change, for what is asked of that side.
    let former: HashMap<&str, &str> = renamed.iter().map(|(old, new)| (new.as_str(), old.as_str())).collect();
    let why = |side: usize, account: &Account, place: Place, name: &str| {
        let name = if side == 0 { former.get(name).copied().unwrap_or(name) } else { name };
        match (0..).zip(deployments[side].iter()).find(|(_, watcher)| watcher.name == name) {
            None if off[side].contains(&name) => Why::Off,
            None => Why::NoWatcher,
            Some((number, _)) => match account.quiet.get(&(place, number)) {
                Some(Quiet::Ignored(reason)) => Why::Ignored { reason: reason.clone() },
                Some(Quiet::NotDelivered) => Why::NotDelivered,
                None => Why::NoMatch,
            },
        }
    };
    let mut keys: Vec<&Key<'_>> = old.keys().chain(new.keys().filter(|key| !old.contains_key(key))).collect();
    let at = |key: &Key<'_>| new.get(key).or_else(|| old.get(key)).map(|reported| reported.alert.at);
    keys.sort_by_key(|key| (at(key), key.0, key.2));
    let changes = keys.into_iter().filter_map(|key| {
        let (was, is) = (old.get(key), new.get(key));
        let (place, _, watcher) = *key;
        let told = [was.map(|was| was.told(before)), is.map(|is| is.told(after))];
        if told[0] == told[1] {
            return None;
        }
        let (shown, account) = match (is, was) {
            (Some(is), _) => (is, after),
            (None, Some(was)) => (was, before),
            (None, None) => return None,
        };
        let (change, why) = match (was.is_some(), is.is_some()) {
            (true, true) => (Happened::Changed, None),
            (false, _) => (Happened::Added, Some(why(0, before, place, watcher))),
            (true, false) => (Happened::Removed, Some(why(1, after, place, watcher))),
        };
        let text = |number: u32| account.names.text(number).to_owned();
        let [before, after] = told;
        Some(AlertChange {
            change,
            why,
            watcher: watcher.to_owned(),
            at: shown.alert.at,
            event: text(shown.said.event),
            event_id: shown.said.event_id.clone(),
            account: text(shown.said.account_id),
            region: text(shown.said.region),
            actor: text(shown.alert.actor),
            before,
            after,
        })
    });
    changes.collect()
}

impl Reported<'_> {
    fn told(&self, account: &Account) -> Told {
        let text = |number: u32| account.names.text(number).to_owned();
        let mut channels: Vec<String> = self.alert.channels.iter().map(|channel| text(*channel)).collect();
        channels.sort();
        Told {
            grouped: self.grouped,
            title: text(self.said.title),
            message: text(self.said.message),
            severity: self.said.severity,
            channels,
        }
    }
}

fn watchers(
    before: &Account,
    after: &Account,
    off: [&[&str]; 2],
    renamed: &BTreeMap<String, String>,
    alerts: &[AlertChange],
) -> Vec<WatcherChange> {
    let mut sides: BTreeMap<&str, [Option<&WatcherReport>; 2]> = BTreeMap::new();
    let mut former: HashMap<&str, &str> = HashMap::new();
    for report in &before.report.watchers {
        let name = renamed.get(&report.name).map_or(report.name.as_str(), |new| {
            former.insert(new, &report.name);
            new
        });
        sides.entry(name).or_default()[0] = Some(report);
    }
    for report in &after.report.watchers {
        sides.entry(&report.name).or_default()[1] = Some(report);
    }
    let mut counts: HashMap<&str, [u64; 3]> = HashMap::new();
    for alert in alerts {
        counts.entry(&alert.watcher).or_default()[alert.change as usize] += 1;
    }
    let change = |(name, [was, is]): (&str, [Option<&WatcherReport>; 2])| {
        let is_off = |side: usize, report: Option<&WatcherReport>| {
            report.is_some_and(|report| off[side].contains(&report.name.as_str()))
        };
        let [added, removed, changed] = counts.get(name).copied().unwrap_or_default();
        let offs = [is_off(0, was), is_off(1, is)];
        let presence = match (was, is, offs) {
            (_, _, [true, true]) | (Some(_), None, [true, _]) | (None, Some(_), [_, true]) => Presence::Off,
            (None, ..) => Presence::New,
            (_, None, _) => Presence::Removed,
            (_, _, [true, false]) => Presence::SwitchedOn,
            (_, _, [false, true]) => Presence::SwitchedOff,
            (_, _, [false, false]) => Presence::Kept,
        };
        let figures = |side: usize, report: Option<&WatcherReport>| {
            report.filter(|_| !offs[side]).map(|report| Figures {
                alerts: report.alerts,
                grouped: report.grouped,
                summaries: report.summaries,
                weekly: report.weekly.clone(),
            })
        };
        WatcherChange {
            name: name.to_owned(),
            renamed_from: former.get(name).map(|old| (*old).to_owned()),
            presence,
            before: figures(0, was),
            after: figures(1, is),
            added,
            removed,
            changed,
        }
    };
    sides.into_iter().map(change).collect()
}

fn channels(before: &[ChannelReport], after: &[ChannelReport]) -> Vec<ChannelChange> {
    let mut sides: BTreeMap<&str, [Option<&ChannelReport>; 2]> = BTreeMap::new();
    for (side, reports) in [before, after].into_iter().enumerate() {
        for report in reports {
            sides.entry(&report.name).or_default()[side] = Some(report);
        }
    }
    let figures = |report: &ChannelReport| ChannelFigures {
        messages: report.messages,
        weekly: report.weekly.clone(),
        worst_day: report.worst_day,
    };
    let change = |(name, [was, is]): (&str, [Option<&ChannelReport>; 2])| ChannelChange {
        name: name.to_owned(),
        before: was.map(figures),
        after: is.map(figures),
    };
    sides.into_iter().map(change).collect()
}
