//! Some of the calls that do the same.

use aws_facts::families::{self, Family};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::list;
use crate::watcher_file::WatcherFile;

use super::super::facts::{is_cloudtrail, literals, services};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "incomplete-set",
    level: Level::Note,
    what: "some of the calls that do the same",
    why: "Who wants to know of a change takes another call, and nobody is alerted. Whoever means only these allows it.",
    bad: r#"[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["CreateRoute", "DeleteRoute"]
"#,
    good: r#"[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["CreateRoute", "ReplaceRoute", "DeleteRoute"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, context: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives().iter().filter(|alternative| is_cloudtrail(alternative))
    {
        let services: Vec<&str> = services(alternative).iter().map(|service| service.prefix()).collect();
        let names = literals(alternative, "detail.eventName");
        for family in families::all().iter().filter(|family| services.contains(&family.service)) {
            let missing: Vec<&str> =
                family.calls.iter().copied().filter(|call| !names.contains(call)).collect();
            let has = family.calls.len() - missing.len();
            // One of them alone is meant alone.
            if has < 2 || missing.is_empty() || missing.iter().all(|call| is_watched(context, family, call)) {
                continue;
            }
            let first = family.calls.iter().find(|call| names.contains(*call)).copied().unwrap_or_default();
            let span = pattern.place_of("detail.eventName", first);
            let message = format!("these calls {} too: {}", family.what, list(missing).replace(" or ", ", "));
            findings.push(
                Finding::new(&LINT, &file.source, span, message)
                    .help("add them to `detail.eventName`, or allow this if only these are meant"),
            );
        }
    }
    findings.dedup();
    findings
}

/// Whether another watcher takes the call.
fn is_watched(context: &Context<'_>, family: &Family, call: &str) -> bool {
    context.project.files.iter().flat_map(|file| file.watcher.pattern.alternatives()).any(|alternative| {
        literals(alternative, "source")
            .iter()
            .any(|source| source.strip_prefix("aws.") == Some(family.service))
            && literals(alternative, "detail.eventName").contains(&call)
    })
}
