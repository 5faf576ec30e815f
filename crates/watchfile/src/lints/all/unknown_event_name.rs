//! An event name that its service does not have.

use crate::finding::Finding;
use crate::finding::Level;
use event_pattern::{Alternative, AnythingBut, Candidate};

use crate::catalog::{Catalog, Service};
use crate::suggest::{did_you_mean, list};
use crate::table::Span;
use crate::watcher_file::WatcherFile;

use super::super::Context;
use super::super::facts::{is_cloudtrail, services};

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unknown-event-name",
    level: Level::Error,
    what: "an event name that its service does not have",
    why: "Nothing matches, and nobody is told. IAM actions and the names in SDKs are often not what CloudTrail writes.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["s3.amazonaws.com"]
detail.eventName = ["DeletBucket"]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["s3.amazonaws.com"]
detail.eventName = ["DeleteBucket"]
"#,
    check: Check::Pattern(check),
};

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives().iter().filter(|alternative| is_cloudtrail(alternative))
    {
        let services = services(alternative);
        if services.is_empty() {
            continue;
        }
        for candidate in alternative.get("detail.eventName").unwrap_or_default() {
            let Some((text, how)) = named(candidate) else { continue };
            let known = services.iter().any(|service| match how {
                How::Is => service.call(text).is_some(),
                How::Other => service.calls.iter().any(|call| candidate.matches_text(call.name)),
            });
            if !known {
                let span = place(file, candidate, text);
                findings.push(
                    Finding::new(LINT.name, &file.source, span, message(text, how, &services))
                        .help(help(text, &services)),
                );
            }
        }
        for name in excluded(alternative).filter(|name| services.iter().all(|s| s.call(name).is_none())) {
            let span = place(file, &Candidate::String(name.into()), name);
            findings.push(
                Finding::new(LINT.name, &file.source, span, message(name, How::Is, &services))
                    .help(help(name, &services)),
            );
        }
    }
    findings.dedup();
    findings
}

/// How a candidate compares names.
#[derive(Clone, Copy)]
enum How {
    Is,
    Other,
}

/// The text of a candidate that wants a name.
fn named(candidate: &Candidate) -> Option<(&str, How)> {
    match candidate {
        Candidate::Prefix(text) | Candidate::Suffix(text) => Some((text, How::Other)),
        Candidate::PrefixIgnoreCase(folded)
        | Candidate::SuffixIgnoreCase(folded)
        | Candidate::EqualsIgnoreCase(folded) => Some((folded.text(), How::Other)),
        Candidate::Wildcard(wildcard) => Some((wildcard.text(), How::Other)),
        _ => candidate.as_str().map(|text| (text, How::Is)),
    }
}

/// The names that an `anything-but` leaves out.
fn excluded(alternative: &Alternative) -> impl Iterator<Item = &str> {
    let lists = alternative.get("detail.eventName").into_iter().flatten().filter_map(|c| match c {
        Candidate::AnythingBut(AnythingBut::Strings(list)) => Some(list),
        _ => None,
    });
    lists.flat_map(|list| list.iter().map(|name| &**name))
}

/// Where the candidate stands: a text by itself, an operator with its object.
fn place(file: &WatcherFile, candidate: &Candidate, text: &str) -> Span {
    let pattern = &file.places.pattern;
    let written = serde_json::from_str::<serde_json::Value>(&candidate.to_string()).ok();
    let mut values = pattern.at("detail.eventName").flat_map(|leaf| &leaf.values);
    let exact = values.find(|(value, _)| Some(value) == written.as_ref()).map(|(_, span)| span.clone());
    let holds = || {
        let quoted = serde_json::Value::from(text).to_string();
        let mut values = pattern.at("detail.eventName").flat_map(|leaf| &leaf.values);
        values.find(|(value, _)| value.to_string().contains(&quoted)).map(|(_, span)| span.clone())
    };
    exact.or_else(holds).unwrap_or_else(|| pattern.place_of("detail.eventName", text))
}

fn message(name: &str, how: How, services: &[&Service]) -> String {
    let prefixes = list(services.iter().map(|service| service.prefix())).replace('`', "");
    match how {
        How::Is => format!("{prefixes} has no event `{name}`"),
        How::Other => format!("no event of {prefixes} matches `{name}`"),
    }
}

fn help(name: &str, services: &[&'static Service]) -> String {
    // IAM's form: `s3:DeleteBucket`.
    if let Some((prefix, action)) = name.split_once(':') {
        let service = Catalog::get().service(&format!("{prefix}.amazonaws.com"));
        if service.is_some_and(|service| service.call(action).is_some()) {
            return format!(
                "write `{action}`, and `aws.{prefix}` as the source: an event's name has no prefix"
            );
        }
        return help(action, services);
    }
    for service in services {
        match Catalog::get().recorded_as(service.event_source, name) {
            Some([]) => {
                return format!(
                    "`{name}` is an IAM action that no call of its own stands for: watch the calls that need it"
                );
            }
            Some(names) => return format!("CloudTrail records this as {}", list(names.iter().copied())),
            None => {}
        }
        if let Some(call) = service.versions_of(name).next() {
            return format!(
                "CloudTrail records it with the version of the API: `{0}`; `{{ prefix = \"{0}\" }}` also takes `{0}v2`",
                call.name
            );
        }
    }
    let elsewhere: Vec<&str> =
        Catalog::get().services_with(name).map(|service| service.event_source).take(4).collect();
    if !elsewhere.is_empty() {
        return format!("{} has it", list(elsewhere));
    }
    let names = services.iter().flat_map(|service| &service.calls).map(|call| call.name);
    did_you_mean(name, names).unwrap_or_else(|| {
        "take the name from a recorded event; if AWS added the call lately, allow this with a comment that says so".to_owned()
    })
}
