//! What `explain` prints, to the letter.

#![allow(clippy::unwrap_used, reason = "a surprise fails the test")]

use event_pattern::{FailureKind, Pattern};

const EVENT: &str = r#"{
    "source": "aws.s3",
    "detail": {
        "eventName": "CreateBucket",
        "errorCode": "AccessDenied",
        "user": {"name": "Zo\u00eb"},
        "count": 1.50,
        "tags": [{"key": "env", "value": "prod"}, {"key": "team", "value": "core"}]
    }
}"#;

#[track_caller]
fn check(pattern: &str, lines: &[&str]) {
    let explanation = Pattern::parse(pattern).unwrap().explain(EVENT.as_bytes()).unwrap();
    assert_eq!(explanation.to_string(), lines.join("\n"));
}

#[test]
fn a_match_says_so() {
    check(r#"{"source":["aws.s3"]}"#, &["matches"]);
    check(
        r#"{"$or":[{"source":["x"]},{"source":["aws.s3"]},{"source":["y"]}]}"#,
        &["matches (alternative 2 of 3)"],
    );
}

#[test]
fn failed_keys_are_listed_in_document_order() {
    check(
        r#"{"source":["aws.s3"],"detail":{"eventName":["DeleteBucket"],"errorCode":[{"exists":false}]}}"#,
        &[
            r#"detail.eventName: expected "DeleteBucket", found "CreateBucket""#,
            r#"detail.errorCode: expected {"exists":false}, found "AccessDenied""#,
        ],
    );
}

#[test]
fn values_are_shown_as_they_stand_in_the_event() {
    check(
        r#"{"detail":{"user":{"name":["x"]},"count":[2, null],"tags":{"key":["x"]}}}"#,
        &[
            r#"detail.user.name: expected "x", found "Zo\u00eb""#,
            "detail.count: expected 2 or null, found 1.50",
            r#"detail.tags.key: expected "x", found "env", "team""#,
        ],
    );
}

#[test]
fn missing_fields() {
    check(
        r#"{"detail":{"user":["x"],"group":[{"exists":true}]}}"#,
        &[
            r#"detail.user: expected "x", but the field is missing"#,
            r#"detail.group: expected {"exists":true}, but the field is missing"#,
        ],
    );
}

#[test]
fn values_in_different_elements_of_an_array() {
    check(
        r#"{"detail":{"tags":{"key":["env"],"value":["core"]}}}"#,
        &[
            r#"detail.tags.value: expected "core", found "prod", "core", but not in one array element with the other keys"#,
        ],
    );
    check(
        r#"{"detail":{"tags":{"key":["env"],"value":[{"exists":false}]}}}"#,
        &[r#"detail.tags.value: expected {"exists":false}, found "prod", "core""#],
    );
}

#[test]
fn the_nearest_alternative_comes_first() {
    check(
        r#"{"$or":[{"source":["x"],"id":["y"]},{"source":["aws.ec2"]}]}"#,
        &[
            "nearest: alternative 2 of 2",
            r#"  source: expected "aws.ec2", found "aws.s3""#,
            "alternative 1 of 2",
            r#"  source: expected "x", found "aws.s3""#,
            r#"  id: expected "y", but the field is missing"#,
        ],
    );
}

#[test]
fn long_lists_are_cut() {
    let names: Vec<String> = (0..12).map(|number| format!("\"{number}\"")).collect();
    check(
        &format!(r#"{{"source":[{}]}}"#, names.join(",")),
        &[&format!(r#"source: expected {} or 2 more, found "aws.s3""#, names[..10].join(" or "))],
    );
    let branches: Vec<String> = (0..12).map(|number| format!(r#"{{"source":[{number}]}}"#)).collect();
    let pattern = Pattern::parse(&format!(r#"{{"$or":[{}]}}"#, branches.join(","))).unwrap();
    let text = pattern.explain(EVENT.as_bytes()).unwrap().to_string();
    assert!(
        text.ends_with("\nalternative 10 of 12\n  source: expected 9, found \"aws.s3\"\n2 more alternatives")
    );
}

#[test]
fn failures_can_be_read_by_programs() {
    let pattern =
        Pattern::parse(r#"{"source":["x"],"detail":{"tags":{"key":["env"],"value":["core"]}}}"#).unwrap();
    let explanation = pattern.explain(EVENT.as_bytes()).unwrap();
    assert!(!explanation.matched);
    let [attempt] = &explanation.alternatives[..] else { panic!("one alternative") };
    let kinds: Vec<_> = attempt.failures.iter().map(|failure| (&*failure.path, failure.kind)).collect();
    assert_eq!(kinds, [("source", FailureKind::Mismatch), ("detail.tags.value", FailureKind::OtherElement)]);
    assert_eq!(attempt.failures[0].expected, [r#""x""#]);
    assert_eq!(attempt.failures[0].found, [r#""aws.s3""#]);
}
