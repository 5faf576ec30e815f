//! A file in `watchers/` that does not end in `.toml`.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "not-a-watcher",
    level: Level::Error,
    what: "a file in `watchers/` that does not end in `.toml`",
    why: "The folder holds watchers and nothing else, so that a watcher that was renamed by mistake does not go missing.",
    bad: r#"# watchers/s3-bucket-deleted.tmol
title = "S3 bucket deleted"
"#,
    good: r#"# watchers/s3-bucket-deleted.toml
title = "S3 bucket deleted"
"#,
    check: Check::Reading,
};
