//! A pattern of API calls that names no event and no other condition.

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;
use aws_facts::detail_types::VIA_CLOUDTRAIL;

use super::super::facts::{only, wants_failures};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "broad-pattern",
    level: Level::Warning,
    what: "a pattern of API calls that names no event and no other condition",
    why: "It takes every call of the service: thousands a day, and as many invocations.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = [{ prefix = "Delete" }]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    if !pattern.complete {
        return Vec::new();
    }
    let is_broad = |alternative: &&event_pattern::Alternative| {
        let native = only(alternative, "detail-type")
            .is_some_and(|types| !types.iter().any(|kind| VIA_CLOUDTRAIL.contains(kind)));
        let narrows = |path: &str| {
            path.starts_with("detail.")
                && !["detail.eventSource", "detail.eventType", "detail.errorCode"].contains(&path)
                || path == "resources"
        };
        // Failed calls are few; those that succeeded are not.
        !native && !wants_failures(alternative) && !alternative.fields().any(|(path, _)| narrows(path))
    };
    let finding = pattern.pattern.alternatives().iter().find(is_broad).map(|_| {
        Finding::new(&LINT, &file.source, pattern.span.clone(), "this takes every event of the service")
            .help("name the events, for example `detail.eventName = [\"DeleteBucket\"]`")
    });
    finding.into_iter().collect()
}
