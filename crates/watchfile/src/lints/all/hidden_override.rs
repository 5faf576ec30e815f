//! A key of an `[[override]]` that later overrides replace for every watcher.

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "hidden-override",
    level: Level::Warning,
    what: "a key of an `[[override]]` that later overrides replace for every watcher",
    why: "Of a key the last override counts. What stands before it for the same watchers has no effect.",
    bad: r#"# account-watcher.toml
[[override]]
watchers = ["example"]
severity = "critical"

[[override]]
watchers = ["*"]
severity = "low"
"#,
    good: r#"# account-watcher.toml
[[override]]
watchers = ["example"]
severity = "critical"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let project = context.project;
    let Some(file) = &project.config_file else { return Vec::new() };
    let mut findings = Vec::new();
    for over in &file.overrides {
        let mut watchers = project.readable().filter(|file| file.is_selected(over)).peekable();
        if watchers.peek().is_none() {
            continue;
        }
        let origins: Vec<_> = watchers.flat_map(WatcherFile::origins).collect();
        for (setting, span) in &over.settings {
            let of_key = || origins.iter().filter(|(key, _)| *key == setting.key());
            if of_key().any(|(_, counts)| counts == span) {
                continue;
            }
            let message = format!("later overrides replace this `{}` for every watcher", setting.key());
            let mut finding = Finding::new(&LINT, &file.source, span.clone(), message)
                .help("put the override for fewer watchers last, or delete the key");
            if let Some((_, counts)) = of_key().next() {
                finding = finding.related(&file.source, counts.clone(), "this one counts");
            }
            findings.push(finding);
        }
    }
    findings
}
