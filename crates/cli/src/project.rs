//! A project that was read, and what is said of it.

use std::collections::BTreeSet;
use std::path::Path;

use tempfile::TempDir;
use watchfile::{Finding, Project, Unknown};

use crate::exit::Error;
use crate::folder::Folder;
use crate::output;
use crate::{report, revision};

/// A project that was read.
pub(crate) struct Opened {
    pub(crate) project: Project,
    pub(crate) findings: Vec<Finding>,
    pub(crate) folder: Folder,
}

/// Reads the project in `folder`, else in the nearest folder upwards that is one.
pub(crate) fn open(folder: Option<&Path>) -> Result<Opened, Error> {
    Ok(open_at(Folder::find(folder, None, false)?))
}

/// Reads the project in this folder.
pub(crate) fn open_at(folder: Folder) -> Opened {
    let (project, findings) = watchfile::load(folder.root());
    Opened { project, findings, folder }
}

impl Opened {
    /// Tells the findings beside the output of a command that goes on without the files that have them.
    pub(crate) fn tell_findings(&self) {
        if !self.findings.is_empty() {
            let text = report::text::findings(&self.findings, &self.folder);
            output::note(&format!("{text}{}\n", report::text::summary(&self.findings, 0)));
        }
    }

    /// Whether the watcher is missing only because of findings.
    pub(crate) fn is_faulty(&self, name: &str) -> bool {
        let file = format!("watchers/{name}.toml");
        let is_file = || {
            let mut folders = ["."].into_iter().chain(self.project.shipped_folder());
            folders.any(|folder| self.folder.root().join(folder).join(&file).is_file())
        };
        self.project.watcher(name).is_none() && !self.findings.is_empty() && is_file()
    }

    /// That there is no watcher of that name.
    pub(crate) fn unknown(&self, name: &str) -> Error {
        let Unknown { message, help, .. } = self.project.unknown(name);
        Error::usage(format!("{message}: {help}"))
    }
}

/// A version of a project, and the folder of its copy.
pub(crate) struct Version {
    pub(crate) opened: Opened,
    _copy: Option<TempDir>,
}

impl Version {
    /// What was opened where it is.
    pub(crate) fn of(opened: Opened) -> Version {
        Version { opened, _copy: None }
    }
}

/// The version in a folder, else of a git revision of the repository around `near`. `./v1` is always a folder,
/// `refs/tags/v1` always a revision. `asked`: how it was asked for, for errors.
pub(crate) fn version(asked: &str, name: &str, near: &Path) -> Result<Version, Error> {
    if let Some(folder) = revision::is_project(name) {
        return Ok(Version::of(open_at(Folder::at(&folder))));
    }
    let copy = revision::checked_out(asked, name, near)?;
    let opened = open_at(Folder::of_revision(copy.path(), name));
    Ok(Version { opened, _copy: Some(copy) })
}

/// The watchers that are there on both sides or on one, and that one side cannot read.
pub(crate) fn left_out(opened: &Opened, before: &Opened) -> BTreeSet<String> {
    let faulty = |one: &Opened, other: &Opened| -> Vec<String> {
        let names = one.project.files.iter().map(|file| &file.watcher.name);
        names.filter(|name| other.is_faulty(name)).cloned().collect()
    };
    let mut names: BTreeSet<String> = faulty(opened, before).into_iter().collect();
    names.extend(faulty(before, opened));
    names
}
