//! A pattern of API calls that names no event and no other condition.

use std::cmp::Reverse;

use aws_facts::catalog::{Native, NativeEvent};
use event_pattern::Alternative;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::table::Span;
use crate::watcher_file::WatcherFile;

use super::super::facts::{is_native, only, paths_read, wants_failures};
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
    let is_broad = |alternative: &&Alternative| {
        let narrows = |path: &str| {
            path.starts_with("detail.")
                && !["detail.eventSource", "detail.eventType", "detail.errorCode"].contains(&path)
                // What is compared with the whole of it never matches, and that is said.
                || path == "detail"
                || path == "resources"
        };
        // Failed calls are few; those that succeeded are not.
        !is_native(alternative)
            && !wants_failures(alternative)
            && !alternative.fields().any(|(path, _)| narrows(path))
    };
    let finding = pattern.pattern.alternatives().iter().find(is_broad).map(|alternative| {
        let names = "name the events, for example `detail.eventName = [\"DeleteBucket\"]`";
        let help = match native(file, alternative) {
            Some(kind) => {
                format!("the service's API calls come too: name `detail-type = [\"{kind}\"]`, or {names}")
            }
            None => names.to_owned(),
        };
        Finding::new(&LINT, &file.source, pattern.span.clone(), "this takes every event of the service")
            .help(help)
    });
    finding.into_iter().collect()
}

/// Of a pattern without a detail-type the native event that is meant: that with the most of the fields that the watcher reads.
fn native(file: &WatcherFile, alternative: &Alternative) -> Option<&'static str> {
    if alternative.get("detail-type").is_some() {
        return None;
    }
    let sources = only(alternative, "source")?;
    let paths: Vec<String> =
        paths_read(file).into_iter().filter_map(|(names, _)| below_detail(&names)).collect();
    let fields = |event: &NativeEvent| {
        event.fields().filter(|(field, _)| paths.iter().any(|path| path == field)).count()
    };
    let events = sources.iter().filter_map(|source| Native::get().of(source)).flatten();
    let best = events.map(|event| (fields(event), Reverse(event.detail_type))).max()?;
    (best.0 > 0).then_some(best.1.0)
}

fn below_detail(names: &[(String, Span)]) -> Option<String> {
    let (first, rest) = names.split_first()?;
    let rest: Vec<&str> = rest.iter().map(|(name, _)| name.as_str()).collect();
    (first.0 == "detail").then(|| rest.join("."))
}
