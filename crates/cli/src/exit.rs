//! How a command ends: its exit code, or what stops it early.

use std::io;
use std::process::{ExitCode, Output};

/// The exit codes, the same for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// All is well.
    Clean = 0,
    /// Findings, or failed tests.
    Findings = 1,
    /// Bad usage, or input that cannot be read.
    Unusable = 2,
    /// There was nothing to check.
    Nothing = 3,
    /// Something changes, for whom has asked for a code of its own.
    Changes = 4,
    /// Nothing was found, but not everything could be looked at.
    Unchecked = 5,
    /// Somebody stopped it with Ctrl-C: what a shell reports of a program that SIGINT has ended, 128 and its number.
    Interrupted = 130,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(status as u8)
    }
}

/// What stops a command early.
#[derive(Debug)]
pub(crate) enum Error {
    /// Bad usage or unreadable input, as people should read it.
    Usage(String),
    /// Nobody reads the output any more.
    Closed,
    /// Somebody stopped it with Ctrl-C; what became of it.
    Interrupted(&'static str),
}

impl Error {
    pub(crate) fn usage(message: impl Into<String>) -> Error {
        Error::Usage(message.into())
    }
}

/// Errors of writing to standard output.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Error::Closed,
            _ => Error::Usage(format!("cannot write the output: {error}")),
        }
    }
}

/// Whether Ctrl-C ended a program that we asked. The terminal sends that to it as well as to us, and it may hear it first.
pub(crate) fn is_interrupted(output: &Output) -> bool {
    #[cfg(unix)]
    let by_signal = std::os::unix::process::ExitStatusExt::signal(&output.status) == Some(2); // SIGINT
    #[cfg(not(unix))]
    let by_signal = false;
    by_signal || output.status.code() == Some(Status::Interrupted as i32)
}
