//! The rules as the template includes them: as the SAM events of the function, `generated/events.json`, and as those who
//! may write dead letters, `generated/rules.json`.
//! They are JSON, because short-form intrinsics do not work inside an include.

use event_pattern::Pattern;
use serde_json::{Map, Value, json};

use crate::{Rule, Rules};

/// The template's function: SAM puts its logical id before that of each of its events.
pub(super) const FUNCTION: &str = "Function";
/// The template's own rule, on the bus for what is forwarded.
const FORWARDED: &str = "ForwardedEvents";

pub(super) fn fragment(rules: &Rules) -> String {
    let events: Map<String, Value> = rules.iter().map(|rule| (rule.id.clone(), event(rule))).collect();
    text(&events.into())
}

/// The condition on the ARN: each rule by a reference, since CloudFormation makes the names, and cuts long ones.
pub(super) fn arns(rules: &Rules) -> String {
    let generated = rules.iter().map(|rule| format!("{FUNCTION}{}", rule.id));
    let arns = generated.chain([FORWARDED.to_owned()]).map(|id| json!({"Fn::GetAtt": [id, "Arn"]}));
    text(&json!({"aws:SourceArn": arns.collect::<Vec<_>>()}))
}

/// An include as a file.
pub(super) fn text(include: &Value) -> String {
    let mut text = serde_json::to_string_pretty(include).expect("maps with string keys only");
    text.push('\n');
    text
}

fn event(rule: &Rule) -> Value {
    json!({
        "Type": "EventBridgeRule",
        "Properties": {
            "EventBusName": {"Ref": "EventBusName"},
            "Pattern": pattern(&rule.pattern),
            "State": rule.state(),
            "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}},
            "RetryPolicy": retry_policy(),
        },
    })
}

/// A pattern as a template has it.
pub(super) fn pattern(pattern: &Pattern) -> Value {
    serde_json::from_str(&pattern.to_string()).expect("a pattern prints as JSON")
}

/// How long EventBridge tries to hand an event over: its defaults, a day and 185 tries, stated explicitly.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html>
pub(super) fn retry_policy() -> Value {
    json!({"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185})
}
