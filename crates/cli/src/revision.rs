//! A project as a git revision has it: its files, copied to a temporary folder.
//!
//! `git` itself is asked, not a library: it reads every repository that its users have (worktrees, partial clones,
//! SHA-256, `safe.directory`), and whoever names a revision has it; gix would more than double the crates of this command.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use tempfile::TempDir;

use crate::exit::Error;

/// What a project is read from: files, and the folders of files.
pub(crate) const FILES: [&str; 5] =
    ["account-watcher.toml", "renames.toml", "template.yaml", "watchers", "tests/events"];

/// The files of the project in `folder` as the revision has them, in a folder that is deleted with what is returned.
/// `asked`: as errors call the revision, `--against main`.
pub(crate) fn checked_out(asked: &str, revision: &str, folder: &Path) -> Result<TempDir, Error> {
    let at = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let prefix = git(at, &["rev-parse", "--show-prefix"])?;
    if !prefix.status.success() {
        return Err(Error::usage(format!(
            "{asked}: {} is not in a git repository: name a folder with another account-watcher.toml \
             instead\n  git says: {}",
            at.display(),
            said(&prefix)
        )));
    }
    let prefix = String::from_utf8_lossy(&prefix.stdout).trim_end_matches('\n').to_owned();
    let commit = format!("{revision}^{{commit}}");
    // Whatever begins with a dash is a revision too, and not an option.
    let found = git(at, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
    if !found.status.success() {
        return Err(Error::usage(format!(
            "{asked}: this is neither a folder with account-watcher.toml nor a revision of the git \
             repository: in a shallow clone fetch it first, as `actions/checkout` does with `fetch-depth: 0`"
        )));
    }
    let commit = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    let listed = git(at, &[&["ls-tree", "-r", "-z", "--name-only", &commit, "--"], &FILES[..]].concat())?;
    if !listed.status.success() {
        return Err(Error::usage(format!("{asked}: git cannot list its files: {}", said(&listed))));
    }
    let names: Vec<String> = listed
        .stdout
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
        .map(|name| String::from_utf8(name.to_vec()).ok().filter(|name| !name.contains('\n')))
        .collect::<Option<_>>()
        .ok_or_else(|| Error::usage(format!("{asked}: a file's name is not UTF-8 text in one line")))?;
    if !names.iter().any(|name| name == FILES[0]) {
        let place = if prefix.is_empty() { String::new() } else { format!(" in {prefix}") };
        return Err(Error::usage(format!(
            "{asked}: that revision has no {}{place}: it is older than the project, or the project stood \
             elsewhere",
            FILES[0]
        )));
    }
    let cannot = |e: io::Error| Error::usage(format!("{asked}: cannot write a copy of it: {e}"));
    let copy = tempfile::Builder::new().prefix("watcher-revision-").tempdir().map_err(cannot)?;
    let texts = contents(at, &commit, &prefix, &names)
        .map_err(|e| Error::usage(format!("{asked}: git cannot read its files: {e}")))?;
    for (name, text) in names.iter().zip(texts) {
        let text = text.filter(|_| is_plain(Path::new(name))).ok_or_else(|| {
            Error::usage(format!("{asked}: {name} is a link that leads out of the repository there"))
        })?;
        let file = copy.path().join(name);
        fs::create_dir_all(file.parent().unwrap_or(copy.path())).map_err(cannot)?;
        fs::write(file, text).map_err(cannot)?;
    }
    // A folder without files is none in git.
    fs::create_dir_all(copy.path().join("watchers")).map_err(cannot)?;
    Ok(copy)
}

/// The commit at which the repository in `root` has pinned the submodule at this path; `HEAD` where the folder is part of
/// the repository itself, as a subtree or a copy.
pub(crate) fn pinned(root: &Path, path: &str) -> Result<String, Error> {
    let at = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let listed = git(at, &["ls-tree", "HEAD", "--", path])?;
    let line = String::from_utf8_lossy(&listed.stdout).into_owned();
    match line.split_whitespace().collect::<Vec<_>>()[..] {
        [_, "commit", commit, ..] => Ok(commit.to_owned()),
        [_, "tree", ..] => Ok("HEAD".to_owned()),
        _ => Err(Error::usage(format!(
            "no commit of the git repository has {path} yet, so there is nothing to compare with: name the version \
             before: `watcher changes FROM`"
        ))),
    }
}

/// That it leads nowhere but down.
fn is_plain(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output, Error> {
    command(folder, arguments).output().map_err(|e| {
        Error::usage(format!(
            "a git revision needs the command `git`, which cannot be run: {e}; a folder needs none"
        ))
    })
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments.iter().map(OsStr::new));
    // What a hook's environment says is of another repository, perhaps.
    command.env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned()
}

/// The contents of these files; none of what has no contents of its own.
fn contents(folder: &Path, commit: &str, prefix: &str, names: &[String]) -> io::Result<Vec<Option<Vec<u8>>>> {
    let mut child = command(folder, &["cat-file", "--batch", "--follow-symlinks"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut input = child.stdin.take().ok_or_else(|| io::Error::other("git takes no input"))?;
    let asked: Vec<String> = names.iter().map(|name| format!("{commit}:{prefix}{name}\n")).collect();
    // Its answers must be read while it is asked, else both wait.
    let asking = thread::spawn(move || asked.iter().try_for_each(|line| input.write_all(line.as_bytes())));
    let output = child.wait_with_output()?;
    let _ = asking.join();
    let mut rest = output.stdout.as_slice();
    names.iter().map(|_| answer(&mut rest)).collect()
}

/// `OBJECT blob SIZE`, a line break, so many bytes and a line break; or `dangling SIZE` and alike; or `… missing`.
/// <https://git-scm.com/docs/git-cat-file#_batch_output>
fn answer(rest: &mut &[u8]) -> io::Result<Option<Vec<u8>>> {
    let short = || io::Error::other("it ended too early");
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(short)?;
    let head = String::from_utf8_lossy(&rest[..end]).into_owned();
    *rest = &rest[end + 1..];
    if head.ends_with(" missing") {
        return Ok(None);
    }
    let size: usize = head.rsplit(' ').next().and_then(|size| size.parse().ok()).ok_or_else(short)?;
    let text = rest.get(..size).ok_or_else(short)?.to_vec();
    *rest = rest.get(size + 1..).unwrap_or_default();
    Ok(head.contains(" blob ").then_some(text))
}

/// Whether this names a folder with a project.
pub(crate) fn is_project(folder: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(folder);
    has_project(&folder).then_some(folder)
}

/// Whether there is a project in this folder.
pub(crate) fn has_project(folder: &Path) -> bool {
    folder.join(FILES[0]).is_file()
}
