//! The calls that are made: nothing else can be asked for, so that the policy that `--policy` prints is all that is needed.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use watcher::{Channel, Reference, Watchers};

/// A call, as the command `aws` and as IAM name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// `events`
    pub service: &'static str,
    /// `list-rules`
    pub operation: &'static str,
    /// `events:ListRules`
    pub action: &'static str,
    of: Of,
}

/// What a call reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// How something is set up, or numbers.
    Settings,
    /// The function's log.
    Log,
    /// A secret of a channel.
    Secrets,
}

macro_rules! calls {
    ($($name:ident: $service:literal $operation:literal $action:literal $of:ident;)+) => {
        $(pub(crate) const $name: Call =
            Call { service: $service, operation: $operation, action: $action, of: Of::$of };)+
        /// All of them.
        pub const CALLS: &[Call] = &[$($name),+];
    };
}

calls! {
    DESCRIBE_STACKS: "cloudformation" "describe-stacks" "cloudformation:DescribeStacks" Settings;
    LIST_STACK_RESOURCES: "cloudformation" "list-stack-resources" "cloudformation:ListStackResources" Settings;
    DESCRIBE_TRAILS: "cloudtrail" "describe-trails" "cloudtrail:DescribeTrails" Settings;
    GET_TRAIL_STATUS: "cloudtrail" "get-trail-status" "cloudtrail:GetTrailStatus" Settings;
    GET_EVENT_SELECTORS: "cloudtrail" "get-event-selectors" "cloudtrail:GetEventSelectors" Settings;
    DESCRIBE_ALARMS: "cloudwatch" "describe-alarms" "cloudwatch:DescribeAlarms" Settings;
    GET_METRIC_DATA: "cloudwatch" "get-metric-data" "cloudwatch:GetMetricData" Settings;
    RECORDER_STATUS: "configservice" "describe-configuration-recorder-status"
        "config:DescribeConfigurationRecorderStatus" Settings;
    DESCRIBE_TABLE: "dynamodb" "describe-table" "dynamodb:DescribeTable" Settings;
    LIST_RULES: "events" "list-rules" "events:ListRules" Settings;
    LIST_TARGETS: "events" "list-targets-by-rule" "events:ListTargetsByRule" Settings;
    LIST_DETECTORS: "guardduty" "list-detectors" "guardduty:ListDetectors" Settings;
    GET_DETECTOR: "guardduty" "get-detector" "guardduty:GetDetector" Settings;
    INSPECTOR_STATUS: "inspector2" "batch-get-account-status" "inspector2:BatchGetAccountStatus" Settings;
    DESCRIBE_KEY: "kms" "describe-key" "kms:DescribeKey" Settings;
    GET_MAPPING: "lambda" "get-event-source-mapping" "lambda:GetEventSourceMapping" Settings;
    GET_CONCURRENCY: "lambda" "get-function-concurrency" "lambda:GetFunctionConcurrency" Settings;
    GET_FUNCTION: "lambda" "get-function-configuration" "lambda:GetFunctionConfiguration" Settings;
    GET_POLICY: "lambda" "get-policy" "lambda:GetPolicy" Settings;
    DESCRIBE_LOG_GROUPS: "logs" "describe-log-groups" "logs:DescribeLogGroups" Settings;
    START_QUERY: "logs" "start-query" "logs:StartQuery" Log;
    GET_QUERY_RESULTS: "logs" "get-query-results" "logs:GetQueryResults" Settings;
    MACIE_SESSION: "macie2" "get-macie-session" "macie2:GetMacieSession" Settings;
    DESCRIBE_HUB: "securityhub" "describe-hub" "securityhub:DescribeHub" Settings;
    LIST_SUBSCRIPTIONS: "sns" "list-subscriptions-by-topic" "sns:ListSubscriptionsByTopic" Settings;
    GET_QUEUE: "sqs" "get-queue-attributes" "sqs:GetQueueAttributes" Settings;
    GET_PARAMETER: "ssm" "get-parameter" "ssm:GetParameter" Secrets;
}

/// The IAM policy that allows these calls and nothing else. Settings are read of anything, since many of these calls know
/// no resources; log lines of this stack only, and secrets of these channels only.
pub fn policy(stack: &str, watchers: &Watchers) -> Value {
    let actions = |of: Of| -> Vec<&str> {
        let actions = CALLS.iter().filter(|call| call.of == of).map(|call| call.action);
        let mut actions: Vec<&str> = actions.collect();
        actions.sort_unstable();
        actions
    };
    let statement = |sid: &str, actions: &[&str], resource: Value| json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource});
    let log = format!("arn:*:logs:*:*:log-group:{stack}-*");
    let mut statements = vec![
        statement("ReadSettings", &actions(Of::Settings), "*".into()),
        statement("ReadLog", &actions(Of::Log), json!([log])),
    ];
    let mut resources: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for reference in references(watchers) {
        let parameter =
            format!("arn:*:ssm:*:*:parameter/{}", reference.parameter_name().trim_start_matches('/'));
        resources.entry("JudgeParameters").or_default().push(parameter);
        if let Reference::SecretsManager(name) = reference {
            // Six random characters that Secrets Manager adds.
            let secret = format!("arn:*:secretsmanager:*:*:secret:{name}-??????");
            resources.entry("JudgeSecrets").or_default().push(secret);
        }
    }
    for (sid, resources) in resources {
        // Parameter Store asks for both permissions.
        let secrets = ["secretsmanager:GetSecretValue"];
        let actions = if sid == "JudgeSecrets" { secrets.to_vec() } else { actions(Of::Secrets) };
        statements.push(statement(sid, &actions, json!(resources)));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// The secrets of all channels, each once.
pub(crate) fn references(watchers: &Watchers) -> Vec<&Reference> {
    let channels = watchers.channels().filter_map(|name| watchers.channel(name));
    let mut references: Vec<&Reference> =
        channels.map(Channel::kind).flat_map(|kind| kind.secrets()).collect();
    references.sort_unstable();
    references.dedup();
    references
}
