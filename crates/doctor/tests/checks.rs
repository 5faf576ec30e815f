//! What the checks make of answers that moto cannot give. The other faults are made against it, by the tests of `tests/e2e`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use doctor::{Ask, CHECKS, Call, NoStack, Patient, Stack, Unanswered};
use rules::Rules;
use serde_json::{Value, json};
use watcher::{Config, Watcher, Watchers};

const TRAIL: &str = "arn:aws:cloudtrail:us-east-1:210987654321:trail/organization";

/// Answers by operation, the last one first.
struct Answers(Vec<(&'static str, Result<Value, Unanswered>)>);

impl Ask for Answers {
    fn ask(&self, call: &Call, _: &[&str]) -> Result<Value, Unanswered> {
        let known = self.0.iter().rev().find(|(operation, _)| *operation == call.operation);
        known.map_or_else(|| panic!("{} was not expected", call.operation), |(_, answer)| answer.clone())
    }

    fn wait(&self) {}
}

fn refused(code: &str, reason: &str) -> Result<Value, Unanswered> {
    let denied = code.starts_with("AccessDenied");
    let code = (!denied).then(|| code.to_owned());
    Err(Unanswered { action: "x:Y", denied, code, reason: reason.to_owned() })
}

fn stack() -> Value {
    let outputs = [
        ("FunctionName", "function-1"),
        ("LogGroupName", "log-1"),
        ("DeadLetterQueueUrl", "https://sqs.eu-west-1.amazonaws.com/123456789012/dead-1"),
        ("RetryQueueUrl", "https://sqs.eu-west-1.amazonaws.com/123456789012/retry-1"),
        ("AlertTopicArn", "arn:aws:sns:eu-west-1:123456789012:topic-1"),
    ];
    let outputs: Vec<Value> =
        outputs.iter().map(|(key, value)| json!({"OutputKey": key, "OutputValue": value})).collect();
    json!({"Stacks": [{
        "StackName": "account-watcher",
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/account-watcher/1",
        "StackStatus": "UPDATE_COMPLETE",
        "Outputs": outputs,
        "Parameters": [],
    }]})
}

/// A watcher of a KMS call, its rule, and a trail of the organization.
fn healthy() -> Answers {
    let rule = "arn:aws:events:eu-west-1:123456789012:rule/rule-1";
    let statement = json!({
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Condition": {"ArnLike": {"AWS:SourceArn": rule}},
    });
    let target = json!({
        "Id": "a",
        "Arn": "arn:aws:lambda:eu-west-1:123456789012:function:function-1",
        "DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-west-1:123456789012:dead-1"},
    });
    let rule = rules().iter().next().unwrap().clone();
    let resource = json!({
        "LogicalResourceId": format!("Function{}", rule.id),
        "PhysicalResourceId": "rule-1",
        "ResourceType": "AWS::Events::Rule",
    });
    Answers(vec![
        ("describe-stacks", Ok(stack())),
        ("list-stack-resources", Ok(json!({"StackResourceSummaries": [resource]}))),
        ("describe-trails", Ok(trails("us-east-1", true))),
        ("get-trail-status", Ok(json!({"IsLogging": true}))),
        ("get-event-selectors", Ok(json!({"EventSelectors": [{"ReadWriteType": "All"}]}))),
        (
            "list-rules",
            Ok(
                json!({"Rules": [{"Name": "rule-1", "State": "ENABLED", "EventPattern": rule.pattern.to_string()}]}),
            ),
        ),
        ("list-targets-by-rule", Ok(json!({"Targets": [target]}))),
        ("get-function-configuration", Ok(json!({"State": "Active", "LastUpdateStatus": "Successful"}))),
        ("get-function-concurrency", Ok(Value::Null)),
        ("get-metric-data", Ok(json!({"MetricDataResults": []}))),
        ("get-policy", Ok(json!({"Policy": json!({"Statement": [statement]}).to_string()}))),
        (
            "list-subscriptions-by-topic",
            Ok(
                json!({"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:eu-west-1:123456789012:topic-1:1"}]}),
            ),
        ),
        ("get-queue-attributes", Ok(json!({"Attributes": {"ApproximateNumberOfMessages": "0"}}))),
        ("describe-log-groups", Ok(json!({"logGroups": [{"logGroupName": "log-1", "retentionInDays": 90}]}))),
    ])
}

fn trails(home: &str, everywhere: bool) -> Value {
    let trail = json!({"TrailARN": TRAIL, "HomeRegion": home, "IsMultiRegionTrail": everywhere, "IsOrganizationTrail": true});
    json!({"trailList": [trail]})
}

fn watchers() -> Watchers {
    let watcher: Watcher = serde_json::from_value(json!({
        "name": "kms-key-disabled",
        "title": "Key disabled",
        "severity": "high",
        "channels": [],
        "message": "Key disabled",
        "pattern": r#"{"source":["aws.kms"],"detail-type":["AWS API Call via CloudTrail"],"detail":{"eventSource":["kms.amazonaws.com"],"eventName":["DisableKey"]}}"#,
        "fields": [],
        "ignores": [],
        "group": null,
    }))
    .unwrap();
    Watchers::new(Config::default(), vec![watcher])
}

fn rules() -> Rules {
    Rules::generate(&watchers()).unwrap()
}

/// What is found, and what is not looked at, with these answers in place of the healthy ones.
fn examine(answers: Vec<(&'static str, Result<Value, Unanswered>)>) -> (Vec<(&'static str, String)>, usize) {
    let mut all = healthy();
    all.0.extend(answers);
    let patient = Patient {
        stack: Stack::find("account-watcher", &all).unwrap(),
        watchers: watchers(),
        rules: rules(),
        seen: vec!["eu-west-1".to_owned()],
        changed: None,
        profile: Some("audit".to_owned()),
        now: "2026-11-28T10:00:00Z".parse().unwrap(),
    };
    let (mut found, mut unchecked) = (Vec::new(), 0);
    for check in CHECKS {
        let findings = check.run(&patient, &all);
        for finding in &findings.found {
            assert!(
                finding
                    .fixes
                    .iter()
                    .any(|fix| fix.command.contains("--profile audit") || !fix.note.is_empty())
            );
        }
        found.extend(findings.found.into_iter().map(|one| (one.fault.id, one.what)));
        unchecked += findings.unchecked.len();
    }
    (found, unchecked)
}

fn check(operation: &'static str, answer: Result<Value, Unanswered>, expected: &[(&'static str, &str)]) {
    let (found, unchecked) = examine(vec![(operation, answer)]);
    let found: Vec<(&str, &str)> = found.iter().map(|(id, what)| (*id, what.as_str())).collect();
    assert_eq!((found.as_slice(), unchecked), (expected, 0), "{operation}");
}

#[test]
fn a_trail_of_the_organization_in_another_region_is_enough() {
    assert_eq!(examine(Vec::new()), (Vec::new(), 0));
}

#[test]
fn a_trail_of_another_region_alone_is_none() {
    check("describe-trails", Ok(trails("us-east-1", false)), &[("no-trail", "no trail covers eu-west-1")]);
    check("describe-trails", Ok(trails("eu-west-1", false)), &[]);
}

#[test]
fn selectors_of_both_kinds_are_understood() {
    let advanced = |fields: Value| Ok(json!({"AdvancedEventSelectors": [{"FieldSelectors": fields}]}));
    let management = json!({"Field": "eventCategory", "Equals": ["Management"]});
    check("get-event-selectors", advanced(json!([management])), &[]);
    let none = [("no-management-events", "no trail logs management events that write in eu-west-1")];
    let reads = json!({"Field": "readOnly", "Equals": ["true"]});
    check("get-event-selectors", advanced(json!([management, reads])), &none);
    check("get-event-selectors", Ok(json!({"EventSelectors": [{"IncludeManagementEvents": false}]})), &none);
    check("get-event-selectors", Ok(json!({})), &none);

    let excluded = [(
        "source-excluded",
        "no trail logs the events of kms.amazonaws.com, which kms-key-disabled waits for",
    )];
    let basic = json!({"ReadWriteType": "All", "ExcludeManagementEventSources": ["kms.amazonaws.com"]});
    check("get-event-selectors", Ok(json!({"EventSelectors": [basic]})), &excluded);
    let kms = json!({"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]});
    check("get-event-selectors", advanced(json!([management, kms])), &excluded);
}

#[test]
fn what_may_not_be_asked_is_not_taken_for_wrong() {
    for operation in [
        "describe-trails",
        "get-trail-status",
        "get-event-selectors",
        "list-rules",
        "list-targets-by-rule",
        "get-function-configuration",
        "get-function-concurrency",
        "get-metric-data",
        "get-policy",
        "list-subscriptions-by-topic",
        "get-queue-attributes",
        "describe-log-groups",
    ] {
        let denied = refused("AccessDeniedException", "no");
        assert_eq!(examine(vec![(operation, denied)]), (Vec::new(), 1), "{operation}");
    }
}

#[test]
fn what_was_deleted_by_hand_is_missed() {
    let gone = || refused("ResourceNotFoundException", "no");
    check(
        "get-function-configuration",
        gone(),
        &[("function-missing", "the function function-1 does not exist")],
    );
    check("get-policy", gone(), &[("rule-not-allowed", "the rule rule-1 may not invoke the function")]);
    check(
        "get-queue-attributes",
        refused("AWS.SimpleQueueService.NonExistentQueue", "no"),
        &[
            ("queue-missing", "the queue dead-1 does not exist"),
            ("queue-missing", "the queue retry-1 does not exist"),
        ],
    );
    check(
        "list-subscriptions-by-topic",
        refused("NotFound", "no"),
        &[("topic-missing", "the topic arn:aws:sns:eu-west-1:123456789012:topic-1 does not exist")],
    );
}

#[test]
fn a_function_that_cannot_run_is_found() {
    let failed = json!({"State": "Failed", "StateReason": "no memory", "LastUpdateStatus": "Failed"});
    check(
        "get-function-configuration",
        Ok(failed),
        &[
            ("function-inactive", "State of the function function-1 is Failed: no memory"),
            ("function-inactive", "LastUpdateStatus of the function function-1 is Failed"),
        ],
    );
}

#[test]
fn a_stack_that_is_not_ours_is_not_examined() {
    let find = |answer| {
        let mut all = healthy();
        all.0.push(("describe-stacks", answer));
        Stack::find("account-watcher", &all)
    };
    assert_eq!(
        find(refused("ValidationError", "Stack with id account-watcher does not exist")),
        Err(NoStack::Missing)
    );
    assert_eq!(find(Ok(json!({"Stacks": [{"StackName": "account-watcher"}]}))), Err(NoStack::Other));
}
