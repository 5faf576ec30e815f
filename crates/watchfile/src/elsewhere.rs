//! What is read in another place than the project's folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::files::{check_length, text_of};
use crate::lint::Lint;

/// What is read in another place than the project's folder.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    /// The file to read in the place of `account-watcher.toml`.
    pub config: Option<PathBuf>,
    /// Texts that an editor has not saved yet, by their path from the project's folder.
    pub unsaved: BTreeMap<String, String>,
}

impl Elsewhere {
    /// The text of a file of the project, or the lint and the reason why there is none.
    pub(crate) fn text(
        &self,
        root: &Path,
        path: &str,
        longest: u64,
    ) -> Result<String, (&'static Lint, String)> {
        match self.unsaved.get(path) {
            Some(text) => check_length(text.len() as u64, longest).map(|()| text.clone()),
            None => text_of(&root.join(path), longest),
        }
    }

    /// The names of watchers in a folder `watchers/` that may have no file yet.
    pub(crate) fn watchers<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.unsaved.keys().filter_map(move |path| path.strip_prefix(folder))
    }
}
