//! Memory that is kept between events, one per thread.

use std::cell::RefCell;

use super::index::{Index, Tried};
use super::program::Program;
use crate::error::EventError;
use crate::event::Flat;

/// What reading and matching one event needs.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) flat: Flat,
    pub(crate) tried: Tried,
}

impl Scratch {
    /// Leaves the numbers of the patterns that match an event in `tried.matched`. Not generic, so that
    /// it is compiled here, with the options of this crate, and never inlined elsewhere.
    #[inline(never)]
    pub(crate) fn find(&mut self, program: &Program, index: &Index, event: &[u8]) -> Result<(), EventError> {
        self.flat.read(&program.trie, event)?;
        index.find(program, &self.flat, &mut self.tried, event)
    }
}

/// An event with more values leaves no memory behind.
const MAX_KEPT_VALUES: usize = 1 << 16;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Lends out the thread's scratch memory.
pub(crate) fn with_scratch<R>(work: impl FnOnce(&mut Scratch) -> R) -> R {
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) => {
            let result = work(&mut scratch);
            if scratch.flat.values.len() > MAX_KEPT_VALUES {
                scratch.flat = Flat::default();
            }
            result
        }
        // Lent out already: only if someone called us from inside, which nothing here does.
        Err(_) => work(&mut Scratch::default()),
    })
}
