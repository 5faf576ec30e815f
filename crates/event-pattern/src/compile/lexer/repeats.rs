//! Names that stand twice in one object. JSON allows it, and the service keeps the last one.

use std::collections::HashMap;
use std::ops::Range;

use crate::parsed::Repeated;

/// The names of the objects that are open, and those that were there already.
#[derive(Default)]
pub(super) struct Repeats {
    /// For each object and list that is open; lists have no names.
    open: Vec<HashMap<String, Range<usize>>>,
    pub(super) found: Vec<Repeated>,
}

impl Repeats {
    pub(super) fn enter(&mut self) {
        self.open.push(HashMap::new());
    }

    pub(super) fn leave(&mut self) {
        self.open.pop();
    }

    pub(super) fn name(&mut self, name: &str, place: &Range<usize>) {
        let before = self.open.last_mut().and_then(|names| names.insert(name.to_owned(), place.clone()));
        if let Some(first) = before {
            self.found.push(Repeated { name: name.to_owned(), first, next: place.clone() });
        }
    }
}
