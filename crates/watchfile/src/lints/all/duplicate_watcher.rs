//! Two watchers with the same pattern and a channel in common.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "duplicate-watcher",
    level: Level::Error,
    what: "two watchers with the same pattern and a channel in common",
    why: "Every event would alert twice there.",
    bad: r#"# watchers/one.toml
title = "S3 bucket deleted"
# watchers/two.toml
title = "A bucket is gone"
channels = ["security", "account-email"]
"#,
    good: r#"# watchers/one.toml
title = "S3 bucket deleted"
# watchers/two.toml
title = "A bucket is gone"
channels = ["account-email"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut by_pattern = HashMap::<String, Vec<&WatcherFile>>::new();
    let mut findings = Vec::new();
    for file in context.project.files.iter().filter(|file| file.enabled) {
        let alike = by_pattern.entry(file.watcher.pattern.to_string()).or_default();
        let channels = &file.watcher.channels;
        let common = |other: &WatcherFile| channels.iter().find(|name| other.watcher.channels.contains(name));
        if let Some((other, channel)) = alike.iter().find_map(|other| Some((other, common(other)?))) {
            let message =
                format!("this pattern is that of `{}` too, and both go to `{channel}`", other.watcher.name);
            findings.push(
                Finding::new(&LINT, &file.source, file.places.pattern.span.clone(), message)
                    .related(&other.source, other.places.pattern.span.clone(), "the same pattern")
                    .help("every event would alert twice there: remove one of them, or the channel from one of them"),
            );
        }
        alike.push(file);
    }
    findings
}
