//! The files and folders that `lint` was asked about, and what concerns them.

use std::path::{Path, PathBuf};

use watchfile::{Finding, Project};

use crate::exit::Error;
use crate::folder::Folder;

/// What was asked for; nothing: all.
pub(crate) struct Only(Vec<Asked>);

struct Asked {
    as_typed: PathBuf,
    real: PathBuf,
}

impl Only {
    /// These paths; `-` is the watcher of the name `unsaved`.
    ///
    /// # Errors
    /// There is nothing at one of them.
    pub(crate) fn new(paths: &[PathBuf], folder: &Folder, unsaved: Option<&str>) -> Result<Only, Error> {
        let asked = |path: &PathBuf| -> Result<Asked, Error> {
            let real = match unsaved {
                // A buffer that was never saved has no file yet; its folder has.
                Some(name) if path == Path::new("-") => real(&folder.root().join("watchers")).join(name),
                _ => path
                    .canonicalize()
                    .map_err(|error| Error::usage(format!("{}: {error}", path.display())))?,
            };
            Ok(Asked { as_typed: path.clone(), real })
        };
        Ok(Only(paths.iter().map(asked).collect::<Result<_, Error>>()?))
    }

    /// Whether the finding is in one of the files, or points there, or is about the folder of one.
    pub(crate) fn concerns(&self, finding: &Finding, folder: &Folder) -> bool {
        let related = finding.related.iter().map(|related| &related.source);
        std::iter::once(&finding.source).chain(related).any(|source| self.has(&source.path, folder))
    }

    /// Whether the file of the project is one of those.
    pub(crate) fn has(&self, path: &str, folder: &Folder) -> bool {
        let path = real(&folder.root().join(path));
        self.0.is_empty() || self.0.iter().any(|asked| asked.meets(&path))
    }

    /// That something was looked at for each path. Nothing was for a file that does not belong to the project, and to say
    /// that it has no findings would be a lie.
    ///
    /// # Errors
    /// The first path that nothing was looked at for.
    pub(crate) fn check(
        &self,
        folder: &Folder,
        project: &Project,
        findings: &[Finding],
    ) -> Result<(), Error> {
        let at = |path: &str| real(&folder.root().join(path));
        let read = project.paths().chain(findings.iter().map(|finding| &*finding.source.path));
        let read: Vec<PathBuf> = read.map(at).collect();
        let roots =
            [String::new()].into_iter().chain(project.shipped_folder().map(|folder| format!("{folder}/")));
        let folders: Vec<(PathBuf, PathBuf)> =
            roots.map(|root| (at(&format!("{root}watchers")), at(&format!("{root}tests/events")))).collect();
        let is_looked_at = |asked: &Asked| {
            read.iter().any(|path| asked.meets(path))
                || folders.iter().any(|(watchers, events)| {
                    // A fixture may have any name and form.
                    [watchers, events].iter().any(|folder| folder.starts_with(&asked.real))
                        || asked.real.parent() == Some(events) && !is_left_out(&asked.real)
                })
        };
        match self.0.iter().find(|asked| !is_looked_at(asked)) {
            None => Ok(()),
            Some(Asked { as_typed, .. }) => Err(Error::usage(format!(
                "{path} is not a file of the project in {}, which are account-watcher.toml, watchers/*.toml and \
                 tests/events/*{shipped}: move the watcher there, lint another project with --project DIR, or lint the text \
                 alone with `watcher lint - < {path}`",
                project_folder(folder),
                shipped = match project.shipped_folder() {
                    Some(folder) => format!(", and the same of {folder}"),
                    None => String::new(),
                },
                path = as_typed.display(),
            ))),
        }
    }
}

/// Whether it is a hidden file or an editor's backup, which nobody reads.
fn is_left_out(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().as_encoded_bytes();
    name.starts_with(b".") || name.ends_with(b"~")
}

impl Asked {
    /// Whether the file is this one, or one is in the other.
    fn meets(&self, file: &Path) -> bool {
        file.starts_with(&self.real) || self.real.starts_with(file)
    }
}

/// The project's folder, absolute: `.` says nothing in an error.
fn project_folder(folder: &Folder) -> String {
    real(&Path::new(".").join(folder.root())).display().to_string()
}

/// The path without links. The file may be missing; then its folder's.
fn real(path: &Path) -> PathBuf {
    let parent = || Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(parent).unwrap_or_else(|| path.to_owned())
}
