//! A comment that allows what is not found.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unused-allow",
    level: Level::Warning,
    what: "a comment that allows what is not found",
    why: "It would hide a fault that comes later, or it is misspelt and allows nothing.",
    bad: r#"# allow: broad-pattern — a test account
title = "S3 bucket deleted"
"#,
    good: r#"title = "S3 bucket deleted"
"#,
    check: Check::Allows,
};
