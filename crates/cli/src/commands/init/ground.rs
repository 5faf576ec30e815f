//! What is in the folder already, and whether a repository can be made of it.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use scaffold::{ENGINE, repository};

use super::refused;
use crate::exit::Error;
use crate::folder::Folder;
use crate::git;

/// The folder as it is.
pub(super) struct Ground {
    pub(super) folder: PathBuf,
    /// The folder, or the nearest one above it that is there.
    pub(super) near: PathBuf,
    pub(super) is_new: bool,
    /// Whether it is the top of a git repository.
    pub(super) is_repository: bool,
    /// The files that stay as they are.
    pub(super) kept: BTreeSet<String>,
}

impl Ground {
    pub(super) fn explore(folder: &Path) -> Result<Ground, Error> {
        let is_new = !is_there(folder)?;
        if !is_new && !folder.is_dir() {
            return Err(refused(format!("{} is not a folder", folder.display())));
        }
        let near = folder.ancestors().find(|near| near.is_dir()).unwrap_or(Path::new(".")).to_owned();
        let is_repository = is_repository(folder, &near)?;
        let (files, _) = repository("").map_err(refused)?;
        let mut kept = BTreeSet::new();
        let git: &[&str] = if is_repository { &[] } else { &[".git", ".gitmodules"] };
        let names = files.iter().map(|file| (&*file.path, file.may_be_there));
        for (path, may_be_there) in
            names.chain([(ENGINE, false)]).chain(git.iter().map(|path| (*path, false)))
        {
            if !is_there(&folder.join(path))? {
            } else if may_be_there {
                kept.insert(path.to_owned());
            } else {
                return Err(refused(format!(
                    "{} already exists, and init overwrites nothing: move it away or choose another folder",
                    Folder::at(folder).show(path)
                )));
            }
        }
        if is_repository {
            check_submodules(folder)?;
        }
        Ok(Ground { folder: folder.to_owned(), near, is_new, is_repository, kept })
    }

    /// What git changes in an existing repository for the submodule: files, and a folder that is not there.
    pub(super) fn changed(&self) -> Result<Vec<PathBuf>, Error> {
        if !self.is_repository {
            return Ok(Vec::new());
        }
        let mut files = vec![self.folder.join(".gitmodules")];
        for name in ["index", "config", &format!("modules/{ENGINE}")] {
            let path = git::ask(&self.folder, &["rev-parse", "--git-path", name])?;
            files.push(self.folder.join(git::line(&path)));
        }
        Ok(files)
    }
}

/// Links that lead nowhere are there, too.
fn is_there(path: &Path) -> Result<bool, Error> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(error) => Err(refused(format!("{} cannot be read: {error}", path.display()))),
    }
}

/// Whether the folder is the top of a git repository; deep in one is an error. `near`: the folder, or the nearest one above it
/// that is there.
fn is_repository(folder: &Path, near: &Path) -> Result<bool, Error> {
    let asked = git::ask(near, &["rev-parse", "--show-toplevel"])?;
    if !asked.status.success() {
        let why = git::complaint(&asked);
        if why.contains("not a git repository") {
            return Ok(false);
        }
        return Err(refused(format!("git cannot say whether {} is in a repository: {why}", near.display())));
    }
    let real = |path: &Path| path.canonicalize().ok();
    let top = git::line(&asked);
    if real(Path::new(&top)) == real(folder) {
        return Ok(true);
    }
    Err(refused(format!(
        "{} is inside the git repository {top}, and init makes a repository of its own: run it elsewhere, or add Account \
         Watcher to this one with `git submodule add URL {ENGINE}` and `[shipped] path = \"{ENGINE}\"` in account-watcher.toml",
        folder.display()
    )))
}

/// An earlier submodule of the name would be mixed up with the new one.
fn check_submodules(folder: &Path) -> Result<(), Error> {
    let kept = git::ask(folder, &["rev-parse", "--git-path", &format!("modules/{ENGINE}")])?;
    let kept = git::line(&kept);
    if is_there(&folder.join(&kept))? {
        return Err(refused(format!(
            "{kept} is left of an earlier submodule: delete it if you do not need it"
        )));
    }
    let name = format!("^submodule\\.{ENGINE}\\.");
    for file in ["--file=.gitmodules", "--local"] {
        let found = git::ask(folder, &["config", file, "--get-regexp", &name])?;
        if found.status.success() {
            return Err(refused(format!(
                "the repository has a submodule called {ENGINE} already: rename it, or remove it with its entries in \
                 .gitmodules and .git/config"
            )));
        }
    }
    for (asked, what) in [
        (&["ls-files", "--unmerged"][..], "the repository has conflicts: resolve them first"),
        (
            &["ls-files", "--", ENGINE],
            "git tracks account-watcher already, though the folder is gone: commit its removal",
        ),
    ] {
        let found = git::ask(folder, asked)?;
        if !found.status.success() {
            return Err(refused(git::complaint(&found)));
        }
        if !found.stdout.is_empty() {
            return Err(refused(what));
        }
    }
    Ok(())
}
