//! One branch of a rule's `$or`: a conjunction of keys, and branches as a pattern.

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::{Candidate, Pattern, PatternBuilder};

use crate::absorb::absorb;
use crate::values::Values;
use crate::want::{EVENT_NAME, SOURCE};

/// A conjunction: dotted path → candidates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Branch {
    pub(super) keys: BTreeMap<String, Values>,
}

impl Branch {
    /// With every source but these.
    pub(super) fn excluding(mut self, sources: &BTreeSet<&str>) -> Branch {
        if !sources.is_empty() {
            let others = Candidate::anything_but(sources.iter().copied());
            self.keys.insert(SOURCE.to_owned(), Values::from_iter([others]));
        }
        self
    }
}

/// Removes a key. `exists: false` looks only at what the keys sorted before it have fixed in an array; without
/// them it could match less than before, so it goes too where the two may share an array. `detail` is none.
pub(super) fn drop_key(keys: &mut BTreeMap<String, Values>, path: &str) {
    keys.remove(path);
    keys.retain(|other, values| !needs(other, values, path));
}

/// Whether a key matches less without another one.
pub(super) fn needs(key: &str, values: &Values, other: &str) -> bool {
    let absent = values.iter().any(|candidate| *candidate == Candidate::Exists(false));
    absent && key > other && share_array(key, other)
}

fn share_array(a: &str, b: &str) -> bool {
    let shared = a.split('.').zip(b.split('.')).take_while(|(a, b)| a == b).count();
    let above = usize::from(a.starts_with("detail."));
    shared > above
}

/// Puts branches that differ in their event names only, or in their sources only, into one, and drops what others
/// take anyway. Takes no event more, and none less.
pub(super) fn merge(branches: Vec<Branch>) -> Vec<Branch> {
    merge_by(absorb(merge_by(branches, EVENT_NAME)), SOURCE)
}

/// Puts branches that differ in this key only into one; one without the key takes all.
fn merge_by(branches: Vec<Branch>, key: &str) -> Vec<Branch> {
    let mut merged: BTreeMap<BTreeMap<String, Values>, Option<Values>> = BTreeMap::new();
    for mut branch in branches {
        let values = branch.keys.remove(key);
        match merged.entry(branch.keys) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(values);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let all = entry.get_mut().take().zip(values).map(|(a, b)| a.union(b));
                entry.insert(all);
            }
        }
    }
    let with_key = |(mut keys, values): (BTreeMap<String, Values>, Option<Values>)| {
        keys.extend(values.map(|values| (key.to_owned(), values)));
        Branch { keys }
    };
    merged.into_iter().map(with_key).collect()
}

/// The branches as a pattern: what all share stands once, before the `$or`.
pub(super) fn pattern(branches: &[Branch]) -> PatternBuilder {
    let Some((first, rest)) = branches.split_first() else { return Pattern::builder() };
    let mut common = first.keys.clone();
    common.retain(|path, values| rest.iter().all(|branch| branch.keys.get(path) == Some(values)));
    let own = |branch: &Branch| {
        let mut keys = branch.keys.clone();
        keys.retain(|path, _| !common.contains_key(path));
        keys
    };
    let own: BTreeSet<BTreeMap<String, Values>> = branches.iter().map(own).collect();
    // A branch with nothing of its own takes all that the others take.
    let takes_all = own.iter().any(BTreeMap::is_empty);
    if takes_all && common.is_empty() {
        // A pattern needs a key; every event has a source.
        return Pattern::builder().field(SOURCE, [Candidate::Exists(true)]);
    }
    let root = fields(common);
    if takes_all { root } else { root.any_of(own.into_iter().map(fields)) }
}

fn fields(keys: BTreeMap<String, Values>) -> PatternBuilder {
    keys.into_iter().fold(Pattern::builder(), |builder, (path, values)| builder.field(&path, values))
}
