//! A call that is recorded as a data event.

use aws_facts::catalog::Call;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::named_calls;
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "data-event",
    level: Level::Note,
    what: "a call that is recorded as a data event",
    why: "It arrives only if a trail logs the data events of the resource, which costs: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["s3.amazonaws.com"]
detail.eventName = ["DeleteObject"]
"#,
    good: r#"title = "S3 bucket deleted"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

const HELP: &str = "it arrives only if a trail logs the data events of these resources";

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let finding = |(name, span)| {
        Finding::new(&LINT, &file.source, span, format!("`{name}` is a data event")).help(HELP)
    };
    let mut findings: Vec<Finding> =
        named_calls(file, Call::is_data_event).into_iter().map(finding).collect();
    findings.dedup();
    findings
}
