//! Which sub-rules of many are worth trying for an event.
//!
//! Each sub-rule is filed under the exact strings of its most selective field, and there under those
//! of its second most selective one, such as the event's name within its source. So an event only
//! meets sub-rules that name two of its values. Sub-rules without an exact field are always tried.

use super::hash::Map;
use super::program::Program;
use super::rule::Check;
use crate::error::EventError;
use crate::event::{Flat, PathId, Value, ValueKind};

/// Numbers sub-rules.
type RuleId = u32;

/// The filed sub-rules of a program.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// By path and value.
    filed: Vec<Map<Box<[u8]>, Drawer>>,
    always: Vec<RuleId>,
}

/// Sub-rules by their second value.
type Pairs = Map<Box<[u8]>, Vec<RuleId>>;

/// Sub-rules that name the same value.
#[derive(Clone, Debug, Default)]
struct Drawer {
    /// Those without a second exact field.
    single: Vec<RuleId>,
    /// The others, by a second path and value.
    pairs: Vec<(PathId, Pairs)>,
}

/// So few sub-rules are tried as fast as sorted further.
const MAX_SINGLE: usize = 2;

/// With more values at the second path, all sub-rules of a drawer are tried: each is tried once per
/// event, but a drawer may be opened for each of many values.
const MAX_SECOND_VALUES: usize = 4;

/// What has been tried for the current event, and what matched. Kept between events.
#[derive(Default)]
pub(crate) struct Tried {
    /// The event in which each sub-rule was tried last.
    rules: Vec<u64>,
    event: u64,
    /// The numbers of the patterns that matched.
    pub(crate) matched: Vec<u32>,
}

impl Index {
    pub(crate) fn new(program: &Program) -> Self {
        let paths = program.trie.paths();
        let mut uses = Uses::default();
        for check in program.rules.iter().flat_map(|rule| &rule.checks) {
            uses.count(check);
        }
        let mut filed: Vec<Map<&[u8], Vec<RuleId>>> = vec![Map::default(); paths];
        let mut always = Vec::new();
        for (number, rule) in program.rules.iter().enumerate() {
            let number = RuleId::try_from(number).expect("fewer than 2^32 sub-rules");
            match rule
                .checks
                .iter()
                .filter_map(|check| Some((uses.of(check)?, check)))
                .min_by_key(|(uses, _)| *uses)
            {
                Some((_, check)) => {
                    for text in texts(check) {
                        filed[check.path as usize].entry(text).or_default().push(number);
                    }
                }
                None => always.push(number),
            }
        }
        let drawers = |(path, filed): (usize, Map<&[u8], Vec<RuleId>>)| {
            filed.into_iter().map(|(text, rules)| (text.into(), Drawer::new(program, path, rules))).collect()
        };
        Self { filed: filed.into_iter().enumerate().map(drawers).collect(), always }
    }

    /// Leaves the numbers of the patterns that match, in order, in `tried.matched`.
    pub(crate) fn find(
        &self,
        program: &Program,
        flat: &Flat,
        tried: &mut Tried,
        event: &[u8],
    ) -> Result<(), EventError> {
        tried.next_event(program.rules.len());
        let mut trial = Trial { program, flat, event, tried };
        for value in &flat.values {
            let filed = &self.filed[value.path as usize];
            if !filed.is_empty()
                && let Some(drawer) = trial.look_up(filed, value)
            {
                trial.open(value.path, drawer)?;
            }
        }
        trial.rules(&self.always, [None; 2])?;
        let matched = &mut tried.matched;
        if matched.len() > 1 {
            matched.sort_unstable();
            matched.dedup();
        }
        Ok(())
    }
}

impl Drawer {
    /// `rules` name the same value at `path`.
    fn new(program: &Program, path: usize, rules: Vec<RuleId>) -> Self {
        if rules.len() <= MAX_SINGLE {
            return Self { single: rules, pairs: Vec::new() };
        }
        let checks = |rule: RuleId| &program.rules[rule as usize].checks;
        let mut uses = Uses::default();
        for check in rules.iter().flat_map(|rule| checks(*rule)) {
            uses.count(check);
        }
        let all = rules.len();
        let mut drawer = Self::default();
        for rule in rules {
            // A field that all have in common, such as the service's other name, sorts out nothing.
            let others = checks(rule).iter().filter(|check| check.path as usize != path);
            let best =
                others.filter_map(|check| Some((uses.of(check)?, check))).min_by_key(|(uses, _)| *uses);
            match best {
                Some((uses, check)) if uses < all => drawer.put(check, rule),
                _ => drawer.single.push(rule),
            }
        }
        drawer
    }

    fn put(&mut self, second: &Check, rule: RuleId) {
        let place = self.pairs.iter().position(|(path, _)| *path == second.path).unwrap_or_else(|| {
            self.pairs.push((second.path, Map::default()));
            self.pairs.len() - 1
        });
        let pairs = &mut self.pairs[place].1;
        for text in texts(second) {
            match pairs.get_mut(text) {
                Some(rules) => rules.push(rule),
                None => drop(pairs.insert(text.into(), vec![rule])),
            }
        }
    }
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
}

/// The strings that a check accepts, if it accepts nothing else.
fn texts(check: &Check) -> impl Iterator<Item = &[u8]> {
    check.test.only_strings().into_iter().flat_map(|texts| texts.iter().map(|text| &**text))
}

/// Sub-rules being tried against one event.
struct Trial<'t> {
    program: &'t Program,
    flat: &'t Flat,
    event: &'t [u8],
    tried: &'t mut Tried,
}

impl Trial<'_> {
    #[inline]
    fn look_up<'m, V>(&self, filed: &'m Map<Box<[u8]>, V>, value: &Value) -> Option<&'m V> {
        match value.kind {
            ValueKind::String | ValueKind::EscapedString => filed.get(self.flat.text(self.event, value)),
            _ => None,
        }
    }

    /// `path` has the value on the drawer.
    fn open(&mut self, path: PathId, drawer: &Drawer) -> Result<(), EventError> {
        let flat = self.flat;
        self.rules(&drawer.single, [Some(path), None])?;
        for (second, pairs) in &drawer.pairs {
            if flat.of_path(*second).nth(MAX_SECOND_VALUES).is_some() {
                pairs.values().try_for_each(|rules| self.rules(rules, [Some(path), None]))?;
                continue;
            }
            for (_, value) in flat.of_path(*second) {
                if let Some(rules) = self.look_up(pairs, value) {
                    self.rules(rules, [Some(path), Some(*second)])?;
                }
            }
        }
        Ok(())
    }

    /// `proven` are the paths where a value is known to be accepted.
    fn rules(&mut self, rules: &[RuleId], proven: [Option<PathId>; 2]) -> Result<(), EventError> {
        for number in rules {
            let rule = &self.program.rules[*number as usize];
            if self.tried.is_new(*number) && rule.holds(proven, self.flat, self.event)? {
                self.tried.matched.push(rule.pattern);
            }
        }
        Ok(())
    }
}

impl Tried {
    fn next_event(&mut self, rules: usize) {
        self.event += 1;
        self.matched.clear();
        if self.rules.len() < rules {
            self.rules.resize(rules, 0);
        }
    }

    #[inline]
    fn is_new(&mut self, rule: RuleId) -> bool {
        std::mem::replace(&mut self.rules[rule as usize], self.event) != self.event
    }
}
