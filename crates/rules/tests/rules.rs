//! The generated rules against random watchers and events: every event that a watcher wants and EventBridge can
//! deliver goes through exactly one rule.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::collections::BTreeSet;

use aws_facts::catalog::Catalog;
use aws_facts::{is_read_only, needs_all_events};
use event_pattern::Candidate;
use proptest::prelude::*;
use rules::{Arrival, Rules, bucket_of, limits};
use serde_json::{Value, json};
use watcher::Watchers;

use support::{TYPES, event, pattern, watchers};

/// Whether a watcher names the call literally, and needs a rule for all management events to get it.
fn is_named(watchers: &Watchers, name: &str) -> bool {
    let mut alternatives = watchers.iter().flat_map(|watcher| watcher.pattern.alternatives());
    alternatives.any(|a| {
        let texts = |path| a.get(path).unwrap_or_default().iter().filter_map(Candidate::as_str);
        let is_open = a.get("source").is_none_or(|sources| sources.iter().any(|c| c.as_str().is_none()));
        let mut needs = texts("source").map(Some).chain(is_open.then_some(None));
        let via_cloudtrail = |c: &Candidate| c.as_str().is_none_or(|text| text.ends_with(" via CloudTrail"));
        a.get("detail-type").is_none_or(|types| types.iter().any(via_cloudtrail))
            && texts("detail.eventName").any(|text| text == name)
            && needs.any(|source| needs_all_events(source, name))
    })
}

fn names_source(watchers: &Watchers, source: &str) -> bool {
    let mut alternatives = watchers.iter().flat_map(|watcher| watcher.pattern.alternatives());
    alternatives.any(|a| a.get("source").unwrap_or_default().iter().any(|c| c.as_str() == Some(source)))
}

fn check_quotas(rules: &Rules) {
    assert!(rules.iter().len() <= limits::RULES);
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids.len(), rules.iter().len());
    for rule in rules.iter() {
        let text = rule.pattern.to_string();
        assert!(rule.characters() <= limits::PATTERN, "{}: {} characters", rule.id, rule.characters());
        assert!(rule.combinations() <= limits::COMBINATIONS, "{}", rule.id);
        for refused in ["null", "wildcard", "resolve:", "\"Ref\""] {
            assert!(!text.contains(refused), "{}: {text}", rule.id);
        }
    }
    let fragment: Value = serde_json::from_str(&rules.fragment()).unwrap();
    assert_eq!(fragment.as_object().unwrap().len(), rules.iter().len());
    let arns: Value = serde_json::from_str(&rules.arns()).unwrap();
    let mut expected: Vec<String> =
        fragment.as_object().unwrap().keys().map(|id| format!("Function{id}")).collect();
    expected.push("ForwardedEvents".to_owned());
    let expected: Vec<Value> = expected.iter().map(|id| json!({"Fn::GetAtt": [id, "Arn"]})).collect();
    assert_eq!(arns, json!({"aws:SourceArn": expected}));
}

fn check(patterns: &[String], events: &[Value]) {
    let watchers = watchers(patterns);
    let rules = Rules::generate(&watchers).unwrap();
    check_quotas(&rules);
    for event in events {
        check_event(&watchers, &rules, event);
    }
}

fn check_event(watchers: &Watchers, rules: &Rules, event: &Value) {
    let text = event.to_string();
    let matching: Vec<&str> =
        rules.matching(text.as_bytes()).unwrap().iter().map(|rule| rule.id.as_str()).collect();
    assert!(matching.len() <= 1, "{matching:?} for {event}");
    if !watchers.iter().any(|watcher| watcher.pattern.matches(text.as_bytes()).unwrap()) {
        return;
    }
    assert_eq!(matching.len(), 1, "no rule for {event} in {}", rules.fragment());
    let name = event["detail"]["eventName"].as_str().unwrap_or_default();
    let arrives = !is_read_only(event["source"].as_str(), name)
        || is_named(watchers, name)
        || event["detail-type"] != TYPES[0];
    match rules.arrival(text.as_bytes()).unwrap() {
        Arrival::Through(rule) => {
            assert!(arrives, "{event}");
            assert_eq!(rule.all_management_events, is_named(watchers, name));
            if let Some(bucket) = rule.id.strip_prefix("Bucket") {
                assert_eq!(bucket.parse(), Ok(bucket_of(event["source"].as_str().unwrap())));
            }
        }
        Arrival::ReadOnly(_) => assert!(!arrives, "{event}"),
        Arrival::NoRule => panic!("no rule for {event}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn every_wanted_event_goes_through_exactly_one_rule(
        patterns in proptest::collection::vec(pattern(), 1..12),
        events in proptest::collection::vec(event(), 40),
    ) {
        check(&patterns, &events);
    }

    /// CloudFormation changes the rules one after the other: what moves can be lost or doubled meanwhile.
    #[test]
    fn adding_a_watcher_moves_only_what_it_names_for_the_first_time(
        patterns in proptest::collection::vec(pattern(), 1..8),
        more in pattern(),
        events in proptest::collection::vec(event(), 30),
    ) {
        let before = watchers(&patterns);
        let after = watchers(&[patterns, vec![more]].concat());
        let (rules_before, rules_after) = (Rules::generate(&before).unwrap(), Rules::generate(&after).unwrap());
        for event in events {
            let text = event.to_string();
            let rule = |rules: &Rules| rules.matching(text.as_bytes()).unwrap().first().map(|rule| rule.id.clone());
            let (Some(was), Some(is)) = (rule(&rules_before), rule(&rules_after)) else { continue };
            let source = event["source"].as_str().unwrap();
            let name = event["detail"]["eventName"].as_str().unwrap_or_default();
            let first_named = match is.as_str() {
                _ if was == is => true,
                "ReadOnly" => is_named(&after, name) && !is_named(&before, name),
                _ => was == "Rest" && names_source(&after, source) && !names_source(&before, source),
            };
            prop_assert!(first_named, "{was} to {is}: {event}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn hundreds_of_watchers_fit(
        patterns in proptest::collection::vec(pattern(), 300),
        events in proptest::collection::vec(event(), 200),
    ) {
        check(&patterns, &events);
    }
}

#[test]
fn a_dropped_key_does_not_make_exists_false_stricter() {
    // Element 0 has no port: the watcher matches. Without `cidr`, `exists: false` would look at all elements.
    let pattern = json!({"source": ["aws.ec2"], "detail": {"requestParameters": {"items": {
        "cidr": [null, "0.0.0.0/0"], "port": [{"exists": false}],
    }}}});
    let event = json!({"source": "aws.ec2", "detail-type": "x", "detail": {"requestParameters": {"items": [
        {"cidr": "0.0.0.0/0"}, {"cidr": "10.0.0.0/8", "port": 22},
    ]}}});
    let watchers = watchers(&[pattern.to_string()]);
    assert!(watchers.iter().next().unwrap().pattern.matches(event.to_string().as_bytes()).unwrap());
    check_event(&watchers, &Rules::generate(&watchers).unwrap(), &event);
}

#[test]
fn a_small_project_has_readable_rules() {
    let patterns = [
        json!({"source": ["aws.s3"], "detail-type": [TYPES[0]], "detail": {"eventName": ["DeleteBucket"], "errorCode": [{"exists": false}]}}),
        json!({"source": ["aws.s3"], "detail-type": [TYPES[0]], "detail": {"eventName": ["PutBucketPolicy"], "errorCode": [{"exists": false}]}}),
        json!({"source": ["aws.secretsmanager"], "detail": {"eventName": ["GetSecretValue", "DeleteSecret"]}}),
        json!({"detail": {"userIdentity": {"type": ["Root"]}}}),
    ];
    let rules = Rules::generate(&watchers(&patterns.map(|pattern| pattern.to_string()))).unwrap();
    let text: Vec<String> = rules.iter().map(|rule| format!("{} {}", rule.id, rule.pattern)).collect();
    let expected = [
        r#"Bucket11 {"$or":[{"detail":{"errorCode":[{"exists":false}],"eventName":["DeleteBucket","PutBucketPolicy"]},"detail-type":["AWS API Call via CloudTrail"]},{"detail":{"eventName":[{"anything-but":"GetSecretValue"},{"exists":false}],"userIdentity":{"type":["Root"]}}}],"source":["aws.s3"]}"#,
        r#"Bucket13 {"$or":[{"detail":{"eventName":["DeleteSecret"]}},{"detail":{"eventName":[{"anything-but":"GetSecretValue"},{"exists":false}],"userIdentity":{"type":["Root"]}}}],"source":["aws.secretsmanager"]}"#,
        r#"ReadOnly {"$or":[{"detail":{"userIdentity":{"type":["Root"]}}},{"source":["aws.secretsmanager"]}],"detail":{"eventName":["GetSecretValue"]}}"#,
        r#"Rest {"detail":{"eventName":[{"anything-but":"GetSecretValue"},{"exists":false}],"userIdentity":{"type":["Root"]}},"source":[{"anything-but":["aws.s3","aws.secretsmanager"]}]}"#,
    ];
    assert_eq!(text, expected);
}

#[test]
fn calls_that_the_catalog_does_not_know_arrive_whether_they_read_or_not() {
    let of = |count: usize| {
        let names: Vec<String> = (0..count).map(|n| format!("PonderInstance{n}")).collect();
        let pattern =
            json!({"source": ["aws.ec2"], "detail-type": [TYPES[0]], "detail": {"eventName": names}});
        Rules::generate(&watchers(&[pattern.to_string()])).unwrap()
    };
    let event = calls_event("PonderInstance0", None).to_string();
    let through = |rules: &Rules| match rules.arrival(event.as_bytes()).unwrap() {
        Arrival::Through(rule) => rule.all_management_events,
        other => panic!("{other:?}"),
    };
    assert!(through(&of(3)));
    // So many do not fit into one rule: then they are taken for writes.
    assert!(!through(&of(150)));
}

#[test]
fn the_name_of_a_native_event_is_no_unknown_call() {
    let pattern = json!({"source": ["aws.ecs"], "detail-type": ["ECS Deployment State Change"],
        "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}});
    let rules = Rules::generate(&watchers(&[pattern.to_string()])).unwrap();
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["Bucket22"]);
}

#[test]
fn a_crowded_rule_says_names_that_begin_alike_as_one() {
    let service = Catalog::get().service("ec2.amazonaws.com").unwrap();
    let calls = service.calls.iter().map(|call| call.name);
    let names: Vec<&str> =
        calls.filter(|name| name.starts_with("Create") || name.starts_with("Delete")).take(150).collect();
    assert_eq!(names.len(), 150);
    let calls =
        |conditions: Value| json!({"source": ["aws.ec2"], "detail-type": [TYPES[0]], "detail": conditions});
    let patterns = [
        calls(json!({"eventName": names, "errorCode": [{"exists": false}]})),
        calls(json!({"eventName": ["StopInstances"], "requestParameters": {"force": [true]}})),
        calls(json!({"errorCode": [{"prefix": "AccessDenied"}]})),
    ];
    let watchers = watchers(&patterns.map(|pattern| pattern.to_string()));
    let rules = Rules::generate(&watchers).unwrap();
    check_quotas(&rules);
    let arrives = |name: &str, error: Option<&str>| {
        let event = calls_event(name, error);
        check_event(&watchers, &rules, &event);
        !rules.matching(event.to_string().as_bytes()).unwrap().is_empty()
    };
    assert!(names.iter().all(|name| arrives(name, None)));
    assert!(arrives("StopInstances", None));
    assert!(arrives("RunInstances", Some("AccessDenied")));
    // Neither the long list nor the denied calls made it a rule for everything.
    assert!(!arrives("RunInstances", None));
}

/// What a rule that had to be widened still asks of an event.
fn widened(detail: &Value) -> Rules {
    let pattern = json!({"source": ["aws.ec2"], "detail-type": [TYPES[0]], "detail": detail});
    let rules = Rules::generate(&watchers(&[pattern.to_string()])).unwrap();
    check_quotas(&rules);
    assert!(rules.iter().all(|rule| rule.widened));
    rules
}

#[test]
fn values_that_are_called_as_an_operator_are_values() {
    let long: Vec<String> = (0..200).map(|n| format!("i-{n:017}")).collect();
    let names = ["exists", "anything-but", "prefix", "suffix"];
    for name in names {
        for value in [json!(name), json!({"prefix": name}), json!({"equals-ignore-case": name})] {
            // The list is what is too long, so it goes, and the value stays.
            let detail =
                json!({"eventName": ["StopInstances"], "requestParameters": {"mode": [value], "ids": long}});
            let text = widened(&detail).iter().next().unwrap().pattern.to_string();
            assert!(text.contains(&format!(r#""requestParameters":{{"mode":[{value}]}}"#)), "{text}");
        }
        // As a key: `$or` reserves these names, so a rule leaves such a key to the function, and nothing else.
        let detail =
            json!({"eventName": ["StopInstances"], "requestParameters": {name: ["x"], "id": ["i-1"]}});
        let pattern = json!({"source": ["aws.ec2"], "detail": detail}).to_string();
        let rules = Rules::generate(&watchers(&[pattern])).unwrap();
        let text = rules.iter().next().unwrap().pattern.to_string();
        assert!(text.contains(r#""requestParameters":{"id":["i-1"]}"#), "{text}");
        // As the name of an event.
        let detail = json!({"eventName": [name], "requestParameters": {"ids": long}});
        let text = widened(&detail).iter().next().unwrap().pattern.to_string();
        assert!(text.contains(&format!(r#""eventName":["{name}"]"#)), "{text}");
    }
    // The operators themselves are what goes first.
    for operator in [json!({"exists": true}), json!({"anything-but": "exists"})] {
        let detail = json!({"eventName": ["StopInstances"],
            "requestParameters": {"ids": &long[..80], "kind": ["spot"], "mode": [operator, "x".repeat(600)]}});
        let text = widened(&detail).iter().next().unwrap().pattern.to_string();
        assert!(!text.contains("mode") && text.contains(&long[79]), "{text}");
    }
}

fn calls_event(name: &str, error: Option<&str>) -> Value {
    let mut event = json!({"source": "aws.ec2", "detail-type": TYPES[0], "detail": {"eventName": name}});
    if let Some(error) = error {
        event["detail"]["errorCode"] = json!(error);
    }
    event
}

#[test]
fn names_that_do_not_fit_are_an_error_and_no_panic() {
    let reads: Vec<String> = (0..200).map(|n| format!("DescribeSomethingRatherLong{n}")).collect();
    let error = Rules::generate(&watchers(&[
        json!({"source": ["aws.ec2"], "detail": {"eventName": reads}}).to_string()
    ]));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("too many read-only calls"), "{error}");

    let mut patterns: Vec<String> =
        (0..200).map(|n| json!({"source": [format!("custom.application-{n}")]}).to_string()).collect();
    assert!(Rules::generate(&watchers(&patterns)).is_ok());
    patterns.push(json!({"detail": {"userIdentity": {"type": ["Root"]}}}).to_string());
    let error = Rules::generate(&watchers(&patterns)).unwrap_err().to_string();
    assert!(error.contains("because a watcher names no source"), "{error}");
}
