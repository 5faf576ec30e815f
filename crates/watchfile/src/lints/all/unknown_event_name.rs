//! An event name that its service does not have.

use aws_facts::catalog::{Catalog, Service};
use event_pattern::Candidate;

use crate::finding::Finding;
use crate::fix::Fix;
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
    fix: Some(
        "writes the event that is meant, if it is a slip of just one, lacks the version of the API, or is an IAM action that one event stands for",
    ),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives().iter().filter(|alternative| is_cloudtrail(alternative))
    {
        let services = possible_services(alternative);
        // Of some sources no call is known: what they record cannot be judged.
        let has_unknown = services.len() <= FEW && services.iter().any(|service| service.calls.is_empty());
        if services.is_empty() || has_unknown {
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
                let Meaning { meant, right, help } = meaning(&name, text, &services);
                let fix = right.and_then(|right| Fix::rename(&file.source.text, &span, text, &right));
                let mut finding = Finding::new(&LINT, &file.source, span, message(&name, text, &services))
                    .help(help)
                    .fix(fix);
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
        Some(_) if services.len() == Catalog::get().services().len() => {
            format!("no service has an event `{text}`")
        }
        Some(_) if services.len() > FEW => {
            format!("none of the {} services has an event `{text}`", services.len())
        }
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

/// What a name that no event has may mean.
struct Meaning {
    meant: Meant,
    /// The name to write, if there is just one.
    right: Option<String>,
    help: String,
}

impl Meaning {
    fn known(right: Option<&str>, help: String) -> Meaning {
        Meaning { meant: Meant::Known, right: right.map(str::to_owned), help }
    }

    fn unknown(help: String) -> Meaning {
        Meaning { meant: Meant::Unknown, right: None, help }
    }
}

fn meaning(candidate: &Candidate, name: &str, services: &[&'static Service]) -> Meaning {
    // IAM's form: `s3:DeleteBucket`.
    if let Some((prefix, action)) = name.split_once(':') {
        let service = Catalog::get().service(&format!("{prefix}.amazonaws.com"));
        if let Some(service) = service.filter(|service| service.call(action).is_some()) {
            let help =
                format!("write `{action}`, and `aws.{prefix}` as the source: an event's name has no prefix");
            // With another source as well there is more to write than the name.
            let is_its = matches!(services, [only] if only.event_source == service.event_source);
            return Meaning::known(is_its.then_some(action), help);
        }
        return Meaning { meant: Meant::Known, ..meaning(candidate, action, services) };
    }
    if candidate.as_str().is_some() && name.contains('*') {
        let help = match name.trim_end_matches('*') {
            "" => "write `{ exists = true }` for any name, or leave the key out".to_owned(),
            prefix if !prefix.contains('*') => format!("write `{{ prefix = \"{prefix}\" }}`"),
            _ => format!("write `{{ wildcard = \"{name}\" }}`"),
        };
        return Meaning::known(None, help);
    }
    for service in services {
        match Catalog::get().recorded_as(service.event_source, name) {
            Some([]) => {
                let help = format!(
                    "`{name}` is an IAM action that no call of its own stands for: watch the calls that need it"
                );
                return Meaning::known(None, help);
            }
            Some(names) => {
                let only = if let [only] = names { Some(*only) } else { None };
                let help = format!("CloudTrail records this as {}", list(names.iter().copied()));
                return Meaning::known(only.filter(|_| candidate.as_str().is_some()), help);
            }
            None => {}
        }
        // The newest is the one that is recorded now.
        if let Some(call) = service.versions_of(name).last() {
            let version = "CloudTrail records it with the version of the API";
            let help = match service.other_name(call.name) {
                Some(other) => format!(
                    "{version}: `{other}`, before as `{0}`; `{{ prefix = \"{0}\" }}` takes both",
                    call.name
                ),
                None => format!("{version}: `{}`", call.name),
            };
            // Another version is recorded too, or was: who misses it must say so.
            let others =
                || service.calls.iter().filter(|one| one.name.starts_with(name) && one.name != call.name);
            let is_only = candidate.as_str().is_some()
                && !others().any(|one| one.name[name.len()..].starts_with(|c: char| c.is_ascii_digit()));
            return Meaning::known(Some(call.name).filter(|_| is_only), help);
        }
    }
    let calls = || services.iter().flat_map(|service| &service.calls).map(|call| call.name);
    let near = || {
        names::meant(candidate, name, calls()).map(|near| {
            let help = suggest::meant(&near);
            if names::may_be_another(name, &near) {
                return Meaning::unknown(help);
            }
            let right = names::surely_meant(candidate, name, calls()).filter(|right| *right == near);
            Meaning::known(right.as_deref(), help)
        })
    };
    // The service lets IAM allow it, and so it may record it: that another one has the name too proves nothing.
    if services.iter().any(|service| service.has_action(name)) {
        let help = "IAM has an action of that name, and no record of it is known: take the name from a recorded event; if this is one, allow it with a comment that says so";
        return Meaning::unknown(help.to_owned());
    }
    let meant = match (near(), elsewhere(name)) {
        // Both may be meant: a slip in the name, or the wrong service.
        (Some(near), Some(elsewhere)) => {
            Some(Meaning::unknown(format!("{} as it is written, {}", near.help, elsewhere.help)))
        }
        (near, elsewhere) => near.or(elsewhere),
    };
    meant.unwrap_or_else(|| {
        let help = "take the name from a recorded event; the catalog does not have all of AWS's events: if this is one, allow it with a comment that says so";
        Meaning::unknown(help.to_owned())
    })
}

/// The services that have an event of that name. A name that only one has is meant for that one.
fn elsewhere(name: &str) -> Option<Meaning> {
    let sources: Vec<&str> = Catalog::get().services_with(name).map(|service| service.event_source).collect();
    match sources.len() {
        0 => None,
        1 => Some(Meaning::known(None, format!("`{}` has it", sources[0]))),
        2..=16 => Some(Meaning::unknown(format!("these have it: {}", list(sources).replace(" or ", ", ")))),
        number => Some(Meaning::unknown(format!("{number} other services have it"))),
    }
}
