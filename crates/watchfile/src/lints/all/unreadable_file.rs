//! A file or folder of the project that cannot be read.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unreadable-file",
    level: Level::Error,
    what: "a file or folder of the project that cannot be read",
    why: "The watchers in it would silently be missing.",
    bad: r#"# watchers/folder.toml/
"#,
    good: r#"# watchers/file.toml
title = "S3 bucket deleted"
"#,
    check: Check::Reading,
};
