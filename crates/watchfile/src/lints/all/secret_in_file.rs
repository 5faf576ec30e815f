//! The URL of a Slack webhook, or an AWS access key.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "secret-in-file",
    level: Level::Error,
    what: "the URL of a Slack webhook, or an AWS access key",
    why: "Whoever has the URL can post, and what is committed stays in the history. Put it into SSM, and replace it: it is known now.",
    bad: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx" }
"#,
    good: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }
"#,
    check: Check::Reading,
};
