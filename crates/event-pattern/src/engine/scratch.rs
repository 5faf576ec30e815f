//! Memory that is kept between events, one per thread.

use std::cell::RefCell;

use super::index::Tried;
use crate::event::Flat;

/// What reading and matching one event needs.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) flat: Flat,
    pub(crate) tried: Tried,
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
