//! A project's watchers as a static web site that works from a folder: what each watcher sees, its alert as it is sent, and
//! what benchmarks list. It has no clock: the same project makes the same files.
//!
//! What is on a page is in `model`, what it looks like in `draw`. Who writes the files is not this crate's matter.

pub mod benchmarks;
mod blocks;
mod draw;
pub mod matrix;
mod model;
mod mrkdwn;
mod seen;

use watchfile::Project;

pub use model::{Site, Watched};
pub use seen::Alert;

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path from the site's folder, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What the pages of a site say that made them. So a folder with a site is known.
pub const GENERATOR: &str = "watcher site";

/// Whether a file at this path, from the site's folder, can be one of a site.
pub fn is_path(path: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    matches!(path, "index.html" | "cis.html" | "attack.html" | "style.css" | "script.js")
        || path.strip_prefix("watchers/").and_then(|file| file.strip_suffix(".html")).is_some_and(is_name)
}

/// The files of a project's site.
///
/// # Errors
/// When a message has a part whose look is not known: nothing is left out of a drawing.
pub fn files(project: &Project) -> Result<Vec<File>, String> {
    draw::files(&Site::of(project))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_a_site_are_its_own() {
        for path in ["index.html", "style.css", "watchers/s3-bucket-deleted.html"] {
            assert!(is_path(path), "{path}");
        }
        for path in [
            "CNAME",
            "watchers/a/b.html",
            "watchers/.html",
            "watchers/x.toml",
            ".git/HEAD",
            "watchers/A.html",
        ] {
            assert!(!is_path(path), "{path}");
        }
    }
}
