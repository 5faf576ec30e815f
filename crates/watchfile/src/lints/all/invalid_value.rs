//! A value of the wrong type, or one that the key does not take.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "invalid-value",
    level: Level::Error,
    what: "a value of the wrong type, or one that the key does not take",
    why: "The file cannot be used as it is, and guessing what was meant would send the wrong alert.",
    bad: r#"severity = "urgent"
"#,
    good: r#"severity = "critical"
"#,
    check: Check::Reading,
};
