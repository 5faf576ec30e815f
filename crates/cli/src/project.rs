//! Finding and opening the project's folder.

use std::env;
use std::path::{Component, Path, PathBuf};

use watchfile::{Finding, Project};

use crate::exit::Error;
use crate::output;
use crate::report;

const CONFIG: &str = "account-watcher.toml";

/// A project that was read.
pub(crate) struct Opened {
    pub(crate) project: Project,
    pub(crate) findings: Vec<Finding>,
    pub(crate) folder: Folder,
}

/// The project's folder, as paths into it are shown: from the current directory.
pub(crate) struct Folder(PathBuf);

/// Reads the project in `folder`, else in the nearest folder upwards that is one.
pub(crate) fn open(folder: Option<&Path>) -> Result<Opened, Error> {
    let folder = find(folder, None, false)?;
    let (project, findings) = watchfile::load(folder.root());
    Ok(Opened { project, findings, folder })
}

/// The project's folder: `folder`, else the nearest one upwards from the file `near`, else from the current directory.
/// `no_config`: it needs no configuration of its own.
pub(crate) fn find(folder: Option<&Path>, near: Option<&Path>, no_config: bool) -> Result<Folder, Error> {
    let is_project =
        |folder: &Path| folder.join(CONFIG).is_file() || no_config && folder.join("watchers").is_dir();
    match folder {
        Some(folder) if is_project(folder) => Ok(Folder(folder.to_owned())),
        Some(folder) => Err(Error::usage(format!("{} has no {CONFIG}", folder.display()))),
        None => match near.and_then(|near| near.ancestors().find(|folder| is_project(folder))) {
            Some(folder) => Ok(Folder(folder.to_owned())),
            None => nearest(is_project).map(Folder),
        },
    }
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
        let is_file = || self.folder.0.join(format!("watchers/{name}.toml")).is_file();
        self.project.watcher(name).is_none() && !self.findings.is_empty() && is_file()
    }

    /// That there is no watcher of that name.
    pub(crate) fn unknown(&self, name: &str) -> Error {
        let names = self.project.files.iter().map(|file| file.watcher.name.as_str());
        let help = watchfile::did_you_mean(name, names)
            .unwrap_or_else(|| "a watcher's name is its file's, without `.toml`".to_owned());
        Error::usage(format!("there is no watcher `{name}`: {help}"))
    }
}

impl Folder {
    /// Where to read.
    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    /// The path of a file of the project, with `/`.
    pub(crate) fn show(&self, path: &str) -> String {
        let prefix = self.0.components().filter(|part| *part != Component::CurDir).collect::<PathBuf>();
        prefix.join(path).display().to_string()
    }
}

fn nearest(is_project: impl Fn(&Path) -> bool) -> Result<PathBuf, Error> {
    let current =
        env::current_dir().map_err(|e| Error::usage(format!("cannot read the current directory: {e}")))?;
    let steps = current.ancestors().position(is_project).ok_or_else(|| {
        Error::usage(format!(
            "no {CONFIG} here or in a folder above: go to a project, or name one with --project DIR"
        ))
    })?;
    Ok([".."].repeat(steps).iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_here() {
        for (folder, expected) in [
            ("", "watchers/x.toml"),
            (".", "watchers/x.toml"),
            ("./a/b/", "a/b/watchers/x.toml"),
            ("..", "../watchers/x.toml"),
        ] {
            assert_eq!(Folder(PathBuf::from(folder)).show("watchers/x.toml"), expected, "{folder}");
        }
    }
}
