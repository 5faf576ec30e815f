//! A project as a git revision has it: its files, copied to a temporary folder.

use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process::Stdio;
use std::thread;

use tempfile::TempDir;

use crate::exit::Error;
use crate::git;

/// What a project is read from: files, and the folders of files.
pub(crate) const FILES: [&str; 5] =
    ["account-watcher.toml", "renames.toml", "template.yaml", "watchers", "tests/events"];

/// The files of the project in `folder` as the revision has them, in a folder that is deleted with what is returned.
/// `asked`: as errors call the revision, `--against main`.
pub(crate) fn checked_out(asked: &str, revision: &str, folder: &Path) -> Result<TempDir, Error> {
    let prefix = git::ask(folder, &["rev-parse", "--show-prefix"])?;
    if !prefix.status.success() {
        return Err(Error::usage(format!(
            "{asked}: {} is not in a git repository: name a folder with another account-watcher.toml \
             instead\n  git says: {}",
            if folder.as_os_str().is_empty() { ".".into() } else { folder.display().to_string() },
            git::complaint(&prefix)
        )));
    }
    let prefix = git::line(&prefix);
    let commit = git::commit(folder, revision)?.ok_or_else(|| {
        Error::usage(format!(
            "{asked}: this is neither a folder with account-watcher.toml nor a revision of the git \
             repository: in a shallow clone fetch it first, as `actions/checkout` does with `fetch-depth: 0`"
        ))
    })?;
    let copy =
        tempfile::Builder::new().prefix("watcher-revision-").tempdir().map_err(|e| cannot(asked, &e))?;
    let names = copied(asked, folder, &commit, &prefix, "", copy.path())?;
    if !names.iter().any(|name| name == FILES[0]) {
        let place = if prefix.is_empty() { String::new() } else { format!(" in {prefix}") };
        return Err(Error::usage(format!(
            "{asked}: that revision has no {}{place}: it is older than the project, or the project stood \
             elsewhere",
            FILES[0]
        )));
    }
    if let Some(shipped) = shipped_folder(copy.path()).map_err(|e| cannot(asked, &e))? {
        copy_shipped(asked, folder, &commit, &prefix, &shipped, copy.path())?;
    }
    Ok(copy)
}

/// The folder that `[shipped]` names: read from the one file that says it, since reading the watchers takes longer.
fn shipped_folder(project: &Path) -> io::Result<Option<String>> {
    let alone = tempfile::tempdir()?;
    fs::copy(project.join(FILES[0]), alone.path().join(FILES[0]))?;
    let (config, _) = watchfile::load(alone.path());
    Ok(config.shipped_folder().map(str::to_owned))
}

/// The shipped watchers of that revision: of the repository itself, as a subtree or a copy, or of the submodule that it
/// pinned.
fn copy_shipped(
    asked: &str,
    folder: &Path,
    commit: &str,
    prefix: &str,
    shipped: &str,
    copy: &Path,
) -> Result<(), Error> {
    match entry(folder, commit, shipped)? {
        Some(Entry::Tree) => copied(asked, folder, commit, prefix, &format!("{shipped}/"), copy).map(drop),
        Some(Entry::Submodule(pin)) => match fetched(folder, shipped, &pin)? {
            Some(inside) => copied(asked, &inside, &pin, "", "", &copy.join(shipped)).map(drop),
            None => Err(Error::usage(format!(
                "{asked}: that revision has {shipped} at {}, which is not fetched: get it with `git submodule update \
                 --init {shipped} && git -C {shipped} fetch origin {pin}`",
                git::short(&pin)
            ))),
        },
        None => Err(Error::usage(format!(
            "{asked}: that revision has no {shipped}, which its `[shipped]` names, so it could not be built"
        ))),
    }
}

/// Where the pinned commit of a submodule is: in its folder, or in the one in which it is now.
fn fetched(folder: &Path, shipped: &str, pin: &str) -> Result<Option<PathBuf>, Error> {
    let (now, _) = watchfile::load(folder);
    for path in [Some(shipped), now.shipped_folder()].into_iter().flatten() {
        let inside = folder.join(path);
        // Git in the empty folder of a submodule that was not fetched answers for the repository around it.
        if inside.join(".git").exists() && git::commit(&inside, pin)?.is_some() {
            return Ok(Some(inside));
        }
    }
    Ok(None)
}

/// Copies what a project is read from: of the commit, below `within`. Returns the files' names. `prefix`: of `folder` in its repository.
fn copied(
    asked: &str,
    folder: &Path,
    commit: &str,
    prefix: &str,
    within: &str,
    copy: &Path,
) -> Result<Vec<String>, Error> {
    let paths = FILES.map(|file| format!("{within}{file}"));
    let fixed = ["ls-tree", "-r", "-z", "--name-only", commit, "--"];
    let arguments: Vec<&str> = fixed.into_iter().chain(paths.iter().map(String::as_str)).collect();
    let listed = git::ask(folder, &arguments)?;
    if !listed.status.success() {
        return Err(Error::usage(format!("{asked}: git cannot list its files: {}", git::complaint(&listed))));
    }
    let names: Vec<String> = listed
        .stdout
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
        .map(|name| String::from_utf8(name.to_vec()).ok().filter(|name| !name.contains('\n')))
        .collect::<Option<_>>()
        .ok_or_else(|| Error::usage(format!("{asked}: a file's name is not UTF-8 text in one line")))?;
    let texts = contents(folder, commit, prefix, &names)
        .map_err(|e| Error::usage(format!("{asked}: git cannot read its files: {e}")))?;
    for (name, text) in names.iter().zip(texts) {
        let text = text.filter(|_| is_plain(Path::new(name))).ok_or_else(|| {
            Error::usage(format!("{asked}: {name} is a link that leads out of the repository there"))
        })?;
        let file = copy.join(name);
        fs::create_dir_all(file.parent().unwrap_or(copy)).map_err(|e| cannot(asked, &e))?;
        fs::write(file, text).map_err(|e| cannot(asked, &e))?;
    }
    // A folder without files is none in git.
    fs::create_dir_all(copy.join(within).join("watchers")).map_err(|e| cannot(asked, &e))?;
    Ok(names)
}

fn cannot(asked: &str, error: &io::Error) -> Error {
    Error::usage(format!("{asked}: cannot write a copy of it: {error}"))
}

/// The commit at which the repository in `root` has pinned the submodule at this path; `HEAD` where the folder is part of
/// the repository itself, as a subtree or a copy.
pub(crate) fn pinned(root: &Path, path: &str) -> Result<String, Error> {
    match entry(root, "HEAD", path)? {
        Some(Entry::Submodule(commit)) => Ok(commit),
        Some(Entry::Tree) => Ok("HEAD".to_owned()),
        None => Err(Error::usage(format!(
            "no commit of the git repository has {path} yet, so there is nothing to compare with: name the version \
             before: `watcher changes FROM`"
        ))),
    }
}

/// What a commit has at a path.
enum Entry {
    /// The commit that is pinned.
    Submodule(String),
    Tree,
}

fn entry(folder: &Path, commit: &str, path: &str) -> Result<Option<Entry>, Error> {
    let listed = git::ask(folder, &["ls-tree", commit, "--", path])?;
    if !listed.status.success() {
        return Ok(None);
    }
    Ok(match git::line(&listed).split_whitespace().collect::<Vec<_>>()[..] {
        [_, "commit", commit, ..] => Some(Entry::Submodule(commit.to_owned())),
        [_, "tree", ..] => Some(Entry::Tree),
        _ => None,
    })
}

/// That it leads nowhere but down.
fn is_plain(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
}

/// The contents of these files; none of what has no contents of its own.
fn contents(folder: &Path, commit: &str, prefix: &str, names: &[String]) -> io::Result<Vec<Option<Vec<u8>>>> {
    let mut child = git::command(folder, &["cat-file", "--batch", "--follow-symlinks"])
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
