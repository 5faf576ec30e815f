//! `watcher init`: a repository that holds only its user's watchers, with Account Watcher as a submodule.

mod moved;
mod staged;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use scaffold::ENGINE;

use self::moved::Moved;
use self::staged::{Staged, add_submodule};
use crate::exit::{Error, Status};
use crate::folder::Folder;
use crate::style::{CAUTION, STRONG, paint};
use crate::{git, output, project};

/// Make a repository for your watchers, which has Account Watcher as a git submodule.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct InitArgs {
    /// The repository's folder: a new one, or one in which nothing of this is yet.
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,

    /// Where Account Watcher's repository is: a URL, or the path of a clone.
    #[arg(long, value_name = "URL", default_value = engine())]
    engine: Option<String>,

    /// Which version: a tag, a branch or a commit. The submodule is pinned to the commit.
    #[arg(long, value_name = "VERSION", default_value = concat!("v", env!("CARGO_PKG_VERSION")))]
    version: String,
}

const HELP: &str = "\
Writes account-watcher.toml with two channels, a first watcher with its test, samconfig.toml, a workflow that lints pull
requests, settings for Dependabot and pre-commit, .gitignore and README.md, and adds Account Watcher as the submodule
account-watcher. `sam build && sam deploy` works there, and takes in every file that you drop into watchers/. No file that is
there is changed. docs/own-repository.md says why it is a submodule, and how to do without.

Examples:
  watcher init our-alerts && cd our-alerts
  watcher init --version v0.2.0
  watcher init our-alerts --engine ../account-watcher --version main

Exit codes:
  0  the repository is there, and its watcher lints and passes its tests
  1  it is there, but that version has findings
  2  bad usage, a version that cannot be fetched, or files that are there already; nothing is written";

/// The repository that this command was built in, if it says where that is.
fn engine() -> Option<&'static str> {
    Some(env!("CARGO_PKG_REPOSITORY")).filter(|repository| !repository.is_empty())
}

pub(super) fn run(args: &InitArgs, named: Option<&Path>) -> Result<Status, Error> {
    if named.is_some() {
        return Err(Error::usage("init takes the folder itself: `watcher init FOLDER`, without --project"));
    }
    let engine = args.engine.as_deref().ok_or_else(|| {
        Error::usage(
            "this command was not built from a published repository: say with --engine where Account \
                      Watcher's is, as a URL or the path of a clone",
        )
    })?;
    let folder = &args.folder;
    let is_new = !folder.exists();
    if !is_new && !folder.is_dir() {
        return Err(Error::usage(format!("{} is not a folder", folder.display())));
    }
    let near = folder.ancestors().find(|near| near.is_dir()).unwrap_or(Path::new("."));
    let has_repository = has_repository(folder, near)?;
    for path in ["account-watcher.toml", ENGINE] {
        check_free(folder, path)?;
    }

    let cannot =
        |e: io::Error| Error::usage(format!("the repository cannot be made, and nothing was written: {e}"));
    let temporary = tempfile::Builder::new().prefix(".watcher-init-").tempdir_in(near).map_err(cannot)?;
    let staged = Staged::prepare(&temporary, engine, &args.version)?;
    if !has_repository {
        staged.make_repository(engine)?;
    }
    for file in staged.files.iter().filter(|file| !file.may_be_there) {
        check_free(folder, &file.path)?;
    }
    let (kept, files): (Vec<_>, Vec<_>) =
        staged.files.iter().partition(|file| folder.join(&file.path).exists());
    if is_new {
        // One step, so that nobody ever finds half of it.
        fs::create_dir_all(folder.parent().unwrap_or(near))
            .and_then(|()| fs::rename(&staged.root, folder))
            .map_err(cannot)?;
    } else {
        let mut moved = Moved::default();
        let git: &[&str] = if has_repository { &[] } else { &[".git", ".gitmodules"] };
        let names = files.iter().map(|file| &*file.path).chain([ENGINE]).chain(git.iter().copied());
        moved.take(&staged.root, folder, names).map_err(cannot)?;
        if has_repository {
            add_submodule(folder, engine)?;
        }
        moved.keep();
    }

    let at = Folder::at(folder);
    for file in files {
        output::print(&format!("wrote {}\n", paint(STRONG, &at.show(&file.path))))?;
    }
    let submodule = paint(STRONG, &at.show(ENGINE));
    output::print(&format!("added {submodule}: {} at {}\n", args.version, staged.commit))?;
    for file in kept {
        output::note(&format!(
            "{}: {} was there and is as it was{}\n",
            paint(CAUTION, "note"),
            at.show(&file.path),
            if file.path == ".gitignore" { ": `/.aws-sam` belongs into it" } else { "" }
        ));
    }
    if let Some(path) = staged::clone_of(engine) {
        output::note(&format!(
            "{}: .gitmodules names the folder {}, which other machines do not have: tell it a URL with `git submodule set-url \
             {ENGINE} URL`\n",
            paint(CAUTION, "note"),
            path.display()
        ));
    }
    let status = super::new::checked(&BTreeSet::from([&*staged.first]), &at, super::day(None))?;
    let opened = project::open_at(at);
    opened.tell_findings();
    let there = if folder == Path::new(".") { String::new() } else { format!("cd {} && ", folder.display()) };
    output::print(&format!(
        "\nnext: {there}git add --all && git commit --message \"Watch our AWS accounts\"\n      README.md says how to deploy\n"
    ))?;
    Ok(if opened.findings.is_empty() { status } else { Status::Findings })
}

/// Whether the folder has a git repository of its own; one that is deep in a repository is an error. `near`: the folder, or
/// the nearest one above it that is there.
fn has_repository(folder: &Path, near: &Path) -> Result<bool, Error> {
    let top = git::line(&git::ask(near, &["rev-parse", "--show-toplevel"])?);
    let real = |path: &Path| path.canonicalize().ok();
    if top.is_empty() {
        return Ok(false);
    }
    if real(Path::new(&top)) == real(folder) {
        return Ok(true);
    }
    Err(Error::usage(format!(
        "{} is in the git repository {top}, and nothing was written: init makes a repository of its own, so call it \
         elsewhere; docs/own-repository.md says how watchers get into a repository with other things",
        folder.display()
    )))
}

/// Nothing is written where there is something already.
fn check_free(folder: &Path, path: &str) -> Result<(), Error> {
    match fs::symlink_metadata(folder.join(path)) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(())
        }
        _ => Err(Error::usage(format!(
            "{} is there already, and nothing was written: init is for a repository without it",
            Folder::at(folder).show(path)
        ))),
    }
}
