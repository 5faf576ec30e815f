//! A parameter of a security group call that is recorded in two shapes.

use crate::catalog::Part;
use crate::finding::Finding;
use crate::finding::Level;
use crate::watcher_file::WatcherFile;

use super::super::Context;
use super::super::facts::keys_read;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "two-shapes",
    level: Level::Warning,
    what: "a parameter of a security group call that is recorded in two shapes",
    why: "EC2 records `ipPermissions.items[].ipRanges.items[].cidrIp` or the flat `cidrIp`, as the caller wrote it; whoever reads one misses the other.",
    bad: r#"message = "{{cidr}}: {{outcome}}"

[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["AuthorizeSecurityGroupIngress"]

[fields]
cidr = "$.detail.requestParameters.cidrIp"
"#,
    good: r#"message = "{{cidr}}: {{outcome}}"

[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["AuthorizeSecurityGroupIngress"]

[fields]
cidr = [
    "$.detail.requestParameters.ipPermissions.items[*].ipRanges.items[*].cidrIp",
    "$.detail.requestParameters.cidrIp",
]
"#,
    check: Check::Pattern(check),
};

const CALLS: [&str; 4] = [
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
];
const FLAT: [&str; 4] = ["cidrIp", "fromPort", "ipProtocol", "toPort"];

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    if !file.places.pattern.texts("detail.eventName").any(|(name, _)| CALLS.contains(&name)) {
        return Vec::new();
    }
    let reads: Vec<_> = keys_read(file).into_iter().filter(|read| read.part == Part::Request).collect();
    let is_flat = |key: &str| FLAT.contains(&key);
    let is_nested = |key: &str| key == "ipPermissions";
    let mut findings = Vec::new();
    for read in &reads {
        let (key, span) = &read.names[0];
        let both = reads.iter().any(|other| {
            let other_key = &other.names[0].0;
            other.field == read.field
                && (is_flat(key) && is_nested(other_key) || is_nested(key) && is_flat(other_key))
        });
        // In a pattern both shapes stand in branches of an `$or`.
        if (is_flat(key) || is_nested(key)) && !both {
            let message = "this is recorded in two shapes, and the other one is not read";
            findings.push(Finding::new(LINT.name, &file.source, span.clone(), message).help(
                "read `requestParameters.ipPermissions.items[*]…` and `requestParameters.cidrIp`, `fromPort`, `toPort`: a field may have several paths",
            ));
        }
    }
    findings
}
