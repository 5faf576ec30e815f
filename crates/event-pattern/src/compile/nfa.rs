//! The complexity of the wildcards of one field.
//!
//! The service's library builds one automaton from all of them, sharing equal beginnings up to the
//! first star, and counts how many (state, wildcard) pairs a value can keep alive at once. This is
//! the same automaton and the same count.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::complexity::MAX_COMPLEXITY;
use crate::candidate::Wildcard;

/// State sets visited at most; beyond, the wildcards count as too complex. Patterns within the
/// service's length limit stay far below.
const MAX_SETS: usize = 20_000;

/// `wildcards` carry the number of the candidate they belong to. Counts no further than beyond the
/// limit.
pub(super) fn complexity(wildcards: &[(usize, &Wildcard)]) -> usize {
    if wildcards.is_empty() {
        return 0;
    }
    let mut nfa = Nfa::default();
    nfa.add_state();
    for (candidate, wildcard) in wildcards {
        nfa.add(*candidate, &steps(wildcard));
    }
    nfa.largest_set()
}

/// The quoted form, with `None` for stars.
fn steps(wildcard: &Wildcard) -> Vec<Option<u8>> {
    let mut steps = vec![Some(b'"')];
    for (at, segment) in wildcard.segments().enumerate() {
        if at > 0 {
            steps.push(None);
        }
        steps.extend(segment.iter().copied().map(Some));
    }
    steps.push(Some(b'"'));
    steps
}

#[derive(Default)]
struct State {
    /// Where a byte leads.
    on_byte: HashMap<u8, Vec<usize>>,
    /// Where any byte leads.
    on_any: Vec<usize>,
    /// The star that follows a beginning shared by several wildcards.
    star: Option<usize>,
    /// The shared beginnings, longer by one byte.
    longer: HashMap<u8, usize>,
    /// The candidates whose wildcards pass through.
    candidates: BTreeSet<usize>,
}

#[derive(Default)]
struct Nfa {
    states: Vec<State>,
    /// The last state of each candidate.
    ends: HashMap<usize, usize>,
}

impl Nfa {
    fn add_state(&mut self) -> usize {
        self.states.push(State::default());
        self.states.len() - 1
    }

    fn add(&mut self, candidate: usize, steps: &[Option<u8>]) {
        let (mut before, mut current) = (0, 0);
        let mut shared = true;
        for (at, step) in steps.iter().enumerate() {
            let is_last = at + 1 == steps.len();
            let known = match step {
                _ if is_last => self.ends.get(&candidate).copied(),
                _ if !shared => None,
                None => self.states[current].star,
                Some(byte) => self.states[current].longer.get(byte).copied(),
            };
            let next = known.unwrap_or_else(|| self.add_state());
            if is_last {
                self.ends.insert(candidate, next);
            } else if shared {
                match step {
                    None => self.states[current].star = Some(next),
                    Some(byte) => {
                        self.states[current].longer.insert(*byte, next);
                    }
                }
            }
            match step {
                None => {
                    if !self.states[next].on_any.contains(&next) {
                        self.states[current].on_any.push(next);
                        self.states[next].on_any.push(next);
                    }
                    shared = false;
                }
                Some(byte) if is_last || known.is_none() => {
                    self.states[current].on_byte.entry(*byte).or_default().push(next);
                    // A star may stand for nothing.
                    if at > 0 && steps[at - 1].is_none() {
                        self.states[before].on_byte.entry(*byte).or_default().push(next);
                    }
                }
                Some(_) => {}
            }
            self.states[next].candidates.insert(candidate);
            (before, current) = (current, next);
        }
    }

    fn largest_set(&self) -> usize {
        let bytes: BTreeSet<Option<u8>> = self
            .states
            .iter()
            .flat_map(|state| state.on_byte.keys().copied().map(Some))
            .chain([None])
            .collect();
        let mut seen = HashSet::new();
        let mut open = vec![vec![0]];
        let mut largest = 0;
        while let Some(set) = open.pop() {
            for byte in &bytes {
                let next = self.step(&set, *byte);
                if next.is_empty() || seen.contains(&next) {
                    continue;
                }
                largest = largest.max(self.weight(&next));
                if largest > MAX_COMPLEXITY || seen.len() > MAX_SETS {
                    return MAX_COMPLEXITY + 1;
                }
                open.push(next.clone());
                seen.insert(next);
            }
        }
        largest
    }

    /// `None` is a byte that no wildcard names.
    fn step(&self, set: &[usize], byte: Option<u8>) -> Vec<usize> {
        let mut next: Vec<usize> = Vec::new();
        for state in set {
            let state = &self.states[*state];
            next.extend(&state.on_any);
            if let Some(states) = byte.and_then(|byte| state.on_byte.get(&byte)) {
                next.extend(states);
            }
        }
        next.sort_unstable();
        next.dedup();
        next
    }

    /// Each state counts its wildcards, and those of the star directly behind it as well unless
    /// that is in the set itself.
    fn weight(&self, set: &[usize]) -> usize {
        let candidates = |state: usize| self.states[state].candidates.len();
        set.iter()
            .map(|state| {
                let behind = self.states[*state].on_any.iter();
                let behind = behind.filter(|next| set.binary_search(next).is_err());
                candidates(*state) + behind.map(|next| candidates(*next)).sum::<usize>()
            })
            .sum()
    }
}
