//! The rules as the SAM events of the function: the file `generated/events.json` that the template includes.
//! It is JSON, because short-form intrinsics do not work inside an include.

use serde_json::{Map, Value, json};

use crate::{Rule, Rules};

/// How long EventBridge tries to hand an event to Lambda: its defaults, a day and 185 tries, said aloud.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html>
const RETRY_POLICY: (u32, u32) = (86_400, 185);

pub(super) fn fragment(rules: &Rules) -> String {
    let events: Map<String, Value> = rules.iter().map(|rule| (rule.id.clone(), event(rule))).collect();
    let mut text = serde_json::to_string_pretty(&events).expect("maps with string keys only");
    text.push('\n');
    text
}

fn event(rule: &Rule) -> Value {
    let pattern: Value = serde_json::from_str(&rule.pattern.to_string()).expect("a pattern prints as JSON");
    let state =
        if rule.all_management_events { "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" } else { "ENABLED" };
    json!({
        "Type": "EventBridgeRule",
        "Properties": {
            "EventBusName": {"Ref": "EventBusName"},
            "Pattern": pattern,
            "State": state,
            "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}},
            "RetryPolicy": {"MaximumEventAgeInSeconds": RETRY_POLICY.0, "MaximumRetryAttempts": RETRY_POLICY.1},
        },
    })
}
