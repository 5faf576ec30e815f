//! `watcher init`: a repository that holds only its user's watchers, with Account Watcher as a submodule.

mod ground;
mod moved;
mod staged;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use scaffold::ENGINE;

use self::ground::Ground;
use self::moved::Moved;
use self::staged::{Staged, add_submodule};
use crate::exit::{Error, Status};
use crate::folder::Folder;
use crate::style::{CAUTION, STRONG, paint};
use crate::{interrupt, output, project};

/// Make a repository for your watchers, with Account Watcher as a git submodule.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct InitArgs {
    /// The repository's folder: a new one, or one that is there already.
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,

    /// Where Account Watcher's repository is: a URL, or the path of a clone.
    #[arg(long, value_name = "URL", default_value = PUBLISHED)]
    engine: Option<String>,

    /// Which version: a tag, a branch or a commit. The submodule is pinned to its commit.
    #[arg(long, value_name = "VERSION", default_value = concat!("v", env!("CARGO_PKG_VERSION")))]
    version: String,
}

const HELP: &str = "\
Writes account-watcher.toml with two channels, a first watcher with its test, samconfig.toml, a workflow that lints pull
requests, settings for Dependabot and pre-commit, .gitignore and README.md, and adds Account Watcher as the submodule
account-watcher. `sam build && sam deploy` works there, and takes in every file that you drop into watchers/.

Nothing is overwritten: README.md, .gitignore and the settings for Dependabot and pre-commit stay as they are if they exist, and
any other of these files is an error. Nothing is committed either.

Examples:
  watcher init our-alerts
  watcher init --version v0.2.0
  watcher init our-alerts --engine ../account-watcher --version main

Exit codes:
  0    the repository is ready: its watchers lint, and the first one passes its tests
  1    it is made, but its watchers have findings
  2    bad usage, a version that cannot be fetched, or files that exist already; nothing is written
  130  Ctrl-C; nothing is written";

/// The repository that this command was built in, if it says where that is.
const PUBLISHED: Option<&str> =
    if env!("CARGO_PKG_REPOSITORY").is_empty() { None } else { Some(env!("CARGO_PKG_REPOSITORY")) };

pub(super) fn run(args: &InitArgs, named: Option<&Path>) -> Result<Status, Error> {
    if named.is_some() {
        return Err(Error::usage("init takes the folder itself: `watcher init FOLDER`, without --project"));
    }
    let engine = args.engine.as_deref().ok_or_else(|| {
        Error::usage(
            "this command was not built from a published repository: name Account Watcher's with --engine, by its URL or \
             the path of a clone",
        )
    })?;
    let ground = Ground::explore(&args.folder)?;
    let stop = interrupt::watch()?;
    let temporary =
        tempfile::Builder::new().prefix(".watcher-init-").tempdir_in(&ground.near).map_err(cannot)?;
    let staged = Staged::prepare(&temporary, engine, &args.version, !ground.is_repository);
    if stop.load(Ordering::Relaxed) {
        return Err(INTERRUPTED);
    }
    let staged = staged?;
    place(&staged, &ground, engine)?;
    tell(&staged, &ground, engine, &args.version)
}

/// Puts what was made where it belongs, all of it or nothing.
fn place(staged: &Staged, ground: &Ground, engine: &str) -> Result<(), Error> {
    if ground.is_new {
        let above = ground.folder.parent().unwrap_or(&ground.near);
        return fs::create_dir_all(above)
            .and_then(|()| fs::rename(&staged.root, &ground.folder))
            .map_err(cannot);
    }
    let mut moved = Moved::default();
    ground.changed()?.into_iter().try_for_each(|path| moved.restore_unless_kept(path)).map_err(cannot)?;
    let git: &[&str] = if ground.is_repository { &[] } else { &[".git", ".gitmodules"] };
    let files = staged.files.iter().map(|file| &*file.path).filter(|path| !ground.kept.contains(*path));
    let names = files.chain([ENGINE]).chain(git.iter().copied());
    moved.take(&staged.root, &ground.folder, names).map_err(cannot)?;
    if ground.is_repository {
        add_submodule(&ground.folder, engine)?;
    }
    moved.keep();
    Ok(())
}

fn tell(staged: &Staged, ground: &Ground, engine: &str, version: &str) -> Result<Status, Error> {
    let at = Folder::at(&ground.folder);
    for file in staged.files.iter().filter(|file| !ground.kept.contains(&file.path)) {
        output::print(&format!("wrote {}\n", paint(STRONG, &at.show(&file.path))))?;
    }
    let submodule = paint(STRONG, &at.show(ENGINE));
    output::print(&format!("added {submodule}: {version} at {}\n", staged.commit))?;
    let note = |text: &str| output::note(&format!("{}: {text}\n", paint(CAUTION, "note")));
    for path in &ground.kept {
        let more = if path == ".gitignore" { "; add `/.aws-sam` to it" } else { "" };
        note(&format!("{} already exists and is left unchanged{more}", at.show(path)));
    }
    if let Some(path) = staged::clone_of(engine) {
        note(&format!(
            ".gitmodules has {}, a folder on this machine: set a URL for others with `git submodule set-url {ENGINE} URL`",
            path.display()
        ));
    }
    let status = super::new::checked(&BTreeSet::from([&*staged.first]), &at, super::day(None))?;
    let opened = project::open_at(at);
    opened.tell_findings();
    output::print(&format!(
        "next: commit it, and deploy it as {}/README.md says\n",
        opened.folder.show(ENGINE)
    ))?;
    Ok(if opened.findings.is_empty() { status } else { Status::Findings })
}

const INTERRUPTED: Error = Error::Interrupted("interrupted; nothing was written");

/// What stops it before anything of the user's is touched.
fn refused(why: impl std::fmt::Display) -> Error {
    Error::usage(format!("{why}; nothing was written"))
}

fn cannot(error: impl std::fmt::Display) -> Error {
    refused(format!("the repository cannot be made: {error}"))
}
