//! Which calls can change this stack, and who reports them: `own_calls.toml` decides each write call of each service that
//! the stack uses, and this holds that the list is whole and true. A call that AWS adds comes with a new catalog, and
//! fails here until somebody has decided it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use aws_facts::catalog::{Call, Catalog, Part, Service};
use jiff::civil::date;
use serde_json::{Map, Value, json};
use watcher::Watchers;
use watchfile::load;

/// By it a call is reported that names nothing of the stack, whatever is called.
const OF_ANY_CALL: [&str; 2] = ["root-api-call", "unauthorized-api-call"];
const SELF_WATCH: &str = "account-watcher-changed";

/// Services behind the resource types of the template and the references of `account-watcher.toml`.
const SERVICES: [(&str, &str); 13] = [
    ("AWS::Serverless::Function", "lambda"),
    ("AWS::Lambda::", "lambda"),
    ("AWS::IAM::", "iam"),
    ("AWS::DynamoDB::", "dynamodb"),
    ("AWS::SQS::", "sqs"),
    ("AWS::SNS::", "sns"),
    ("AWS::Events::", "events"),
    ("AWS::CloudWatch::", "monitoring"),
    ("AWS::Logs::", "logs"),
    ("AWS::CloudFormation::", "cloudformation"),
    ("AWS::Chatbot::", "chatbot"),
    ("AWS::SSM::", "ssm"),
    ("AWS::SecretsManager::", "secretsmanager"),
];
/// Used without a resource of theirs: the stack itself, references to secrets, the key, the traces.
const BESIDES: [&str; 5] = ["cloudformation", "ssm", "secretsmanager", "kms", "xray"];

struct Decided {
    service: String,
    /// The watcher that tells, or why none does.
    by: Result<String, String>,
    /// The `detail` that names something of the stack, in all ways in which that can be done.
    named: Vec<Value>,
    calls: Vec<String>,
}

/// Those too that ship with `enabled = false`.
fn all_switched_on() -> Watchers {
    let project = load(&root()).0;
    Watchers::new(project.config, project.files.into_iter().map(|file| file.watcher).collect())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn decided() -> Vec<Decided> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/own_calls.toml");
    let table: BTreeMap<String, Vec<BTreeMap<String, Value>>> =
        toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut all = Vec::new();
    for (kind, entries) in table {
        for entry in entries {
            let text = |key: &str| entry.get(key).map(|value| value.as_str().unwrap().to_owned());
            let by = match kind.as_str() {
                "watched" => Ok(text("by").unwrap_or(SELF_WATCH.to_owned())),
                "left" => Err(text("because").unwrap()),
                other => panic!("{other} is neither watched nor left"),
            };
            let named = match entry.get("named") {
                None => vec![json!({})],
                Some(Value::Array(all)) => all.iter().map(parsed).collect(),
                Some(one) => vec![parsed(one)],
            };
            let calls = serde_json::from_value(entry["calls"].clone()).unwrap();
            all.push(Decided { service: text("service").unwrap(), by, named, calls });
        }
    }
    all
}

fn parsed(text: &Value) -> Value {
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}

fn service(name: &str) -> &'static Service {
    Catalog::get().service(&format!("{name}.amazonaws.com")).unwrap()
}

fn writes(service: &'static Service) -> impl Iterator<Item = &'static Call> {
    service.calls.iter().filter(|call| !call.is_read_only() && !call.is_data_event())
}

#[test]
fn every_write_call_of_every_service_of_the_stack_is_decided_once() {
    let template = fs::read_to_string(root().join("template.yaml")).unwrap();
    let mut services: BTreeSet<&str> = BESIDES.into();
    for kind in template.lines().filter_map(|line| line.trim().strip_prefix("Type: AWS::")) {
        let kind = format!("AWS::{kind}");
        let found = SERVICES.iter().find(|(prefix, _)| kind.starts_with(prefix));
        services.insert(found.unwrap_or_else(|| panic!("whose calls change a {kind}?")).1);
    }
    let mut times: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for name in &services {
        times.extend(writes(service(name)).map(|call| ((*name, call.name), 0)));
    }
    for entry in decided() {
        for name in &entry.calls {
            let call = service(&entry.service).call(name);
            let call = call.unwrap_or_else(|| panic!("{} has no call {name}", entry.service));
            let found = times.iter_mut().find(|((s, c), _)| *s == entry.service && *c == call.name);
            *found.unwrap_or_else(|| panic!("{} {name} does not write", entry.service)).1 += 1;
        }
    }
    assert!(times.len() > 500, "{} calls", times.len());
    let wrong: Vec<_> = times.into_iter().filter(|(_, times)| *times != 1).collect();
    assert!(wrong.is_empty(), "not decided, or more than once: {wrong:#?}");
}

#[test]
fn what_is_watched_is_told_by_one_watcher() {
    let watchers = all_switched_on();
    let mut wrong = Vec::new();
    for entry in decided() {
        let Ok(by) = &entry.by else { continue };
        let text = fs::read_to_string(root().join(format!("watchers/{by}.toml"))).unwrap();
        for name in &entry.calls {
            // The others need more than a name to match, and have tests of their own.
            if by != SELF_WATCH && !text.contains(&format!("\"{name}")) {
                wrong.push(format!("{} {name}: not in {by}", entry.service));
            }
            for named in entry.named.iter().filter(|_| by == SELF_WATCH) {
                let told = told(&watchers, &entry.service, name, named);
                if told != [by.as_str()] {
                    wrong.push(format!("{} {name} {named}: told by {told:?}, not by {by}", entry.service));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A call that is left is not told by the self-watch, whatever of the stack its parameters name: else the reason lies.
#[test]
fn what_is_left_is_not_told_by_the_self_watch() {
    let watchers = all_switched_on();
    let names = [
        "account-watcher",
        "account-watcher-X-1A2B3C4D5E6F",
        "arn:aws:iam::123456789012:role/account-watcher-X",
    ];
    for entry in decided().iter().filter(|entry| entry.by.is_err()) {
        for name in &entry.calls {
            let keys = service(&entry.service).call(name).unwrap().keys(Part::Request).unwrap_or_default();
            for value in names {
                let parameters: Map<String, Value> =
                    keys.iter().map(|key| ((*key).to_owned(), json!(value))).collect();
                let told = told(&watchers, &entry.service, name, &json!({ "requestParameters": parameters }));
                assert!(!told.contains(&SELF_WATCH), "{} {name} is told: {:?}", entry.service, entry.by);
            }
        }
    }
}

/// By which watchers an administrator's call is reported.
fn told<'a>(watchers: &'a Watchers, service: &str, call: &str, named: &Value) -> Vec<&'a str> {
    let mut detail = json!({
        "eventSource": format!("{service}.amazonaws.com"),
        "eventName": call,
        "eventType": "AwsApiCall",
        "eventID": "00000041-1111-4222-8333-444444444444",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "198.51.100.23",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::123456789012:assumed-role/Admin/bob@example.com",
            "sessionContext": {
                "sessionIssuer": { "type": "Role", "arn": "arn:aws:iam::123456789012:role/Admin", "userName": "Admin" },
            },
        },
    });
    detail.as_object_mut().unwrap().extend(named.as_object().unwrap().clone());
    let event = json!({
        "id": "aaaaaa41-5555-4666-8777-888888888888",
        "detail-type": "AWS API Call via CloudTrail",
        "source": format!("aws.{service}"),
        "account": "123456789012",
        "time": "2026-01-12T09:41:00Z",
        "region": "eu-west-1",
        "detail": detail,
    });
    let matches = watchers.deliveries(event.to_string().as_bytes(), date(2026, 1, 12)).unwrap();
    let names = matches.iter().filter(|found| !found.deliveries.is_empty());
    names.map(|found| found.watcher.name.as_str()).filter(|name| !OF_ANY_CALL.contains(name)).collect()
}
