//! Numbers for the strings that sub-rules are filed under.
//!
//! A table of our own, because nearly all values of an event are nobody's: eight bytes for a string,
//! and a free slot or another mark says no without a look at any text. With `hashbrown`'s table here and in
//! `event::children`, matching takes 1.08 to 1.11 times as long (median of 201 alternating rounds of a thousand events, against
//! 10 to 10,000 rules).

use super::hash::hash;
use crate::event::{NONE, PathId};

/// Numbers a string at a path. [`NONE`] for those that nothing is filed under.
pub(super) type NameId = u32;

/// Strings at paths, by number and the other way round.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// By path, whether a name stands there.
    used: Vec<bool>,
    /// Open addressing; a power of two, at most a quarter full, or empty.
    slots: Vec<Slot>,
    all: Vec<Name>,
    texts: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// A part of the hash.
    mark: u32,
    name: NameId,
}

const FREE: Slot = Slot { mark: 0, name: NONE };

#[derive(Clone, Debug)]
struct Name {
    path: PathId,
    /// The place of the text in `texts`.
    start: u32,
    end: u32,
}

impl Names {
    pub(super) fn path(&self, name: NameId) -> PathId {
        self.all[name as usize].path
    }

    /// Whether any name stands at a path.
    #[inline]
    pub(super) fn has_path(&self, path: PathId) -> bool {
        self.used.get(path as usize).is_some_and(|used| *used)
    }

    /// The name of a string at a path, or `NONE`.
    #[inline]
    pub(super) fn find(&self, path: PathId, text: &[u8]) -> NameId {
        let (mut number, mark) = place(path, text);
        let mask = self.slots.len().wrapping_sub(1);
        while let Some(slot) = self.slots.get(number & mask) {
            if slot.name == NONE || slot.mark == mark && self.is_of(slot.name, path, text) {
                return slot.name;
            }
            number += 1;
        }
        NONE
    }

    fn is_of(&self, name: NameId, path: PathId, text: &[u8]) -> bool {
        let name = &self.all[name as usize];
        name.path == path && self.texts[name.start as usize..name.end as usize] == *text
    }

    pub(super) fn find_or_insert(&mut self, path: PathId, text: &[u8]) -> NameId {
        let found = self.find(path, text);
        if found != NONE {
            return found;
        }
        let name = count(self.all.len());
        let start = count(self.texts.len());
        self.texts.extend_from_slice(text);
        self.all.push(Name { path, start, end: count(self.texts.len()) });
        if self.used.len() <= path as usize {
            self.used.resize(path as usize + 1, false);
        }
        self.used[path as usize] = true;
        if self.slots.len() < 4 * self.all.len() {
            self.slots = vec![FREE; (8 * self.all.len()).next_power_of_two()];
            (0..=name).for_each(|name| self.put(name));
        } else {
            self.put(name);
        }
        name
    }

    fn put(&mut self, id: NameId) {
        let name = &self.all[id as usize];
        let (mut number, mark) = place(name.path, &self.texts[name.start as usize..name.end as usize]);
        let mask = self.slots.len() - 1;
        while self.slots[number & mask].name != NONE {
            number += 1;
        }
        self.slots[number & mask] = Slot { mark, name: id };
    }
}

/// Where to look for a name first, and its mark.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "both are parts of a hash")]
fn place(path: PathId, text: &[u8]) -> (usize, u32) {
    let hash = hash(u64::from(path), text);
    ((hash >> 32) as usize, (hash ^ hash >> 32) as u32)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("patterns have fewer than 2^32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_numbered_once_for_each_path() {
        let mut names = Names::default();
        assert_eq!((names.find(0, b""), names.has_path(0)), (NONE, false));
        let texts: Vec<String> =
            (0..700).map(|length| "ab".repeat(length % 35) + &length.to_string()).collect();
        let all = || (0..3).flat_map(|path| texts.iter().map(move |text| (path, text.as_bytes())));
        for _ in 0..2 {
            for (number, (path, text)) in (0..).zip(all()) {
                assert_eq!(names.find_or_insert(path, text), number);
            }
        }
        for (number, (path, text)) in (0..).zip(all()) {
            assert_eq!(names.find(path, text), number);
            assert_eq!(names.find(path + 3, text), NONE);
            assert_eq!(names.find(path, &[text, b"x"].concat()), NONE);
        }
        assert_eq!([0, 2, 3].map(|path| names.has_path(path)), [true, true, false]);
    }
}
