//! Finding the project's folder, and showing paths into it.

use std::env;
use std::path::{Component, Path, PathBuf};

use crate::exit::Error;

const CONFIG: &str = "account-watcher.toml";

/// The project's folder, as paths into it are shown: from the current directory.
pub(crate) struct Folder {
    root: PathBuf,
    /// What stands in front of a path, where it is not the folder.
    shown: Option<String>,
}

impl Folder {
    /// The project's folder: `folder`, else the nearest one upwards from the file `near`, else from the current directory.
    /// `no_config`: it needs no configuration of its own.
    pub(crate) fn find(folder: Option<&Path>, near: Option<&Path>, no_config: bool) -> Result<Folder, Error> {
        let is_project =
            |folder: &Path| folder.join(CONFIG).is_file() || no_config && folder.join("watchers").is_dir();
        match folder {
            Some(folder) if is_project(folder) => Ok(Folder::at(folder)),
            Some(folder) => Err(Error::usage(format!("{} has no {CONFIG}", folder.display()))),
            None => match near.and_then(|near| near.ancestors().find(|folder| is_project(folder))) {
                Some(folder) => Ok(Folder::at(&project_of(folder, near))),
                None => nearest(is_project).map(|folder| Folder::at(&folder)),
            },
        }
    }

    /// This folder.
    pub(crate) fn at(root: &Path) -> Folder {
        Folder { root: root.to_owned(), shown: None }
    }

    /// A copy of what a git revision has, whose paths are shown as git writes them: `main:watchers/x.toml`.
    pub(crate) fn of_revision(root: &Path, revision: &str) -> Folder {
        Folder { root: root.to_owned(), shown: Some(format!("{revision}:")) }
    }

    /// Where to read.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The path of a file of the project, with `/`.
    pub(crate) fn show(&self, path: &str) -> String {
        if let Some(shown) = &self.shown {
            return format!("{shown}{path}");
        }
        let prefix = self.root.components().filter(|part| *part != Component::CurDir).collect::<PathBuf>();
        prefix.join(path).display().to_string()
    }
}

/// The project that a file in `folder` is meant to be of: whoever stands outside of Account Watcher's folder and names a
/// file in it asks about the project that has it in `[shipped]`.
fn project_of(folder: &Path, near: Option<&Path>) -> PathBuf {
    let real = |path: &Path| Path::new(".").join(path).canonicalize().ok();
    let stands_inside = || Some(real(Path::new(""))?.starts_with(real(folder)?));
    let owner = watchfile::owner(&Path::new(".").join(folder)).ok().flatten();
    match owner {
        Some(owner) if stands_inside() != Some(true) => {
            let mut above = near.into_iter().flat_map(Path::ancestors);
            above.find(|above| real(above).as_ref() == Some(&owner)).map_or(owner.clone(), Path::to_owned)
        }
        _ => folder.to_owned(),
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
            assert_eq!(Folder::at(Path::new(folder)).show("watchers/x.toml"), expected, "{folder}");
        }
        let copy = Folder::of_revision(Path::new("/tmp/copy"), "main");
        assert_eq!(copy.show("watchers/x.toml"), "main:watchers/x.toml");
    }
}
