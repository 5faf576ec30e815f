//! A test whose event is not in `tests/events/`, or is no JSON.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "missing-test-event",
    level: Level::Error,
    what: "a test whose event is not in `tests/events/`, or is no JSON",
    why: "The test cannot run.",
    bad: r#"[[test]]
name = "a user deletes a bucket"
event = "s3-bucket-delete.json"
"#,
    good: r#"[[test]]
name = "a user deletes a bucket"
event = "s3-bucket-deleted.json"
"#,
    check: Check::Reading,
};
