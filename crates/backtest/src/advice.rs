//! What would make a loud watcher quieter, as the TOML to paste, and what it would have saved: the same alerts told again
//! with the change.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use watcher::{Role, Watcher};

use crate::alert::Alert;
use crate::messages::Outcome;
use crate::names::Names;
use crate::watchers::WatcherReport;
use crate::windows::Windows;

/// A watcher that says more a week, one a day, is loud.
const LOUD: f64 = 7.0;
/// So many of the loudest watchers get advice.
const LOUDEST: usize = 10;
/// What saves less than a quarter of the messages is not an advice.
const WORTH: u64 = 4;
/// An ignore ends so many days after the last event, so that somebody looks at it again.
const IGNORED_DAYS: i32 = 90;
/// How many events it may take before an alert.
const THRESHOLDS: [u32; 7] = [2, 3, 5, 10, 20, 50, 100];
/// The window of a new group, in seconds and as TOML.
const WINDOW: (u64, &str) = (3_600, "1h");

/// A change of one watcher, as an override to be pasted at the end of `account-watcher.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// The watcher.
    pub watcher: String,
    /// What kind of change it is.
    pub change: Change,
    /// What to paste.
    pub toml: String,
    /// Its alerts and summaries as it is.
    pub messages: u64,
    /// Its alerts and summaries with the change.
    pub messages_after: u64,
}

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Its alerts are reported as one.
    Group,
    /// Only what happens more often is reported.
    Threshold,
    /// What somebody does is ignored.
    Ignore,
    /// It is switched off.
    Off,
}

/// The advice for the loudest watchers, the loudest first.
pub(crate) fn advice<'a>(
    watchers: impl Iterator<Item = &'a Watcher>,
    reports: &[WatcherReport],
    outcomes: &[(Alert, Outcome)],
    names: &Names,
    last: Option<Date>,
) -> Vec<Advice> {
    let reports: HashMap<&str, &WatcherReport> =
        reports.iter().map(|report| (report.name.as_str(), report)).collect();
    let mut loud: Vec<(u32, &Watcher, &WatcherReport)> = (0..)
        .zip(watchers)
        .filter_map(|(number, watcher)| Some((number, watcher, *reports.get(watcher.name.as_str())?)))
        .filter(|(_, _, report)| report.weekly.mean > LOUD)
        .collect();
    loud.sort_by_key(|(_, watcher, report)| (std::cmp::Reverse(messages(report)), &watcher.name));
    let mut advice = Vec::new();
    for (number, watcher, report) in loud.into_iter().take(LOUDEST) {
        let own: Vec<&Alert> = outcomes
            .iter()
            .filter(|(alert, outcome)| alert.watcher == number && *outcome != Outcome::Duplicate)
            .map(|(alert, _)| alert)
            .collect();
        let found = [
            group(watcher, &own),
            threshold(watcher, &own, messages(report)),
            ignore(&own, names, last),
            Some((Change::Off, off(), 0)),
        ];
        let before = messages(report);
        let worth = |after: u64| (before - after.min(before)) * WORTH >= before;
        let changes = found.into_iter().flatten().filter(|(_, _, after)| worth(*after));
        advice.extend(changes.map(|(change, toml, messages_after)| Advice {
            watcher: watcher.name.clone(),
            change,
            // A watcher's name is in kebab-case.
            toml: format!("[[override]]\nwatchers = [\"{}\"]\n{toml}", watcher.name),
            messages: before,
            messages_after,
        }));
    }
    advice
}

fn messages(report: &WatcherReport) -> u64 {
    report.alerts + report.summaries
}

/// By actor, for a watcher that has no group and does not call something else so.
fn group(watcher: &Watcher, own: &[&Alert]) -> Option<(Change, String, u64)> {
    if watcher.group.is_some() || has_own_actor(watcher) {
        return None;
    }
    let after = by_actor(own, 1);
    let group = format!("group = {{ by = [\"actor\"], window = \"{}\" }}\n", WINDOW.1);
    Some((Change::Group, group, after))
}

fn has_own_actor(watcher: &Watcher) -> bool {
    watcher.fields.iter().any(|field| field.name == "actor")
}

/// The least that halves the messages and still leaves some, by the watcher's own group or by actor.
fn threshold(watcher: &Watcher, own: &[&Alert], before: u64) -> Option<(Change, String, u64)> {
    let now = watcher.group.as_ref().map_or(1, |group| group.at_least);
    let (by, window) = match &watcher.group {
        Some(group) => (group.by.clone(), group.window_in_units()),
        None if has_own_actor(watcher) => return None,
        None => (vec!["actor".to_owned()], WINDOW.1.to_owned()),
    };
    let after = |at_least: u32| {
        if watcher.group.is_none() {
            return by_actor(own, at_least);
        }
        let grouped = own.iter().filter_map(|alert| Some((alert.at, alert.group?)));
        count(grouped.map(|(at, group)| (at, group.name, group.window)), at_least)
    };
    let steps = THRESHOLDS.into_iter().filter(|at_least| *at_least > now);
    let (at_least, after) =
        steps.map(|at_least| (at_least, after(at_least))).find(|(_, after)| after * 2 <= before)?;
    let by = serde_json::Value::from(by);
    let toml = format!("group = {{ by = {by}, window = \"{window}\", at-least = {at_least} }}\n");
    (after > 0).then_some((Change::Threshold, toml, after))
}

/// How many messages a group by actor would leave.
fn by_actor(own: &[&Alert], at_least: u32) -> u64 {
    // As the function's groups: what is worse or better than usual, and what goes elsewhere, is told apart.
    let keys = own.iter().map(|alert| (alert.at, (alert.actor, alert.severity, &alert.channels), WINDOW.0));
    count(keys, at_least)
}

/// How many messages there are of events at these times, in these groups with these windows.
fn count<K: Hash + Eq>(events: impl Iterator<Item = (Timestamp, K, u64)>, at_least: u32) -> u64 {
    let mut windows: Windows<K, ()> = Windows::default();
    let mut messages = 0;
    for (at, group, window) in events {
        let (role, ended) = windows.count(group, window, at_least, at, || ());
        messages += u64::from(role == Role::Alert) + u64::from(ended.is_some());
    }
    messages + windows.end().count() as u64
}

/// Of who does the most.
fn ignore(own: &[&Alert], names: &Names, last: Option<Date>) -> Option<(Change, String, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for alert in own {
        *counts.entry(names.text(alert.identity)).or_default() += 1;
    }
    counts.remove("");
    // The first of those that are equal.
    let (identity, _) = counts.into_iter().rev().max_by_key(|(_, events)| *events)?;
    let mut windows: Windows<u128, ()> = Windows::default();
    let mut after = 0;
    for alert in own.iter().filter(|alert| names.text(alert.identity) != identity) {
        match alert.group {
            None => after += 1,
            Some(group) => {
                let (role, ended) = windows.count(group.name, group.window, group.at_least, alert.at, || ());
                after += u64::from(role == Role::Alert) + u64::from(ended.is_some());
            }
        }
    }
    after += windows.end().count() as u64;
    let text = serde_json::Value::from(identity).to_string();
    let pattern =
        if identity.ends_with('/') { format!("[{{ prefix = {text} }}]") } else { format!("[{text}]") };
    let until = last.and_then(|last| last.checked_add(IGNORED_DAYS.days()).ok())?;
    let toml = format!(
        "\n[[override.ignore]]\nreason = \"FILL IN: why this is expected of them\"\nuntil = {until}\npattern.detail.userIdentity.arn = {pattern}\n"
    );
    Some((Change::Ignore, toml, after))
}

fn off() -> String {
    "enabled = false\n".to_owned()
}
