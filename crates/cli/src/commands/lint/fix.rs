//! `lint --fix` and `lint --diff`: the fixes of what is found, written or shown.

use watchfile::fixed::{Fixed, FixedFile, Refused};

use crate::exit::{Error, Status};
use crate::folder::Folder;
use crate::style::{STRONG, count, paint};
use crate::{diff, output, saved};

/// Prints what would change. Exit code 1 says that something would.
pub(super) fn show(fixed: &Fixed, folder: &Folder) -> Result<Status, Error> {
    for FixedFile { path, shown: (before, after), .. } in &fixed.files {
        output::print(&diff::unified(&folder.show(path), before, after))?;
    }
    tell_refused(&fixed.refused, folder);
    let summary = summary(&fixed.files);
    if fixed.files.is_empty() {
        output::note("nothing to fix\n");
        return Ok(Status::Clean);
    }
    output::note(&format!("would fix {summary}\n"));
    Ok(Status::Findings)
}

/// Writes the files, or the one of standard input to standard output. Gives what to say of it.
pub(super) fn write(fixed: &Fixed, folder: &Folder, stdin: Option<(&str, &str)>) -> Result<String, Error> {
    if let Some((path, text)) = stdin {
        let after = fixed.files.iter().find(|file| file.path == path).map_or(text, |file| &file.after);
        output::print_exactly(after.as_bytes())?;
    }
    for FixedFile { path, before, after, .. } in &fixed.files {
        if stdin.is_some_and(|(of_stdin, _)| of_stdin == path) {
            continue;
        }
        let cannot = |why: String| Error::usage(format!("{}: {why}", folder.show(path)));
        saved::replace(&folder.root().join(path), before, after).map_err(cannot)?;
    }
    tell_refused(&fixed.refused, folder);
    let has_any = !fixed.files.is_empty();
    Ok(if has_any { format!("fixed {}\n", summary(&fixed.files)) } else { String::new() })
}

fn tell_refused(refused: &[Refused], folder: &Folder) {
    for Refused { path, why } in refused {
        output::note(&format!("{}: not fixed: {why}\n", paint(STRONG, &folder.show(path))));
    }
}

/// `3 findings in 2 files`
fn summary(files: &[FixedFile]) -> String {
    let fixes = files.iter().map(|file| file.fixes).sum();
    format!("{} in {}", count(fixes, "finding"), count(files.len(), "file"))
}
