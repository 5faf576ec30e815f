//! A comment that allows a finding and does not say why.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "allow-without-reason",
    level: Level::Error,
    what: "a comment that allows a finding and does not say why",
    why: "In a year nobody knows whether it may go.",
    bad: r#"# allow: broad-pattern
[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
"#,
    good: r#"# allow: broad-pattern — a test account, where everything is news
[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
"#,
    check: Check::Allows,
};
