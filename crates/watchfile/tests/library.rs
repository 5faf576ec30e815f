//! What holds for each shipped watcher, also for those that are switched off.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use watcher::{Delivery, Event, STANDARD_VARIABLES, Severity, Target, Watchers};
use watchfile::{Project, TestCase, WatcherFile, load};

const TODAY: Date = date(2026, 1, 12);

fn library() -> Project {
    load(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")).0
}

/// Where the standard variables come from.
const STANDARD_PATHS: [&str; 5] = [
    "detail.userIdentity.arn",
    "detail.userIdentity.type",
    "detail.sourceIPAddress",
    "detail.errorCode",
    "detail.errorMessage",
];

#[test]
fn no_field_repeats_a_standard_variable() {
    for file in library().files {
        for field in &file.watcher.fields {
            let first = serde_json::to_value(&field.paths[0]).unwrap();
            let steps = first.as_array().into_iter().flatten().map(|step| step.as_str().unwrap_or("*"));
            let path = steps.collect::<Vec<_>>().join(".");
            let repeats = STANDARD_VARIABLES.contains(&field.name.as_str());
            assert!(
                !repeats && !STANDARD_PATHS.contains(&path.as_str()),
                "{}: `{}` is a standard variable",
                file.watcher.name,
                field.name
            );
        }
    }
}

/// Watchers of calls whose failure is what they are about, or that report whoever calls.
const ABOUT_ANY_OUTCOME: [(&str, &str); 4] = [
    ("root-api-call", "the root user's presence is the news"),
    ("unauthorized-api-call", "denied calls are what it counts"),
    ("account-watcher-role-used", "that somebody else has the role is the news"),
    ("account-watcher-changed", "whoever works on the stack itself, with whatever result"),
];

/// Failures that change nothing and mean nothing: the resource is not there, a limit, a dry run, no capacity.
const NOISE: [&str; 9] = [
    "ThrottlingException",
    "Client.RequestLimitExceeded",
    "NoSuchEntityException",
    "TrailNotFoundException",
    "ResourceNotFoundException",
    "Client.DryRunOperation",
    "LimitExceededException",
    "Server.InsufficientInstanceCapacity",
    "ValidationException",
];

/// The one rule of failures: a success alerts at its severity. A denied attempt at something grave alerts too, says in
/// its title that it was denied, and is one step less bad. Other failures are silent.
#[test]
fn a_denied_attempt_at_something_grave_is_told_and_other_failures_are_silent() {
    let project = library();
    let mut attempts = 0;
    for file in &project.files {
        let name = file.watcher.name.as_str();
        if ABOUT_ANY_OUTCOME.iter().any(|(other, _)| *other == name) {
            continue;
        }
        let worst = file.watcher.cases.iter().map(|case| case.severity).chain([file.watcher.severity]).max();
        let watchers = Watchers::new(project.config.clone(), vec![file.watcher.clone()]);
        for test in file.tests.iter().filter(|test| test.matches && test.ignored != Some(true)) {
            if test.event["detail-type"] != "AWS API Call via CloudTrail"
                || !test.event["detail"]["errorCode"].is_null()
            {
                continue;
            }
            let told = |code: Option<&str>, answer: Value| {
                let mut event = test.event.clone();
                event["detail"]["responseElements"] = answer;
                if let Some(code) = code {
                    event["detail"]["errorCode"] = code.into();
                }
                let mut matches = watchers.deliveries(event.to_string().as_bytes(), TODAY).unwrap();
                matches.pop().and_then(|mut found| found.deliveries.pop())
            };
            let context = format!("{name}: {}", test.name);
            // What only the answer says, a failed call does not say.
            if told(None, Value::Null).is_none() {
                continue;
            }
            for code in NOISE {
                assert!(told(Some(code), Value::Null).is_none(), "{context}: {code} is told");
            }
            let is_ec2 = test.event["source"] == "aws.ec2";
            let denials = if is_ec2 {
                ["Client.UnauthorizedOperation", "UnauthorizedOperation"]
            } else {
                ["AccessDenied", "AccessDeniedException"]
            };
            let success = told(None, test.event["detail"]["responseElements"].clone()).unwrap();
            for code in denials {
                let denied = told(Some(code), Value::Null);
                assert_eq!(denied.is_some(), file.watcher.attempt.is_some(), "{context}: {code}");
                let Some(denied) = denied else {
                    assert!(worst < Some(Severity::High), "{context}: a denied attempt is silent");
                    continue;
                };
                attempts += 1;
                assert!(denied.title.ends_with("was denied"), "{context}: {}", denied.title);
                assert_eq!(denied.severity, success.severity.lower(), "{context}");
            }
        }
    }
    assert!(attempts > 100, "{attempts}");
}

/// A denied call often says nothing of what it asked for. That is not a reason to take it for the harmless case.
#[test]
fn a_denied_attempt_without_its_parameters_is_not_played_down() {
    let project = library();
    let (mut seen, mut wrong) = (0, BTreeSet::<String>::new());
    for file in project.files.iter().filter(|file| file.watcher.attempt.is_some()) {
        for test in file.tests.iter().filter(|test| test.matches && test.ignored != Some(true)) {
            let mut event = test.event.clone();
            event["detail"]["errorCode"] = "AccessDenied".into();
            event["detail"]["requestParameters"] = Value::Null;
            event["detail"]["responseElements"] = Value::Null;
            let Some(denied) = told(&project, file, &event) else { continue };
            if denied.severity < file.watcher.severity.lower() {
                wrong.insert(format!("{}: {}: {:?}", file.watcher.name, test.name, denied.severity));
            }
            seen += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 100, "{seen}");
}

/// What a watcher says of an event; none if it is silent.
fn told(project: &Project, file: &WatcherFile, event: &Value) -> Option<Delivery> {
    let watchers = Watchers::new(project.config.clone(), vec![file.watcher.clone()]);
    let mut matches = watchers.deliveries(event.to_string().as_bytes(), TODAY).unwrap();
    matches.pop().and_then(|mut found| (!found.deliveries.is_empty()).then(|| found.deliveries.remove(0)))
}

/// All events of the tests that are reported.
fn for_each_told(mut check: impl FnMut(&Project, &WatcherFile, &TestCase, Delivery)) {
    let project = library();
    for file in &project.files {
        for test in file.tests.iter().filter(|test| test.matches) {
            if let Some(delivery) = told(&project, file, &test.event) {
                check(&project, file, test, delivery);
            }
        }
    }
}

#[test]
fn every_alert_of_a_call_says_from_where_below_it() {
    for_each_told(|project, file, test, delivery| {
        let is_call = !test.event["detail"]["userIdentity"]["type"].is_null();
        let has_address = test.event["detail"]["sourceIPAddress"].is_string();
        let origin = delivery.facts.origin.clone().unwrap_or_default();
        let context = format!("{}: {}", file.watcher.name, test.name);
        assert_eq!(is_call && has_address, !origin.is_empty(), "{context}");
        for name in delivery_channels(file) {
            let payload = format!("{:?}", project.config.channels[name].kind().payload(&delivery));
            assert!(payload.contains(&origin), "{context}: {name}");
        }
    });
}

fn delivery_channels(file: &WatcherFile) -> impl Iterator<Item = &String> {
    file.watcher.channels.iter()
}

/// Whoever is woken has to know what to do.
#[test]
fn every_grave_alert_says_what_to_do_next() {
    let mut without = BTreeSet::<String>::new();
    for_each_told(|_, file, _, delivery| {
        if delivery.severity >= Severity::High && !delivery.message.contains("Next:") {
            without.insert(file.watcher.name.clone());
        }
    });
    assert!(without.is_empty(), "{without:#?}");
}

/// Replaces each text that is the whole internet, and tells whether there was one.
fn replace_world(value: &mut Value, by: &str) -> bool {
    match value {
        Value::String(text) if text == "0.0.0.0/0" => {
            by.clone_into(text);
            true
        }
        Value::Array(values) => {
            values.iter_mut().fold(false, |found, value| replace_world(value, by) | found)
        }
        Value::Object(entries) => {
            entries.values_mut().fold(false, |found, value| replace_world(value, by) | found)
        }
        _ => false,
    }
}

/// Of every watcher whose tests have an open address range: whatever opens it is said in the same words and as loud.
#[test]
fn the_internet_is_open_in_whatever_way_it_is_written() {
    let project = library();
    let mut seen = BTreeSet::new();
    for file in &project.files {
        for test in file.tests.iter().filter(|test| test.matches && test.ignored != Some(true)) {
            let mut event = test.event.clone();
            if !replace_world(&mut event["detail"]["requestParameters"], "0.0.0.0/0") {
                continue;
            }
            let Some(expected) = told(&project, file, &event) else { continue };
            for cidr in ["1.2.3.4/0", "0.0.0.0/1", "128.0.0.0/1", "0::/0"] {
                let mut event = test.event.clone();
                replace_world(&mut event["detail"]["requestParameters"], cidr);
                let context = format!("{}: {}: {cidr}", file.watcher.name, test.name);
                let got = told(&project, file, &event).unwrap_or_else(|| panic!("{context}: silent"));
                assert_eq!(
                    (got.title, got.severity),
                    (expected.title.clone(), expected.severity),
                    "{context}"
                );
            }
            seen.insert(file.watcher.name.as_str());
        }
    }
    for name in [
        "ec2-security-group-opened",
        "ec2-network-acl-entry-changed",
        "ec2-prefix-list-opened",
        "eks-cluster-config-changed",
    ] {
        assert!(seen.contains(name), "no test of {name} has an open range: {seen:?}");
    }
}

/// The policies in a value, as text or as an object.
fn replace_policies(value: &mut Value, by: &Value) -> bool {
    let is_policy = |value: &Value| value.get("Statement").is_some();
    match value {
        Value::String(text) if serde_json::from_str::<Value>(text).is_ok_and(|value| is_policy(&value)) => {
            *text = by.to_string();
            true
        }
        value if is_policy(value) => {
            *value = by.clone();
            true
        }
        Value::Array(values) => {
            values.iter_mut().fold(false, |found, value| replace_policies(value, by) | found)
        }
        Value::Object(entries) => {
            entries.values_mut().fold(false, |found, value| replace_policies(value, by) | found)
        }
        _ => false,
    }
}

/// Policies that say what to keep people from, and not whom to let in.
const NOT_OF_ACCESS: [&str; 6] = [
    "organizations-policy-changed",
    "sso-permission-set-changed",
    "iam-inline-policy-set",
    "iam-policy-created",
    "iam-policy-version-created",
    "sts-federation-token-issued",
];

#[test]
fn a_policy_that_lets_everybody_in_is_said_in_the_title_and_louder() {
    let project = library();
    let policy = |principal: &Value| {
        json!({"Version": "2012-10-17",
               "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "*", "Resource": "*"}]})
    };
    let (mut seen, mut silent) = (0, Vec::<String>::new());
    for file in project.files.iter().filter(|file| !NOT_OF_ACCESS.contains(&file.watcher.name.as_str())) {
        for test in file.tests.iter().filter(|test| test.matches && test.ignored != Some(true)) {
            let with = |principal: Value| {
                let mut event = test.event.clone();
                replace_policies(&mut event["detail"]["requestParameters"], &policy(&principal))
                    .then_some(event)
            };
            let Some(open) = with(json!({"AWS": "*"})) else { continue };
            let own = with(json!({"AWS": "arn:aws:iam::123456789012:root"})).unwrap();
            let context = format!("{}: {}", file.watcher.name, test.name);
            let (Some(open), Some(own)) = (told(&project, file, &open), told(&project, file, &own)) else {
                continue;
            };
            let is_said = ["public", "everybody"].iter().any(|word| open.title.contains(word));
            if !is_said || open.title == own.title || open.severity <= own.severity {
                silent.push(format!("{context}: {}", open.title));
            }
            seen += 1;
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
    assert!(seen > 8, "{seen}");
}

/// Makes all other accounts our own one.
fn come_home(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.contains("210987654321") => {
            *text = text.replace("210987654321", "123456789012");
            true
        }
        Value::Array(values) => values.iter_mut().fold(false, |found, value| come_home(value) | found),
        Value::Object(entries) => entries.values_mut().fold(false, |found, value| come_home(value) | found),
        _ => false,
    }
}

#[test]
fn our_own_account_is_not_another_account() {
    let project = library();
    let elsewhere = ["another account", "from outside", "to others"];
    let (mut seen, mut wrong) = (0, BTreeSet::<String>::new());
    for file in &project.files {
        for test in file.tests.iter().filter(|test| test.matches) {
            let mut event = test.event.clone();
            if !come_home(&mut event["detail"]["requestParameters"]) {
                continue;
            }
            come_home(&mut event["detail"]["responseElements"]);
            let Some(delivery) = told(&project, file, &event) else { continue };
            let text = format!("{}\n{}", delivery.title, delivery.message);
            if elsewhere.iter().any(|words| text.contains(words)) {
                wrong.insert(format!("{}: {}: {text}", file.watcher.name, test.name));
            }
            seen += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 8, "{seen}");
}

/// What AWS does by itself and is reported all the same.
const TOLD_OF_AWS: [(&str, &str); 2] = [
    ("iam-key-quarantined", "AWS itself says that a key is public"),
    ("ec2-large-instance-started", "Auto Scaling starts what somebody made it start"),
];

/// The callers that are AWS itself.
fn aws_itself() -> [Value; 3] {
    [
        json!({"type": "AWSService", "invokedBy": "delivery.logs.amazonaws.com"}),
        json!({"type": "AssumedRole", "invokedBy": "inspector2.amazonaws.com",
               "arn": "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForAmazonInspector2/Inspector"}),
        json!({"type": "AssumedRole", "invokedBy": "backup.amazonaws.com",
               "arn": "arn:aws:sts::123456789012:assumed-role/AWSBackupDefaultServiceRole/AWSBackup"}),
    ]
}

#[test]
fn what_aws_does_by_itself_is_no_alert_of_any_watcher() {
    let (mut seen, mut loud) = (0, BTreeSet::<String>::new());
    for_each_told(|project, file, test, _| {
        let name = file.watcher.name.as_str();
        if test.event["detail-type"] != "AWS API Call via CloudTrail"
            || TOLD_OF_AWS.iter().any(|(other, _)| *other == name)
        {
            return;
        }
        for identity in aws_itself() {
            let mut event = test.event.clone();
            event["detail"]["userIdentity"] = identity;
            if told(project, file, &event).is_some() {
                loud.insert(format!("{name}: {}", test.name));
            }
            seen += 1;
        }
    });
    assert!(loud.is_empty(), "{loud:#?}");
    assert!(seen > 300, "{seen}");
}

/// Watchers to which a deployment is not news, each with its reason in its file.
const NOT_OF_DEPLOYMENTS: [&str; 4] =
    ["cloudformation-stack-deleted", "iam-role-created", "kms-grant-created", "root-api-call"];

#[test]
fn a_persons_deployment_is_told_and_says_through_what() {
    let (mut seen, mut silent) = (0, BTreeSet::<String>::new());
    for_each_told(|project, file, test, _| {
        let name = file.watcher.name.as_str();
        let is_service = test.event["detail"]["userIdentity"]["type"] == "AWSService";
        let is_call = test.event["detail-type"] == "AWS API Call via CloudTrail";
        if !is_call || is_service || NOT_OF_DEPLOYMENTS.contains(&name) {
            return;
        }
        let mut event = test.event.clone();
        event["detail"]["userIdentity"]["invokedBy"] = "cloudformation.amazonaws.com".into();
        event["detail"]["sourceIPAddress"] = "cloudformation.amazonaws.com".into();
        let origin = told(project, file, &event).and_then(|delivery| delivery.facts.origin);
        if !origin.is_some_and(|origin| origin.starts_with("through CloudFormation")) {
            silent.insert(format!("{name}: {}", test.name));
        }
        seen += 1;
    });
    assert!(silent.is_empty(), "{silent:#?}");
    assert!(seen > 100, "{seen}");
}

#[test]
fn alerts_say_what_was_done_and_not_what_the_call_is_called() {
    let mut wrong = BTreeSet::<String>::new();
    for_each_told(|_, file, test, delivery| {
        let name = file.watcher.name.as_str();
        let call = test.event["detail"]["eventName"].as_str().unwrap_or_default();
        let is_call = !call.is_empty() && test.event["detail"]["userIdentity"].is_object();
        if !is_call || ABOUT_ANY_OUTCOME.iter().any(|(other, _)| *other == name) {
            return;
        }
        if delivery.title.contains(call) || delivery.message.contains(&format!("called {call}")) {
            wrong.insert(format!("{name}: {}", test.name));
        }
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Who is called at night reads what to do, not only what happened.
#[test]
fn every_alert_from_medium_on_says_what_to_do() {
    let project = library();
    let (mut seen, mut wrong) = (0, BTreeSet::new());
    for file in &project.files {
        for test in file.tests.iter().filter(|test| test.matches && test.ignored != Some(true)) {
            let Some(told) = told(&project, file, &test.event) else { continue };
            if told.severity >= Severity::Medium {
                seen += 1;
                if !told.message.contains("\nNext: ") {
                    wrong.insert(format!("{}: {}", file.watcher.name, test.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 400, "{seen}");
}

/// Watchers whose alerts are about something else than the resource that their event names, and what that is.
const ABOUT_SOMETHING_ELSE: [(&str, &str); 1] =
    [("cost-anomaly-detected", "a service of an account costs more; the monitor has only found it")];

/// The person on call must not have to open CloudTrail to learn which one it is.
#[test]
fn every_alert_names_its_resource_where_the_event_has_it() {
    let project = library();
    let (mut seen, mut wrong, mut needed) = (0, Vec::new(), BTreeSet::new());
    for file in &project.files {
        for test in file.tests.iter().filter(|test| test.matches && test.ignored != Some(true)) {
            let Some(told) = told(&project, file, &test.event) else { continue };
            let event = Event::parse(test.event.to_string().as_bytes()).unwrap();
            let Some(target) = Target::of(&event) else { continue };
            seen += 1;
            let text = format!("{}\n{}", told.title, told.message);
            // What an ARN ends with, without the id that AWS put behind the name.
            let parts = |name: &str| name.split([':', '/']).map(str::to_owned).collect::<Vec<_>>();
            let is_named = |name: &String| {
                let parts = parts(name);
                let last = parts.iter().rev().take(2).filter(|part| part.len() > 2);
                text.contains(name.as_str()) || last.into_iter().any(|part| text.contains(part.as_str()))
            };
            if !target.names.iter().any(is_named) {
                let name = file.watcher.name.as_str();
                match ABOUT_SOMETHING_ELSE.iter().find(|(other, _)| *other == name) {
                    Some((other, _)) => _ = needed.insert(*other),
                    None => wrong.push(format!("{name}: {}: {:?}\n{text}\n", test.name, target.names)),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} do not:\n{}", wrong.len(), wrong.join("\n"));
    for (name, _) in ABOUT_SOMETHING_ELSE {
        assert!(needed.contains(name), "{name} names its resource: it needs no exception");
    }
    assert!(seen > 400, "{seen}");
}
