//! Patterns compiled for matching: one tree of paths, and the checks of every sub-rule.

use std::collections::HashMap;
use std::sync::Arc;

use super::by_utf16;
use super::rule::{self, Check};
use super::test::Test;
use crate::error::EventError;
use crate::event::{Flat, Trie};
use crate::pattern::Alternative;

/// The sub-rules of one or many patterns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) trie: Trie,
    pub(crate) rules: Vec<Rule>,
}

/// One sub-rule.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// The number of the pattern it belongs to.
    pub(crate) pattern: usize,
    /// In the service's order.
    pub(crate) checks: Box<[Check]>,
}

impl Program {
    pub(crate) fn new<'p>(patterns: impl IntoIterator<Item = &'p [Alternative]>) -> Self {
        let mut program = Self::default();
        for (number, alternatives) in patterns.into_iter().enumerate() {
            program.add(number, alternatives);
        }
        program
    }

    fn add(&mut self, pattern: usize, alternatives: &[Alternative]) {
        let follows_empty_keys = alternatives
            .iter()
            .flat_map(Alternative::fields)
            .any(|(path, _)| path.is_empty() || path.trim_end_matches('.').split('.').any(str::is_empty));
        // Sub-rules share most of their fields.
        let mut tests: HashMap<*const crate::Candidate, Arc<Test>> = HashMap::new();
        for alternative in alternatives {
            let mut fields: Vec<_> = alternative.fields().enumerate().collect();
            fields.sort_by(|(_, (left, _)), (_, (right, _))| by_utf16(left, right));
            let checks = fields.into_iter().map(|(field, (path, candidates))| Check {
                field,
                path: self.trie.insert(path, follows_empty_keys),
                test: Arc::clone(
                    tests.entry(candidates.as_ptr()).or_insert_with(|| Arc::new(Test::new(candidates))),
                ),
            });
            let checks = checks.collect();
            self.rules.push(Rule { pattern, checks });
        }
    }
}

impl Rule {
    pub(crate) fn holds(&self, flat: &Flat, event: &[u8]) -> Result<bool, EventError> {
        rule::holds(&self.checks, flat, event)
    }
}
