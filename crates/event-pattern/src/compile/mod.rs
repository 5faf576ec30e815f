//! From a pattern's JSON text to checked types: `lexer` → `parse` and `operator` → `expand`, then
//! the two limits of the service. `problem` has the wording of every fault.

mod complexity;
mod expand;
mod lexer;
mod location;
mod nfa;
mod operator;
mod parse;
mod problem;
mod tree;

use crate::error::PatternError;
use crate::pattern::Alternative;

pub use parse::RESERVED;
pub(crate) use tree::Object;

/// A pattern's tree as it was written, and the sub-rules it expands to.
pub(crate) fn compile(json: &str) -> Result<(Object, Vec<Alternative>), PatternError> {
    let tree = parse::parse(json)?;
    let combinations = tree.combinations();
    if combinations > expand::MAX_COMBINATIONS {
        return Err(problem::too_many_combinations(combinations).at("", json, 0));
    }
    let alternatives = expand::expand(&tree);
    if let Some(path) = complexity::excess(&alternatives) {
        let pointer = expand::pointer(&tree, path).unwrap_or_default();
        return Err(problem::too_complex(path).at(&pointer, json, 0));
    }
    Ok((tree, alternatives))
}
