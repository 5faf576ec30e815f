//! Which file of which project a URI names.

use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use crate::report;

const CONFIG: &str = "account-watcher.toml";

/// A file of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) root: PathBuf,
    /// From there, with `/`.
    pub(super) path: String,
}

impl Home {
    /// The project that a file belongs to; none if it belongs to none.
    pub(super) fn of(uri: &str) -> Option<Home> {
        let file = path(uri)?;
        if file.file_name()? == CONFIG {
            return Some(Home { root: file.parent()?.to_owned(), path: CONFIG.to_owned() });
        }
        let root = file.ancestors().skip(1).find(|folder| folder.join(CONFIG).is_file())?;
        let name = file.strip_prefix(root.join("watchers")).ok()?.to_str()?.to_owned();
        let is_watcher = !name.contains(['/', '\\']) && name.strip_suffix(".toml").is_some();
        is_watcher.then(|| Home { root: root.to_owned(), path: format!("watchers/{name}") })
    }

    pub(super) fn is_config(&self) -> bool {
        self.path == CONFIG
    }
}

/// The URI of a file of a project. What is found in no file stands at the project's configuration.
pub(super) fn of(root: &Path, path: &str) -> String {
    let file = root.join(if path == "watchers" { CONFIG } else { path });
    let text = file.to_string_lossy().replace('\\', "/");
    let slash = if text.starts_with('/') { "" } else { "/" };
    format!("file://{slash}{}", report::uri(&text))
}

fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    // A host would be another machine.
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let decoded = percent_decode_str(path).decode_utf8().ok().filter(|path| path.starts_with('/'))?;
    // `/c:/projects` on Windows.
    let is_drive = decoded.as_bytes().get(2) == Some(&b':') && cfg!(windows);
    Some(PathBuf::from(if is_drive { &decoded[1..] } else { &decoded }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_comes_back_from_its_uri() {
        let uri = of(Path::new("/a b/é"), "watchers/x.toml");
        assert_eq!(uri, "file:///a%20b/%C3%A9/watchers/x.toml");
        assert_eq!(path(&uri), Some(PathBuf::from("/a b/é/watchers/x.toml")));
        assert_eq!(of(Path::new("/p"), "watchers"), "file:///p/account-watcher.toml");
        for other in ["untitled:Untitled-1", "file://server/x", "https://example.com/x", "file://%FF"] {
            assert_eq!(path(other), None, "{other}");
        }
    }

    #[test]
    fn only_files_of_a_project_have_a_home() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let home = |path: &str| Home::of(&of(&root, path)).map(|home| home.path);
        assert_eq!(home("watchers/new.toml").as_deref(), Some("watchers/new.toml"));
        assert_eq!(home("account-watcher.toml").as_deref(), Some("account-watcher.toml"));
        for path in ["Cargo.toml", "watchers/deep/x.toml", "watchers/README.md", "crates/cli/Cargo.toml"] {
            assert_eq!(home(path), None, "{path}");
        }
    }
}
