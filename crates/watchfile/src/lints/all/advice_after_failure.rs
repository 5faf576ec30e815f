//! A next step that is the same whether the call succeeded or failed.

use std::collections::BTreeSet;

use serde_json::json;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::{excludes_failures, is_api_call, wants_failures};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "advice-after-failure",
    level: Level::Warning,
    what: "a next step that is the same for a call that succeeded and one that failed",
    why: "\"Enable the key again\" is wrong when disabling it was denied: nothing was changed, and somebody may have \
          credentials that are not theirs.",
    bad: r#"message = '''
Key disabled by {{actor}}: {{outcome}}
Next: enable the key again.'''

[pattern]
source = ["aws.kms"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DisableKey"]
"#,
    good: r#"attempt = "disable a KMS key"
message = '''
Key disabled by {{actor}}
Next: enable the key again.'''

[pattern]
source = ["aws.kms"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DisableKey"]
detail.errorCode = [{ exists = false }, { prefix = "AccessDenied" }]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let takes_both = |one: &_| is_api_call(one) && !excludes_failures(one) && !wants_failures(one);
    if file.watcher.attempt.is_some() || !file.watcher.pattern.alternatives().iter().any(takes_both) {
        return Vec::new();
    }
    let success = advice(file, &json!({"outcome": "succeeded"}));
    let code = "AccessDenied";
    let failure =
        json!({"outcome": format!("failed: {code}"), "error_code": code, "error_message": "not authorized"});
    let same = advice(file, &failure).into_iter().find(|line| success.contains(line));
    let finding = |line: String| {
        let message = format!("`{line}` is said of failed calls too");
        let help = "say with `attempt` what a failed call tried, or write `{{#unless error_code}}` around the next step";
        Finding::new(&LINT, &file.source, file.places.message.span.clone(), message).help(help)
    };
    same.map(finding).into_iter().collect()
}

/// The lines that say what to do next.
fn advice(file: &WatcherFile, variables: &serde_json::Value) -> BTreeSet<String> {
    let text = file.watcher.message.render_with(variables).unwrap_or_default();
    text.lines().filter(|line| line.starts_with("Next:")).map(str::to_owned).collect()
}
