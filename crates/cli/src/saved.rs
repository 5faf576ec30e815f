//! Writing a file, or a folder of files, so that nobody ever finds half of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Puts another text into a file that was read, unless somebody has changed it since: into a new one beside it, with the same
/// permissions, that then takes its place. A link stays a link.
///
/// # Errors
/// Why it is as it was, for behind the file's name.
pub(crate) fn replace(file: &Path, before: &str, after: &str) -> Result<(), String> {
    let now = fs::read_to_string(file).map_err(|e| format!("cannot be read: {e}"))?;
    if now != before {
        return Err("has changed since it was read: try again".to_owned());
    }
    write(file, after).map_err(|e| format!("cannot be written: {e}"))
}

fn write(file: &Path, text: &str) -> io::Result<()> {
    let file = file.canonicalize()?;
    let folder = file.parent().ok_or_else(|| io::Error::other("it is not in a folder"))?;
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    fs::set_permissions(new.path(), fs::metadata(&file)?.permissions())?;
    new.persist(&file)?;
    Ok(())
}

/// Writes a folder of files, by their paths with `/` from it: into a new one beside it, that then takes its place. What was in
/// it before is gone.
pub(crate) fn write_folder<'a>(
    folder: &Path,
    files: impl Iterator<Item = (&'a str, &'a str)>,
) -> io::Result<()> {
    // A link stays a link.
    let folder = if folder.exists() { folder.canonicalize()? } else { folder.to_owned() };
    let parent = match folder.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    fs::create_dir_all(&parent)?;
    let beside = tempfile::Builder::new().prefix(".watcher-").tempdir_in(&parent)?;
    let (new, old) = (beside.path().join("new"), beside.path().join("old"));
    fs::create_dir(&new)?;
    for (path, text) in files {
        let file = new.join(path);
        if let Some(within) = file.parent() {
            fs::create_dir_all(within)?;
        }
        fs::write(file, text)?;
    }
    if folder.exists() {
        fs::set_permissions(&new, fs::metadata(&folder)?.permissions())?;
        fs::rename(&folder, &old)?;
    }
    if let Err(error) = fs::rename(&new, &folder) {
        if old.exists() {
            fs::rename(&old, &folder)?;
        }
        return Err(error);
    }
    Ok(())
}

/// Everything below a folder, also what is hidden, as paths with `/` from it, sorted. Links are not followed; a folder stands
/// for itself only where nothing is in it.
pub(crate) fn entries(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((next, prefix)) = folders.pop() {
        let before = found.len() + folders.len();
        for entry in fs::read_dir(&next)? {
            let entry = entry?;
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), format!("{path}/")));
            } else {
                found.push(path);
            }
        }
        if found.len() + folders.len() == before && !prefix.is_empty() {
            found.push(prefix);
        }
    }
    found.sort_unstable();
    Ok(found)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_has_changed_since_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x");
        fs::write(&file, "theirs").unwrap();
        assert_eq!(
            replace(&file, "read", "ours"),
            Err("has changed since it was read: try again".to_owned())
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "theirs");
        assert_eq!(replace(&file, "theirs", "ours"), Ok(()));
        assert_eq!(fs::read_to_string(&file).unwrap(), "ours");
        fs::remove_file(&file).unwrap();
        assert!(replace(&file, "ours", "x").unwrap_err().starts_with("cannot be read: "));
    }
}
