//! Work on many files at once.

use std::num::NonZero;
use std::panic;
use std::thread;

/// So few files are not worth a thread.
const FEW: usize = 50;

/// The results in the order of the items. Parsing is most of the work, and the lints of one watcher need no other.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len().div_ceil(FEW));
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let chunk = |items| {
        let work = &work;
        move || Iterator::map(<[T]>::iter(items), work).collect::<Vec<R>>()
    };
    thread::scope(|scope| {
        let chunks = items.chunks(items.len().div_ceil(threads));
        let running: Vec<_> = chunks.map(|items| scope.spawn(chunk(items))).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, Vec<R>>| match thread.join() {
            Ok(results) => results,
            Err(panic) => panic::resume_unwind(panic),
        };
        running.into_iter().flat_map(join).collect()
    })
}
