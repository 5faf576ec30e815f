//! Which sub-rules of many are worth trying for an event.
//!
//! Each sub-rule is filed under the exact strings of its most selective field, and there under those
//! of its second most selective one, such as the event's name within its source. So an event only
//! meets sub-rules that name two of its values. Sub-rules without an exact field are always tried.
//! What is left to check of those that are met together lies together in memory, so that ten thousand
//! sub-rules cost hardly more than ten.

use std::ops::Range;

use super::filing::Filing;
use super::hash::Map;
use super::program::Program;
use super::rule::{Alone, Check};
use crate::error::EventError;
use crate::event::{Flat, PathId, Value, ValueKind};

/// Numbers sub-rules.
pub(super) type RuleId = u32;

/// The filed sub-rules of a program.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// By path and value.
    pub(super) filed: Vec<Map<Box<[u8]>, Drawer>>,
    pub(super) always: Sheet,
    pub(super) entries: Vec<Entry>,
    /// What entries leave to check.
    pub(super) checks: Vec<Check>,
}

/// Sub-rules that name the same value.
#[derive(Clone, Debug)]
pub(super) struct Drawer {
    /// Those without a second exact field.
    pub(super) single: Sheet,
    /// The others, by a second path and value.
    pub(super) pairs: Vec<(PathId, Pairs)>,
}

/// Sub-rules by their second value.
pub(super) type Pairs = Map<Box<[u8]>, Sheet>;

/// Sub-rules that are met together.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    /// In [`Index::entries`].
    pub(super) entries: Range<u32>,
    /// What all of them check, in [`Index::checks`].
    pub(super) common: Range<u32>,
}

/// A sub-rule in a sheet.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) rule: RuleId,
    /// The number of the pattern it belongs to.
    pub(super) pattern: u32,
    /// What it checks besides, in [`Index::checks`]; not the fields that led to the sheet.
    pub(super) left: Range<u32>,
}

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
        Filing::new(program).index()
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
        let mut trial = Trial { index: self, program, flat, event, tried };
        for value in &flat.values {
            let filed = &self.filed[value.path as usize];
            if !filed.is_empty()
                && let Some(drawer) = trial.look_up(filed, value)
            {
                trial.open(drawer)?;
            }
        }
        trial.read(&self.always)?;
        let matched = &mut tried.matched;
        if matched.len() > 1 {
            matched.sort_unstable();
            matched.dedup();
        }
        Ok(())
    }
}

/// Sub-rules being tried against one event.
struct Trial<'t> {
    index: &'t Index,
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

    fn open(&mut self, drawer: &Drawer) -> Result<(), EventError> {
        let flat = self.flat;
        self.read(&drawer.single)?;
        for (second, pairs) in &drawer.pairs {
            if flat.repeats && flat.of_path(*second).nth(MAX_SECOND_VALUES).is_some() {
                pairs.values().try_for_each(|sheet| self.read_in_full(sheet))?;
                continue;
            }
            for (_, value) in flat.of_path(*second) {
                if let Some(sheet) = self.look_up(pairs, value) {
                    self.read(sheet)?;
                }
            }
        }
        Ok(())
    }

    /// Tries the sub-rules of a sheet, whose values the event has.
    fn read(&mut self, sheet: &Sheet) -> Result<(), EventError> {
        // If a path has several values, one of them may have opened the sheet, but a sub-rule may need
        // another: of several array elements, or since a sub-rule is in several sheets.
        if self.flat.repeats || self.flat.has_elements() {
            return self.read_in_full(sheet);
        }
        if self.hold(&sheet.common) {
            for entry in &self.index.entries[sheet.entries.start as usize..sheet.entries.end as usize] {
                if self.hold(&entry.left) {
                    self.tried.matched.push(entry.pattern);
                }
            }
        }
        Ok(())
    }

    #[inline]
    fn hold(&self, checks: &Range<u32>) -> bool {
        let checks = &self.index.checks[checks.start as usize..checks.end as usize];
        checks.iter().all(|check| check.alone(self.flat, self.event) == Alone::Holds)
    }

    /// Tries the sub-rules of a sheet, once each, as if nothing were known about the event.
    #[cold]
    fn read_in_full(&mut self, sheet: &Sheet) -> Result<(), EventError> {
        for entry in &self.index.entries[sheet.entries.start as usize..sheet.entries.end as usize] {
            let rule = &self.program.rules[entry.rule as usize];
            if self.tried.is_new(entry.rule) && rule.holds(self.flat, self.event)? {
                self.tried.matched.push(entry.pattern);
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
