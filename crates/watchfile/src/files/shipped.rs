//! Whether Account Watcher is in the folder that `[shipped]` names, and whose folder it is in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

/// What the folder of Account Watcher has.
const PARTS: [&str; 3] = ["account-watcher.toml", "template.yaml", "watchers"];

/// Why the folder cannot be the one of Account Watcher, and what to do.
pub(crate) fn fault(root: &Path, path: &str) -> Option<(String, String)> {
    let folder = root.join(path);
    let fetch = format!(
        "fetch the submodule with `git submodule update --init {path}` (in a workflow: `submodules: true` of actions/checkout)"
    );
    let cannot = |error: io::Error| (format!("the folder `{path}` cannot be read: {error}"), fetch.clone());
    let names = match fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Some((format!("there is no folder `{path}`"), fetch));
        }
        Err(error) => return Some(cannot(error)),
    };
    if names.is_empty() {
        return Some((format!("the folder `{path}` is empty: the submodule was not fetched"), fetch));
    }
    match (root.join(".").canonicalize(), folder.canonicalize()) {
        (Ok(root), Ok(folder)) if !folder.starts_with(&root) || folder == root => {
            return Some((
                format!(
                    "`{path}` is a link to a folder elsewhere, from which the build does not find this project"
                ),
                "put Account Watcher itself there: as a submodule, a subtree or a copy".to_owned(),
            ));
        }
        (Err(error), _) | (_, Err(error)) => return Some(cannot(error)),
        _ => {}
    }
    let missing = PARTS.iter().find(|part| !folder.join(part).exists())?;
    Some((
        format!("the folder `{path}` is not Account Watcher: it has no `{missing}`"),
        "name the folder that has Account Watcher's template.yaml, account-watcher.toml and watchers/"
            .to_owned(),
    ))
}

/// The project that Account Watcher in the folder `engine` is for: the nearest folder above it whose
/// `account-watcher.toml` names it in `[shipped]`.
///
/// # Errors
/// A file above it may name it and cannot be read: what is built without it may be too little.
pub fn owner(engine: &Path) -> Result<Option<PathBuf>, String> {
    let engine = engine.canonicalize().map_err(|error| format!("{}: {error}", engine.display()))?;
    for folder in engine.ancestors().skip(1) {
        let file = folder.join("account-watcher.toml");
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(format!("{} cannot be read: {error}", file.display())),
        };
        let (document, errors) = DeTable::parse_recoverable(&text);
        let shipped = document.get_ref().get("shipped").and_then(|table| table.get_ref().as_table());
        let path = shipped.and_then(|table| table.get("path")?.get_ref().as_str());
        match path {
            Some(path) if folder.join(path).canonicalize().is_ok_and(|named| named == engine) => {
                return Ok(Some(folder.to_owned()));
            }
            None if !errors.is_empty() => {
                return Err(format!(
                    "{} is not TOML: whether its `[shipped]` names {} is not known",
                    file.display(),
                    engine.display()
                ));
            }
            _ => {}
        }
    }
    Ok(None)
}
