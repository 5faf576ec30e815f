//! What the catalog says of a name that a pattern takes, as Markdown.

use aws_facts::catalog::{Call, Catalog, Native, Part, Service};
use aws_facts::detail_types::VIA_CLOUDTRAIL;
use aws_facts::{names, native_values};

use crate::markdown::{code, codes};
use crate::scope::Scope;

/// The parameters that a hover lists.
const PARAMETERS: usize = 30;

/// What is known of a literal text at a path of the event.
pub(crate) fn about(path: &str, text: &str, scope: &Scope) -> Option<String> {
    match path {
        "source" => source(text),
        "detail-type" => detail_type(text, scope),
        "detail.eventSource" => event_source(text),
        "detail.eventName" if scope.is_of_records() => Some(event_name(text, scope)),
        _ => closed(path, text, scope),
    }
}

fn source(text: &str) -> Option<String> {
    let service = Catalog::get().service_of(text);
    let native = Native::get().of(text);
    if service.is_none() && native.is_none() {
        return text.starts_with("aws.").then(|| format!("{}: the catalog does not know it.", code(text)));
    }
    let mut lines = vec![match service {
        Some(service) => format!("{}: events of {}.", code(text), people(service)),
        None => format!("{}: events that the service sends itself.", code(text)),
    }];
    if let Some(service) = service {
        let calls = service.calls.len();
        lines.push(format!(
            "CloudTrail's records have the event source {} ({calls} calls).",
            code(service.event_source)
        ));
    }
    if let Some(native) = native {
        lines.push(format!("Its own events: {}.", codes(native.iter().map(|event| event.detail_type), 12)));
    }
    Some(lines.join("\n\n"))
}

fn event_source(text: &str) -> Option<String> {
    let catalog = Catalog::get();
    let Some(service) = catalog.service(text) else {
        let meant = catalog.often_wrong(text)?;
        return Some(format!("{}: no record has it; {} is meant.", code(text), code(meant)));
    };
    Some(format!(
        "{}: {}, {} calls. The events' source is {}.",
        code(text),
        people(service),
        service.calls.len(),
        code(&service.source())
    ))
}

fn detail_type(text: &str, scope: &Scope) -> Option<String> {
    if VIA_CLOUDTRAIL.contains(&text) {
        let calls = scope.calls();
        let arriving = calls.iter().filter(|call| call.detail_types().contains(&text)).map(|call| call.name);
        let mut lines = vec![format!("{}: a record of CloudTrail.", code(text))];
        if !calls.is_empty() {
            let names = codes(arriving, 10);
            lines.push(if names.is_empty() {
                "None of the file's events arrives as this.".to_owned()
            } else {
                format!("Of the file's events arrive as this: {names}.")
            });
        }
        return Some(lines.join("\n\n"));
    }
    let sources: Vec<&str> = Native::get().sources_with(text).collect();
    if sources.is_empty() {
        return None;
    }
    let mut lines = vec![format!(
        "{}: an event that the service sends itself, with the source {}.",
        code(text),
        codes(sources.iter().copied(), 5)
    )];
    let own =
        sources.iter().find(|source| scope.sources.iter().any(|named| named == *source)).or(sources.first());
    let events = own.and_then(|source| Native::get().of(source)).into_iter().flatten();
    if let Some(event) = events.into_iter().find(|event| event.detail_type == text) {
        let fields = codes(event.fields().map(|(field, _)| field), PARAMETERS);
        if !fields.is_empty() {
            lines.push(format!("In `detail`: {fields}."));
        }
    }
    Some(lines.join("\n\n"))
}

fn event_name(text: &str, scope: &Scope) -> String {
    let mut services = scope.services();
    let is_named = !services.is_empty();
    if !is_named {
        services = Catalog::get().services_with(text).collect();
    }
    let known: Vec<(&Service, &Call)> =
        services.iter().filter_map(|service| Some((*service, service.call(text)?))).collect();
    if known.is_empty() {
        let whose = if is_named {
            format!("of {}", codes(services.iter().map(|service| service.event_source), 3))
        } else {
            "of any service".to_owned()
        };
        return format!("{}: the catalog has no event of that name {whose}.", code(text));
    }
    let one = |(service, call): &(&Service, &Call)| event(text, service, call);
    known.iter().take(3).map(one).collect::<Vec<_>>().join("\n\n---\n\n")
}

fn event(name: &str, service: &Service, call: &Call) -> String {
    let mut lines = vec![
        format!("**{name}** of {} ({})", people(service), code(service.event_source)),
        access(call).to_owned(),
        format!("Arrives as {}.", codes(call.detail_types(), 4)),
    ];
    if let Some(other) = service.other_name(name) {
        lines.push(format!("It is recorded as {} too.", code(other)));
    }
    for (part, what) in [(Part::Request, "Parameters"), (Part::Response, "In the answer")] {
        let keys = call.keys(part).unwrap_or_default();
        let top = keys.into_iter().filter(|key| !key.contains('.'));
        let names = codes(top, PARAMETERS);
        if !names.is_empty() {
            lines.push(format!("{what}: {names}."));
        }
    }
    lines.join("\n\n")
}

/// How EventBridge gets the call.
pub(crate) fn access(call: &Call) -> &'static str {
    if call.is_data_event() {
        "A data event: it arrives only if a trail logs the service's data events."
    } else if call.is_read_only() {
        "Read-only: EventBridge delivers it only to rules for all management events, which a watcher that names it gets."
    } else {
        "It changes something: every rule gets it."
    }
}

/// A text where only some can stand.
fn closed(path: &str, text: &str, scope: &Scope) -> Option<String> {
    let values = values(path, scope)?;
    let is_known = if values.contains(&text) { "" } else { ", which this is not" };
    Some(format!("{}: one of {}{is_known}.", code(path), codes(values, 20)))
}

/// What can stand at a path, if it is known.
pub(crate) fn values(path: &str, scope: &Scope) -> Option<Vec<&'static str>> {
    if let Some(field) = aws_facts::fields::at(path).filter(|field| !field.values.is_empty()) {
        return Some(field.values.clone());
    }
    let below = path.strip_prefix("detail.")?;
    let kinds =
        scope.sources.iter().flat_map(|source| scope.detail_types.iter().map(move |kind| (source, kind)));
    kinds.into_iter().find_map(|(source, kind)| native_values::of(source, kind, below)).map(<[_]>::to_vec)
}

/// What people call a service.
pub(crate) fn people(service: &Service) -> String {
    names::service(service.prefix())
}
