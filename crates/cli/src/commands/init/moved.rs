//! Moving what was made to where it belongs, or none of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What was moved and changed; it is undone, the last first, unless all of it is kept.
#[derive(Default)]
pub(super) struct Moved {
    undo: Vec<Undo>,
}

enum Undo {
    /// A folder that was made; it goes if it is empty again.
    Folder(PathBuf),
    /// What was not there.
    Remove(PathBuf),
    /// A file that git changes, with what was in it.
    Restore(PathBuf, Vec<u8>),
}

impl Moved {
    /// Moves these files and folders from a folder to another one, where none of them is.
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
                self.undo.push(Undo::Folder(folder.to_owned()));
            }
            if fs::symlink_metadata(&path).is_ok() {
                return Err(at(&path, &io::ErrorKind::AlreadyExists.into()));
            }
            fs::rename(from.join(name), &path).map_err(|e| at(&path, &e))?;
            self.undo.push(Undo::Remove(path));
        }
        Ok(())
    }

    /// What is in this file is in it again, or what is not there goes again, unless all is kept.
    pub(super) fn restore_unless_kept(&mut self, path: PathBuf) -> io::Result<()> {
        self.undo.push(match fs::read(&path) {
            Ok(before) => Undo::Restore(path, before),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Undo::Remove(path),
            Err(error) => return Err(at(&path, &error)),
        });
        Ok(())
    }

    pub(super) fn keep(mut self) {
        self.undo.clear();
    }
}

/// The error, with the place.
fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

impl Drop for Moved {
    fn drop(&mut self) {
        for undo in self.undo.drain(..).rev() {
            let _ = match undo {
                Undo::Folder(path) => fs::remove_dir(path),
                Undo::Remove(path) if path.is_dir() => fs::remove_dir_all(path),
                Undo::Remove(path) => fs::remove_file(path),
                Undo::Restore(path, before) if fs::read(&path).is_ok_and(|now| now == before) => Ok(()),
                Undo::Restore(path, before) => fs::write(path, before),
            };
        }
    }
}
