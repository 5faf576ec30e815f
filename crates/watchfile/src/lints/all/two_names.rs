//! A call that is recorded under two names, and one of them is watched.

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::{is_cloudtrail, literals, services};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "two-names",
    level: Level::Warning,
    what: "a call that is recorded under two names, and one of them is watched",
    why: "Events with the other name do not match. Lambda has second versions of some calls, CloudFront writes the version of its API behind some, and the registration of domains begins its names with a small letter: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/logging-using-cloudtrail.html",
    bad: r#"[pattern]
source = ["aws.lambda"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["lambda.amazonaws.com"]
detail.eventName = ["UpdateFunctionCode20150331"]
"#,
    good: r#"[pattern]
source = ["aws.lambda"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["lambda.amazonaws.com"]
detail.eventName = ["UpdateFunctionCode20150331", "UpdateFunctionCode20150331v2"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let alternatives = pattern.pattern.alternatives();
    let taken = |name: &str| {
        let mut candidates = alternatives.iter().filter_map(|it| it.get("detail.eventName")).flatten();
        candidates.any(|candidate| candidate.matches_text(name))
    };
    let mut findings = Vec::new();
    for alternative in alternatives.iter().filter(|alternative| is_cloudtrail(alternative)) {
        for service in services(alternative) {
            for name in literals(alternative, "detail.eventName") {
                let Some(other) = service.other_name(name).filter(|other| !taken(other)) else { continue };
                let span = pattern.place_of("detail.eventName", name);
                let message = format!("the call is recorded as `{other}` too");
                findings.push(
                    Finding::new(&LINT, &file.source, span, message).help(format!("add `\"{other}\"`")),
                );
            }
        }
    }
    findings.dedup();
    findings
}
