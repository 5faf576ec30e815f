//! A condition that no event can meet.

use crate::finding::Finding;
use crate::finding::Level;
use event_pattern::Candidate;

use crate::watcher_file::WatcherFile;

use super::super::Context;
use super::super::facts::is_cloudtrail;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "impossible-pattern",
    level: Level::Error,
    what: "a condition that no event can meet",
    why: "A number never equals a text, and what stands below a field that must not exist does not exist.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.errorCode = [{ numeric = [">=", 400] }]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.errorCode = [{ prefix = "Access" }]
"#,
    check: Check::Watcher(check),
};

/// Fields that hold texts in every event of EventBridge.
const ENVELOPE: [&str; 7] = ["source", "detail-type", "account", "region", "id", "time", "version"];

/// Fields that hold texts in every record of CloudTrail.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
const RECORD: [&str; 15] = [
    "detail.awsRegion",
    "detail.errorCode",
    "detail.errorMessage",
    "detail.eventCategory",
    "detail.eventID",
    "detail.eventName",
    "detail.eventSource",
    "detail.eventTime",
    "detail.eventType",
    "detail.eventVersion",
    "detail.recipientAccountId",
    "detail.requestID",
    "detail.sourceIPAddress",
    "detail.userAgent",
    "detail.userIdentity.type",
];

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for alternative in file.places.pattern.pattern.alternatives() {
        let is_text =
            |path: &str| ENVELOPE.contains(&path) || is_cloudtrail(alternative) && RECORD.contains(&path);
        for (path, candidates) in alternative.fields() {
            let is_no_text = |c: &Candidate| {
                matches!(c, Candidate::Number(_) | Candidate::Numeric(_) | Candidate::True | Candidate::False)
            };
            if is_text(path) && candidates.iter().all(is_no_text) {
                let message = format!("`{path}` is always a text: this never matches");
                findings.push(finding(
                    file,
                    path,
                    message,
                    "compare it with a text in quotes, or by `prefix`",
                ));
            }
            let is_absent = candidates.iter().all(|c| matches!(c, Candidate::Exists(false)));
            let below = alternative.fields().find(|(other, list)| {
                other.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
                    && !list.iter().any(|c| matches!(c, Candidate::Exists(false)))
            });
            if let (true, Some((below, _))) = (is_absent, below) {
                let message = format!("`{path}` must not exist, and `{below}` within it must");
                findings.push(finding(file, path, message, "remove one of the two"));
            }
        }
    }
    findings.dedup();
    findings
}

fn finding(file: &WatcherFile, path: &str, message: String, help: &str) -> Finding {
    let pattern = &file.places.pattern;
    let span = pattern.at(path).next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
    Finding::new(LINT.name, &file.source, span, message).help(help)
}
