//! Which EventBridge rules differ, and what is left of their quotas.

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::Pattern;
use rules::{Rule, Rules, limits};
use serde::Serialize;
use watcher::Watchers;
use watchfile::changes::{self, Events, KeyChange};

/// What changes of the rules.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RulesChange {
    /// What they take of the quotas, before and after.
    pub before: Budget,
    /// After.
    pub after: Budget,
    /// The rules that differ, by id.
    pub rules: Vec<RuleChange>,
    /// Whether the rules differ with which other regions and accounts forward.
    pub forwarding: bool,
}

/// What is taken of the quotas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Budget {
    /// How many rules.
    pub rules: usize,
    /// How many there may be.
    pub allowed: usize,
    /// The characters of all patterns.
    pub characters: usize,
    /// The rule that is nearest to its quota.
    pub longest: Option<Longest>,
}

/// The rule with the longest pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Longest {
    /// The rule.
    pub rule: String,
    /// How long its pattern is.
    pub characters: usize,
    /// How long it may be.
    pub allowed: usize,
}

/// A rule that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleChange {
    /// `Bucket00` … `Bucket23`, `ReadOnly`, `Rest`.
    pub rule: String,
    /// What happens to it.
    pub change: RuleChanged,
    /// The length of its pattern before.
    pub before: Option<usize>,
    /// And after.
    pub after: Option<usize>,
    /// What is known of the events that it takes, if there is a rule before and after.
    pub events: Option<Events>,
    /// The keys of the pattern that differ.
    pub keys: Vec<KeyChange>,
}

/// What happens to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleChanged {
    /// It is new.
    Added,
    /// It is deleted.
    Removed,
    /// Its pattern is another.
    Changed,
}

impl RulesChange {
    /// What changes of the rules that are generated; none if one of the states has none that fit.
    pub(crate) fn between(before: &Watchers, after: &Watchers) -> Option<RulesChange> {
        let (was, is) = (Rules::generate(before).ok()?, Rules::generate(after).ok()?);
        let forward = |watchers| Rules::forward(watchers).ok().map(|forward| forward.template());
        let patterns = |rules: &Rules| -> BTreeMap<String, Pattern> {
            rules.iter().map(|rule| (rule.id.clone(), rule.pattern.clone())).collect()
        };
        Some(RulesChange {
            before: Budget::of(&was),
            after: Budget::of(&is),
            rules: differing(&patterns(&was), &patterns(&is)),
            forwarding: was != is && forward(before) != forward(after),
        })
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && !self.forwarding
    }
}

impl Budget {
    pub(crate) fn of(rules: &Rules) -> Budget {
        let longest = rules.iter().max_by_key(|rule| rule.characters()).map(|rule| Longest {
            rule: rule.id.clone(),
            characters: rule.characters(),
            allowed: limits::PATTERN,
        });
        let characters = rules.iter().map(Rule::characters).sum();
        Budget { rules: rules.iter().len(), allowed: limits::RULES, characters, longest }
    }
}

impl Longest {
    /// What is left.
    pub fn left(&self) -> usize {
        self.allowed.saturating_sub(self.characters)
    }
}

/// The rules that are not the same in both.
pub(crate) fn differing(
    before: &BTreeMap<String, Pattern>,
    after: &BTreeMap<String, Pattern>,
) -> Vec<RuleChange> {
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |id: &String| {
        let (was, is) = (before.get(id), after.get(id));
        let (change, compared) = match (was, is) {
            (Some(was), Some(is)) if was == is => return None,
            (Some(was), Some(is)) => (RuleChanged::Changed, changes::patterns(was, is)),
            (None, _) => (RuleChanged::Added, None),
            (_, None) => (RuleChanged::Removed, None),
        };
        let (events, keys) = compared.unzip();
        Some(RuleChange {
            rule: id.clone(),
            change,
            before: was.map(rules::characters),
            after: is.map(rules::characters),
            events,
            keys: keys.unwrap_or_default(),
        })
    };
    ids.into_iter().filter_map(change).collect()
}
