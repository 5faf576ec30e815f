//! An event name that its service does not have.

use aws_facts::catalog::{Catalog, Service};
use event_pattern::Candidate;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::{self, list};
use crate::watcher_file::WatcherFile;

use super::super::facts::{is_cloudtrail, place_of_name, possible_services};
use super::super::{Check, Context, names};

pub(super) static LINT: Lint = Lint {
    name: "unknown-event-name",
    level: Level::Error,
    what: "an event name that its service does not have",
    why: "Nothing matches, and nobody is alerted. IAM actions and the names in SDKs are often not what CloudTrail writes. No list of AWS's events is complete: a name that is only unknown, and like no other, is a warning.",
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
                let (meant, help) = meant(&name, text, &services);
                let mut finding =
                    Finding::new(&LINT, &file.source, span, message(&name, text, &services)).help(help);
                // Events that are not AWS's may have a `detail.eventName` too.
                let is_aws = alternative.get("source").is_some() || alternative.get("detail-type").is_some();
                if meant == Meant::Unknown || !is_aws {
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

/// Whether it is known what was meant. No list of AWS's events is complete, so a name that is only unknown may be right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meant {
    /// It is known that no event has the name, or which one was meant.
    Known,
    Unknown,
}

fn meant(candidate: &Candidate, name: &str, services: &[&'static Service]) -> (Meant, String) {
    // IAM's form: `s3:DeleteBucket`.
    if let Some((prefix, action)) = name.split_once(':') {
        let service = Catalog::get().service(&format!("{prefix}.amazonaws.com"));
        if service.is_some_and(|service| service.call(action).is_some()) {
            let help =
                format!("write `{action}`, and `aws.{prefix}` as the source: an event's name has no prefix");
            return (Meant::Known, help);
        }
        return (Meant::Known, meant(candidate, action, services).1);
    }
    if candidate.as_str().is_some() && name.contains('*') {
        let help = match name.trim_end_matches('*') {
            "" => "write `{ exists = true }` for any name, or leave the key out".to_owned(),
            prefix if !prefix.contains('*') => format!("write `{{ prefix = \"{prefix}\" }}`"),
            _ => format!("write `{{ wildcard = \"{name}\" }}`"),
        };
        return (Meant::Known, help);
    }
    for service in services {
        match Catalog::get().recorded_as(service.event_source, name) {
            Some([]) => {
                let help = format!(
                    "`{name}` is an IAM action that no call of its own stands for: watch the calls that need it"
                );
                return (Meant::Known, help);
            }
            Some(names) => {
                return (Meant::Known, format!("CloudTrail records this as {}", list(names.iter().copied())));
            }
            None => {}
        }
        // The newest is the one that is recorded now.
        if let Some(call) = service.versions_of(name).last() {
            let help = format!(
                "CloudTrail records it with the version of the API: `{0}`; `{{ prefix = \"{0}\" }}` also takes `{0}v2`",
                call.name
            );
            return (Meant::Known, help);
        }
    }
    let calls = services.iter().flat_map(|service| &service.calls).map(|call| call.name);
    let near = || {
        names::meant(candidate, name, calls).map(|near| {
            let meant = if names::may_be_another(name, &near) { Meant::Unknown } else { Meant::Known };
            (meant, suggest::meant(&near))
        })
    };
    elsewhere(name).or_else(near).unwrap_or_else(|| {
        let help = "take the name from a recorded event; the catalog does not have all of AWS's events: if this is one, allow it with a comment that says so";
        (Meant::Unknown, help.to_owned())
    })
}

/// The services that have an event of that name. A name that only one has is meant for that one.
fn elsewhere(name: &str) -> Option<(Meant, String)> {
    let sources: Vec<&str> = Catalog::get().services_with(name).map(|service| service.event_source).collect();
    match sources.len() {
        0 => None,
        1 => Some((Meant::Known, format!("`{}` has it", sources[0]))),
        2..=16 => Some((Meant::Unknown, format!("these have it: {}", list(sources).replace(" or ", ", ")))),
        number => Some((Meant::Unknown, format!("{number} other services have it"))),
    }
}
