//! A key that every file of this kind has.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "missing-key",
    level: Level::Error,
    what: "a key that every file of this kind has",
    why: "Without a title, severity, channels, message and pattern there is nothing to send, or nobody to send it to.",
    bad: r#"# the whole file
title = "S3 bucket deleted"
severity = "high"
message = "a bucket is gone"
pattern.source = ["aws.s3"]
"#,
    good: r#"channels = ["security"]
"#,
    check: Check::Reading,
};
