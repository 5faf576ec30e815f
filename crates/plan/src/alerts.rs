//! What becomes of the example events: those of the watchers' tests, of both states, tried with all watchers of each.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;
use watcher::{Match, Severity, Watchers};
use watchfile::changes::Changes;
use watchfile::{Project, in_parallel};

/// What changes for the example events.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alerts {
    /// How many different events were tried.
    pub events: usize,
    /// Those for which something changes, those without an alert first.
    pub changes: Vec<EventChange>,
}

/// An example event for which something changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventChange {
    /// The watcher whose test has it.
    pub watcher: String,
    /// The test's name.
    pub test: String,
    /// What changes.
    pub change: AlertChange,
    /// Why there is no alert any more; empty where there is one.
    pub why: Vec<Why>,
    /// What is sent before, and what after.
    pub before: Vec<Alert>,
    /// Of the same watchers in the same order as far as there are any.
    pub after: Vec<Alert>,
}

/// What becomes of an event's alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertChange {
    /// Nobody is told of it any more.
    Silent,
    /// Somebody is told of it now.
    New,
    /// It is told otherwise, elsewhere, or by another watcher.
    Other,
}

/// Why a watcher does not alert for an event any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum Why {
    /// It is not there any more.
    Removed {
        /// Its name.
        watcher: String,
    },
    /// It is switched off.
    Off {
        /// Its name.
        watcher: String,
    },
    /// An ignore takes the event.
    Ignored {
        /// The watcher.
        watcher: String,
        /// The ignore's reason.
        because: String,
    },
    /// It does not match.
    Unmatched {
        /// The watcher.
        watcher: String,
        /// Which condition is not met.
        because: String,
    },
    /// It has no channel.
    Nowhere {
        /// The watcher.
        watcher: String,
    },
}

/// What a watcher sends for an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// The watcher.
    pub watcher: String,
    /// How bad it is.
    pub severity: Severity,
    /// Where it goes.
    pub channels: Vec<String>,
    /// The title.
    pub title: String,
    /// The message.
    pub message: String,
    /// What to do: a link, or a text.
    pub runbook: Option<String>,
}

/// A state.
pub(crate) struct Side<'a> {
    pub(crate) project: &'a Project,
    /// The watchers that are on, and compared.
    pub(crate) watchers: Watchers,
}

impl Side<'_> {
    /// The watchers that may tell something else than on the other side: those that differ, or all where what they share does.
    fn differing(&self, before: &Side<'_>, after: &Side<'_>, changes: &Changes) -> Watchers {
        let (was, is) = (&before.project.config, &after.project.config);
        let shared = was.ignores != is.ignores || was.accounts != is.accounts || was.routes != is.routes;
        let names: BTreeSet<&str> = changes
            .watchers
            .iter()
            .flat_map(|change| [Some(&*change.name), change.renamed_from.as_deref()])
            .flatten()
            .collect();
        let watchers = self.watchers.iter().filter(|watcher| shared || names.contains(&*watcher.name));
        Watchers::new(self.project.config.clone(), watchers.cloned().collect())
    }
}

/// An event, as text, and the tests that have it: each a watcher and its test's name.
pub(crate) struct Example<'a> {
    pub(crate) text: String,
    pub(crate) tests: Vec<(&'a str, &'a str)>,
}

impl Example<'_> {
    /// The watchers that match.
    pub(crate) fn matches<'w>(&self, watchers: &'w Watchers, today: Date) -> Vec<Match<'w>> {
        watchers.deliveries(self.text.as_bytes(), today).unwrap_or_default()
    }

    /// The test to call it by: of a watcher that alerts, if there is one.
    pub(crate) fn name(&self, alerts: &[Alert]) -> (String, String) {
        let alerting = |(watcher, _): &&(&str, &str)| alerts.iter().any(|alert| alert.watcher == *watcher);
        let found = self.tests.iter().find(alerting).or(self.tests.first());
        found.map(|(watcher, test)| ((*watcher).to_owned(), (*test).to_owned())).unwrap_or_default()
    }
}

impl Alerts {
    pub(crate) fn compare(before: &Side<'_>, after: &Side<'_>, changes: &Changes, today: Date) -> Alerts {
        let examples = examples(after.project, before.project);
        let renamed: BTreeMap<&str, &str> = changes
            .watchers
            .iter()
            .filter_map(|change| Some((change.renamed_from.as_deref()?, &*change.name)))
            .collect();
        let now = |name: &str| renamed.get(name).map_or_else(|| name.to_owned(), |now| (*now).to_owned());
        let differing = [before, after].map(|side| side.differing(before, after, changes));
        let mut found: Vec<EventChange> = in_parallel(&examples, |example| {
            // Nearly all events are of watchers that are the same, and tell what they told.
            let concerns = |watchers: &Watchers| {
                watchers.matching(example.text.as_bytes()).is_ok_and(|matching| matching.is_any())
            };
            if !differing.iter().any(concerns) {
                return None;
            }
            let tried = [before, after].map(|side| example.matches(&side.watchers, today));
            let [was, is] = [0, 1].map(|side| tried[side].iter().filter_map(alert).collect::<Vec<_>>());
            let change = match (was.is_empty(), is.is_empty()) {
                _ if is_same(&was, &is) => return None,
                (false, true) => AlertChange::Silent,
                (true, _) => AlertChange::New,
                (false, false) => AlertChange::Other,
            };
            let why = match change {
                AlertChange::Silent => was
                    .iter()
                    .map(|alert| why(&now(&alert.watcher), &alert.watcher, after, &tried[1], example))
                    .collect(),
                AlertChange::New | AlertChange::Other => Vec::new(),
            };
            let (watcher, test) = example.name(if is.is_empty() { &was } else { &is });
            Some(EventChange { watcher, test, change, why, before: was, after: is })
        })
        .into_iter()
        .flatten()
        .collect();
        for change in &mut found {
            for alert in &mut change.before {
                alert.watcher = now(&alert.watcher);
            }
        }
        found.sort_by(|a, b| {
            let key = |event: &EventChange| (event.change, Reverse(event.worst()));
            key(a).cmp(&key(b)).then_with(|| (&a.watcher, &a.test).cmp(&(&b.watcher, &b.test)))
        });
        Alerts { events: examples.len(), changes: found }
    }
}

impl EventChange {
    /// How bad the worst of its alerts is.
    fn worst(&self) -> Option<Severity> {
        self.before.iter().chain(&self.after).map(|alert| alert.severity).max()
    }

    /// What each watcher sends before and after.
    pub fn pairs(&self) -> Vec<(Option<&Alert>, Option<&Alert>)> {
        let of = |alerts: &'_ [Alert], name: &str| alerts.iter().position(|alert| alert.watcher == name);
        let mut pairs: Vec<_> = self
            .before
            .iter()
            .map(|was| (Some(was), of(&self.after, &was.watcher).map(|at| &self.after[at])))
            .collect();
        let new = self.after.iter().filter(|is| of(&self.before, &is.watcher).is_none());
        pairs.extend(new.map(|is| (None, Some(is))));
        pairs.retain(|(was, is)| was.zip(*is).is_none_or(|(was, is)| !was.says_the_same(is)));
        pairs
    }
}

impl Alert {
    /// Under whatever name its watcher has.
    fn says_the_same(&self, other: &Alert) -> bool {
        self == &Alert { watcher: self.watcher.clone(), ..other.clone() }
    }
}

fn is_same(was: &[Alert], is: &[Alert]) -> bool {
    was.len() == is.len() && was.iter().zip(is).all(|(was, is)| was.says_the_same(is))
}

/// The events of all tests, each once.
pub(crate) fn examples<'a>(after: &'a Project, before: &'a Project) -> Vec<Example<'a>> {
    let mut examples: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for file in after.files.iter().chain(&before.files) {
        for test in &file.tests {
            examples.entry(test.event.to_string()).or_default().push((&file.watcher.name, &test.name));
        }
    }
    examples.into_iter().map(|(text, tests)| Example { text, tests }).collect()
}

/// None if nothing is sent.
pub(crate) fn alert(found: &Match<'_>) -> Option<Alert> {
    let first = found.deliveries.first()?;
    Some(Alert {
        watcher: found.watcher.name.clone(),
        severity: first.severity,
        channels: found.deliveries.iter().map(|delivery| delivery.channel.clone()).collect(),
        title: first.title.clone(),
        message: first.message.clone(),
        runbook: first.runbook.as_ref().map(|runbook| runbook.as_str().to_owned()),
    })
}

/// Why the watcher, which is called `now`, sends nothing any more.
fn why(now: &str, watcher: &str, after: &Side<'_>, found: &[Match<'_>], example: &Example<'_>) -> Why {
    let watcher = watcher.to_owned();
    let Some(file) = after.project.watcher(now) else { return Why::Removed { watcher } };
    if !file.enabled {
        return Why::Off { watcher };
    }
    match found.iter().find(|found| found.watcher.name == now) {
        Some(Match { ignored: Some(because), .. }) => {
            Why::Ignored { watcher, because: (*because).to_owned() }
        }
        Some(_) => Why::Nowhere { watcher },
        None => {
            let explained = file.watcher.pattern.explain(example.text.as_bytes());
            let text = explained.map(|explanation| explanation.to_string()).unwrap_or_default();
            let because = text.lines().map(str::trim).collect::<Vec<_>>().join("; ");
            Why::Unmatched { watcher, because }
        }
    }
}
