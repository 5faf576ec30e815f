//! The files that are meant by a path: itself, or all below a folder, as `aws s3 sync` leaves them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Input {
    /// The file; `-` is standard input.
    pub(crate) path: PathBuf,
    /// Its bytes; none of what has no length, such as a pipe.
    pub(crate) size: u64,
    /// Nobody named it: it was found in a folder.
    pub(crate) found: bool,
}

impl Input {
    /// One that somebody named.
    pub(crate) fn named(path: &Path) -> Input {
        let size = fs::metadata(path).map_or(0, |data| data.len());
        Input { path: path.to_owned(), size, found: false }
    }

    /// What it is called.
    pub(crate) fn name(&self) -> String {
        if self.is_stdin() { "<stdin>".to_owned() } else { self.path.display().to_string() }
    }

    fn is_stdin(&self) -> bool {
        self.path == Path::new("-")
    }

    /// Opens it.
    pub(crate) fn open(&self) -> io::Result<Box<dyn io::Read>> {
        Ok(if self.is_stdin() { Box::new(io::stdin().lock()) } else { Box::new(fs::File::open(&self.path)?) })
    }
}

/// The files, those of a folder by their names; and the folders that cannot be read, with the reason. What begins with a
/// dot, which programs leave in a folder, is not read.
pub(crate) fn inputs(paths: &[PathBuf]) -> (Vec<Input>, Vec<(PathBuf, io::Error)>) {
    let (mut inputs, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        if path.is_dir() {
            walk(path, &mut inputs, &mut faults);
        } else {
            inputs.push(Input::named(path));
        }
    }
    (inputs, faults)
}

fn walk(folder: &Path, inputs: &mut Vec<Input>, faults: &mut Vec<(PathBuf, io::Error)>) {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return faults.push((folder.to_owned(), error)),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        // A link to a folder is not followed: it may lead back here.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&path, inputs, faults),
            Ok(_) if path.is_dir() => {}
            Ok(_) => {
                inputs.push(Input { found: true, ..Input::named(&path) });
            }
            Err(error) => faults.push((path, error)),
        }
    }
}
