//! An event name that its service does not have.

use aws_facts::catalog::{Catalog, Service};
use event_pattern::Candidate;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::list;
use crate::watcher_file::WatcherFile;

use super::super::facts::{is_cloudtrail, place_of_name, possible_services};
use super::super::{Check, Context, names};

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
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives().iter().filter(|alternative| is_cloudtrail(alternative))
    {
        let services = possible_services(alternative);
        if services.is_empty() {
            continue;
        }
        for candidate in alternative.get("detail.eventName").unwrap_or_default() {
            for name in wanted(candidate) {
                let Some(text) = text(&name) else { continue };
                let takes = |service: &Service| match name.as_str() {
                    Some(text) => service.call(text).is_some(),
                    None => service.calls.iter().any(|call| name.matches_text(call.name)),
                };
                if services.iter().any(|service| takes(service)) {
                    continue;
                }
                let span = place_of_name(file, candidate, text);
                let mut finding = Finding::new(&LINT, &file.source, span, message(&name, text, &services))
                    .help(help(&name, text, &services));
                if alternative.get("source").is_none() && alternative.get("detail-type").is_none() {
                    // Events that are not AWS's may have a `detail.eventName` too.
                    finding.severity = Level::Warning;
                }
                findings.push(finding);
            }
        }
    }
    findings.dedup();
    findings
}

/// The names that a candidate is about: for `anything-but`, those that it leaves out.
fn wanted(candidate: &Candidate) -> Vec<Candidate> {
    match candidate {
        Candidate::AnythingBut(excluded) => excluded.excluded(),
        candidate => vec![candidate.clone()],
    }
}

/// The text of a candidate that wants a name.
fn text(candidate: &Candidate) -> Option<&str> {
    match candidate {
        Candidate::Prefix(text) | Candidate::Suffix(text) => Some(text),
        Candidate::PrefixIgnoreCase(folded)
        | Candidate::SuffixIgnoreCase(folded)
        | Candidate::EqualsIgnoreCase(folded) => Some(folded.text()),
        Candidate::Wildcard(wildcard) => Some(wildcard.text()),
        _ => candidate.as_str(),
    }
}

/// So many services are named in a message.
const FEW: usize = 4;

fn message(name: &Candidate, text: &str, services: &[&Service]) -> String {
    let of = if services.len() > FEW {
        "any service".to_owned()
    } else {
        list(services.iter().map(|service| service.prefix())).replace('`', "")
    };
    match name.as_str() {
        Some(_) if services.len() > FEW => format!("no service has an event `{text}`"),
        Some(_) => format!("{of} has no event `{text}`"),
        None => format!("no event of {of} matches `{text}`"),
    }
}

fn help(candidate: &Candidate, name: &str, services: &[&'static Service]) -> String {
    // IAM's form: `s3:DeleteBucket`.
    if let Some((prefix, action)) = name.split_once(':') {
        let service = Catalog::get().service(&format!("{prefix}.amazonaws.com"));
        if service.is_some_and(|service| service.call(action).is_some()) {
            return format!(
                "write `{action}`, and `aws.{prefix}` as the source: an event's name has no prefix"
            );
        }
        return help(candidate, action, services);
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
    let calls = services.iter().flat_map(|service| &service.calls).map(|call| call.name);
    elsewhere(name).or_else(|| names::did_you_mean(candidate, name, calls)).unwrap_or_else(|| {
        "take the name from a recorded event; if AWS added the call lately, allow this with a comment that says so".to_owned()
    })
}

/// The services that have an event of that name.
fn elsewhere(name: &str) -> Option<String> {
    let sources: Vec<&str> = Catalog::get().services_with(name).map(|service| service.event_source).collect();
    match sources.len() {
        0 => None,
        1 => Some(format!("`{}` has it", sources[0])),
        2..=16 => Some(format!("these have it: {}", list(sources).replace(" or ", ", "))),
        number => Some(format!("{number} other services have it")),
    }
}
