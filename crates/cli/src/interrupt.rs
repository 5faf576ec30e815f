//! Ctrl-C of a command that has something to say before it ends. The second one ends it at once.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::exit::{Error, Status};

static STOPPED: AtomicBool = AtomicBool::new(false);

/// Is true from the first Ctrl-C on.
pub(crate) fn watch() -> Result<&'static AtomicBool, Error> {
    let stop = || {
        if STOPPED.swap(true, Ordering::Relaxed) {
            process::exit(Status::Interrupted as i32);
        }
    };
    ctrlc::set_handler(stop).map_err(|error| Error::usage(format!("Ctrl-C cannot be caught: {error}")))?;
    Ok(&STOPPED)
}
