//! What is read from the response, of calls that may have failed.

use aws_facts::catalog::Part;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::FieldPath;
use crate::table::Span;
use crate::watcher_file::WatcherFile;

use super::super::facts::{By, KeyRead, excludes_failures, is_api_call, keys_read};
use super::super::{Check, Context, template};

pub(super) static LINT: Lint = Lint {
    name: "response-of-failed-call",
    level: Level::Warning,
    what: "what is read from the response, of calls that may have failed",
    why: "A failed call has no response: nothing is found there, and the text says `(none)`.",
    bad: r#"message = "Key {{key}}: {{actor}}"

[pattern]
source = ["aws.iam"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["CreateAccessKey"]

[fields]
key = "$.detail.responseElements.accessKey.accessKeyId"
"#,
    good: r#"message = "Key {{key}}: {{actor}}"

[pattern]
source = ["aws.iam"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["CreateAccessKey"]
detail.errorCode = [{ exists = false }]

[fields]
key = "$.detail.responseElements.accessKey.accessKeyId"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let alternatives = file.watcher.pattern.alternatives();
    if file.watcher.attempt.is_some()
        || alternatives.iter().all(|alternative| !is_api_call(alternative) || excludes_failures(alternative))
    {
        return Vec::new();
    }
    let texts = [&file.places.title.parsed, &file.places.message.parsed];
    // A text that looks whether the call failed, or whether the field is there, knows what it does.
    let looks = |name: &str| {
        ["error_code", "outcome", name]
            .iter()
            .any(|name| texts.iter().any(|text| template::tests(text, name)))
    };
    let is_response = |path: &FieldPath| matches!(&path.names[..], [(detail, _), (part, _), ..] if detail == "detail" && part == "responseElements");
    let fields = file.places.fields.iter().filter(|field| {
        !field.paths.is_empty()
            && field.paths.iter().all(is_response)
            && texts.iter().any(|text| template::names(text, &field.name))
            && !looks(&field.name)
    });
    let mut findings: Vec<Finding> =
        fields.map(|field| finding(file, &format!("`{}`", field.name), &field.paths[0].span)).collect();
    // Of a loop over the response its first name is enough.
    let in_text = |key: &KeyRead| key.by == By::Text && key.part == Part::Response;
    if let Some(key) = keys_read(file).into_iter().find(in_text).filter(|_| !looks("responseElements")) {
        let (name, span) = &key.names[0];
        findings.push(finding(file, &format!("`event.detail.responseElements.{name}`"), span));
    }
    findings
}

fn finding(file: &WatcherFile, what: &str, span: &Span) -> Finding {
    let message = format!("{what} is read from the response, and a failed call has none");
    Finding::new(&LINT, &file.source, span.clone(), message).help(
        "exclude failures with `detail.errorCode = [{ exists = false }]`, or ask `{{#if error_code}}` in the text",
    )
}
