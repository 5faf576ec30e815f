//! One sub-rule: all of its fields must be satisfied.

use std::sync::Arc;

use super::arrays::{Outcome, solve};
use super::test::Test;
use crate::error::EventError;
use crate::event::{Flat, NONE, PathId};

/// A field of a sub-rule.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// The place of the field in its alternative.
    pub(crate) field: usize,
    pub(crate) path: PathId,
    pub(crate) test: Arc<Test>,
}

/// How a field fares on its own, whatever values the other fields take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alone {
    Fails,
    Holds,
    /// It depends on array elements chosen for other fields.
    Depends,
}

impl Check {
    /// Whether this surely asks the same as another one.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.path == other.path && Arc::ptr_eq(&self.test, &other.test)
    }

    /// Whether the field holds in an event that has one value at most for each path, and none in an
    /// array of objects.
    #[inline]
    pub(super) fn holds_plainly(&self, flat: &Flat, event: &[u8]) -> bool {
        match flat.values.get(flat.first(self.path) as usize) {
            Some(value) => self.test.accepts(flat, event, value),
            None => self.test.absent,
        }
    }

    #[inline]
    pub(crate) fn alone(&self, flat: &Flat, event: &[u8]) -> Alone {
        if flat.first(self.path) == NONE {
            return if self.test.absent { Alone::Holds } else { Alone::Fails };
        }
        if !flat.has_elements() {
            let accepted = flat.of_path(self.path).any(|(_, value)| self.test.accepts(flat, event, value));
            return if accepted { Alone::Holds } else { Alone::Fails };
        }
        let (mut accepted, mut in_array, mut outside) = (false, false, false);
        for (_, value) in flat.of_path(self.path) {
            if value.position == 0 {
                outside = true;
            } else {
                in_array = true;
            }
            accepted = accepted || self.test.accepts(flat, event, value);
            if accepted && in_array {
                break;
            }
        }
        match (accepted, in_array) {
            (true, false) => Alone::Holds,
            (true, true) => Alone::Depends,
            // Values inside arrays may not count, depending on the elements chosen.
            (false, _) if self.test.absent && !outside => Alone::Depends,
            (false, _) => Alone::Fails,
        }
    }
}

/// Whether all of `checks`, in the service's order, can hold together.
pub(super) fn holds(checks: &[Check], flat: &Flat, event: &[u8]) -> Result<bool, EventError> {
    let mut dependent = false;
    for check in checks {
        match check.alone(flat, event) {
            Alone::Fails => return Ok(false),
            Alone::Holds => {}
            Alone::Depends => dependent = true,
        }
    }
    Ok(!dependent || solve(checks.iter(), flat, event)? == Outcome::Holds)
}
