//! The candidates of a key: values in an order that does not depend on where they come from.

use std::cmp::Ordering;
use std::collections::{BTreeSet, btree_set};
use std::sync::Arc;

use event_pattern::Candidate;

/// The candidates of a key, each once. Those of any number of watchers come in one order, so that a rule's text changes
/// only where its meaning does.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Values(BTreeSet<Value>);

impl Values {
    /// Literal texts.
    pub(super) fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Values {
        texts.into_iter().map(Candidate::from).collect()
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Candidate> + Clone {
        self.0.iter().map(|value| &value.0.candidate)
    }

    /// Puts another one in.
    pub(super) fn insert(&mut self, candidate: Candidate) {
        self.0.insert(Value::from(candidate));
    }

    pub(super) fn retain(&mut self, mut keeps: impl FnMut(&Candidate) -> bool) {
        self.0.retain(|value| keeps(&value.0.candidate));
    }

    /// Those of both.
    pub(super) fn union(mut self, other: Values) -> Values {
        self.0.extend(other.0);
        self
    }

    /// Leaves those that the others do not have.
    pub(super) fn subtract(&mut self, others: &Values) {
        self.0.retain(|value| !others.0.contains(value));
    }

    pub(super) fn is_subset(&self, of: &Values) -> bool {
        self.0.is_subset(&of.0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How much text they are in a pattern.
    pub(super) fn length(&self) -> usize {
        self.0.iter().map(|value| value.0.text.len()).sum()
    }
}

impl FromIterator<Candidate> for Values {
    fn from_iter<I: IntoIterator<Item = Candidate>>(candidates: I) -> Values {
        Values(candidates.into_iter().map(Value::from).collect())
    }
}

impl IntoIterator for Values {
    type Item = Value;
    type IntoIter = btree_set::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// A candidate, ordered as it is printed: patterns that print the same are equal, and so are candidates. Behind a pointer,
/// because a set has room for eleven in each of its nodes and most have one.
#[derive(Clone, Debug)]
pub(super) struct Value(Arc<Printed>);

#[derive(Debug)]
struct Printed {
    candidate: Candidate,
    /// Kept, because rules are compared and measured far more often than candidates are made.
    text: Box<str>,
}

impl From<Candidate> for Value {
    fn from(candidate: Candidate) -> Value {
        Value(Arc::new(Printed { text: candidate.to_string().into(), candidate }))
    }
}

impl From<Value> for Candidate {
    fn from(value: Value) -> Candidate {
        value.0.candidate.clone()
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.text.cmp(&other.0.text)
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Value {}
