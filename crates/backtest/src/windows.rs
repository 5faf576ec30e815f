//! The windows of groups, as the function's state keeps them, with the events' clock in the place of its own.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use jiff::Timestamp;
use watcher::{Role, Tally};

/// The open windows by group.
#[derive(Debug)]
pub struct Windows<K, T> {
    open: HashMap<K, Window<T>>,
}

#[derive(Debug)]
struct Window<T> {
    tally: Tally,
    ends: Timestamp,
    at_least: u32,
    about: T,
}

/// A window that has ended with something to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouped<T> {
    /// When it ended.
    pub at: Timestamp,
    /// How many events the summary tells.
    pub more: u64,
    /// What was said of its first event.
    pub about: T,
}

impl<K, T> Default for Windows<K, T> {
    fn default() -> Self {
        Windows { open: HashMap::new() }
    }
}

impl<K: Hash + Eq, T> Windows<K, T> {
    /// Counts an event of a group whose window is so many seconds long; the events come in the order of their times. A
    /// window that has ended before is given back if there is something to tell.
    pub fn count(
        &mut self,
        group: K,
        seconds: u64,
        at_least: u32,
        at: Timestamp,
        about: impl FnOnce() -> T,
    ) -> (Role, Option<Grouped<T>>) {
        if let Some(window) = self.open.get_mut(&group).filter(|window| window.ends > at) {
            let role = Role::of(window.tally.count, at_least);
            window.tally.add(at, &[]);
            return (role, None);
        }
        let ends = at.saturating_add(Duration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
        let window = Window { tally: Tally::new(at, &[]), ends, at_least, about: about() };
        let last = self.open.insert(group, window);
        (Role::of(0, at_least), last.and_then(Window::end))
    }

    /// Ends all windows.
    pub fn end(self) -> impl Iterator<Item = Grouped<T>> {
        self.open.into_values().filter_map(Window::end)
    }
}

impl<T> Window<T> {
    fn end(self) -> Option<Grouped<T>> {
        let more = self.tally.untold(self.at_least)?;
        Some(Grouped { at: self.ends, more, about: self.about })
    }
}
