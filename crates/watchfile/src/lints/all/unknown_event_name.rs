//! An event name that its service does not have.

use crate::finding::Finding;
use crate::finding::Level;
use event_pattern::Candidate;

use crate::catalog::{Catalog, Service};
use crate::suggest::{did_you_mean, list};
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
    check: Check::Watcher(check),
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
            let (text, known) = match candidate {
                Candidate::Prefix(prefix) => {
                    (&**prefix, services.iter().any(|service| has_prefix(service, prefix)))
                }
                _ => match candidate.as_str() {
                    Some(name) => (name, services.iter().any(|service| service.call(name).is_some())),
                    None => continue,
                },
            };
            if !known {
                let prefix = serde_json::json!({ "prefix": text });
                let leaf = pattern
                    .at("detail.eventName")
                    .flat_map(|leaf| &leaf.values)
                    .find(|(value, _)| *value == prefix);
                let span =
                    leaf.map_or_else(|| pattern.place_of("detail.eventName", text), |(_, span)| span.clone());
                findings.push(
                    Finding::new(LINT.name, &file.source, span, message(text, &services))
                        .help(help(text, &services)),
                );
            }
        }
    }
    findings.dedup();
    findings
}

fn has_prefix(service: &Service, prefix: &str) -> bool {
    service.calls.iter().any(|call| call.name.starts_with(prefix))
}

fn message(name: &str, services: &[&Service]) -> String {
    let prefixes = list(services.iter().map(|service| service.prefix()));
    format!("{} has no event `{name}`", prefixes.replace('`', ""))
}

fn help(name: &str, services: &[&'static Service]) -> String {
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
