//! A new repository in a temporary folder, whole before anything of it is where it belongs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Output;

use scaffold::{ENGINE, File, repository};
use tempfile::TempDir;

use crate::exit::Error;
use crate::{git, revision};

/// All of the new repository, in a folder that is deleted with the command.
pub(super) struct Staged {
    pub(super) root: PathBuf,
    pub(super) files: Vec<File>,
    pub(super) first: String,
    /// The commit of the version, shortened.
    pub(super) commit: String,
}

impl Staged {
    pub(super) fn prepare(temporary: &TempDir, engine: &str, version: &str) -> Result<Staged, Error> {
        // A folder within, since the temporary one is for nobody else to read.
        let root = temporary.path().join("repository");
        let inside = root.join(ENGINE);
        let shown = inside.to_string_lossy();
        let cloned = git::ask(temporary.path(), &["clone", "--quiet", "--", &*location(engine), &*shown])?;
        if !cloned.status.success() {
            let why = git::complaint(&cloned);
            return Err(Error::usage(format!(
                "{engine}: cannot be cloned, and nothing was written\n  git says: {why}"
            )));
        }
        let commit = check_out(&inside, engine, version)?;
        let samconfig = inside.join("samconfig.toml");
        if !revision::has_project(&inside) || !inside.join("template.yaml").is_file() || !samconfig.is_file()
        {
            return Err(Error::usage(format!(
                "{engine} at {version} is not Account Watcher: it lacks account-watcher.toml, template.yaml or \
                 samconfig.toml; nothing was written"
            )));
        }
        let cannot = |e: io::Error| Error::usage(format!("{}: {e}", temporary.path().display()));
        let samconfig = fs::read_to_string(samconfig).map_err(cannot)?;
        let (files, first) = repository(&samconfig)
            .map_err(|e| Error::usage(format!("{engine} at {version}: {e}; nothing was written")))?;
        for File { path, text, .. } in &files {
            let file = root.join(path);
            fs::create_dir_all(file.parent().unwrap_or(&root))
                .and_then(|()| fs::write(file, text))
                .map_err(cannot)?;
        }
        Ok(Staged { root, files, first, commit })
    }

    /// Makes the folder a git repository, and the clone in it its submodule.
    pub(super) fn make_repository(&self, engine: &str) -> Result<(), Error> {
        must(&git::ask(&self.root, &["init", "--quiet"])?)?;
        add_submodule(&self.root, engine)
    }
}

/// What git and .gitmodules are told: the whole path of a clone, since they take it from somewhere else.
fn location(engine: &str) -> String {
    clone_of(engine).map_or_else(|| engine.to_owned(), |clone| clone.display().to_string())
}

/// The folder, if it is one on this machine.
pub(super) fn clone_of(engine: &str) -> Option<PathBuf> {
    let clone = Path::new(engine);
    clone.canonicalize().ok().filter(|_| clone.is_dir())
}

/// Checks the version out, and returns its commit, shortened.
fn check_out(inside: &Path, engine: &str, version: &str) -> Result<String, Error> {
    for name in [format!("refs/tags/{version}"), format!("refs/remotes/origin/{version}"), version.to_owned()]
    {
        let commit = format!("{name}^{{commit}}");
        let found = git::ask(inside, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
        if found.status.success() {
            must(&git::ask(inside, &["checkout", "--quiet", "--detach", &git::line(&found)])?)?;
            return Ok(git::line(&found)[..12].to_owned());
        }
    }
    let tags = git::ask(inside, &["tag", "--sort=-version:refname"])?;
    let tags = String::from_utf8_lossy(&tags.stdout).lines().take(5).collect::<Vec<_>>().join(", ");
    let which = if tags.is_empty() {
        "it has no tags: name a branch or a commit".to_owned()
    } else {
        format!("its newest tags are {tags}")
    };
    Err(Error::usage(format!("{engine} has no version {version}, and nothing was written: {which}")))
}

/// Makes the clone in the repository's folder its submodule.
pub(super) fn add_submodule(folder: &Path, engine: &str) -> Result<(), Error> {
    let location = location(engine);
    // The clone is there, so that nothing is fetched. Forced, because a .gitignore may name the folder.
    must(&git::ask(folder, &["submodule", "--quiet", "add", "--force", "--", &*location, ENGINE])?)?;
    must(&git::ask(folder, &["submodule", "--quiet", "absorbgitdirs", ENGINE])?)
}

fn must(output: &Output) -> Result<(), Error> {
    if output.status.success() {
        return Ok(());
    }
    Err(Error::usage(format!("nothing was written\n  git says: {}", git::complaint(output))))
}
