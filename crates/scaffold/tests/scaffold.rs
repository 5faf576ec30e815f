//! New watchers lint clean and pass their tests as they stand.
//!
//! `cargo test --release -p scaffold --test scaffold -- --ignored` makes one of every call and event of the catalog.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use aws_facts::catalog::{Catalog, Native};
use aws_facts::shapes;
use jiff::civil::date;
use proptest::prelude::*;
use scaffold::{Draft, Target, from_event};
use serde_json::Value;
use watchfile::{Elsewhere, Level, Options, lint_with, run};

#[path = "support/events.rs"]
mod events;

/// As `watcher new --from`.
fn from_recorded(text: &str, name: Option<&str>) -> Result<(Draft, Vec<String>), String> {
    from_event(&events::event_of(text)?, name, "security")
}

/// A project without watchers.
fn project(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("scaffold").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("watchers")).unwrap();
    fs::create_dir_all(root.join("tests/events")).unwrap();
    let config = "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n";
    fs::write(root.join("account-watcher.toml"), config).unwrap();
    root
}

/// What is wrong with a new watcher; empty: nothing.
fn faults(root: &Path, what: &str, draft: &Draft) -> Vec<String> {
    let event = root.join(format!("tests/events/{}.json", draft.name));
    fs::write(&event, &draft.event).unwrap();
    let elsewhere = Elsewhere {
        config: None,
        unsaved: [(format!("watchers/{}.toml", draft.name), draft.watcher.clone())].into(),
    };
    let options = Options { today: date(2026, 1, 12), region: None };
    let (project, findings) = lint_with(root, &options, &elsewhere);
    fs::remove_file(event).unwrap();
    let findings = findings.iter().filter(|finding| finding.severity > Level::Note);
    let mut faults: Vec<String> = findings.map(|finding| format!("{what}: {finding}")).collect();
    let Some(file) = project.watcher(&draft.name) else {
        faults.push(format!("{what}: no watcher"));
        return faults;
    };
    if !draft.watcher.contains("\nmessage = ") {
        faults.push(format!("{what}: the test has no message"));
    }
    for test in &file.tests {
        for failure in run(file, &project.config, test, date(2026, 1, 12)) {
            faults.push(format!("{what}: {}: {failure:?}", test.name));
        }
        if test.message.as_ref().is_some_and(|text| text.contains("(none)")) {
            faults.push(format!("{what}: {:?}", test.message));
        }
    }
    faults
}

/// All that the catalog knows, as `watcher new` is asked for it.
fn targets() -> Vec<(String, Target)> {
    let services = Catalog::get().services().iter();
    let calls = services
        .flat_map(|service| service.calls.iter().map(|call| format!("{}:{}", service.prefix(), call.name)));
    let calls = calls.map(|text| {
        let target = Target::calls(&text).unwrap();
        (text, target)
    });
    let native = Native::get();
    let events = native.sources().flat_map(|source| {
        native.of(source).unwrap().iter().map(move |event| format!("{source}:{}", event.detail_type))
    });
    let events = events.map(|text| {
        let target = Target::native(&text).unwrap();
        (text, target)
    });
    calls.chain(events).collect()
}

fn check(targets: &[(String, Target)], name: &str) {
    let work = |index: usize, targets: &[(String, Target)]| {
        let root = project(&format!("{name}-{index}"));
        let faults = |(what, target): &(String, Target)| faults(&root, what, &target.draft(None, "security"));
        targets.iter().flat_map(faults).collect::<Vec<_>>()
    };
    let faults: Vec<String> = thread::scope(|scope| {
        let chunks = targets.chunks(targets.len().div_ceil(4)).enumerate();
        let running: Vec<_> = chunks.map(|(index, chunk)| scope.spawn(move || work(index, chunk))).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Any JSON, with keys that records have and others.
fn json() -> impl Strategy<Value = Value> {
    let text =
        prop_oneof!["\\PC{0,12}", "[0-9]{12}", "[A-Z]{4}[A-Z0-9]{16}", "[a-z.:@/-]{0,30}", "[0-9.:/]{0,20}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    let key = prop_oneof![
        "[a-zA-Z]{1,12}",
        "\\PC{0,5}",
        "(bucketName|arn|userName|id|password|a\nb|x'y|userIdentity)"
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(key.clone(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever was recorded, its watcher is one, or it is said why there is none.
    #[test]
    fn any_record_makes_a_watcher_or_an_error(
        name in "[A-Z][a-zA-Z0-9]{0,20}|\\PC{0,20}",
        service in "(s3|ec2|iam|unknown|\\PC{0,5})",
        request in json(),
        response in json(),
        identity in json(),
    ) {
        let record = serde_json::json!({
            "eventSource": format!("{service}.amazonaws.com"), "eventName": name, "awsRegion": "eu-west-1",
            "userIdentity": identity, "requestParameters": request, "responseElements": response,
        });
        if let Ok((draft, _)) = from_recorded(&record.to_string(), Some("x")) {
            let root = project("any-record");
            let faults = faults(&root, "x", &draft);
            // What the lints think of strange names is another matter; but there must be a watcher.
            prop_assert!(!faults.iter().any(|fault| fault.contains("no watcher")), "{faults:#?}\n{}", draft.watcher);
        }
        let native = serde_json::json!({"source": service, "detail-type": name, "detail": {"a": request}});
        if let Ok((draft, _)) = from_recorded(&native.to_string(), Some("x")) {
            let root = project("any-record");
            let faults = faults(&root, "x", &draft);
            prop_assert!(!faults.iter().any(|fault| fault.contains("no watcher")), "{faults:#?}\n{}", draft.watcher);
        }
        let _ = from_recorded(&request.to_string(), None);
        let _ = from_event(&request.to_string(), None, "security");
    }
}

/// Names of AWS have no braces, but what was recorded may say anything.
#[test]
fn a_service_whose_name_looks_like_a_template_makes_a_watcher() {
    let record = serde_json::json!({
        "eventSource": "{{.amazonaws.com", "eventName": "A", "awsRegion": "eu-west-1",
        "userIdentity": null, "requestParameters": null, "responseElements": null,
    });
    let (draft, _) = from_recorded(&record.to_string(), Some("x")).unwrap();
    let faults = faults(&project("braces"), "x", &draft);
    assert!(!faults.iter().any(|fault| fault.contains("no watcher")), "{faults:#?}\n{}", draft.watcher);
}

#[test]
fn one_of_many_is_clean() {
    let targets: Vec<_> = targets().into_iter().step_by(53).collect();
    assert!(targets.len() > 300, "{}", targets.len());
    check(&targets, "sample");
}

#[test]
#[ignore = "takes minutes; a sample of them is always made"]
fn all_are_clean() {
    check(&targets(), "all");
}

/// These have more to be read than their siblings, which a sample may miss.
#[test]
fn what_is_named_in_two_ways_is_read_in_both() {
    let call = |service: &str, call: &str| {
        let asked = format!("{service}:{call}");
        (asked.clone(), Target::calls(&asked).unwrap())
    };
    let either = shapes::either().iter();
    let targets: Vec<_> =
        either.flat_map(|either| either.calls.iter().map(|name| call(either.service, name))).collect();
    assert!(targets.len() > 5);
    check(&targets, "either");
}

#[test]
fn every_name_of_the_sdks_and_the_cli_is_understood() {
    let catalog = Catalog::get();
    assert!(catalog.sdk_names().count() > 200);
    let names = |sources: &[&str]| -> Vec<String> {
        sources.iter().map(|source| source.trim_end_matches(".amazonaws.com").to_owned()).collect()
    };
    for name in catalog.sdk_names() {
        let right: Vec<&str> = catalog.of_sdk_name(name).to_vec();
        for source in &right {
            assert!(catalog.service(source).is_some(), "{name}: {source}");
        }
        let Some(call) = catalog.service(right[0]).unwrap().calls.iter().find(|call| {
            right.iter().all(|source| catalog.service(source).unwrap().call(call.name).is_some())
        }) else {
            continue; // no call at all
        };
        match Target::calls(&format!("{name}:{}", call.name)) {
            Ok(target) => {
                let made = target.draft(None, "security").watcher;
                let known = catalog.service(&format!("{name}.amazonaws.com")).or_else(|| {
                    catalog
                        .often_wrong(&format!("{name}.amazonaws.com"))
                        .and_then(|right| catalog.service(right))
                });
                let own = known.filter(|service| service.call(call.name).is_some());
                let source = own.map_or(right[0], |service| service.event_source);
                assert!(made.contains(&format!("\"{source}\"")), "{name}: {made}");
            }
            Err(error) => {
                assert!(right.len() > 1, "{name}: {error}");
                for source in names(&right) {
                    assert!(error.contains(&format!("`{source}`")), "{name}: {error}");
                }
            }
        }
    }
}

/// A record of a call by Alice.
fn record(source: &str, event_source: &str, name: &str, kind: &str) -> Value {
    serde_json::json!({
        "version": "0", "id": "aaaaaaa1-5555-4666-8777-888888888888", "detail-type": format!("{kind} via CloudTrail"),
        "source": source, "account": "123456789012", "time": "2026-01-12T08:31:00Z", "region": "eu-west-1", "resources": [],
        "detail": {
            "eventVersion": "1.11", "eventTime": "2026-01-12T08:31:00Z", "eventSource": event_source, "eventName": name,
            "awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.10", "userAgent": "aws-cli/2.31.0",
            "userIdentity": {
                "type": "IAMUser", "principalId": "AIDAEXAMPLE", "arn": "arn:aws:iam::123456789012:user/alice",
                "accountId": "123456789012", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "alice",
            },
            "requestParameters": {"name": "thing"}, "responseElements": null, "requestID": "r1",
            "eventID": "00000001-1111-4222-8333-444444444444", "readOnly": false, "eventType": "AwsApiCall",
            "managementEvent": true, "recipientAccountId": "123456789012", "eventCategory": "Management",
        },
    })
}

fn sent(source: &str, detail_type: &str) -> Value {
    serde_json::json!({
        "version": "0", "id": "aaaaaaa1-5555-4666-8777-888888888889", "detail-type": detail_type, "source": source,
        "account": "123456789012", "time": "2026-01-12T08:31:00Z", "region": "eu-west-1", "resources": [],
        "detail": {"state": "FAILED", "jobId": "1"},
    })
}

/// What stands in a recorded event is right, whatever the catalog knows: a comment allows what the linter would find.
#[test]
fn what_was_recorded_is_allowed() {
    let root = project("allowed");
    let call = "AWS API Call";
    let unknown = |name| format!("# allow: {name} — it was recorded, and the catalog does not know it\n");
    let so = |name| format!("# allow: {name} — it was recorded so\n");
    let cases = [
        ("a known event", sent("aws.backup", "Copy Job State Change"), vec![]),
        ("a newer event", sent("aws.backup", "Tape Job State Change"), vec![unknown("unknown-native-event")]),
        (
            "a slip of a known one",
            sent("aws.backup", "Copy Job Stat Change"),
            vec![unknown("unknown-native-event")],
        ),
        (
            "a service's first event",
            sent("aws.ponder", "Ponder Job State Change"),
            vec![unknown("unknown-native-event")],
        ),
        ("a known call", record("aws.s3", "s3.amazonaws.com", "DeleteBucket", call), vec![]),
        (
            "a newer call",
            record("aws.s3", "s3.amazonaws.com", "PonderBucket", call),
            vec![unknown("unknown-event-name")],
        ),
        (
            "a slip of a call",
            record("aws.s3", "s3.amazonaws.com", "DeletBucket", call),
            vec![unknown("unknown-event-name")],
        ),
        (
            "an IAM action",
            record("aws.iam", "iam.amazonaws.com", "PassRole", call),
            vec![unknown("unknown-event-name")],
        ),
        (
            "a newer service",
            record("aws.ponder", "ponder.amazonaws.com", "CreatePond", call),
            vec![unknown("unknown-event-source")],
        ),
        (
            "a source without known calls",
            record("aws.expertq", "expertq.amazonaws.com", "AskExpert", call),
            vec![],
        ),
        (
            "a call that the service made itself",
            record("aws.s3", "s3.amazonaws.com", "DeleteBucket", "AWS Service Event"),
            vec![so("wrong-detail-type")],
        ),
        (
            "an event source of another source",
            record("aws.rds", "cloudsearch.amazonaws.com", "CreateDomain", call),
            vec![so("source-mismatch")],
        ),
    ];
    for (what, event, comments) in cases {
        let (draft, _) = from_recorded(&event.to_string(), None).unwrap();
        assert_eq!(faults(&root, what, &draft), Vec::<String>::new(), "{}", draft.watcher);
        for comment in &comments {
            assert!(draft.watcher.contains(comment), "{what}: {comment}{}", draft.watcher);
        }
        assert_eq!(draft.watcher.contains("# allow:"), !comments.is_empty(), "{what}: {}", draft.watcher);
    }
}
