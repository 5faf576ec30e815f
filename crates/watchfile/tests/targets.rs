//! What the rule of `{{target}}` finds: of all calls in the catalog that change something, by the parameters that AWS's models
//! list, and of the fixtures.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use aws_facts::catalog::{Call, Catalog, Part, Service};
use aws_facts::parameters::{self, Kind};
use serde_json::{Map, Value, json};
use watcher::{Event, Target};

/// An event of the call in which every parameter says its own name.
fn event(service: &Service, call: &Call, failed: bool) -> Event {
    let part = |part: Part| -> Value {
        let keys = call.keys(part).unwrap_or_default();
        let mut object = Map::new();
        for key in keys.iter().filter(|key| !key.contains('.')) {
            let inner = keys.iter().filter_map(|path| path.strip_prefix(&format!("{key}.")));
            let inner: Map<String, Value> = inner.map(|inner| (inner.to_owned(), inner.into())).collect();
            object.insert(
                (*key).to_owned(),
                if inner.is_empty() { value(service, part, key) } else { inner.into() },
            );
        }
        object.into()
    };
    let detail = json!({
        "eventSource": service.event_source,
        "eventName": call.name,
        "requestParameters": part(Part::Request),
        "responseElements": if failed { Value::Null } else { part(Part::Response) },
    });
    let event =
        json!({"source": service.source(), "detail-type": "AWS API Call via CloudTrail", "detail": detail});
    Event::parse(event.to_string().as_bytes()).unwrap()
}

fn value(service: &Service, part: Part, key: &str) -> Value {
    match parameters::of(service.prefix(), part, key) {
        Some(Kind::Number) => 1.into(),
        Some(Kind::Boolean) => true.into(),
        Some(Kind::Json) => "{\"Statement\": []}".into(),
        Some(Kind::List) => json!([key]),
        Some(Kind::Object | Kind::Objects | Kind::Body) => json!({}),
        Some(Kind::Text | Kind::Name) | None => key.into(),
    }
}

fn changing() -> impl Iterator<Item = (&'static Service, &'static Call)> {
    let services = Catalog::get().services().iter();
    services
        .flat_map(|service| service.calls.iter().map(move |call| (service, call)))
        .filter(|(_, call)| !call.is_read_only() && !call.is_data_event())
        .filter(|(_, call)| call.keys(Part::Request).is_some_and(|keys| !keys.is_empty()))
}

#[test]
fn most_calls_that_change_something_name_what() {
    let (mut all, mut named, mut named_when_failed) = (0, 0, 0);
    let mut without: BTreeMap<&str, usize> = BTreeMap::new();
    for (service, call) in changing() {
        all += 1;
        named_when_failed += usize::from(Target::of(&event(service, call, true)).is_some());
        if Target::of(&event(service, call, false)).is_some() {
            named += 1;
        } else {
            *without.entry(service.prefix()).or_default() += 1;
        }
    }
    println!("{named} of {all}, {named_when_failed} of them that failed");
    let share = |count: usize| count * 100 / all;
    assert!(
        all > 10_000 && share(named) >= 86 && share(named_when_failed) >= 84,
        "{named} {named_when_failed} of {all}: {without:?}"
    );
}

/// The services that most watchers are about.
#[test]
fn nearly_all_calls_of_the_services_that_are_watched_name_what() {
    let mut low = Vec::new();
    for (prefix, least) in [
        ("iam", 93),
        ("s3", 80),
        ("kms", 95),
        ("rds", 97),
        ("lambda", 95),
        ("ecs", 95),
        ("dynamodb", 90),
        ("sns", 70),
        ("sqs", 80),
        ("cloudtrail", 88),
        ("ec2", 79),
        ("secretsmanager", 95),
        ("organizations", 75),
        ("eks", 95),
        ("logs", 85),
    ] {
        let calls: Vec<_> = changing().filter(|(service, _)| service.prefix() == prefix).collect();
        let without: Vec<&str> = calls
            .iter()
            .filter(|(service, call)| Target::of(&event(service, call, true)).is_none())
            .map(|(_, call)| call.name)
            .collect();
        let share = (calls.len() - without.len()) * 100 / calls.len();
        if share < least {
            low.push(format!("{prefix}: {share} %, without: {without:?}"));
        }
    }
    assert!(low.is_empty(), "{low:#?}");
}

/// Who calls, what is secret, and what a text says.
#[test]
fn no_target_is_a_secret_a_caller_or_a_text() {
    const NEVER: [&str; 9] = [
        "password",
        "token",
        "accesskey",
        "policydocument",
        "message",
        "description",
        "caller",
        "clientrequest",
        "payload",
    ];
    // The thing itself: a key, a token or a document that is made, changed or deleted.
    let is_the_thing = |call: &str, target: &str| {
        let bare = |text: &str| text.to_ascii_lowercase().replace(['-', '_'], "");
        let target = bare(target);
        let stem = ["identifiers", "identifier", "names", "name", "arns", "arn", "ids", "id"]
            .iter()
            .find_map(|end| target.strip_suffix(end));
        stem.is_some_and(|stem| bare(call).contains(stem.trim_end_matches('s')))
    };
    let mut wrong = Vec::new();
    for (service, call) in changing() {
        for failed in [true, false] {
            for name in
                Target::of(&event(service, call, failed)).map(|target| target.names).unwrap_or_default()
            {
                let lower = name.to_ascii_lowercase();
                if NEVER.iter().any(|word| lower.contains(word)) && !is_the_thing(call.name, &name) {
                    wrong.push(format!("{} {}: {name}", service.prefix(), call.name));
                }
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Each line of the tables is of a call that there is, and one of its parameters is one of the call's.
#[test]
fn the_tables_are_about_calls_that_there_are() {
    let catalog = Catalog::get();
    for (prefix, name, paths) in Target::CALLS {
        let service =
            catalog.service(&format!("{prefix}.amazonaws.com")).unwrap_or_else(|| panic!("{prefix}"));
        let fits = |call: &&Call| match name.strip_prefix('*') {
            Some(end) => call.name.ends_with(end),
            None => call.name == *name,
        };
        let calls: Vec<&Call> = service.calls.iter().filter(fits).collect();
        assert!(!calls.is_empty(), "{prefix}: {name}");
        for path in *paths {
            let path = path.split_once('=').map_or(*path, |(_, path)| path);
            let (part, path) =
                path.strip_prefix("response.").map_or((Part::Request, path), |path| (Part::Response, path));
            let first = path.split('.').next().unwrap();
            let has = |call: &&Call| {
                call.keys(part).unwrap_or_default().iter().any(|key| key.eq_ignore_ascii_case(first))
            };
            // Of a few calls it is not known what they have.
            let is_unknown = calls.iter().all(|call| call.keys(part).unwrap_or_default().is_empty());
            assert!(is_unknown || calls.iter().any(has), "{prefix}: {name}: {path}");
        }
    }
    for (prefix, keys) in Target::SUBJECTS {
        let service =
            catalog.service(&format!("{prefix}.amazonaws.com")).unwrap_or_else(|| panic!("{prefix}"));
        for key in *keys {
            let has = |call: &Call| {
                call.keys(Part::Request).unwrap_or_default().iter().any(|own| own.eq_ignore_ascii_case(key))
            };
            assert!(service.calls.iter().any(has), "{prefix}: {key}");
        }
    }
}
