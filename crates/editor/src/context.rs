//! What is known besides the text.

use jiff::civil::Date;
use watchfile::{Project, WatcherFile};

/// Which of both kinds a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file in `watchers/`.
    Watcher,
    /// `account-watcher.toml`
    Config,
}

/// What is known besides the text.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Which kind of file the text is of.
    pub kind: Kind,
    /// The project, as it could be read last.
    pub project: &'a Project,
    /// The watcher, as it could be read last: the text may be ahead of it.
    pub file: Option<&'a WatcherFile>,
    /// The day in UTC.
    pub today: Date,
}
