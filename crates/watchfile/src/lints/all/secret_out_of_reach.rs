//! A reference to a secret that the role of the function may not read.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "secret-out-of-reach",
    level: Level::Error,
    what: "a reference to a secret that the role of the function may not read",
    why: "The role allows the names below `account-watcher/` only; the first alert would fail.",
    bad: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "ssm:/slack/security" }
"#,
    good: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }
"#,
    check: Check::Reading,
};
