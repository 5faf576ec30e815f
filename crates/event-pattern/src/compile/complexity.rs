//! The service's limit on wildcards.
//!
//! All sub-rules of a pattern share a tree of states, and a state has one byte machine per field.
//! The complexity of a pattern is that of its most complex machine (see `nfa`). This agrees with
//! the service's library on all but 3 of 761 cases, lists of anything-but wildcards, where ours is
//! 1 or 2 higher.

use std::collections::HashMap;

use super::nfa;
use crate::candidate::{AnythingBut, Candidate, Wildcard};
use crate::engine::by_utf16;
use crate::pattern::Alternative;

/// More is refused. Live: 10 accepted, 11 refused.
pub(super) const MAX_COMPLEXITY: usize = 10;

/// The dotted path of a field whose wildcards are too complex.
pub(crate) fn excess(alternatives: &[Alternative]) -> Option<&str> {
    let has_wildcards = |alternative: &Alternative| {
        alternative
            .fields()
            .any(|(_, candidates)| candidates.iter().any(|one| wildcards(one).next().is_some()))
    };
    if !alternatives.iter().any(has_wildcards) {
        return None;
    }
    let machines = Tree::new(alternatives).machines;
    let excess = machines.iter().find(|machine| nfa::complexity(&machine.wildcards) > MAX_COMPLEXITY);
    excess.map(|machine| machine.path)
}

/// The wildcards of one candidate.
fn wildcards(candidate: &Candidate) -> impl Iterator<Item = &Wildcard> {
    match candidate {
        Candidate::Wildcard(wildcard) => std::slice::from_ref(wildcard),
        Candidate::AnythingBut(AnythingBut::Wildcards(list)) => list,
        _ => &[],
    }
    .iter()
}

/// The machine of one field in one state.
struct Machine<'p> {
    /// The field's dotted path.
    path: &'p str,
    /// Where a candidate leads, by its identity.
    next: HashMap<String, usize>,
    /// All wildcards in order, with a number for the candidate they belong to.
    wildcards: Vec<(usize, &'p Wildcard)>,
}

/// The states of all sub-rules. Each is a map from field to machine; the first is the root.
struct Tree<'p> {
    states: Vec<HashMap<&'p str, usize>>,
    machines: Vec<Machine<'p>>,
}

impl<'p> Tree<'p> {
    fn new(alternatives: &'p [Alternative]) -> Self {
        let mut tree = Self { states: vec![HashMap::new()], machines: Vec::new() };
        for alternative in alternatives {
            let mut fields: Vec<_> = alternative.fields().collect();
            fields.sort_by(|(left, _), (right, _)| by_utf16(left, right));
            let mut current = vec![0];
            for (path, candidates) in fields {
                let candidates: Vec<_> = candidates.iter().map(|one| (identity(one), one)).collect();
                let mut reached = Vec::new();
                for state in current {
                    tree.follow(state, path, &candidates, &mut reached);
                }
                current = reached;
            }
        }
        tree
    }

    /// From a state through the machine of a field. New candidates share the state that the one
    /// before them leads to.
    fn follow(
        &mut self,
        state: usize,
        path: &'p str,
        candidates: &[(String, &'p Candidate)],
        reached: &mut Vec<usize>,
    ) {
        let machine = *self.states[state].entry(path).or_insert_with(|| {
            self.machines.push(Machine { path, next: HashMap::new(), wildcards: Vec::new() });
            self.machines.len() - 1
        });
        let machine = &mut self.machines[machine];
        let mut last = None;
        for (identity, candidate) in candidates {
            let state = machine.next.get(identity).copied().unwrap_or_else(|| {
                let state = last.unwrap_or_else(|| {
                    self.states.push(HashMap::new());
                    self.states.len() - 1
                });
                let number = machine.next.len();
                machine.wildcards.extend(wildcards(candidate).map(|wildcard| (number, wildcard)));
                machine.next.insert(identity.clone(), state);
                state
            });
            last = Some(state);
            if !reached.contains(&state) {
                reached.push(state);
            }
        }
    }
}

/// Equal for candidates that the service's machine takes for the same.
fn identity(candidate: &Candidate) -> String {
    match candidate {
        Candidate::String(text) | Candidate::Exactly(text) => format!("string {text}"),
        Candidate::Address(address) => format!("address {}", address.hex().escape_ascii()),
        Candidate::Number(number) | Candidate::Numeric(crate::Numeric::Equals(number)) => {
            match number.value() {
                Some(value) => format!("number {value:e}"),
                None => format!("digits {}", number.text()),
            }
        }
        Candidate::Cidr(cidr) => {
            let (low, high) = cidr.hex();
            format!("range {} {}", low.escape_ascii(), high.escape_ascii())
        }
        Candidate::Numeric(crate::Numeric::Below(high)) => format!("below {}", end(high)),
        Candidate::Numeric(crate::Numeric::Above(low)) => format!("above {}", end(low)),
        Candidate::Numeric(crate::Numeric::Between(low, high)) => {
            format!("between {} {}", end(low), end(high))
        }
        Candidate::AnythingBut(excluded) => {
            let mut members: Vec<&str> = match excluded {
                AnythingBut::Strings(list) | AnythingBut::Prefixes(list) | AnythingBut::Suffixes(list) => {
                    list.iter().map(|text| &**text).collect()
                }
                AnythingBut::Numbers(list) => list.iter().map(crate::Number::text).collect(),
                AnythingBut::IgnoreCase(list) => list.iter().map(crate::Folded::text).collect(),
                AnythingBut::Wildcards(list) => list.iter().map(Wildcard::text).collect(),
            };
            members.sort_unstable();
            members.dedup();
            let kind = match excluded {
                AnythingBut::Numbers(_) => "numbers",
                _ => excluded.operator().unwrap_or("strings"),
            };
            format!("anything-but {kind} {members:?}")
        }
        other => other.to_string(),
    }
}

fn end(bound: &crate::Bound) -> String {
    format!("{} {:?}", bound.inclusive, bound.number.value())
}
