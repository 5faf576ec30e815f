//! Patterns compiled for matching: one tree of paths, and the checks of every sub-rule.

use std::sync::Arc;

use super::by_utf16;
use super::hash::Map;
use super::rule::{self, Check};
use super::test::{Strings, Test};
use crate::candidate::Candidate;
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
    pub(crate) pattern: u32,
    /// In the service's order.
    pub(crate) checks: Box<[Check]>,
}

/// The tests so far. Many patterns ask for the same service or that there be no error; sharing the test
/// keeps it in the cache.
#[derive(Default)]
struct Tests {
    exact: Map<Strings, Arc<Test>>,
    others: Map<String, Arc<Test>>,
}

impl Tests {
    fn share(&mut self, candidates: &[Candidate]) -> Arc<Test> {
        let test = Test::new(candidates);
        let Some(strings) = test.only_strings() else {
            let text = candidates.iter().fold(String::new(), |text, one| text + &one.to_string() + ",");
            return Arc::clone(self.others.entry(text).or_insert_with(|| Arc::new(test)));
        };
        if let Some(known) = self.exact.get(strings) {
            return Arc::clone(known);
        }
        let strings = Arc::clone(strings);
        let test = Arc::new(test);
        self.exact.insert(strings, Arc::clone(&test));
        test
    }
}

impl Program {
    pub(crate) fn new<'p>(patterns: impl IntoIterator<Item = &'p [Alternative]>) -> Self {
        let mut program = Self::default();
        let mut tests = Tests::default();
        for (number, alternatives) in patterns.into_iter().enumerate() {
            program.add(u32::try_from(number).expect("fewer than 2^32 patterns"), alternatives, &mut tests);
        }
        program
    }

    fn add(&mut self, pattern: u32, alternatives: &[Alternative], shared: &mut Tests) {
        let follows_empty_keys = alternatives
            .iter()
            .flat_map(Alternative::fields)
            .any(|(path, _)| path.is_empty() || path.trim_end_matches('.').split('.').any(str::is_empty));
        // Sub-rules share most of their fields.
        let mut tests: Map<*const Candidate, Arc<Test>> = Map::default();
        for alternative in alternatives {
            let mut fields: Vec<_> = alternative.fields().enumerate().collect();
            fields.sort_by(|(_, (left, _)), (_, (right, _))| by_utf16(left, right));
            let checks = fields.into_iter().map(|(field, (path, candidates))| Check {
                field,
                path: self.trie.insert(path, follows_empty_keys),
                test: Arc::clone(
                    tests.entry(candidates.as_ptr()).or_insert_with(|| shared.share(candidates)),
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
