//! New watchers from a recorded event.

use serde_json::Value;

use crate::file::{Plan, Test, quoted};
use crate::json::Json;
use crate::shape;
use crate::subject::{self, Candidate, Field};
use crate::words::{self, Name};
use crate::{Draft, example, json_step, native, scrub, statement};
use aws_facts::catalog::{Call, Catalog, Part, Service};
use aws_facts::detail_types::API_CALL;

/// How many values a new watcher tells besides what it is about.
const OTHERS: usize = 3;

/// A new watcher from an EventBridge event; and what was replaced in it.
///
/// # Errors
/// Why the text is not one.
pub fn from_event(text: &str, name: Option<&str>, channel: &str) -> Result<(Draft, Vec<String>), String> {
    watcher::Event::parse(text.as_bytes()).map_err(|error| error.to_string())?;
    let event: Json = serde_json::from_str(text).map_err(|e| format!("this is not JSON: {e}"))?;
    Ok(match (event.text(&["detail", "eventSource"]), event.text(&["detail", "eventName"])) {
        (Some(_), Some(_)) if is_via_cloudtrail(&event) => of_record(&event, name, channel),
        _ => of_native(&event, name, channel),
    })
}

fn is_via_cloudtrail(event: &Json) -> bool {
    event.text(&["detail-type"]).is_some_and(|kind| kind.ends_with(" via CloudTrail"))
}

fn of_record(event: &Json, asked_name: Option<&str>, channel: &str) -> (Draft, Vec<String>) {
    let text = |name: &str| event.text(&["detail", name]).unwrap_or_default().to_owned();
    let (event_source, event_name) = (text("eventSource"), text("eventName"));
    let prefix = event_source.strip_suffix(".amazonaws.com").unwrap_or(&event_source);
    let detail_type = event.text(&["detail-type"]).unwrap_or(API_CALL).to_owned();
    let source = event.text(&["source"]).unwrap_or_default().to_owned();
    let call_name = Name::of(&event_name);
    let name = asked_name.map_or_else(|| crate::call::watcher_name(prefix, &call_name), str::to_owned);
    let (event, replaced) = scrub::scrub(event, &name);
    let service = Catalog::get().service(&event_source);
    let call = service.and_then(|service| service.call(&event_name));
    let is_api = detail_type == API_CALL;
    let failed =
        event.text(&["detail", "errorCode"]).is_some() || event.text(&["detail", "errorMessage"]).is_some();

    let requested = candidates(&event, Part::Request, service, call);
    let answered = if failed { Vec::new() } else { candidates(&event, Part::Response, service, call) };
    let is_whole = |subject: &subject::Subject| subject.words.len() == call_name.object.len();
    let subject = subject::subject(&call_name, &requested);
    let subject = if subject.as_ref().is_some_and(is_whole) {
        subject
    } else {
        subject::subject(&call_name, &answered).filter(|found| is_api && is_whole(found)).or(subject)
    };
    let others = subject::others(&call_name, subject.as_ref(), &requested, OTHERS);
    let mut fields: Vec<Field> = subject.iter().map(|subject| subject.field.clone()).chain(others).collect();
    subject::distinct(&mut fields);
    let others = &fields[usize::from(subject.is_some())..];
    // A template would read something else in braces.
    let is_silent = prefix == "signin" || prefix.contains("{{");
    let spoken = if is_silent { String::new() } else { aws_facts::names::service(prefix) };
    let statement = if is_api && !failed {
        statement::succeeded(&spoken, &call_name, subject.as_ref(), others)
    } else if is_api || prefix == "signin" {
        statement::any_outcome(&spoken, &call_name, &fields)
    } else {
        statement::by_service(&spoken, &call_name, &fields)
    };
    let statement = statement.without_missing(&event);
    let mut tests = Vec::new();
    if is_api && !failed {
        tests.push(Test {
            name: "a denied call".to_owned(),
            change: "denied = \"AccessDenied\"".to_owned(),
            matches: false,
        });
    }
    tests.push(match service {
        Some(service) => shape::another_call(service, std::slice::from_ref(&event_name)),
        None => Test {
            name: "another call".to_owned(),
            change: format!("with.detail.eventName = {}", quoted("AnotherCall")),
            matches: false,
        },
    });
    let used = |candidate: &&Candidate| !fields.iter().any(|field| field.paths == candidate.paths);
    let more =
        requested.iter().chain(&answered).filter(used).map(|candidate| candidate.paths[0].clone()).collect();
    let severity = match call {
        Some(call) => shape::severity(&[call]),
        None => "medium",
    };
    let other_name = service.and_then(|service| service.other_name(&event_name)).map(str::to_owned);
    let names = [event_name.clone()].into_iter().chain(other_name).collect();
    let mut plan = Plan {
        asked: "--from".to_owned(),
        statement,
        severity,
        channel,
        pattern: vec![
            ("source", vec![source]),
            ("detail-type", vec![detail_type]),
            ("detail.eventSource", vec![event_source]),
            ("detail.eventName", names),
        ],
        allowed: Vec::new(),
        only_successes: is_api && !failed,
        more,
        fields,
        event,
        tests,
        name,
    };
    plan.allow_what_was_recorded();
    (crate::finished(&plan, &format!("{event_name} as it was recorded")), replaced)
}

fn of_native(event: &Json, asked_name: Option<&str>, channel: &str) -> (Draft, Vec<String>) {
    let source = event.text(&["source"]).unwrap_or_default().to_owned();
    let detail_type = event.text(&["detail-type"]).unwrap_or_default().to_owned();
    let prefix = source.strip_prefix("aws.").unwrap_or(&source).to_owned();
    let name = asked_name.map_or_else(|| native::watcher_name(&prefix, &detail_type), str::to_owned);
    let (event, replaced) = scrub::scrub(event, &name);
    let mut leaves = Vec::new();
    if let Some(detail) = event.at(&["detail"]) {
        collect(detail, "$.detail", "", 0, &mut leaves);
    }
    let paths: Vec<(String, String)> = leaves.into_iter().map(|(path, key, _)| (path, key)).collect();
    let mut fields = native::telling(paths.iter().map(|(path, key)| (key.as_str(), vec![path.clone()])));
    subject::distinct(&mut fields);
    let used = |path: &&String| !fields.iter().any(|field| field.paths.contains(path));
    let more = paths.iter().map(|(path, _)| path).filter(used).cloned().collect();
    let mut plan = Plan {
        asked: "--from".to_owned(),
        statement: statement::native(&detail_type, &fields),
        severity: "medium",
        channel,
        allowed: Vec::new(),
        pattern: vec![("source", vec![source]), ("detail-type", vec![detail_type])],
        only_successes: false,
        more,
        fields,
        event,
        tests: vec![native::somebody_else()],
        name,
    };
    plan.allow_what_was_recorded();
    (crate::finished(&plan, "the event as it was recorded"), replaced)
}

/// The values of a part that the catalog knows, and that may be shown.
fn candidates(event: &Json, part: Part, service: Option<&Service>, call: Option<&Call>) -> Vec<Candidate> {
    let name = match part {
        Part::Request => "requestParameters",
        Part::Response => "responseElements",
    };
    let known = call.and_then(|call| call.keys(part));
    let Some(Json::Object(entries)) = event.at(&["detail", name]) else { return Vec::new() };
    let mut leaves = Vec::new();
    for (key, value) in entries.iter().filter(|(key, _)| is_printable(key)) {
        if known.as_ref().is_none_or(|known| known.contains(&key.as_str())) {
            let path = format!("$.detail.{name}{}", json_step(key));
            collect(value, &path, key, 0, &mut leaves);
        }
    }
    let is_below = |path: &str| {
        known.is_none() || !path.contains(&format!("{name}.")) || is_known(path, name, known.as_deref())
    };
    leaves
        .into_iter()
        .filter(|(path, key, _)| subject::is_telling(key) && is_below(path))
        .map(|(path, key, _)| Candidate { key: spoken(&path, &key, name, service), paths: vec![path] })
        .collect()
}

/// A key that says what it names: a `name` below `containerDefinitions` is a container definition's.
fn spoken(path: &str, key: &str, part: &str, service: Option<&Service>) -> String {
    let below = path.split(&format!("{part}.")).nth(1).unwrap_or_default().replace("[*]", "");
    let mut parents = below.split('.').rev().skip(1);
    match parents.find(|parent| *parent != "items") {
        Some(parent) if example::is_bare(&key.to_ascii_lowercase()) && !parent.ends_with("Response") => {
            let mut words = words::split_key(parent);
            if let Some(last) = words.last_mut().filter(|last| words::is_plural(last)) {
                *last = words::sentence(&words::stem(last));
            }
            format!("{}{}", words.concat(), words::sentence(key))
        }
        None => service.map_or(key, |service| shape::speaking(service, key)).to_owned(),
        Some(_) => key.to_owned(),
    }
}

/// Whether the catalog has what stands one level below a key, where it knows that level.
fn is_known(path: &str, part: &str, known: Option<&[&str]>) -> bool {
    let below = path.split(&format!("{part}.")).nth(1).unwrap_or_default().replace("[*]", "");
    let mut steps = below.split('.');
    let (Some(first), Some(second), Some(known)) = (steps.next(), steps.next(), known) else { return true };
    let level = format!("{first}.");
    !known.iter().any(|key| key.starts_with(&level)) || known.contains(&format!("{level}{second}").as_str())
}

fn is_printable(key: &str) -> bool {
    !key.is_empty() && !key.chars().any(char::is_control)
}

/// The values that are not objects, with their paths and keys; those of a list share a path.
fn collect(value: &Json, path: &str, key: &str, depth: usize, leaves: &mut Vec<(String, String, Value)>) {
    const DEEPEST: usize = 4;
    match value {
        Json::Object(entries) if depth < DEEPEST => {
            // A key with a line break has no place in a comment, and hardly one in a path.
            for (key, value) in entries.iter().filter(|(key, _)| is_printable(key)) {
                collect(value, &format!("{path}{}", json_step(key)), key, depth + 1, leaves);
            }
        }
        Json::Array(values) if depth < DEEPEST => {
            for value in values {
                collect(value, &format!("{path}[*]"), key, depth + 1, leaves);
            }
        }
        Json::Scalar(value) if !value.is_null() && !leaves.iter().any(|(known, ..)| known == path) => {
            leaves.push((path.to_owned(), key.to_owned(), value.clone()));
        }
        _ => {}
    }
}
