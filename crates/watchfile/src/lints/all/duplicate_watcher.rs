//! Two watchers with the same pattern and the same channels.

use crate::finding::Finding;
use crate::finding::Level;
use std::collections::{BTreeSet, HashMap};

use super::super::Context;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "duplicate-watcher",
    level: Level::Error,
    what: "two watchers with the same pattern and the same channels",
    why: "Every event would be told twice.",
    bad: r#"# watchers/one.toml
title = "S3 bucket deleted"
# watchers/two.toml
title = "A bucket is gone"
"#,
    good: r#"# watchers/one.toml
title = "S3 bucket deleted"
# watchers/two.toml
title = "A bucket is gone"
channels = ["account-email"]
"#,
    check: Check::Project(check),
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut first = HashMap::new();
    let mut findings = Vec::new();
    for file in context.project.files.iter().filter(|file| file.enabled) {
        let channels: BTreeSet<&str> = file.watcher.channels.iter().map(String::as_str).collect();
        let Some(other) = first.insert((file.watcher.pattern.to_string(), channels), file) else { continue };
        let message = format!("this pattern and these channels are those of `{}` too", other.watcher.name);
        findings.push(
            Finding::new(LINT.name, &file.source, file.places.pattern.span.clone(), message)
                .related(&other.source, other.places.pattern.span.clone(), "the same pattern")
                .help("every event would be told twice: remove one of them, or write `enabled = false`"),
        );
    }
    findings
}
