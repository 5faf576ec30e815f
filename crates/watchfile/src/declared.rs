//! The lints without code of their own: what is found while files are read, and in comments that allow findings. One row
//! each, with its documentation; the words of a finding stand where it is made.

#![allow(
    clippy::needless_raw_strings,
    clippy::needless_raw_string_hashes,
    reason = "examples are TOML, which has quotes and escapes; one form for all of them"
)]

use crate::lint::{Level, Lint, RESPELLS, Stage};

/// Declares the lints, and puts every one into the table.
macro_rules! declare {
    ($($id:ident = $name:literal, $level:ident, $stage:ident {
        what: $what:literal, why: $why:literal, bad: $bad:literal, good: $good:literal,
        $(fix: $fix:expr,)?
    })*) => {
        $(pub(crate) static $id: Lint = Lint {
            name: $name,
            level: Level::$level,
            what: $what,
            why: $why,
            bad: $bad,
            good: $good,
            fix: [$(Some($fix),)? None][0],
            stage: Stage::$stage,
        };)*

        pub(crate) static TABLE: &[&Lint] = &[$(&$id),*];
    };
}

declare! {
ALLOW_WITHOUT_REASON = "allow-without-reason", Error, Checking {
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
}

IGNORE_WITHOUT_REASON = "ignore-without-reason", Error, Reading {
    what: "an `[[ignore]]` without a reason",
    why: "In a year nobody knows whether it may go.",
    bad: r#"[[ignore]]
pattern.account = ["123456789012"]
"#,
    good: r#"[[ignore]]
reason = "the sandbox account"
pattern.account = ["123456789012"]
"#,
}

UNUSED_OVERRIDE = "unused-override", Error, Reading {
    what: "an `[[override]]`, or a name in `[shipped]`, for watchers that are not there",
    why: "What it should switch on stays off, and what it should make quiet stays loud: the name is misspelt, or the watcher was renamed.",
    bad: r#"# account-watcher.toml
[[override]]
watchers = ["exampel"]
severity = "critical"
"#,
    good: r#"# account-watcher.toml
[[override]]
watchers = ["example"]
severity = "critical"
"#,
    fix: "writes the watcher that is meant, if the name is a slip of just one, or one that was renamed since",
}

INVALID_PATH = "invalid-path", Error, Reading {
    what: "a field whose path is not a JSONPath of RFC 9535",
    why: "The standard is https://www.rfc-editor.org/rfc/rfc9535. What the library takes beyond it may change its meaning with any release.",
    bad: r#"message = "{{bucket}}: {{outcome}}"

[fields]
bucket = "$.detail.requestParameters[?length(@.bucketName)]"
"#,
    good: r#"message = "{{bucket}}: {{outcome}}"

[fields]
bucket = "$.detail.requestParameters.bucketName"
"#,
}

INVALID_PATTERN = "invalid-pattern", Error, Reading {
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
    fix: "writes the operator that is meant, if it is a slip of just one",
}

INVALID_TEMPLATE = "invalid-template", Error, Reading {
    what: "a title or message that is not a Handlebars template",
    why: "It cannot be rendered; the alert would only name the event.",
    bad: r#"message = '{{#if actor}}somebody'
"#,
    good: r#"message = '{{#if actor}}{{actor}}{{else}}somebody{{/if}}: {{outcome}}'
"#,
    fix: "writes the helper that is meant, if it is a slip of just one",
}

INVALID_TOML = "invalid-toml", Error, Reading {
    what: "a file that is not TOML, or not text",
    why: "Nothing of it can be read, so nothing of it is deployed.",
    bad: r#"# the whole file
title = "S3 bucket deleted
"#,
    good: r#"title = "S3 bucket deleted"
"#,
}

INVALID_VALUE = "invalid-value", Error, Reading {
    what: "a value of the wrong type, or one that the key does not take",
    why: "The file cannot be used as it is, and guessing what was meant would send the wrong alert.",
    bad: r#"severity = "urgent"
"#,
    good: r#"severity = "critical"
"#,
    fix: "writes the word that is meant, if it is a slip of just one; takes the quotes from a number, `true` or `false`; makes a list of a text",
}

MISPLACED_KEY = "misplaced-key", Error, Reading {
    what: "a key of the watcher that stands below a header",
    why: "In TOML all keys below a header belong to its table: a title below `[pattern]` is a condition of the pattern.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail.eventName = ["DeleteBucket"]
tags = ["cis-4.8"]
"#,
    good: r#"tags = ["cis-4.8"]

[pattern]
source = ["aws.s3"]
detail.eventName = ["DeleteBucket"]
"#,
    fix: "moves the key above the headers",
}

MISSING_KEY = "missing-key", Error, Reading {
    what: "a key that every file of this kind has",
    why: "Without a title, severity, channels, message and pattern there is nothing to send, or nobody to send it to.",
    bad: r#"# the whole file
title = "S3 bucket deleted"
severity = "high"
message = "a bucket is gone"
pattern.source = ["aws.s3"]
"#,
    good: r#"channels = ["security"]
"#,
}

MISSING_TEST_EVENT = "missing-test-event", Error, Reading {
    what: "a test whose event is not in `tests/events/`, or whose file does not hold one event",
    why: "The test cannot run.",
    bad: r#"[[test]]
name = "a user deletes a bucket"
event = "s3-bucket-delete.json"
"#,
    good: r#"[[test]]
name = "a user deletes a bucket"
event = "s3-bucket-deleted.json"
"#,
    fix: RESPELLS,
}

NAME_NOT_KEBAB_CASE = "name-not-kebab-case", Error, Reading {
    what: "a watcher whose file is not named in kebab-case",
    why: "The name stands in attributes, logs and metrics, and people type it.",
    bad: r#"# watchers/S3_Bucket.toml
title = "S3 bucket deleted"
"#,
    good: r#"# watchers/s3-bucket.toml
title = "S3 bucket deleted"
"#,
}

NAME_TAKEN = "name-taken", Error, Reading {
    what: "a watcher of your own with the name of a shipped one",
    why: "Only one of the two could be deployed. After an upgrade, a shipped watcher may have the name of one of yours.",
    bad: r#"# account-watcher.toml
[shipped]
path = "account-watcher"
# account-watcher/account-watcher.toml
# account-watcher/template.yaml
Environment:
  Variables:
    ACCOUNT_TOPIC_ARN: !Ref AccountTopic
# account-watcher/watchers/example.toml
title = "As it is shipped"
# watchers/example.toml
title = "As we want it"
"#,
    good: r#"# account-watcher.toml
[shipped]
path = "account-watcher"
replaced = ["example"]
# account-watcher/account-watcher.toml
# account-watcher/template.yaml
Environment:
  Variables:
    ACCOUNT_TOPIC_ARN: !Ref AccountTopic
# account-watcher/watchers/example.toml
title = "As it is shipped"
# watchers/example.toml
title = "As we want it"
"#,
}

NOT_A_WATCHER = "not-a-watcher", Error, Reading {
    what: "a file in `watchers/` that does not end in `.toml`",
    why: "The folder holds watchers and nothing else, so that a watcher that was renamed by mistake does not go missing.",
    bad: r#"# watchers/s3-bucket-deleted.tmol
title = "S3 bucket deleted"
"#,
    good: r#"# watchers/s3-bucket-deleted.toml
title = "S3 bucket deleted"
"#,
}

RULE_BUDGET = "rule-budget", Error, Reading {
    what: "watchers whose EventBridge rules do not fit the quotas",
    why: "A pattern has 2,048 characters: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html. Rules are widened as far as they can be; the names of read-only calls cannot be left out.",
    bad: r#"[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = [
    "RunInstances",
    "DescribeAccountVpcEncryptionControl",
    "DescribeApplicationStatusCheckAssociations",
    "DescribeAwsNetworkPerformanceMetricSubscriptions",
    "DescribeCapacityBlockExtensionHistory",
    "DescribeCapacityBlockExtensionOfferings",
    "DescribeCapacityManagerDataExports",
    "DescribeCapacityReservationBillingRequests",
    "DescribeCapacityReservationCancellationQuotes",
    "DescribeCapacityReservationDateChangeQuotes",
    "DescribeCapacityReservationFleets",
    "DescribeCapacityReservationTopology",
    "DescribeClientVpnAuthorizationRules",
    "DescribeDeclarativePoliciesReports",
    "DescribeEgressOnlyInternetGateways",
    "DescribeIamInstanceProfileAssociations",
    "DescribeInstanceCreditSpecifications",
    "DescribeInstanceEventNotificationAttributes",
    "DescribeInstanceSqlHaHistoryStates",
    "DescribeIpamExternalResourceVerificationTokens",
    "DescribeIpamInternetRegistryAssociations",
    "DescribeIpamPrefixListResolverTargets",
    "DescribeIpamResourceDiscoveryAssociations",
    "DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations",
    "DescribeLocalGatewayRouteTableVpcAssociations",
    "DescribeLocalGatewayVirtualInterfaceGroups",
    "DescribeLocalGatewayVirtualInterfaces",
    "DescribeNetworkInsightsAccessScopeAnalyses",
    "DescribeNetworkInsightsAccessScopes",
    "DescribeNetworkInterfaceAttribute",
    "DescribeNetworkInterfacePermissions",
    "DescribeReservedInstancesModifications",
    "DescribeReservedInstancesOfferings",
    "DescribeScheduledInstanceAvailability",
    "DescribeSecurityGroupVpcAssociations",
    "DescribeServiceLinkVirtualInterfaces",
    "DescribeTransitGatewayConnectPeers",
    "DescribeTransitGatewayMeteringPolicies",
    "DescribeTransitGatewayMulticastDomains",
    "DescribeTransitGatewayPeeringAttachments",
    "DescribeTransitGatewayPolicyTables",
    "DescribeTransitGatewayRouteTableAnnouncements",
    "DescribeTransitGatewayVpcAttachments",
    "DescribeTrunkInterfaceAssociations",
    "DescribeVerifiedAccessInstanceLoggingConfigurations",
    "DescribeVerifiedAccessTrustProviders",
    "DescribeVpcBlockPublicAccessExclusions",
    "DescribeVpcBlockPublicAccessOptions",
    "DescribeVpcEndpointConnectionNotifications",
    "DescribeVpcEndpointServiceConfigurations",
    "DescribeVpcEndpointServicePermissions",
]
"#,
    good: r#"[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["RunInstances"]
"#,
}

SECRET_IN_FILE = "secret-in-file", Error, Reading {
    what: "the URL of a Slack webhook, or an AWS access key",
    why: "Whoever has the URL can post, and what is committed stays in the history. Put it into SSM, and replace it: it is known now.",
    bad: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstuvwx" }
"#,
    good: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }
"#,
}

SECRET_OUT_OF_REACH = "secret-out-of-reach", Error, Reading {
    what: "a reference to a secret that the role of the function may not read",
    why: "The role allows the names below `account-watcher/` only; the first alert would fail.",
    bad: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "ssm:/slack/security" }
"#,
    good: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }
"#,
}

SHIPPED_NOT_FOUND = "shipped-not-found", Error, Reading {
    what: "a `[shipped]` folder without Account Watcher in it",
    why: "All the shipped watchers would silently be missing. Most often the submodule was not fetched.",
    bad: r#"# account-watcher.toml
[shipped]
path = "account-watcher"
"#,
    good: r#"# account-watcher.toml
[shipped]
path = "account-watcher"
# account-watcher/account-watcher.toml
# account-watcher/template.yaml
Environment:
  Variables:
    ACCOUNT_TOPIC_ARN: !Ref AccountTopic
# account-watcher/watchers/shipped.toml
pattern.source = ["aws.health"]
"#,
}

UNKNOWN_CHANNEL = "unknown-channel", Error, Reading {
    what: "a channel that account-watcher.toml does not declare",
    why: "The delivery would have nowhere to go.",
    bad: r#"channels = ["secruity"]
"#,
    good: r#"channels = ["security"]
"#,
    fix: RESPELLS,
}

UNKNOWN_KEY = "unknown-key", Error, Reading {
    what: "a key that no watcher, channel, test or event has",
    why: "It has no effect, and the key that was meant is not set. In a pattern, a key that no event has matches nothing.",
    bad: r#"titel = "S3 bucket deleted"
title = "S3 bucket deleted"
"#,
    good: r#"title = "S3 bucket deleted"
"#,
    fix: "writes the key that is meant, if it is a slip of just one that is not there yet; takes the quotes from a path",
}

UNKNOWN_TOPIC_VARIABLE = "unknown-topic-variable", Error, Reading {
    what: "a topic in a variable that the function does not have",
    why: "The variable is set by template.yaml. Without it every delivery to the channel fails, and the first alert is the first to tell.",
    bad: r#"# account-watcher.toml
[channels.security]
sns = { topic = "env:OTHER_TOPIC_ARN" }
# template.yaml
Environment:
  Variables:
    ACCOUNT_TOPIC_ARN: !Ref AccountTopic
"#,
    good: r#"# account-watcher.toml
[channels.security]
sns = { topic = "env:ACCOUNT_TOPIC_ARN" }
# template.yaml
Environment:
  Variables:
    ACCOUNT_TOPIC_ARN: !Ref AccountTopic
"#,
    fix: "writes the stack's own topic, if it is a slip of it",
}

UNKNOWN_VARIABLE = "unknown-variable", Error, Reading {
    what: "a variable in a title or message that is neither a field nor a standard variable",
    why: "It renders as `(none)`, also inside `{{#if}}`, where no strict mode of Handlebars would find it.",
    bad: r#"message = 'Bucket {{bukket}}: {{outcome}}'

[fields]
bucket = "$.detail.requestParameters.bucketName"
"#,
    good: r#"message = 'Bucket {{bucket}}: {{outcome}}'

[fields]
bucket = "$.detail.requestParameters.bucketName"
"#,
    fix: RESPELLS,
}

UNREADABLE_FILE = "unreadable-file", Error, Reading {
    what: "a file or folder of the project that cannot be read",
    why: "The watchers in it would silently be missing.",
    bad: r#"# watchers/folder.toml/
"#,
    good: r#"# watchers/file.toml
title = "S3 bucket deleted"
"#,
}

UNUSED_ALLOW = "unused-allow", Warning, Checking {
    what: "a comment that allows what is not found",
    why: "It would hide a fault that comes later, or it is misspelt and allows nothing.",
    bad: r#"# allow: broad-pattern — a test account
title = "S3 bucket deleted"
"#,
    good: r#"title = "S3 bucket deleted"
"#,
    fix: "writes the lint that is meant, if it is a slip of just one",
}
}
