//! What was read, as whoever reads says it.

use serde::Serialize;

/// The files that the events come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Input {
    /// All files.
    pub files: usize,
    /// Those that were read to their end; fewer if somebody stopped it.
    pub files_read: usize,
    /// Unpacked.
    pub bytes: u64,
}

impl Input {
    /// Whether everything was read.
    pub fn is_whole(&self) -> bool {
        self.files_read == self.files
    }
}
