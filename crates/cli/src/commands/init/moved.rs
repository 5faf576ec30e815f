//! Moving what was made to where it belongs, or none of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What was moved to where it belongs; it is taken away again unless all of it is kept.
#[derive(Default)]
pub(super) struct Moved {
    made: Vec<Made>,
}

impl Moved {
    /// Moves these files and folders from a folder to another one.
    pub(super) fn take<'a>(
        &mut self,
        from: &Path,
        to: &Path,
        names: impl Iterator<Item = &'a str>,
    ) -> io::Result<()> {
        for name in names {
            let path = to.join(name);
            let missing: Vec<_> = path.ancestors().skip(1).take_while(|folder| !folder.is_dir()).collect();
            for folder in missing.into_iter().rev() {
                fs::create_dir(folder).map_err(|e| at(folder, &e))?;
                self.made.push(Made::Folder(folder.to_owned()));
            }
            fs::rename(from.join(name), &path).map_err(|e| at(&path, &e))?;
            self.made.push(Made::Moved(path));
        }
        Ok(())
    }

    pub(super) fn keep(mut self) {
        self.made.clear();
    }
}

/// The error, with the place.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

enum Made {
    Folder(PathBuf),
    Moved(PathBuf),
}

impl Drop for Moved {
    fn drop(&mut self) {
        for made in self.made.drain(..).rev() {
            let _ = match made {
                Made::Folder(path) => fs::remove_dir(path),
                Made::Moved(path) if path.is_dir() => fs::remove_dir_all(path),
                Made::Moved(path) => fs::remove_file(path),
            };
        }
    }
}
