//! The EventBridge rules of a deployed stack, and those that the project would make. What the watchers of the stack say is part of
//! the function's code, which cannot be read from a stack: only the rules are compared, and which example events they take.

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::Pattern;
use jiff::civil::Date;
use rules::{Rules, is_dropped};
use serde::Serialize;
use watchfile::Project;

use crate::alerts::{Alert, Example, alert, examples};
use crate::rules::{Budget, RuleChange, differing};

/// A rule as it is in the account.
#[derive(Clone, Debug, PartialEq)]
pub struct DeployedRule {
    /// The id that it has in the project: `Bucket00`.
    pub id: String,
    /// Its name in the account.
    pub name: String,
    /// What it takes.
    pub pattern: Pattern,
    /// `ENABLED`, `DISABLED`, `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
    pub state: String,
}

impl DeployedRule {
    /// Whether it passes anything on.
    pub fn is_enabled(&self) -> bool {
        self.state != "DISABLED"
    }

    /// Whether it brings the event to the function, or would if it were enabled.
    pub fn brings(&self, event: &[u8]) -> bool {
        let gets_all = self.state == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
        let is_passed_on = gets_all || !self.is_enabled() || !is_dropped(event);
        is_passed_on && self.pattern.matches(event).unwrap_or(false)
    }
}

/// What a deployment changes of a stack's rules.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StackPlan {
    /// How many rules there are in the stack.
    pub deployed: usize,
    /// What the project's rules take of the quotas.
    pub after: Budget,
    /// The rules that differ, by id.
    pub rules: Vec<RuleChange>,
    /// Rules in another state than the project gives them.
    pub states: Vec<StateChange>,
    /// How many example events were tried.
    pub events: usize,
    /// The example events that alert in the project, and that the stack's rules do not take.
    pub arrive: Vec<Arriving>,
    /// The example events that the stack's rules take and the project's do not. Whether they alert today nobody can tell.
    pub stay_away: Vec<Arriving>,
}

/// A rule in another state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StateChange {
    /// `Bucket00`
    pub rule: String,
    /// Its name in the account.
    pub name: String,
    /// Its state there.
    pub before: String,
    /// The state that the project gives it.
    pub after: &'static str,
}

/// An example event whose way changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Arriving {
    /// The watcher whose test has it.
    pub watcher: String,
    /// The test's name.
    pub test: String,
}

/// What changes; none if the project's rules do not fit their quotas.
pub fn against_stack(deployed: &[DeployedRule], project: &Project, today: Date) -> Option<StackPlan> {
    let watchers = project.watchers();
    let generated = Rules::generate(&watchers).ok()?;
    let was = deployed.iter().map(|rule| (rule.id.clone(), rule.pattern.clone())).collect();
    let is: BTreeMap<String, Pattern> =
        generated.iter().map(|rule| (rule.id.clone(), rule.pattern.clone())).collect();
    let mut rules = differing(&was, &is);
    // EventBridge and CloudFormation may write a pattern otherwise.
    rules.retain(|change| change.before.is_none() || change.after.is_none() || change.events.is_some());
    let states = generated.iter().filter_map(|rule| {
        let found = deployed.iter().find(|found| found.id == rule.id && found.state != rule.state())?;
        let (name, before) = (found.name.clone(), found.state.clone());
        Some(StateChange { rule: rule.id.clone(), name, before, after: rule.state() })
    });
    let states = states.collect();
    let examples = examples(project, project);
    let (mut arrive, mut stay_away) = (BTreeSet::new(), BTreeSet::new());
    for example in &examples {
        let event = example.text.as_bytes();
        // Also by a rule that is disabled, which is said: a deployment does not have to enable it.
        let reaches_stack = deployed.iter().any(|rule| rule.pattern.matches(event).unwrap_or(false));
        let reaches_project = generated.iter().any(|rule| rule.pattern.matches(event).unwrap_or(false));
        if reaches_stack && !reaches_project {
            stay_away.insert(named(example, &[]));
        } else if !reaches_stack && reaches_project {
            let alerts: Vec<Alert> = example.matches(&watchers, today).iter().filter_map(alert).collect();
            if !alerts.is_empty() {
                arrive.insert(named(example, &alerts));
            }
        }
    }
    Some(StackPlan {
        deployed: deployed.len(),
        after: Budget::of(&generated),
        rules,
        states,
        events: examples.len(),
        arrive: arrive.into_iter().collect(),
        stay_away: stay_away.into_iter().collect(),
    })
}

impl StackPlan {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.states.is_empty()
    }
}

fn named(example: &Example<'_>, alerts: &[Alert]) -> Arriving {
    let (watcher, test) = example.name(alerts);
    Arriving { watcher, test }
}
