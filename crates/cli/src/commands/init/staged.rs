//! A new repository in a temporary folder, whole before anything of it is where it belongs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Output;

use scaffold::{ENGINE, File, repository};
use tempfile::TempDir;

use super::{INTERRUPTED, refused};
use crate::exit::{Error, is_interrupted};
use crate::{git, output};

/// All of the new repository, in a folder that is deleted with the command.
pub(super) struct Staged {
    pub(super) root: PathBuf,
    pub(super) files: Vec<File>,
    /// The name of the first watcher.
    pub(super) first: String,
    /// The commit of the version, shortened.
    pub(super) commit: String,
}

impl Staged {
    /// `is_whole`: with a git repository of its own.
    pub(super) fn prepare(
        temporary: &TempDir,
        engine: &str,
        version: &str,
        is_whole: bool,
    ) -> Result<Staged, Error> {
        // A folder within, since the temporary one is for nobody else to read.
        let root = temporary.path().join("repository");
        let inside = root.join(ENGINE);
        output::note(&format!("cloning {engine}\n"));
        let shown = inside.to_string_lossy();
        let clone = ["clone", "--quiet", "--origin", "origin", "--", &*location(engine), &*shown];
        let cloned = git::ask(temporary.path(), &clone)?;
        if is_interrupted(&cloned) {
            return Err(INTERRUPTED);
        }
        if !cloned.status.success() {
            return Err(refused(format!("{engine} cannot be cloned: {}", git::complaint(&cloned))));
        }
        let commit = check_out(&inside, engine, version)?;
        let parts = ["account-watcher.toml", "template.yaml", "samconfig.toml", "watchers"];
        if let Some(part) = parts.iter().find(|part| !inside.join(part).exists()) {
            return Err(refused(format!("{engine} at `{version}` is not Account Watcher: it has no {part}")));
        }
        let cannot = |e: io::Error| refused(format!("{}: {e}", temporary.path().display()));
        let samconfig = fs::read_to_string(inside.join("samconfig.toml")).map_err(cannot)?;
        let (files, first) =
            repository(&samconfig).map_err(|e| refused(format!("{engine} at `{version}`: {e}")))?;
        for File { path, text, .. } in &files {
            let file = root.join(path);
            fs::create_dir_all(file.parent().unwrap_or(&root))
                .and_then(|()| fs::write(file, text))
                .map_err(cannot)?;
        }
        if is_whole {
            must(&git::ask(&root, &["init", "--quiet"])?)?;
            add_submodule(&root, engine)?;
        }
        Ok(Staged { root, files, first, commit })
    }
}

/// Makes the clone in the repository's folder its submodule.
pub(super) fn add_submodule(folder: &Path, engine: &str) -> Result<(), Error> {
    let location = location(engine);
    // The clone is there, so that nothing is fetched. Forced, because a .gitignore may name the folder.
    must(&git::ask(folder, &["submodule", "--quiet", "add", "--force", "--", &*location, ENGINE])?)?;
    must(&git::ask(folder, &["submodule", "--quiet", "absorbgitdirs", ENGINE])?)
}

/// The folder, if it is one on this machine.
pub(super) fn clone_of(engine: &str) -> Option<PathBuf> {
    let clone = Path::new(engine);
    clone.canonicalize().ok().filter(|_| clone.is_dir())
}

/// What git and .gitmodules are told: the whole path of a clone, since they take it from somewhere else.
fn location(engine: &str) -> String {
    clone_of(engine).map_or_else(|| engine.to_owned(), |clone| clone.display().to_string())
}

/// Checks the version out, and returns its commit, shortened.
fn check_out(inside: &Path, engine: &str, version: &str) -> Result<String, Error> {
    for name in [format!("refs/tags/{version}"), format!("refs/remotes/origin/{version}"), version.to_owned()]
    {
        if let Some(commit) = git::commit(inside, &name)? {
            must(&git::ask(inside, &["checkout", "--quiet", "--detach", &commit])?)?;
            return Ok(git::short(&commit).to_owned());
        }
    }
    let tags = git::ask(inside, &["tag", "--sort=-version:refname"])?;
    let tags = String::from_utf8_lossy(&tags.stdout).lines().take(5).collect::<Vec<_>>().join(", ");
    let which = if tags.is_empty() {
        "it has no tags, so name a branch or a commit".to_owned()
    } else {
        format!("its newest tags are {tags}")
    };
    Err(refused(format!("{engine} has no version `{version}`: {which}")))
}

fn must(output: &Output) -> Result<(), Error> {
    if output.status.success() {
        return Ok(());
    }
    Err(refused(format!("git cannot make the repository: {}", git::complaint(output))))
}
