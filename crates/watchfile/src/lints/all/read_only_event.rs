//! A call that only reads.

use aws_facts::catalog::Call;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::named_calls;
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "read-only-event",
    level: Level::Note,
    what: "a call that only reads",
    why: "EventBridge delivers it only to rules that ask for all management events. The watcher gets such a rule of its own, and the function is invoked at each call: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html",
    bad: r#"[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["DescribeInstances"]
"#,
    good: r#"[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["RunInstances"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

const HELP: &str = "it gets a rule of its own, which takes all management events";

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let finding =
        |(name, span)| Finding::new(&LINT, &file.source, span, format!("`{name}` only reads")).help(HELP);
    let mut findings: Vec<Finding> = named_calls(file, Call::is_read_only).into_iter().map(finding).collect();
    findings.dedup();
    findings
}
