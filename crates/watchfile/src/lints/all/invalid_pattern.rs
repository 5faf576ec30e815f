//! A pattern that EventBridge refuses.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "invalid-pattern",
    level: Level::Error,
    what: "a pattern that EventBridge refuses",
    why: "CloudFormation would stop in the middle of a deployment with the same reason.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail.eventName = [{ prefx = "Delete" }]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail.eventName = [{ prefix = "Delete" }]
"#,
    check: Check::Reading,
};
