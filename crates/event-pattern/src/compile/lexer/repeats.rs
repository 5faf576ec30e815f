//! Names that stand twice in one object. JSON allows it, and so does the service.

use std::collections::HashMap;
use std::ops::Range;

use crate::compile::tree::OR;
use crate::parsed::Repeated;

/// The names of the objects that are open, and those that were there already.
#[derive(Default)]
pub(super) struct Repeats {
    /// For each object and list that is open; lists have no names. With each name, its place and whether its value is a
    /// list.
    open: Vec<HashMap<String, (Range<usize>, bool)>>,
    pub(super) found: Vec<Repeated>,
}

impl Repeats {
    pub(super) fn enter(&mut self) {
        self.open.push(HashMap::new());
    }

    pub(super) fn leave(&mut self) {
        self.open.pop();
    }

    pub(super) fn name(&mut self, name: &str, place: &Range<usize>, is_list: bool) {
        let named = (place.clone(), is_list);
        let before = self.open.last_mut().and_then(|names| names.insert(name.to_owned(), named));
        if let Some((first, was_list)) = before {
            let replaces = is_list && was_list && name != OR;
            self.found.push(Repeated { name: name.to_owned(), first, next: place.clone(), replaces });
        }
    }
}
