//! A file that is no TOML, or no text.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "invalid-toml",
    level: Level::Error,
    what: "a file that is no TOML, or no text",
    why: "Nothing of it can be read, so nothing of it is deployed.",
    bad: r#"# the whole file
title = "S3 bucket deleted
"#,
    good: r#"title = "S3 bucket deleted"
"#,
    check: Check::Reading,
};
