//! `watcher try --pattern`: the answers of AWS's test-event-pattern, with the reasons.

use serde_json::{Value, json};

use crate::support::{check, scratch, write};

const PATTERN: &str = r#"{
  "source": ["aws.s3"],
  "detail": {"eventName": ["DeleteBucket", {"prefix": "PutBucket"}], "errorCode": [{"exists": false}]}
}"#;

fn event(changes: &[(&str, Value)]) -> String {
    let mut event = json!({
        "id": "1", "detail-type": "AWS API Call via CloudTrail", "source": "aws.s3", "account": "123456789012",
        "time": "2026-01-12T08:30:00Z", "region": "eu-west-1", "detail": {"eventName": "DeleteBucket"},
    });
    for (key, value) in changes {
        match value {
            Value::Null => drop(event.as_object_mut().unwrap().remove(*key)),
            value => event[*key] = value.clone(),
        }
    }
    event.to_string()
}

/// Outside any project.
fn check_pattern(name: &str, pattern: &str, events: &[String], format: &str) {
    let folder = scratch(name);
    write(&folder.join("pattern.json"), pattern);
    write(&folder.join("events.jsonl"), events.join("\n"));
    let args = ["try", "--pattern", "pattern.json", "--format", format, "events.jsonl"];
    check(&format!("out/{name}.out"), &folder, &args, "");
}

#[test]
fn it_says_which_key_does_not_match() {
    let denied = json!({"eventName": "GetBucketAcl", "errorCode": "AccessDenied"});
    let events = [event(&[]), event(&[("detail", denied)])];
    check_pattern("try-pattern", PATTERN, &events, "text");
    check_pattern("try-pattern-json", PATTERN, &events, "json");
}

#[test]
fn it_checks_the_envelope_as_aws_does() {
    let events = [
        event(&[("id", Value::Null), ("region", Value::Null)]),
        event(&[("time", json!("yesterday"))]),
        event(&[("time", json!(5))]),
        "7".to_owned(),
        event(&[("detail", Value::Null)]),
        event(&[("account", json!(5))]),
    ];
    check_pattern("try-pattern-envelope", PATTERN, &events, "text");
}

#[test]
fn it_refuses_what_put_rule_refuses() {
    check_pattern(
        "try-pattern-invalid",
        r#"{"source": ["aws.s3"], "detail": {"eventName": []}}"#,
        &[event(&[])],
        "text",
    );
}
