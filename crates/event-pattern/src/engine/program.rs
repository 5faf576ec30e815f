//! Patterns compiled for matching: one tree of paths, and the checks of every sub-rule.

use std::sync::Arc;

use super::by_utf16;
use super::hash::Map;
use super::rule::{self, Check};
use super::test::{Strings, Test};
use crate::error::EventError;
use crate::event::{Flat, PathId, Trie};
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

/// The tests for strings only. Many patterns ask for the same service; sharing the test keeps it in
/// the cache.
#[derive(Default)]
struct ExactTests(Map<Strings, Arc<Test>>);

impl ExactTests {
    fn share(&mut self, test: Test) -> Arc<Test> {
        let Some(strings) = test.only_strings() else {
            return Arc::new(test);
        };
        if let Some(known) = self.0.get(strings) {
            return Arc::clone(known);
        }
        let strings = Arc::clone(strings);
        let test = Arc::new(test);
        self.0.insert(strings, Arc::clone(&test));
        test
    }
}

impl Program {
    pub(crate) fn new<'p>(patterns: impl IntoIterator<Item = &'p [Alternative]>) -> Self {
        let mut program = Self::default();
        let mut exact = ExactTests::default();
        for (number, alternatives) in patterns.into_iter().enumerate() {
            program.add(u32::try_from(number).expect("fewer than 2^32 patterns"), alternatives, &mut exact);
        }
        program
    }

    fn add(&mut self, pattern: u32, alternatives: &[Alternative], exact: &mut ExactTests) {
        let follows_empty_keys = alternatives
            .iter()
            .flat_map(Alternative::fields)
            .any(|(path, _)| path.is_empty() || path.trim_end_matches('.').split('.').any(str::is_empty));
        // Sub-rules share most of their fields.
        let mut tests: Map<*const crate::Candidate, Arc<Test>> = Map::default();
        for alternative in alternatives {
            let mut fields: Vec<_> = alternative.fields().enumerate().collect();
            fields.sort_by(|(_, (left, _)), (_, (right, _))| by_utf16(left, right));
            let checks = fields.into_iter().map(|(field, (path, candidates))| Check {
                field,
                path: self.trie.insert(path, follows_empty_keys),
                test: Arc::clone(
                    tests.entry(candidates.as_ptr()).or_insert_with(|| exact.share(Test::new(candidates))),
                ),
            });
            let checks = checks.collect();
            self.rules.push(Rule { pattern, checks });
        }
    }
}

impl Rule {
    /// `proven` are paths where a value is known to be accepted.
    pub(crate) fn holds(
        &self,
        proven: [Option<PathId>; 2],
        flat: &Flat,
        event: &[u8],
    ) -> Result<bool, EventError> {
        rule::holds(&self.checks, proven, flat, event)
    }
}
