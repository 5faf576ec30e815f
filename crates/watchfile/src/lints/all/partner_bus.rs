//! Events of a partner, which has a bus of its own.

use event_pattern::Candidate;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "partner-bus",
    level: Level::Note,
    what: "events of a partner, which has an event bus of its own",
    why: "A partner's events arrive on the bus that you made for that partner, never on the default one: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-saas.html. The stack's rules are on the bus that its parameter `EventBusName` names, which is the default one unless you say otherwise.",
    bad: r#"[pattern]
source = ["aws.partner/example.com/orders"]
detail-type = ["Order failed"]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["Object Created"]
"#,
    fix: None,
    stage: Stage::Checking,
};

/// How the sources of partners begin.
pub(super) const PARTNER: &str = "aws.partner/";

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let partners = pattern.pattern.alternatives().iter().filter_map(|alternative| {
        let wanted = alternative.get("source").unwrap_or_default();
        wanted.iter().filter_map(beginning).find(|source| source.starts_with(PARTNER))
    });
    let mut findings: Vec<Finding> = partners
        .map(|partner| {
            let message = format!("`{partner}` sends to an event bus of its own, never to the default one");
            Finding::new(&LINT, &file.source, pattern.place_of("source", partner), message).help(
                "deploy a stack for that bus with the parameter `EventBusName`, or forward the events to the default one",
            )
        })
        .collect();
    findings.dedup();
    findings
}

/// How the sources begin that a candidate takes.
fn beginning(candidate: &Candidate) -> Option<&str> {
    match candidate {
        Candidate::Prefix(text) => Some(text),
        Candidate::Wildcard(wildcard) => Some(wildcard.text()),
        candidate => candidate.as_str(),
    }
}
