//! What a deployment would change for people: watchers, the alerts of the example events, rules and their budget, settings, and
//! ignores that end. Everything here takes two states and returns what differs; nothing is read or printed.

mod alerts;
mod compare;
mod rules;
mod stack;

pub use alerts::{Alert, AlertChange, Alerts, EventChange, Why};
pub use compare::{Plan, plan};
pub use rules::{Budget, Longest, RuleChange, RuleChanged, RulesChange};
pub use stack::{Arriving, DeployedRule, StackPlan, StateChange, against_stack};
