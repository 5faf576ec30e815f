//! `anything-but` on a field that events may lack.

use aws_facts::fields;
use event_pattern::Candidate;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::{is_below, is_cloudtrail};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "anything-but-missing",
    level: Level::Warning,
    what: "`anything-but` on a field that events may lack",
    why: "It matches no event without the field: `errorCode` anything but X drops every call that succeeded. If that is meant, say so in a comment that allows it; `{ exists = true }` in the same list would take every value, since conditions of a list are or-ed.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.errorCode = [{ anything-but = ["AccessDenied"] }]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.errorCode = [{ anything-but = ["AccessDenied"] }, { exists = false }]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let is_optional = |path: &str| {
        path != "detail.userIdentity.type"
            && fields::all()
                .iter()
                .any(|field| field.is_optional && (path == field.path || is_below(path, field.path)))
    };
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives().iter().filter(|alternative| is_cloudtrail(alternative))
    {
        for (path, candidates) in alternative.fields() {
            let all_excluding = candidates.iter().all(|c| matches!(c, Candidate::AnythingBut(_)));
            if all_excluding && is_optional(path) {
                let span = pattern.at(path).next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
                let (lacking, wanted) = if path.starts_with("detail.error") {
                    ("calls that succeeded have", "only failed calls")
                } else {
                    ("some events have", "only events that have it")
                };
                let message = format!("{lacking} no `{path}`, and do not match");
                let help = format!(
                    "add `{{ exists = false }}` to the list to take them too; if {wanted} are meant, say so: `# allow: {} — {wanted}`",
                    LINT.name
                );
                findings.push(Finding::new(&LINT, &file.source, span, message).help(help));
            }
        }
    }
    findings.dedup();
    findings
}
