//! From a pattern's JSON text to checked types: `lexer` → `parse` and `operator` → `expand`, then
//! the two limits of the service. `problem` has the wording of every fault, `notes` their places.

mod complexity;
mod expand;
mod lexer;
mod list;
mod location;
mod nfa;
mod notes;
mod operator;
mod parse;
mod problem;
mod tree;

use crate::error::PatternError;
use crate::parsed::{Fault, Parsed};
use crate::pattern::{Alternative, Pattern};
use notes::Notes;

pub use parse::RESERVED;
pub(crate) use parse::candidate;
pub(crate) use tree::{Member, Object};

/// A pattern's tree as it was written, and the sub-rules it expands to.
pub(crate) fn compile(json: &str) -> Result<(Object, Vec<Alternative>), PatternError> {
    let (tree, alternatives) = compile_accepted(json)?;
    if let Some(path) = complexity::excess(&alternatives) {
        let pointer = expand::pointer(&tree, path).unwrap_or_default();
        return Err(problem::too_complex(path).at(&pointer, json, 0));
    }
    Ok((tree, alternatives))
}

/// As [`compile`], of a pattern whose wildcards were found simple enough before: to count what the service would make of them
/// takes fifty times as long as the rest.
pub(crate) fn compile_accepted(json: &str) -> Result<(Object, Vec<Alternative>), PatternError> {
    let tree = parse::parse(json)?;
    let combinations = tree.combinations();
    if combinations > expand::MAX_COMBINATIONS {
        return Err(problem::too_many_combinations(combinations).at("", json, 0));
    }
    let alternatives = expand::expand(&tree);
    Ok((tree, alternatives))
}

/// All faults of a pattern, its places, and what is left of it without the faults.
pub(crate) fn compile_all(json: &str) -> Parsed {
    let (mut tree, mut notes) = parse::parse_all(json);
    let mut pattern = None;
    while let Some(object) = &mut tree {
        let combinations = object.combinations();
        if combinations > expand::MAX_COMBINATIONS {
            notes.end(problem::too_many_combinations(combinations).at("", json, 0));
            break;
        }
        let alternatives = expand::expand(object);
        let Some(path) = complexity::excess(&alternatives) else {
            pattern = Some(Pattern::new(object.clone(), alternatives));
            break;
        };
        let pointer = expand::pointer(object, path).unwrap_or_default();
        let error = problem::too_complex(path).at(&pointer, json, 0);
        let place = notes.conditions.iter().find(|condition| condition.pointer == pointer);
        notes.faults.push(Fault { error, place: place.map(|condition| condition.place.clone()) });
        let removed = expand::remove(object, path).unwrap_or_default();
        let is_removed = |pointer: &str| {
            pointer.strip_prefix(&removed).is_some_and(|below| below.is_empty() || below.starts_with('/'))
        };
        notes.conditions.retain(|condition| !is_removed(&condition.pointer));
        if object.0.is_empty() {
            break;
        }
    }
    let Notes { faults, keys, conditions, repeated, .. } = notes;
    Parsed { pattern, faults, keys, conditions, repeated }
}
