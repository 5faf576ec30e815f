//! A key of the watcher that stands below a header.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "misplaced-key",
    level: Level::Error,
    what: "a key of the watcher that stands below a header",
    why: "In TOML all keys below a header belong to its table: a title below `[pattern]` is a condition of the pattern.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail.eventName = ["DeleteBucket"]
tags = ["cis-4.8"]
"#,
    good: r#"tags = ["cis-4.8"]

[pattern]
source = ["aws.s3"]
detail.eventName = ["DeleteBucket"]
"#,
    check: Check::Reading,
};
