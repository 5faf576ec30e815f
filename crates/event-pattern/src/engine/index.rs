//! Which sub-rules of many are worth trying for an event.
//!
//! Each sub-rule is filed under the exact strings of its most selective field, and there under those
//! of its second most selective one, such as the event's name within its source. So an event only
//! meets sub-rules that name two of its values. Sub-rules without an exact field are always tried.
//!
//! With ten thousand sub-rules, time goes into waiting for memory. So strings become numbers in a
//! small table first, two numbers lead to a sheet, its entries lie side by side, and what is left to
//! check, which is the same for many, is kept once.

use std::ops::Range;

use super::filing::Filing;
use super::hash::Map;
use super::names::{NameId, Names};
use super::program::Program;
use super::rule::Check;
use crate::error::EventError;
use crate::event::{Flat, NONE, PathId, Value, ValueKind};

/// Numbers sub-rules.
pub(super) type RuleId = u32;

/// The filed sub-rules of a program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(super) names: Names,
    /// By name, up to the last that has one.
    pub(super) drawers: Vec<Drawer>,
    pub(super) seconds: Vec<Second>,
    /// By the name of the drawer and the second name.
    pub(super) pairs: Map<(NameId, NameId), Sheet>,
    pub(super) always: Sheet,
    pub(super) entries: Vec<Entry>,
    /// The sub-rules of the entries, which plain events do not need.
    pub(super) rules: Vec<RuleId>,
    /// What sheets and entries leave to check. The first list is empty, for sheets without entries.
    pub(super) lists: Vec<Range<u32>>,
    /// Those of all lists.
    pub(super) checks: Vec<Check>,
}

/// Numbers lists of checks.
pub(super) type ListId = u32;

/// Sub-rules that name the same value.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawer {
    /// Those without a second exact field.
    pub(super) single: Sheet,
    /// The others, by a second path, in [`Index::seconds`].
    pub(super) seconds: Range<u32>,
}

/// Sub-rules of a drawer that are filed by the values of another path.
#[derive(Clone, Debug)]
pub(super) struct Second {
    pub(super) path: PathId,
    /// All of them, in [`Index::entries`].
    pub(super) entries: Range<u32>,
}

/// Sub-rules that are met together.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    /// In [`Index::entries`].
    pub(super) entries: Range<u32>,
    /// What all of them check.
    pub(super) common: ListId,
}

/// A sub-rule in a sheet: eight bytes, so that those of a sheet are mostly in one cache line.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The number of the pattern it belongs to.
    pub(super) pattern: u32,
    /// What it checks besides; not the fields that led to the sheet.
    pub(super) left: ListId,
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
    /// The names of the event's values.
    names: Vec<NameId>,
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
        tried.names.extend(flat.values.iter().map(|value| self.name(flat, event, value)));
        // If a path has several values, one of them may open a sheet, but a sub-rule may need another:
        // of several array elements, or since a sub-rule is in several sheets.
        let is_plain = !flat.repeats && !flat.has_elements();
        let mut trial = Trial { index: self, program, flat, event, is_plain, tried };
        for at in 0..flat.values.len() {
            let drawer = trial.tried.names[at];
            if drawer != NONE {
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

    #[inline]
    fn name(&self, flat: &Flat, event: &[u8], value: &Value) -> NameId {
        match value.kind {
            ValueKind::String | ValueKind::EscapedString if self.names.has_path(value.path) => {
                self.names.find(value.path, flat.text(event, value))
            }
            _ => NONE,
        }
    }
}

/// Sub-rules being tried against one event.
struct Trial<'t> {
    index: &'t Index,
    program: &'t Program,
    flat: &'t Flat,
    event: &'t [u8],
    /// Whether each path has one value at most, and none is in an array of objects.
    is_plain: bool,
    tried: &'t mut Tried,
}

impl Trial<'_> {
    fn open(&mut self, name: NameId) -> Result<(), EventError> {
        let (index, flat) = (self.index, self.flat);
        let Some(drawer) = index.drawers.get(name as usize) else {
            return Ok(());
        };
        self.read(&drawer.single)?;
        for second in &index.seconds[drawer.seconds.start as usize..drawer.seconds.end as usize] {
            if !self.is_plain && flat.of_path(second.path).nth(MAX_SECOND_VALUES).is_some() {
                self.read_in_full(&second.entries)?;
                continue;
            }
            for (at, _) in flat.of_path(second.path) {
                let other = self.tried.names[at as usize];
                if other != NONE
                    && let Some(sheet) = index.pairs.get(&(name, other))
                {
                    self.read(sheet)?;
                }
            }
        }
        Ok(())
    }

    /// Tries the sub-rules of a sheet, whose values the event has.
    fn read(&mut self, sheet: &Sheet) -> Result<(), EventError> {
        let entries = &sheet.entries;
        if !self.is_plain {
            return self.read_in_full(entries);
        }
        if self.hold(sheet.common) {
            for entry in &self.index.entries[entries.start as usize..entries.end as usize] {
                if self.hold(entry.left) {
                    self.tried.matched.push(entry.pattern);
                }
            }
        }
        Ok(())
    }

    /// Whether all checks of a list hold for a plain event.
    #[inline]
    fn hold(&self, list: ListId) -> bool {
        let list = &self.index.lists[list as usize];
        let checks = &self.index.checks[list.start as usize..list.end as usize];
        checks.iter().all(|check| check.holds_plainly(self.flat, self.event))
    }

    /// Tries the sub-rules of entries, once each, as if nothing were known about the event.
    #[cold]
    fn read_in_full(&mut self, entries: &Range<u32>) -> Result<(), EventError> {
        let (from, to) = (entries.start as usize, entries.end as usize);
        for (entry, number) in self.index.entries[from..to].iter().zip(&self.index.rules[from..to]) {
            let rule = &self.program.rules[*number as usize];
            if self.tried.is_new(*number) && rule.holds(self.flat, self.event)? {
                self.tried.matched.push(entry.pattern);
            }
        }
        Ok(())
    }
}

impl Tried {
    fn next_event(&mut self, rules: usize) {
        self.event += 1;
        self.names.clear();
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
