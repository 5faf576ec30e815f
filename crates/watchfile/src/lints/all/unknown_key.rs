//! A key that no watcher, channel, test or event has.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unknown-key",
    level: Level::Error,
    what: "a key that no watcher, channel, test or event has",
    why: "It has no effect, and the key that was meant is not set. In a pattern, a key that no event has matches nothing.",
    bad: r#"titel = "S3 bucket deleted"
title = "S3 bucket deleted"
"#,
    good: r#"title = "S3 bucket deleted"
"#,
    check: Check::Reading,
};
