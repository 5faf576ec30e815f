//! Asking the command `git`.
//!
//! `git` itself is asked, not a library: it reads every repository that its users have (worktrees, partial clones,
//! SHA-256, `safe.directory`), and whoever names a revision has it; gix would more than double the crates of this command.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::exit::Error;

/// What a hook's environment says is of the repository that the hook is of: what `git rev-parse --local-env-vars` lists, but for
/// settings, which are of whoever runs it.
const OF_A_REPOSITORY: [&str; 13] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// `git` in this folder, whatever repository the environment means, with its messages in English.
pub(crate) fn command(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Command {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    for name in OF_A_REPOSITORY {
        command.env_remove(name);
    }
    command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// What it answers, whatever that is.
pub(crate) fn ask(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Result<Output, Error> {
    command(folder, arguments)
        .output()
        .map_err(|e| Error::usage(format!("this needs the command `git`, which cannot be run: {e}")))
}

/// The commit that the repository around the folder has by this name.
pub(crate) fn commit(folder: &Path, revision: &str) -> Result<Option<String>, Error> {
    let commit = format!("{revision}^{{commit}}");
    // Whatever begins with a dash is a revision too, and not an option.
    let found = ask(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
    Ok(found.status.success().then(|| line(&found)))
}

/// As people write a commit.
pub(crate) fn short(commit: &str) -> &str {
    commit.get(..12).unwrap_or(commit)
}

/// The first line of what it prints.
pub(crate) fn line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
}

/// Why it failed: the first line that says so, else its first.
pub(crate) fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let is_reason = |line: &&str| line.starts_with("fatal: ") || line.starts_with("error: ");
    text.lines().find(is_reason).or(text.lines().next()).unwrap_or_default().to_owned()
}
