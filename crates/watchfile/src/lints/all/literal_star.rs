//! A `*` in a plain value, where only an operator would take it for any text.

use std::sync::Arc;

use aws_facts::fields::{self, Holds};
use event_pattern::Alternative;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::PlacedPattern;
use crate::source::Source;

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

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let project = context.project;
    let mut findings = Vec::new();
    for file in project.readable() {
        let pattern = &file.places.pattern;
        for alternative in pattern.pattern.alternatives() {
            findings.extend(stars(&file.source, pattern, alternative, is_cloudtrail(alternative)));
        }
    }
    for (source, pattern) in project.patterns_besides() {
        for alternative in pattern.pattern.alternatives() {
            // They seldom say again that they are about CloudTrail's records, and mostly are.
            findings.extend(stars(source, pattern, alternative, true));
        }
    }
    findings.dedup();
    findings
}

fn stars<'a>(
    source: &'a Arc<Source>,
    pattern: &'a PlacedPattern,
    alternative: &'a Alternative,
    is_record: bool,
) -> impl Iterator<Item = Finding> + 'a {
    let named = alternative.fields().filter(move |(path, _)| is_name(path, is_record));
    let texts = named.flat_map(|(path, list)| list.iter().filter_map(move |one| Some((path, one.as_str()?))));
    texts.filter(|(path, text)| is_meant(path, text)).map(|(path, text)| {
        let message = format!("`{text}` is compared as it stands: `*` is not a wildcard here");
        Finding::new(&LINT, source, pattern.place_of(path, text), message).help(instead(text))
    })
}

/// Whether a `*` is meant for any text. IAM's messages say "on resource: *".
fn is_meant(path: &str, text: &str) -> bool {
    text.contains('*') && (path != "detail.errorMessage" || text.starts_with('*') || text.ends_with('*'))
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
