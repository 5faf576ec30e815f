//! A `*` in a plain value, where only an operator would take it for any text.

use aws_facts::fields::{self, Holds};
use event_pattern::Candidate;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::is_cloudtrail;
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "literal-star",
    level: Level::Warning,
    what: "a `*` in a plain value, where only an operator would take it for any text",
    why: "EventBridge compares plain values character by character: only a field that holds a `*` itself matches.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.requestParameters.bucketName = ["prod-*"]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.requestParameters.bucketName = [{ prefix = "prod-" }]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives() {
        for (path, candidates) in
            alternative.fields().filter(|(path, _)| is_name(path, is_cloudtrail(alternative)))
        {
            for text in candidates.iter().filter_map(Candidate::as_str).filter(|text| text.contains('*')) {
                let span = pattern.place_of(path, text);
                let message = format!("`{text}` is compared as it stands: `*` is not a wildcard here");
                findings.push(Finding::new(&LINT, &file.source, span, message).help(instead(text)));
            }
        }
    }
    findings.dedup();
    findings
}

/// Whether the field holds a name, in which no `*` stands: policies and their parts hold some.
fn is_name(path: &str, is_record: bool) -> bool {
    // What of the names of events is unknown says another lint.
    if path == "detail.eventName" {
        return false;
    }
    let is_known = fields::at(path).is_some_and(|field| field.holds == Holds::Text);
    let last = path.rsplit('.').next().unwrap_or_default();
    let names = ["Name", "name", "Id", "Identifier"].iter().any(|end| last.ends_with(end));
    is_known && (is_record || !path.contains('.')) || names && path.starts_with("detail.")
}

fn instead(text: &str) -> String {
    match (text.trim_end_matches('*'), text.trim_start_matches('*')) {
        ("", _) => "write `{ exists = true }` for any value, or leave the key out".to_owned(),
        (prefix, _) if !prefix.contains('*') => format!("write `{{ prefix = \"{prefix}\" }}`"),
        (_, suffix) if !suffix.contains('*') => format!("write `{{ suffix = \"{suffix}\" }}`"),
        _ => format!("write `{{ wildcard = \"{text}\" }}`"),
    }
}
