//! What a deployment would change, printed: one module for each format; the words that they share.

pub(crate) mod markdown;
pub(crate) mod stack;
pub(crate) mod text;

use std::collections::BTreeSet;

use jiff::civil::Date;
use plan::{Alert, AlertChange, Budget, EventChange, Plan, RuleChange, RuleChanged};
use serde_json::json;
use similar::{ChangeTag, TextDiff};
use watchfile::End;
use watchfile::changes::{Events, Happened, WatcherChange};

use crate::style::{count, number};

/// What there is to print.
pub(crate) struct Planned<'a> {
    /// The state before, as people call it.
    pub(crate) from: &'a str,
    pub(crate) plan: &'a Plan,
    /// The watchers that are not compared, because a state's findings are about them.
    pub(crate) left_out: &'a BTreeSet<String>,
    /// Whether both states could be read without findings.
    pub(crate) complete: bool,
    pub(crate) today: Date,
}

impl Planned<'_> {
    fn watchers(&self, change: Happened) -> Vec<&WatcherChange> {
        self.plan.watchers.watchers.iter().filter(|watcher| watcher.change == change).collect()
    }

    fn events(&self, change: AlertChange) -> Vec<&EventChange> {
        self.plan.alerts.changes.iter().filter(|event| event.change == change).collect()
    }

    /// What changes, the most important first: `1 example event no longer alerts`, `2 watchers added, 1 removed`.
    fn total(&self) -> Vec<String> {
        let mut parts = Vec::new();
        let silent = self.events(AlertChange::Silent).len();
        if silent > 0 {
            let verb = if silent == 1 { "alerts" } else { "alert" };
            parts.push(format!("{} no longer {verb}", count(silent, "example event")));
        }
        parts.extend(joined(
            "watcher",
            &[
                (self.watchers(Happened::Added).len(), "added", "added"),
                (self.watchers(Happened::Removed).len(), "removed", "removed"),
                (self.watchers(Happened::Renamed).len(), "renamed", "renamed"),
                (self.watchers(Happened::Changed).len(), "changed", "changed"),
            ],
        ));
        parts.extend(joined(
            "example event",
            &[
                (self.events(AlertChange::New).len(), "newly alerts", "newly alert"),
                (self.events(AlertChange::Other).len(), "alerts differently", "alert differently"),
            ],
        ));
        parts.extend(self.settings());
        if parts.is_empty() {
            let rules = self.plan.rules.as_ref().is_some_and(|rules| !rules.is_empty());
            parts.push(if rules { "only rules change" } else { "nothing changes" }.to_owned());
        }
        parts
    }

    /// `channels and overrides change`
    fn settings(&self) -> Option<String> {
        let settings = self.plan.settings.iter().map(|change| change.key.as_str());
        let keys: Vec<String> = settings
            .chain(self.plan.watchers.ignores.as_ref().map(|_| "ignores"))
            .map(|key| match key {
                "route" | "override" => format!("{key}s"),
                key => key.to_owned(),
            })
            .collect();
        let (last, others) = keys.split_last()?;
        let all = if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) };
        Some(format!("{all} of account-watcher.toml change"))
    }
}

/// `2 watchers added, 1 removed`
fn joined(noun: &str, parts: &[(usize, &str, &str)]) -> Option<String> {
    let mut words: Vec<String> = Vec::new();
    for (found, one, many) in parts.iter().filter(|(found, ..)| *found > 0) {
        let subject = if words.is_empty() { count(*found, noun) } else { number(*found as u64) };
        words.push(format!("{subject} {}", if *found == 1 { one } else { many }));
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// For programs: one JSON object with a line break at its end.
pub(crate) fn json(planned: &Planned<'_>) -> String {
    let Planned { from, plan, left_out, complete, today } = planned;
    let Plan { alerts, watchers, rules, settings, ends } = plan;
    let json = json!({
        "version": 1, "from": from, "today": today, "changes": !plan.is_empty(), "complete": complete,
        "alerts": alerts, "watchers": watchers.watchers, "same": watchers.same, "ignores": watchers.ignores,
        "rules": rules, "settings": settings, "ends": ends, "left_out": left_out,
    });
    format!("{json:#}\n")
}

/// What an alert says, in lines: how bad, where, and its texts.
fn lines(alert: Option<&Alert>) -> String {
    let Some(Alert { watcher: _, severity, channels, title, message, runbook }) = alert else {
        return String::new();
    };
    let (severity, channels) = (severity.as_str(), channels.join(", "));
    let runbook =
        runbook.as_ref().map_or_else(String::new, |runbook| format!("runbook: {}\n", runbook.trim_end()));
    format!("severity: {severity}\nchannels: {channels}\ntitle: {title}\n{}\n{runbook}", message.trim_end())
}

/// The lines of an alert before and after, each with its sign.
fn differing(was: Option<&Alert>, is: Option<&Alert>) -> Vec<(ChangeTag, String)> {
    let (was, is) = (lines(was), lines(is));
    let diff = TextDiff::from_lines(&was, &is);
    diff.iter_all_changes().map(|line| (line.tag(), line.value().trim_end_matches('\n').to_owned())).collect()
}

fn sign(tag: ChangeTag) -> char {
    match tag {
        ChangeTag::Delete => '-',
        ChangeTag::Insert => '+',
        ChangeTag::Equal => ' ',
    }
}

/// `26 of 40 rules before and after; the longest pattern has 2,011 of 2,048 characters, 37 left (before: 1,900)`
fn budget(before: &Budget, after: &Budget) -> String {
    let rules = if before.rules == after.rules {
        format!("{} of {} rules, as before", after.rules, after.allowed)
    } else {
        format!("{} → {} of {} rules", before.rules, after.rules, after.allowed)
    };
    let Some(longest) = &after.longest else { return rules };
    let was = before.longest.as_ref().map_or(0, |longest| longest.characters);
    let was = if was == longest.characters {
        "as before".to_owned()
    } else {
        format!("{} before", number(was as u64))
    };
    format!(
        "{rules}; the longest pattern, {}, has {} of {} characters ({was}), {} left",
        longest.rule,
        number(longest.characters as u64),
        number(longest.allowed as u64),
        number(longest.left() as u64)
    )
}

/// `takes more events, 1,200 → 1,260 characters`
fn rule(change: &RuleChange) -> String {
    let characters = |length: Option<usize>| number(length.unwrap_or_default() as u64);
    match change.change {
        RuleChanged::Added => format!("added, {} characters", characters(change.after)),
        RuleChanged::Removed => format!("removed, {} characters", characters(change.before)),
        RuleChanged::Changed => {
            let events = match change.events {
                Some(Events::More) => "takes more events",
                Some(Events::Fewer) => "takes fewer events",
                Some(Events::Other) => "takes other events",
                None => "takes the same events",
            };
            format!("{events}, {} → {} characters", characters(change.before), characters(change.after))
        }
    }
}

/// `ended on 2026-01-31`, `ends on 2026-01-31, in 3 days`
fn end(end: &End, today: Date) -> String {
    let days = end.until.duration_since(today).as_hours() / 24;
    match days {
        _ if end.ended => format!("ended on {}", end.until),
        0 => format!("ends today, {}", end.until),
        1 => format!("ends tomorrow, {}", end.until),
        days => format!("ends in {days} days, on {}", end.until),
    }
}
