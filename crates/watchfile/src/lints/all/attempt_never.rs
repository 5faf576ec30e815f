//! An `attempt` in a watcher that takes no failed call.

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::{excludes_failures, is_cloudtrail};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "attempt-never",
    level: Level::Warning,
    what: "an `attempt` in a watcher whose pattern takes no failed call",
    why: "`attempt` says what a denied call was about to do. The pattern takes calls that succeeded only, so nobody is \
          alerted to one that was denied.",
    bad: r#"attempt = "delete an S3 bucket"

[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.errorCode = [{ exists = false }]
"#,
    good: r#"attempt = "delete an S3 bucket"

[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.errorCode = [{ exists = false }, { prefix = "AccessDenied" }]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let mut alternatives = file.watcher.pattern.alternatives().iter();
    let takes_failures = alternatives.any(|one| is_cloudtrail(one) && !excludes_failures(one));
    let Some(attempt) = file.places.attempt.as_ref().map(|text| &text.span).filter(|_| !takes_failures)
    else {
        return Vec::new();
    };
    let message = "the pattern takes no failed call, so nobody is alerted to an attempt";
    let help = "take denied calls too: `detail.errorCode = [{ exists = false }, { prefix = \"AccessDenied\" }]`, for EC2 \
                `{ suffix = \"UnauthorizedOperation\" }`; or leave `attempt` out";
    vec![Finding::new(&LINT, &file.source, attempt.clone(), message).help(help)]
}
