//! A channel that account-watcher.toml does not declare.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unknown-channel",
    level: Level::Error,
    what: "a channel that account-watcher.toml does not declare",
    why: "The delivery would have nowhere to go.",
    bad: r#"channels = ["secruity"]
"#,
    good: r#"channels = ["security"]
"#,
    check: Check::Reading,
};
