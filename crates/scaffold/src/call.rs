//! New watchers for calls that the catalog knows.

use serde_json::json;

use crate::file::{Plan, Test, quoted};
use crate::fixture::{self, Record};
use crate::subject::{self, Field};
use crate::target::Calls;
use crate::words::{self, Name};
use crate::{Draft, shape, statement};
use aws_facts::catalog::Part;
use aws_facts::detail_types::{API_CALL, SERVICE_EVENT, SIGN_IN};

/// How many values a new watcher tells besides what it is about.
const OTHERS: usize = 2;

/// The new watcher.
pub(super) fn draft(target: &Calls, asked_name: Option<&str>, channel: &str) -> Draft {
    let Calls { service, list: calls, .. } = target;
    let first = calls[0];
    let prefix = service.prefix();
    let spoken = if prefix == "signin" { String::new() } else { aws_facts::names::service(prefix) };
    let call_name = Name::of(first.name);
    let name = asked_name.map_or_else(|| watcher_name(prefix, &call_name), str::to_owned);
    let mut detail_types: Vec<String> = Vec::new();
    for kind in calls.iter().flat_map(|call| call.detail_types()) {
        if !detail_types.iter().any(|known| known == kind) {
            detail_types.push(kind.to_owned());
        }
    }
    let only_api = detail_types == [API_CALL];
    // The versions of a call are one.
    let is_one = calls.iter().all(|call| Name::of(call.name) == call_name);
    let names = shape::recorded_names(service, calls);
    let region = shape::region(service);

    let candidates = shape::candidates(service, calls);
    let mut subject = subject::subject(&call_name, &candidates);
    if subject.as_ref().is_none_or(|subject| subject.words.len() < call_name.object.len())
        && only_api
        && is_one
    {
        // A name that somebody chose says more than an ARN.
        let has_name = subject.is_some();
        let answered = shape::of_response(service, first, &call_name);
        subject = answered.filter(|answered| !has_name || !answered.field.name.ends_with("_arn")).or(subject);
    }
    let mut others = subject::others(&call_name, subject.as_ref(), &candidates, OTHERS);
    let mut fields: Vec<Field> =
        subject.iter().map(|subject| subject.field.clone()).chain(others.clone()).collect();
    subject::distinct(&mut fields);
    shape::read_either_name(prefix, calls, &mut fields);
    others.clone_from_slice(&fields[usize::from(subject.is_some())..]);
    let statement = if only_api && is_one {
        statement::succeeded(&spoken, &call_name, subject.as_ref(), &others)
    } else if only_api {
        statement::several(&spoken, &fields)
    } else if detail_types.iter().any(|kind| kind == SERVICE_EVENT) {
        statement::by_service(&spoken, &call_name, &fields)
    } else {
        statement::any_outcome(&spoken, &call_name, &fields)
    };
    let (request, response) = shape::parameters(service, first, region, &call_name, &fields);
    let event = fixture::via_cloudtrail(&Record {
        watcher: &name,
        detail_type: &detail_types[0],
        event_source: service.event_source,
        event_name: first.name,
        region,
        read_only: first.is_read_only(),
        data_event: first.is_data_event(),
        request,
        response,
    });
    let mut tests = Vec::new();
    for other in &names[1..] {
        tests.push(Test {
            name: format!("{other} is told too"),
            change: format!("with.detail.eventName = {}", quoted(other)),
            matches: true,
        });
    }
    if only_api {
        let code = if prefix == "ec2" { "Client.UnauthorizedOperation" } else { "AccessDenied" };
        tests.push(Test {
            name: "a denied call".to_owned(),
            change: format!("denied = \"{code}\""),
            matches: false,
        });
    }
    if detail_types[0] == SIGN_IN && first.keys(Part::Response).is_some_and(|keys| keys.contains(&first.name))
    {
        let failure = json!({"detail": {"errorMessage": "Failed authentication", "responseElements": {first.name: "Failure"}}});
        tests.push(Test {
            name: "a failed try alerts too".to_owned(),
            change: format!("with = {}", quoted(&failure.to_string())),
            matches: true,
        });
    }
    tests.push(shape::another_call(service, &names));
    let plan = Plan {
        asked: format!("{prefix}:{}", calls.iter().map(|call| call.name).collect::<Vec<_>>().join(",")),
        statement,
        severity: shape::severity(calls),
        channel,
        pattern: vec![
            ("source", vec![service.source()]),
            ("detail-type", detail_types),
            ("detail.eventSource", vec![service.event_source.to_owned()]),
            ("detail.eventName", names),
        ],
        allowed: Vec::new(),
        only_successes: only_api,
        more: shape::more(calls, &fields),
        fields,
        event,
        tests,
        name,
    };
    crate::finished(&plan, &format!("alice calls {}", first.name))
}

/// `s3-bucket-deleted`
pub(super) fn watcher_name(prefix: &str, call: &Name) -> String {
    let done: Vec<String> = call.done.iter().cloned().collect();
    let mut object: Vec<String> = call.object.clone();
    // `config-rule-deleted`, not `config-config-rule-deleted`.
    if object.len() > 1 && words::stem(&object[0]) == words::stem(prefix) {
        object.remove(0);
    }
    loop {
        let all = std::iter::once(prefix.to_owned())
            .chain(object.clone())
            .chain(done.clone())
            .chain(call.tail.clone());
        let name = words::kebab(all);
        if name.len() <= 64 || object.len() < 2 {
            return name.chars().take(64).collect::<String>().trim_end_matches('-').to_owned();
        }
        object.remove(0);
    }
}
