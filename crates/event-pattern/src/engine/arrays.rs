//! Array consistency: one value per field, none of them in different elements of one array.
//!
//! A search through the fields in the service's order. Each choice pins elements; a field then only
//! sees values in pinned elements or in arrays that are not pinned. Values elsewhere are jumped
//! over, and a state (field and the pinned elements that still matter) that failed is not tried
//! again. Without duplicate keys the fields of an array are neighbours in that order, so the time
//! stays linear in the event.

use std::collections::HashSet;

use super::rule::Check;
use crate::error::EventError;
use crate::event::{Flat, NONE, Value};

/// States tried at most for one sub-rule, besides four for each value: enough for every event
/// without duplicate keys. Events made for it, with many duplicate keys that hold arrays, come near:
/// finding values for them is as hard as satisfiability.
const SPARE_STATES: usize = 50_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Holds,
    /// The number of the field, in the order given, that no search got past.
    Fails(usize),
}

/// Fields, each of which holds on its own for some choice of elements, together.
pub(crate) fn solve<'c>(
    checks: impl Iterator<Item = &'c Check>,
    flat: &Flat,
    event: &[u8],
) -> Result<Outcome, EventError> {
    let levels: Vec<Level> =
        checks.enumerate().filter_map(|(field, check)| Level::new(field, check, flat, event)).collect();
    Search::new(&levels, flat).run()
}

/// A field whose choice can matter to others.
struct Level {
    field: usize,
    /// Whether it holds when no value is in sight.
    absent: bool,
    /// All values, if `absent`.
    all: Vec<u32>,
    accepted: Vec<u32>,
}

impl Level {
    /// `None` if the field holds without pinning an element.
    fn new(field: usize, check: &Check, flat: &Flat, event: &[u8]) -> Option<Self> {
        let absent = check.test.absent;
        let accepted: Vec<u32> = flat
            .of_path(check.path)
            .filter(|(_, value)| check.test.accepts(flat, event, value))
            .map(|(at, _)| at)
            .collect();
        let is_free = accepted.iter().all(|at| flat.values[*at as usize].position == 0);
        if absent {
            let all: Vec<u32> = flat.of_path(check.path).map(|(at, _)| at).collect();
            let is_missing = all.is_empty();
            (!is_missing).then_some(Self { field, absent, all, accepted })
        } else {
            (!is_free || accepted.is_empty()).then_some(Self { field, absent, all: Vec::new(), accepted })
        }
    }
}

struct Search<'s> {
    levels: &'s [Level],
    flat: &'s Flat,
    /// The pinned element of each array, or `NONE`.
    pinned: Vec<u32>,
    /// The pinned arrays in order.
    trail: Vec<u32>,
    /// The last level for which each array matters.
    last_level: Vec<usize>,
    failed: HashSet<Box<[u32]>>,
    states: usize,
}

/// A level that is being tried.
struct Frame {
    /// The next of the accepted values to try.
    cursor: usize,
    /// How many arrays were pinned before.
    trail: usize,
    state: Box<[u32]>,
}

impl<'s> Search<'s> {
    fn new(levels: &'s [Level], flat: &'s Flat) -> Self {
        let mut last_level = vec![0; flat.arrays.len()];
        for (number, level) in levels.iter().enumerate() {
            for value in level.all.iter().chain(&level.accepted) {
                for position in positions(flat, &flat.values[*value as usize]) {
                    let array = &mut last_level[flat.positions[position as usize].array as usize];
                    // Outer arrays were marked together with this one.
                    if std::mem::replace(array, number) == number && number > 0 {
                        break;
                    }
                }
            }
        }
        Self {
            levels,
            flat,
            pinned: vec![NONE; flat.arrays.len()],
            trail: Vec::new(),
            last_level,
            failed: HashSet::new(),
            states: 0,
        }
    }

    fn run(mut self) -> Result<Outcome, EventError> {
        let mut frames: Vec<Frame> = Vec::new();
        let mut furthest = 0;
        loop {
            let level = frames.len();
            if level == self.levels.len() {
                return Ok(Outcome::Holds);
            }
            furthest = furthest.max(level);
            self.states += 1;
            if self.states > SPARE_STATES + 4 * self.flat.values.len() {
                return Err(self.too_many());
            }
            let state = self.state(level);
            if !self.failed.contains(&state) {
                frames.push(Frame { cursor: 0, trail: self.trail.len(), state });
                let level = &self.levels[level];
                if level.absent && self.visible(&level.all, 0).is_none() {
                    continue;
                }
                if self.advance(&mut frames) {
                    continue;
                }
            }
            // Back to the last level that has another value to try.
            loop {
                if frames.is_empty() {
                    return Ok(Outcome::Fails(self.levels[furthest].field));
                }
                if self.advance(&mut frames) {
                    break;
                }
            }
        }
    }

    /// Takes the next visible value of the last frame. Without one, the frame has failed.
    fn advance(&mut self, frames: &mut Vec<Frame>) -> bool {
        let level = frames.len().saturating_sub(1);
        let Some(frame) = frames.last_mut() else {
            return false;
        };
        self.unpin(frame.trail);
        let accepted = &self.levels[level].accepted;
        if let Some(at) = self.visible(accepted, frame.cursor) {
            frame.cursor = at + 1;
            self.pin(accepted[at]);
            return true;
        }
        if let Some(frame) = frames.pop() {
            self.failed.insert(frame.state);
        }
        false
    }

    /// The level and the pinned elements that matter from there on.
    fn state(&self, level: usize) -> Box<[u32]> {
        let matters = |array: &&u32| self.last_level[**array as usize] >= level;
        let mut state: Vec<u32> =
            self.trail.iter().filter(matters).map(|array| self.pinned[*array as usize]).collect();
        state.sort_unstable();
        state.push(u32::try_from(level).unwrap_or(NONE));
        state.into()
    }

    /// The first of `values`, sorted, from `from` on that is not in another element of a pinned
    /// array.
    fn visible(&self, values: &[u32], from: usize) -> Option<usize> {
        let mut at = from;
        while let Some(value) = values.get(at) {
            let mut target = *value;
            for position in positions(self.flat, &self.flat.values[*value as usize]) {
                let array = self.flat.positions[position as usize].array as usize;
                let pinned = self.pinned[array];
                if pinned != NONE && pinned != position {
                    // The outermost conflict comes last and jumps furthest.
                    let element = &self.flat.positions[pinned as usize];
                    target = if *value < element.first_value {
                        element.first_value
                    } else {
                        self.flat.arrays[array].end_value
                    };
                }
            }
            if target == *value {
                return Some(at);
            }
            at += values[at..].partition_point(|value| *value < target);
        }
        None
    }

    fn pin(&mut self, value: u32) {
        let flat = self.flat;
        for position in positions(flat, &flat.values[value as usize]) {
            let array = flat.positions[position as usize].array;
            if std::mem::replace(&mut self.pinned[array as usize], position) == NONE {
                self.trail.push(array);
            }
        }
    }

    fn unpin(&mut self, trail: usize) {
        for array in self.trail.drain(trail..) {
            self.pinned[array as usize] = NONE;
        }
    }

    fn too_many(&self) -> EventError {
        let array = self.trail.first().map_or(0, |array| self.flat.arrays[*array as usize].start);
        EventError { what: "too many combinations of array elements", offset: array as usize }
    }
}

/// The elements a value is in, from the inside out.
fn positions(flat: &Flat, value: &Value) -> impl Iterator<Item = u32> {
    let mut position = value.position;
    std::iter::from_fn(move || {
        let current = position;
        position = flat.positions[current as usize].parent;
        (current != 0).then_some(current)
    })
}
