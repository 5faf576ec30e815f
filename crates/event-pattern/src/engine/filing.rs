//! Files the sub-rules of a program: builds its index.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hash::Map;
use super::index::{Drawer, Entry, Index, ListId, RuleId, Second, Sheet};
use super::names::NameId;
use super::program::Program;
use super::rule::Check;
use super::test::Test;
use crate::event::PathId;

/// So few sub-rules are tried as fast as sorted further.
const MAX_SINGLE: usize = 2;

/// How often a sub-rule is filed at most under two values: lists of many values at two paths are not
/// multiplied.
const MAX_COPIES: usize = 256;

/// An index that is being made.
pub(super) struct Filing<'p> {
    program: &'p Program,
    index: Index,
    /// Sub-rules by a name, another path and a name there.
    pairs: BTreeMap<(NameId, PathId, NameId), Vec<RuleId>>,
    /// The lists of checks in the index.
    lists: Map<Vec<(PathId, *const Test)>, ListId>,
}

impl<'p> Filing<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        let mut filing =
            Self { program, index: Index::default(), pairs: BTreeMap::new(), lists: Map::default() };
        filing.list(&[]);
        filing
    }

    pub(super) fn index(mut self) -> Index {
        let program = self.program;
        let uses = Uses::of(program.rules.iter().flat_map(|rule| &rule.checks));
        let mut piles: Vec<(PathId, Vec<RuleId>)> = Vec::new();
        let mut always = Vec::new();
        for (rule, number) in program.rules.iter().zip(0..) {
            let Some(check) = uses.best(rule.checks.iter()) else {
                always.push(number);
                continue;
            };
            for text in texts(check) {
                let name = self.index.names.find_or_insert(check.path, text);
                if name as usize == piles.len() {
                    piles.push((check.path, Vec::new()));
                }
                piles[name as usize].1.push(number);
            }
        }
        for (name, (path, rules)) in (0..).zip(piles) {
            let single = self.sort(&uses, name, path, rules);
            let single = self.sheet(&single, &[path]);
            self.drawer(name).single = single;
        }
        self.file_pairs();
        self.index.always = self.sheet(&always, &[]);
        self.index
    }

    /// Sorts sub-rules that name the same value by another one. Returns those that cannot be.
    fn sort(&mut self, all: &Uses<'p>, name: NameId, path: PathId, rules: Vec<RuleId>) -> Vec<RuleId> {
        if rules.len() <= MAX_SINGLE {
            return rules;
        }
        let rule = |number: RuleId| &self.program.rules[number as usize];
        let checks = rules.iter().flat_map(|number| &rule(*number).checks);
        let uses = Uses::of(checks.filter(|check| check.path != path));
        let mut single = Vec::new();
        for number in &rules {
            let checks = &rule(*number).checks;
            let own = checks.iter().filter(|check| check.path == path).flat_map(texts).count();
            let sorts = |check: &&Check| {
                let count = texts(check).count();
                // A value that all have in common, such as the service's other name, sorts out nothing.
                check.path != path && own * count <= MAX_COPIES && uses.sum(check) < Some(rules.len() * count)
            };
            let Some(check) = uses.best(checks.iter().filter(sorts)) else {
                single.push(*number);
                continue;
            };
            for text in texts(check) {
                let other = self.index.names.find_or_insert(check.path, text);
                // Values of one path first: sub-rules with the same two values meet in one sheet.
                let key = if (all.kinds(path), path) < (all.kinds(check.path), check.path) {
                    (other, path, name)
                } else {
                    (name, check.path, other)
                };
                self.pairs.entry(key).or_default().push(*number);
            }
        }
        single
    }

    fn file_pairs(&mut self) {
        let mut last = None;
        for ((name, path, other), rules) in std::mem::take(&mut self.pairs) {
            let from = count(self.index.entries.len());
            let first = self.index.names.path(name);
            let sheet = self.sheet(&rules, &[first, path]);
            self.index.pairs.insert((name, other), sheet);
            if last.replace((name, path)) != Some((name, path)) {
                self.index.seconds.push(Second { path, entries: from..from });
                let to = count(self.index.seconds.len());
                let seconds = &mut self.drawer(name).seconds;
                *seconds = if seconds.start == seconds.end { to - 1..to } else { seconds.start..to };
            }
            if let Some(second) = self.index.seconds.last_mut() {
                second.entries.end = count(self.index.entries.len());
            }
        }
    }

    fn drawer(&mut self, name: NameId) -> &mut Drawer {
        let drawers = &mut self.index.drawers;
        drawers.resize(drawers.len().max(name as usize + 1), Drawer::default());
        &mut drawers[name as usize]
    }

    /// `seen` are paths where the sub-rules accept what led to the sheet.
    fn sheet(&mut self, rules: &[RuleId], seen: &[PathId]) -> Sheet {
        let program = self.program;
        let rules = || rules.iter().map(|number| (*number, &program.rules[*number as usize]));
        let mut common: Vec<&Check> = match rules().next() {
            Some((_, rule)) => rule.checks.iter().filter(|check| !seen.contains(&check.path)).collect(),
            None => Vec::new(),
        };
        for (_, rule) in rules() {
            common.retain(|check| rule.checks.iter().any(|other| other.is_same(check)));
        }
        let start = count(self.index.entries.len());
        for (number, rule) in rules() {
            let is_left = |check: &&Check| {
                !seen.contains(&check.path) && !common.iter().any(|other| other.is_same(check))
            };
            let left: Vec<&Check> = rule.checks.iter().filter(is_left).collect();
            let left = self.list(&left);
            self.index.entries.push(Entry { pattern: rule.pattern, left });
            self.index.rules.push(number);
        }
        Sheet { entries: start..count(self.index.entries.len()), common: self.list(&common) }
    }

    /// The number of a list of checks. Many sub-rules leave the same to check; kept once, it stays in the
    /// cache.
    fn list(&mut self, checks: &[&Check]) -> ListId {
        let key = checks.iter().map(|check| (check.path, Arc::as_ptr(&check.test))).collect();
        let Index { lists, checks: known, .. } = &mut self.index;
        let add = || {
            let from = count(known.len());
            known.extend(checks.iter().copied().cloned());
            lists.push(from..count(known.len()));
            count(lists.len() - 1)
        };
        *self.lists.entry(key).or_insert_with(add)
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("fewer than 2^32 sub-rules and fields")
}

/// How many sub-rules name each value of each path.
#[derive(Default)]
struct Uses<'p> {
    values: Map<(PathId, &'p [u8]), usize>,
    /// How many values are named at each path.
    kinds: Map<PathId, usize>,
}

impl<'p> Uses<'p> {
    fn of(checks: impl Iterator<Item = &'p Check>) -> Self {
        let mut uses = Self::default();
        for check in checks {
            for text in texts(check) {
                let count = uses.values.entry((check.path, text)).or_default();
                *count += 1;
                if *count == 1 {
                    *uses.kinds.entry(check.path).or_default() += 1;
                }
            }
        }
        uses
    }

    fn kinds(&self, path: PathId) -> usize {
        self.kinds.get(&path).copied().unwrap_or_default()
    }

    /// How many sub-rules name the values of a check; `None` if it accepts others too.
    fn sum(&self, check: &Check) -> Option<usize> {
        check.test.only_strings()?;
        Some(texts(check).map(|text| self.values[&(check.path, text)]).sum())
    }

    /// The check under whose values an event meets the fewest sub-rules, if the values that are named
    /// at a path are as frequent as each other.
    fn best<'c>(&self, checks: impl Iterator<Item = &'c Check>) -> Option<&'c Check> {
        let met = |check: &&Check| Some((self.sum(check)?, self.kinds(check.path)));
        let checks = checks.filter_map(|check| Some((met(&check)?, check)));
        let best = checks.min_by(|((left, left_kinds), _), ((right, right_kinds), _)| {
            (left * right_kinds).cmp(&(right * left_kinds))
        });
        best.map(|(_, check)| check)
    }
}

/// The strings that a check accepts, if it accepts nothing else.
fn texts(check: &Check) -> impl Iterator<Item = &[u8]> {
    check.test.only_strings().into_iter().flat_map(|texts| texts.iter().map(|text| &**text))
}
