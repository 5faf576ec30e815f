//! The plan of two states.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;
use watcher::Watchers;
use watchfile::changes::{self, Changes, KeyChange};
use watchfile::{End, Project};

use crate::alerts::{Alerts, Side};
use crate::rules::RulesChange;

/// An ignore that ends within so many days is said to end soon.
const SOON: i32 = 30;

/// What a deployment changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// What becomes of the example events of both states.
    pub alerts: Alerts,
    /// The watchers as they are deployed, and the ignores that all share.
    pub watchers: Changes,
    /// The rules; none if a state has findings, so that nobody can tell which rules it has.
    pub rules: Option<RulesChange>,
    /// What differs in `account-watcher.toml`.
    pub settings: Vec<KeyChange>,
    /// The ignores of the newer state that have ended or end soon.
    pub ends: Vec<End>,
}

/// What changes from one state to the other. `left_out`: the watchers that one of the two cannot read, which are not compared.
/// `complete`: both could be read without findings.
pub fn plan(
    before: &Project,
    after: &Project,
    left_out: &BTreeSet<String>,
    complete: bool,
    today: Date,
) -> Plan {
    let mut watchers = changes::deployed(before, after);
    watchers.watchers.retain(|watcher| {
        let old = watcher.renamed_from.as_ref();
        !left_out.contains(&watcher.name) && old.is_none_or(|old| !left_out.contains(old))
    });
    let sides = [before, after].map(|project| Side { project, watchers: deployed(project, left_out) });
    let rules = complete.then(|| RulesChange::between(&sides[0].watchers, &sides[1].watchers)).flatten();
    Plan {
        alerts: Alerts::compare(&sides[0], &sides[1], &watchers, today),
        watchers,
        rules,
        settings: changes::settings(before, after),
        ends: watchfile::ends(after, today, SOON),
    }
}

impl Plan {
    /// Whether a deployment changes nothing. That an ignore ends is the calendar's doing.
    pub fn is_empty(&self) -> bool {
        self.watchers.is_empty()
            && self.alerts.changes.is_empty()
            && self.settings.is_empty()
            && self.rules.as_ref().is_none_or(RulesChange::is_empty)
    }
}

fn deployed(project: &Project, left_out: &BTreeSet<String>) -> Watchers {
    let is_compared = |name: &str| !left_out.contains(name);
    let files = project.files.iter().filter(|file| file.enabled && is_compared(&file.watcher.name));
    Watchers::new(project.config.clone(), files.map(|file| file.watcher.clone()).collect())
}
