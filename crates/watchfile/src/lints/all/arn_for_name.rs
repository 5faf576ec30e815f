//! An ARN in the place of a name.

use aws_facts::parameters::Kind;
use event_pattern::Candidate;

use crate::finding::Finding;
use crate::fix::Fix;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::{parameter, part_of};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "arn-for-name",
    level: Level::Warning,
    what: "an ARN in the place of a name",
    why: "CloudTrail records what the caller sent, and the call takes a bare name there: an ARN never matches. Where a call takes both nothing is said.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.requestParameters.bucketName = ["arn:aws:s3:::example-data"]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.requestParameters.bucketName = ["example-data"]
"#,
    fix: Some("writes the name that the ARN ends with"),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for leaf in &pattern.leaves {
        let Some((part, key)) = part_of(&leaf.path) else { continue };
        for (candidate, span) in &leaf.values {
            let text = match candidate {
                Candidate::Prefix(text) => text,
                candidate => candidate.as_str().unwrap_or_default(),
            };
            let is_arn = text.starts_with("arn:") && text.matches(':').count() >= 5;
            // A bucket is named by the ARN of an access point too.
            let is_bucket = || key == "bucketName" && text.contains(":s3:::");
            if !is_arn || !is_bucket() && parameter(pattern, part, key) != Some(Kind::Name) {
                continue;
            }
            let name = text.rsplit([':', '/']).next().unwrap_or_default();
            let message = format!("`{}` is a bare name, and never `{text}`", leaf.path);
            let finding = Finding::new(&LINT, &file.source, span.clone(), message);
            let is_whole = candidate.as_str().is_some() && !name.is_empty() && !name.contains('*');
            let fix = if is_whole { Fix::rename(&file.source.text, span, text, name) } else { None };
            let help =
                if name.is_empty() { "leave the ARN out".to_owned() } else { format!("write `{name}`") };
            findings.push(finding.help(help).fix(fix));
        }
    }
    findings
}
