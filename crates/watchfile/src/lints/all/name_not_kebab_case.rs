//! A watcher whose file is not named in kebab-case.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "name-not-kebab-case",
    level: Level::Error,
    what: "a watcher whose file is not named in kebab-case",
    why: "The name stands in attributes, logs and metrics, and people type it.",
    bad: r#"# watchers/S3_Bucket.toml
title = "S3 bucket deleted"
"#,
    good: r#"# watchers/s3-bucket.toml
title = "S3 bucket deleted"
"#,
    check: Check::Reading,
};
