//! A match, as little of it as is needed to group it and to count it.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use watcher::{Facts, Grouping, Severity};

use crate::place::Place;

/// A watcher's match of an event that is not ignored. Names are numbers.
#[derive(Clone, Debug)]
pub(crate) struct Alert {
    /// When the event happened.
    pub(crate) at: Timestamp,
    /// Where it was read: of two at the same time the one that was read first comes first.
    pub(crate) place: Place,
    /// The watcher's number.
    pub(crate) watcher: u32,
    /// What all copies of the event have in common; none for an event without an id, which is another one each time.
    pub(crate) event: Option<u128>,
    pub(crate) group: Option<Group>,
    pub(crate) channels: Box<[u32]>,
    pub(crate) actor: u32,
    pub(crate) account: u32,
    /// The ARN of who did it, a role's without its session.
    pub(crate) identity: u32,
    /// The number of its severity, where it is not the watcher's.
    pub(crate) severity: u32,
    /// What it says, where that is kept.
    pub(crate) said: Option<Box<Said>>,
}

/// What an alert says. Names are numbers.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) event: u32,
    pub(crate) event_id: String,
    pub(crate) region: u32,
    pub(crate) account_id: u32,
    pub(crate) title: u32,
    pub(crate) message: u32,
    pub(crate) severity: Severity,
}

/// The group of an alert.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) name: u128,
    /// In seconds.
    pub(crate) window: u64,
    pub(crate) at_least: u32,
}

impl From<&Grouping> for Group {
    fn from(grouping: &Grouping) -> Group {
        Group { name: hash(&grouping.name), window: grouping.window, at_least: grouping.at_least }
    }
}

/// What all copies of an event have in common, as the function sees it.
pub(crate) fn event(facts: &Facts) -> Option<u128> {
    let Facts { event_id, account_id, region, .. } = facts;
    (!event_id.is_empty()).then(|| hash(&(event_id, account_id, region)))
}

/// Of millions no two are the same by chance.
fn hash(value: &impl Hash) -> u128 {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        value.hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
