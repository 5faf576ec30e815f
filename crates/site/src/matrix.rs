//! Which watchers report what a benchmark lists, and what none reports.

use std::collections::BTreeMap;

use crate::benchmarks::{Attack, Benchmarks, CisItem};

/// What the matrices need to know of a watcher.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Whether it is on.
    pub on: bool,
    /// Its tags.
    pub tags: Vec<String>,
}

/// How an item is covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// A watcher that is on reports it.
    Covered,
    /// As far as said: what is left out.
    Partly(String),
    /// Only watchers that are off would report it.
    Off,
    /// No watcher does; and why, where it is known.
    Gap(Option<String>),
}

/// An item of a benchmark.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its numbers, one for each version of the benchmark; none where a version does not have it.
    pub numbers: Vec<Option<String>>,
    /// What it is about.
    pub what: String,
    /// The watchers that report it, by name, and whether each is on.
    pub watchers: BTreeMap<String, bool>,
    /// What comes of it.
    pub state: State,
}

impl Item {
    fn new(
        numbers: Vec<Option<String>>,
        what: &str,
        watchers: BTreeMap<String, bool>,
        lacks: Option<&String>,
        reason: Option<String>,
    ) -> Item {
        let state = match lacks {
            _ if watchers.is_empty() => State::Gap(reason),
            _ if watchers.values().all(|on| !on) => State::Off,
            Some(lacks) => State::Partly(lacks.clone()),
            None => State::Covered,
        };
        Item { numbers, what: what.to_owned(), watchers, state }
    }
}

/// The items of CIS.
pub fn cis(benchmarks: &Benchmarks, watchers: &[Named]) -> Vec<Item> {
    let number = |number: &String| (!number.is_empty()).then(|| number.clone());
    let item = |item: &CisItem| {
        let tag = format!("cis-{}", item.v3);
        let by = |named: &&Named| item.watchers.contains(&named.name) || named.tags.contains(&tag);
        let reason = item.reason.as_ref().map(|key| benchmarks.reason(key));
        let numbers = vec![number(&item.v3), number(&item.v5)];
        Item::new(numbers, &item.what, names(watchers, by), item.lacks.as_ref(), reason)
    };
    benchmarks.cis.items.iter().map(item).collect()
}

/// The techniques of ATT&CK by id, each reported by the watchers that name it or one of its sub-techniques.
pub fn attack(benchmarks: &Benchmarks, watchers: &[Named]) -> BTreeMap<String, Item> {
    let item = |(id, name): (&String, &String)| {
        let by = |named: &&Named| named.tags.iter().any(|tag| names_technique(tag, id, &benchmarks.attack));
        let reason = benchmarks.attack.reasons.get(id).map(|key| benchmarks.reason(key));
        (id.clone(), Item::new(vec![Some(id.clone())], name, names(watchers, by), None, reason))
    };
    benchmarks.attack.techniques.iter().map(item).collect()
}

/// The techniques that watchers name and that are of other platforms, with those that name them, and whether each is on.
pub fn elsewhere(benchmarks: &Benchmarks, watchers: &[Named]) -> BTreeMap<String, BTreeMap<String, bool>> {
    let mut found: BTreeMap<String, BTreeMap<String, bool>> = BTreeMap::new();
    for named in watchers {
        for id in named.tags.iter().filter_map(|tag| tag.strip_prefix("mitre-")) {
            if !benchmarks.attack.techniques.contains_key(id) {
                found.entry(id.to_owned()).or_default().insert(named.name.clone(), named.on);
            }
        }
    }
    found
}

fn names_technique(tag: &str, id: &str, attack: &Attack) -> bool {
    tag.strip_prefix("mitre-").is_some_and(|named| {
        let is_part = || named.strip_prefix(id).is_some_and(|rest| rest.starts_with('.'));
        named == id || is_part() && attack.techniques.contains_key(named)
    })
}

fn names(watchers: &[Named], by: impl Fn(&&Named) -> bool) -> BTreeMap<String, bool> {
    watchers.iter().filter(by).map(|named| (named.name.clone(), named.on)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn named(name: &str, on: bool, tags: &[&str]) -> Named {
        Named { name: name.to_owned(), on, tags: tags.iter().map(|tag| (*tag).to_owned()).collect() }
    }

    #[test]
    fn gaps_are_gaps_and_what_is_off_is_off() {
        let benchmarks = Benchmarks::read();
        let watchers = [
            named("a", true, &["cis-4.8", "mitre-T1485.001"]),
            named("b", false, &["cis-4.9", "mitre-T9999"]),
            named("acm-certificate-expired", true, &[]),
        ];
        let cis = cis(&benchmarks, &watchers);
        let state = |v3: &str| &cis.iter().find(|item| item.numbers[0].as_deref() == Some(v3)).unwrap().state;
        assert_eq!(state("4.8"), &State::Covered);
        assert_eq!(state("4.9"), &State::Off);
        assert_eq!(state("4.10"), &State::Gap(None));
        assert!(matches!(state("1.12"), State::Gap(Some(reason)) if reason.starts_with("a state")));
        assert!(matches!(state("1.19"), State::Partly(lacks) if lacks == "certificates in ACM only"));
        let attack = attack(&benchmarks, &watchers);
        assert_eq!(attack["T1485"].watchers, BTreeMap::from([("a".to_owned(), true)]));
        assert_eq!(attack["T1486"].state, State::Gap(None));
        assert_eq!(elsewhere(&benchmarks, &watchers)["T9999"], BTreeMap::from([("b".to_owned(), false)]));
    }
}
