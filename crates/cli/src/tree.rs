//! The files that are meant by a path: itself, or all below a folder, as `aws s3 sync` leaves them.

use std::collections::HashSet;
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

/// The files, those of a folder by their names; and what cannot be read, with the reason. What begins with a dot, which
/// programs leave in a folder, is not read.
pub(crate) fn inputs(paths: &[PathBuf]) -> (Vec<Input>, Vec<(PathBuf, io::Error)>) {
    let mut walk = Walk::default();
    for path in paths {
        if path.is_dir() {
            walk.folder(path);
        } else {
            walk.inputs.push(Input::named(path));
        }
    }
    (walk.inputs, walk.faults)
}

#[derive(Default)]
struct Walk {
    inputs: Vec<Input>,
    faults: Vec<(PathBuf, io::Error)>,
    /// The folders that were read, by their real paths: a link may lead back to one.
    seen: HashSet<PathBuf>,
}

impl Walk {
    fn folder(&mut self, folder: &Path) {
        let read = || {
            let real = fs::canonicalize(folder)?;
            let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
            Ok((real, entries))
        };
        let (real, mut entries) = match read() {
            Ok(read) => read,
            Err(error) => return self.faults.push((folder.to_owned(), error)),
        };
        if !self.seen.insert(real) {
            return;
        }
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            match fs::metadata(&path) {
                Ok(data) if data.is_dir() => self.folder(&path),
                Ok(data) if data.is_file() => {
                    self.inputs.push(Input { path, size: data.len(), found: true });
                }
                // Whoever opens a named pipe waits for somebody to write.
                Ok(_) => self.faults.push((path, io::Error::other("it is no regular file"))),
                Err(error) => self.faults.push((path, error)),
            }
        }
    }
}
