//! Files the sub-rules of a program: builds its index.

use super::hash::Map;
use super::index::{Drawer, Entry, Index, Pairs, RuleId, Sheet};
use super::program::Program;
use super::rule::Check;
use crate::event::PathId;

/// So few sub-rules are tried as fast as sorted further.
const MAX_SINGLE: usize = 2;

/// Sub-rules by a value that they name.
type Piles<'p> = Map<&'p [u8], Vec<RuleId>>;

/// An index that is being made.
pub(super) struct Filing<'p> {
    program: &'p Program,
    entries: Vec<Entry>,
    checks: Vec<Check>,
}

impl<'p> Filing<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self { program, entries: Vec::new(), checks: Vec::new() }
    }

    pub(super) fn index(mut self) -> Index {
        let program = self.program;
        let mut uses = Uses::default();
        for check in program.rules.iter().flat_map(|rule| &rule.checks) {
            uses.count(check);
        }
        let mut filed: Vec<Piles<'p>> = vec![Map::default(); program.trie.paths()];
        let mut always = Vec::new();
        for (rule, number) in program.rules.iter().zip(0..) {
            match uses.fewest(rule.checks.iter()) {
                Some((_, check)) => {
                    for text in texts(check) {
                        filed[check.path as usize].entry(text).or_default().push(number);
                    }
                }
                None => always.push(number),
            }
        }
        let filed = filed.into_iter().zip(0..).map(|(filed, path)| {
            filed.into_iter().map(|(text, rules)| (text.into(), self.drawer(path, rules))).collect()
        });
        let filed = filed.collect();
        let always = self.sheet(&always, &[]);
        Index { filed, always, entries: self.entries, checks: self.checks }
    }

    /// `rules` name the same value at `path`.
    fn drawer(&mut self, path: PathId, rules: Vec<RuleId>) -> Drawer {
        if rules.len() <= MAX_SINGLE {
            return Drawer { single: self.sheet(&rules, &[path]), pairs: Vec::new() };
        }
        let checks = |rule: RuleId| &self.program.rules[rule as usize].checks;
        let mut uses = Uses::default();
        for check in rules.iter().flat_map(|rule| checks(*rule)) {
            uses.count(check);
        }
        let all = rules.len();
        let mut single = Vec::new();
        let mut pairs: Vec<(PathId, Piles<'p>)> = Vec::new();
        for rule in rules {
            // A field that all have in common, such as the service's other name, sorts out nothing.
            let (second, check) = match uses.fewest(checks(rule).iter().filter(|check| check.path != path)) {
                Some((uses, check)) if uses < all => (check.path, check),
                _ => {
                    single.push(rule);
                    continue;
                }
            };
            let place = pairs.iter().position(|(path, _)| *path == second).unwrap_or_else(|| {
                pairs.push((second, Map::default()));
                pairs.len() - 1
            });
            for text in texts(check) {
                pairs[place].1.entry(text).or_default().push(rule);
            }
        }
        let single = self.sheet(&single, &[path]);
        let mut sheets = |(second, pairs): (PathId, Piles<'p>)| {
            let sheet =
                |(text, rules): (&[u8], Vec<RuleId>)| (text.into(), self.sheet(&rules, &[path, second]));
            (second, pairs.into_iter().map(sheet).collect::<Pairs>())
        };
        Drawer { single, pairs: pairs.into_iter().map(&mut sheets).collect() }
    }

    /// `seen` are paths where the sub-rules accept what led to the sheet.
    fn sheet(&mut self, rules: &[RuleId], seen: &[PathId]) -> Sheet {
        let rules = || rules.iter().map(|number| (*number, &self.program.rules[*number as usize]));
        let mut common: Vec<&Check> = match rules().next() {
            Some((_, rule)) => rule.checks.iter().filter(|check| !seen.contains(&check.path)).collect(),
            None => Vec::new(),
        };
        for (_, rule) in rules() {
            common.retain(|check| rule.checks.iter().any(|other| other.is_same(check)));
        }
        let start = count(self.entries.len());
        let from = count(self.checks.len());
        self.checks.extend(common.iter().copied().cloned());
        let together = from..count(self.checks.len());
        for (number, rule) in rules() {
            let is_left = |check: &&Check| {
                !seen.contains(&check.path) && !common.iter().any(|other| other.is_same(check))
            };
            let from = count(self.checks.len());
            self.checks.extend(rule.checks.iter().filter(is_left).cloned());
            let left = from..count(self.checks.len());
            self.entries.push(Entry { rule: number, pattern: rule.pattern, left });
        }
        Sheet { entries: start..count(self.entries.len()), common: together }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("fewer than 2^32 sub-rules and fields")
}

/// How many sub-rules name each value of each path.
#[derive(Default)]
struct Uses<'p>(Map<(PathId, &'p [u8]), usize>);

impl<'p> Uses<'p> {
    fn count(&mut self, check: &'p Check) {
        for text in texts(check) {
            *self.0.entry((check.path, text)).or_default() += 1;
        }
    }

    /// How many sub-rules name the values of a check; `None` if it accepts others too.
    fn of(&self, check: &Check) -> Option<usize> {
        check.test.only_strings()?;
        Some(texts(check).map(|text| self.0[&(check.path, text)]).sum())
    }

    /// The check whose values the fewest sub-rules name.
    fn fewest<'c>(&self, checks: impl Iterator<Item = &'c Check>) -> Option<(usize, &'c Check)> {
        checks.filter_map(|check| Some((self.of(check)?, check))).min_by_key(|(uses, _)| *uses)
    }
}

/// The strings that a check accepts, if it accepts nothing else.
fn texts(check: &Check) -> impl Iterator<Item = &[u8]> {
    check.test.only_strings().into_iter().flat_map(|texts| texts.iter().map(|text| &**text))
}
