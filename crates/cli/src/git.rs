//! Asking the command `git`.
//!
//! `git` itself is asked, not a library: it reads every repository that its users have (worktrees, partial clones,
//! SHA-256, `safe.directory`), and whoever names a revision has it; gix would more than double the crates of this command.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::exit::Error;

/// `git` in this folder, which reads nothing of ours and locks nothing that it need not.
pub(crate) fn command(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Command {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    // What a hook's environment says is of another repository, perhaps.
    command.env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    command
}

/// What it answers, whatever that is.
pub(crate) fn ask(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Result<Output, Error> {
    command(folder, arguments)
        .output()
        .map_err(|e| Error::usage(format!("this needs the command `git`, which cannot be run: {e}")))
}

/// The first line of what it prints.
pub(crate) fn line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
}

/// The first line of its complaint.
pub(crate) fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default().to_owned()
}
