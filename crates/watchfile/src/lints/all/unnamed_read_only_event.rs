//! A condition that only calls meet which EventBridge does not deliver, since they read and are not named.

use event_pattern::{Alternative, Candidate};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::{is_api_call, place_of_name, possible_services};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "unnamed-read-only-event",
    level: Level::Error,
    what: "a condition that takes calls that only read, without naming them",
    why: "EventBridge delivers a call that only reads to no rule but one that asks for all management events. A watcher gets such a rule for the calls that it names, letter by letter; for a prefix it would be invoked at every call of the account.",
    bad: r#"[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = [{ prefix = "GetPassword" }]
"#,
    good: r#"[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["GetPasswordData"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives().iter().filter(|alternative| is_api_call(alternative)) {
        for candidate in alternative.get("detail.eventName").unwrap_or_default() {
            if let Some(names) = only_reads(alternative, candidate) {
                let text = candidate.to_string();
                let message = match &names[..] {
                    [name] => format!("`{name}` only reads: it does not arrive unless it is named"),
                    names => {
                        format!("these {} calls only read: none arrives unless it is named", names.len())
                    }
                };
                findings.push(
                    Finding::new(&LINT, &file.source, place_of_name(file, candidate, &text), message)
                        .help(format!("name {}", shown(&names))),
                );
            }
        }
        let wants_reads =
            |list: &[Candidate]| list.iter().all(|candidate| matches!(candidate, Candidate::True));
        let names = alternative.get("detail.eventName").unwrap_or_default();
        if alternative.get("detail.readOnly").is_some_and(wants_reads)
            && names.iter().all(|name| name.as_str().is_none())
        {
            let span =
                pattern.at("detail.readOnly").next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
            let message = "calls that only read do not arrive unless they are named";
            findings.push(
                Finding::new(&LINT, &file.source, span, message)
                    .help("name them, for example `detail.eventName = [\"GetPasswordData\"]`"),
            );
        }
    }
    findings.dedup();
    findings
}

/// The calls that an operator takes, if all of them only read.
fn only_reads(alternative: &Alternative, candidate: &Candidate) -> Option<Vec<&'static str>> {
    // What `anything-but` and `exists` take are calls of all kinds, and those that are not known.
    let is_open = matches!(candidate, Candidate::AnythingBut(_) | Candidate::Exists(_));
    if is_open || candidate.as_str().is_some() {
        return None;
    }
    let services = possible_services(alternative);
    let calls = services.iter().flat_map(|service| &service.calls);
    let mut calls = calls.filter(|call| candidate.matches_text(call.name)).peekable();
    calls.peek()?;
    calls.map(|call| call.is_read_only().then_some(call.name)).collect()
}

/// A few of them.
fn shown(names: &[&str]) -> String {
    let some: Vec<String> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(some.len()) {
        0 => some.join(", "),
        _ => format!("those that you want, for example {}", some.join(", ")),
    }
}
