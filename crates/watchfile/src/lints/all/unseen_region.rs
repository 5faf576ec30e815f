//! A region whose events the stack does not get.

use event_pattern::Alternative;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::and;
use crate::watcher_file::WatcherFile;

use super::super::facts::only;
use super::super::{Check, Context};
use super::global_event::stack;

pub(super) static LINT: Lint = Lint {
    name: "unseen-region",
    level: Level::Warning,
    what: "a region whose events the stack does not get",
    why: "An event is on the bus of its region, and on others only where a rule forwards it. With `--region`, or with `[forward]`, the regions are known whose events reach the stack.",
    bad: r#"# account-watcher.toml
[forward]
home = "eu-west-1"
regions = ["us-east-1"]
# watchers/example.toml
[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.awsRegion = ["eu-central-1"]
"#,
    good: r#"# account-watcher.toml
[forward]
home = "eu-west-1"
regions = ["us-east-1", "eu-central-1"]
# watchers/example.toml
[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.awsRegion = ["eu-central-1"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, context: &Context<'_>) -> Vec<Finding> {
    let Some(seen) = context.project.seen_regions(context.options.region.as_deref()) else {
        return Vec::new();
    };
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives() {
        for path in ["region", "detail.awsRegion"] {
            let Some(wanted) = unseen(alternative, path, &seen) else { continue };
            let span = pattern.at(path).next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
            let message = format!("{} sees no event of {}", stack(&seen), and(wanted));
            let help = "deploy the watcher there, forward the events from there, or leave the region out";
            findings.push(Finding::new(&LINT, &file.source, span, message).help(help));
        }
    }
    findings.dedup();
    findings
}

/// The regions that an alternative names, if the stack gets the events of none.
fn unseen<'a>(alternative: &'a Alternative, path: &str, seen: &[&str]) -> Option<Vec<&'a str>> {
    let wanted = only(alternative, path)?;
    (!wanted.iter().any(|region| seen.contains(region))).then_some(wanted)
}
