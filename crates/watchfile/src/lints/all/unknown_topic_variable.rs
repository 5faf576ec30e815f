//! A topic in a variable that the function does not have.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unknown-topic-variable",
    level: Level::Error,
    what: "a topic in a variable that the function does not have",
    why: "The variable is set by template.yaml. Without it every delivery to the channel fails, and the first alert is the first to tell.",
    bad: r#"# account-watcher.toml
[channels.security]
sns = { topic = "env:OTHER_TOPIC_ARN" }
# template.yaml
Environment:
  Variables:
    ACCOUNT_TOPIC_ARN: !Ref AccountTopic
"#,
    good: r#"# account-watcher.toml
[channels.security]
sns = { topic = "env:ACCOUNT_TOPIC_ARN" }
# template.yaml
Environment:
  Variables:
    ACCOUNT_TOPIC_ARN: !Ref AccountTopic
"#,
    check: Check::Reading,
};
