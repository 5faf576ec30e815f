//! A lint: its name, how bad its findings are, and its documentation. How it looks stands in [`lints`](crate::lints).

use std::fmt;

/// One lint, with its documentation. There are no others than those of the tables: findings refer to them, not to names.
pub struct Lint {
    /// Kebab-case; it names the fault.
    pub name: &'static str,
    /// How bad its findings are.
    pub level: Level,
    /// What is found, in a sentence.
    pub what: &'static str,
    /// Why that is bad.
    pub why: &'static str,
    /// Files that have the fault, in the form that [`files`](crate::lints::files) reads.
    pub bad: &'static str,
    /// What to write instead.
    pub good: &'static str,
    /// What `watcher lint --fix` does about it where there is one right answer; none if there never is one.
    pub fix: Option<&'static str>,
    pub(crate) stage: Stage,
}

/// What a fix does about most names.
pub(crate) const RESPELLS: &str = "writes the name that is meant, if it is a slip of just one";

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know; never fails.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Wrong, or it can never fire.
    Error,
}

/// When a lint looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// While the files are read: a file with such a finding cannot be used.
    Reading,
    /// At what was read.
    Checking,
}

impl Lint {
    /// Whether it is found while the files are read. Its findings cannot be allowed.
    pub fn is_of_reading(&self) -> bool {
        self.stage == Stage::Reading
    }
}

/// Names are unique: a test holds it.
impl PartialEq for Lint {
    fn eq(&self, other: &Lint) -> bool {
        self.name == other.name
    }
}

impl Eq for Lint {}

impl fmt::Debug for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Level {
    /// Its word in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}
