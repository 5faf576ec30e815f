//! Which sub-rules of many are worth trying for an event.
//!
//! Each sub-rule is filed under the exact strings of its most selective field, so that an event
//! only meets sub-rules that name one of its values. The rest, without such a field, is always
//! tried.

use super::hash::Map;
use super::program::Program;
use super::rule::Check;
use crate::error::EventError;
use crate::event::{Flat, PathId, ValueKind};

/// Numbers sub-rules.
type RuleId = u32;

/// The filed sub-rules of a program.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// By path and value.
    filed: Vec<Map<Box<[u8]>, Vec<RuleId>>>,
    always: Vec<RuleId>,
}

/// What has been tried for the current event. Kept between events.
#[derive(Default)]
pub(crate) struct Tried {
    /// The event in which each sub-rule was tried last.
    rules: Vec<u64>,
    event: u64,
}

impl Index {
    pub(crate) fn new(program: &Program) -> Self {
        let paths = program.trie.paths();
        // How many sub-rules name each value.
        let mut uses: Vec<Map<&[u8], usize>> = vec![Map::default(); paths];
        for check in program.rules.iter().flat_map(|rule| &rule.checks) {
            for text in check.test.only_strings().unwrap_or_default() {
                *uses[check.path as usize].entry(text).or_default() += 1;
            }
        }
        let cost = |check: &Check| -> Option<usize> {
            let texts = check.test.only_strings()?;
            Some(texts.iter().map(|text| uses[check.path as usize][&**text]).sum())
        };
        let mut index = Self { filed: vec![Map::default(); paths], always: Vec::new() };
        for (number, rule) in program.rules.iter().enumerate() {
            let number = RuleId::try_from(number).expect("fewer than 2^32 sub-rules");
            let best = rule.checks.iter().filter_map(|check| Some((cost(check)?, check)));
            match best.min_by_key(|(cost, _)| *cost) {
                Some((_, check)) => index.file(check, number),
                None => index.always.push(number),
            }
        }
        index
    }

    fn file(&mut self, check: &Check, rule: RuleId) {
        for text in check.test.only_strings().unwrap_or_default() {
            self.filed[check.path as usize].entry(text.clone()).or_default().push(rule);
        }
    }

    /// The numbers of the patterns that match, in order.
    pub(crate) fn matches(
        &self,
        program: &Program,
        flat: &Flat,
        tried: &mut Tried,
        event: &[u8],
    ) -> Result<Vec<usize>, EventError> {
        tried.next_event(program.rules.len());
        let mut matched = Vec::new();
        for value in &flat.values {
            if let ValueKind::String | ValueKind::EscapedString = value.kind {
                let rules = self.filed_under(value.path, flat.text(event, value));
                try_rules(rules, program, flat, tried, event, &mut matched)?;
            }
        }
        try_rules(&self.always, program, flat, tried, event, &mut matched)?;
        matched.sort_unstable();
        matched.dedup();
        Ok(matched)
    }

    #[inline]
    fn filed_under(&self, path: PathId, text: &[u8]) -> &[RuleId] {
        let filed = &self.filed[path as usize];
        if filed.is_empty() {
            return &[];
        }
        filed.get(text).map_or(&[], Vec::as_slice)
    }
}

fn try_rules(
    rules: &[RuleId],
    program: &Program,
    flat: &Flat,
    tried: &mut Tried,
    event: &[u8],
    matched: &mut Vec<usize>,
) -> Result<(), EventError> {
    for number in rules {
        let rule = &program.rules[*number as usize];
        if tried.is_new(*number) && rule.holds(flat, event)? {
            matched.push(rule.pattern);
        }
    }
    Ok(())
}

impl Tried {
    fn next_event(&mut self, rules: usize) {
        self.event += 1;
        if self.rules.len() < rules {
            self.rules.resize(rules, 0);
        }
    }

    #[inline]
    fn is_new(&mut self, rule: RuleId) -> bool {
        std::mem::replace(&mut self.rules[rule as usize], self.event) != self.event
    }
}
