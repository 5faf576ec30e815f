//! A detail-type that the source is not known to send.

use aws_facts::catalog::Native;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::{list, slip_of};
use crate::watcher_file::WatcherFile;
use aws_facts::detail_types::VIA_CLOUDTRAIL;
use event_pattern::Candidate;

use super::super::facts::{meant_via_cloudtrail, only};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "unknown-native-event",
    level: Level::Warning,
    what: "a detail-type that the source is not known to send",
    why: "Nothing may match. The list of native events is not complete, since services add some at any time; what is not in it deserves a look at a recorded event.",
    bad: r#"message = "{{event_name}}"

[pattern]
source = ["aws.ecs"]
detail-type = ["ECS Task Stat Change"]
"#,
    good: r#"message = "{{event_name}}"

[pattern]
source = ["aws.ecs"]
detail-type = ["ECS Task State Change"]
"#,
    fix: Some("writes the detail-type that is meant, if it is a slip of just one"),
    stage: Stage::Checking,
};

/// How the sources of partners begin.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-saas.html>
const PARTNER: &str = "aws.partner/";

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let native = Native::get();
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives() {
        let wanted = alternative.get("source").unwrap_or_default();
        if let Some(partner) = wanted.iter().filter_map(beginning).find(|source| source.starts_with(PARTNER))
        {
            let message = format!("`{partner}` sends to an event bus of its own, never to the default one");
            findings.push(
                Finding::new(&LINT, &file.source, pattern.place_of("source", partner), message).help(
                    "the stack's rules are on the default bus: forward the events there by a rule on the partner's bus",
                ),
            );
            continue;
        }
        let sources = only(alternative, "source").unwrap_or_default();
        if sources.is_empty() || !sources.iter().all(|source| source.starts_with("aws.")) {
            continue;
        }
        let types = only(alternative, "detail-type").unwrap_or_default();
        let via_cloudtrail =
            |kind: &str| VIA_CLOUDTRAIL.contains(&kind) || meant_via_cloudtrail(kind).is_some();
        for kind in types.into_iter().filter(|kind| !via_cloudtrail(kind)) {
            let known = || {
                sources.iter().filter_map(|source| native.of(source)).flatten().map(|event| event.detail_type)
            };
            if known().any(|known| known == kind) {
                continue;
            }
            let others: Vec<&str> = native.sources_with(kind).collect();
            let help = if others.is_empty() {
                slip_of(kind, known())
                    .unwrap_or_else(|| "take the detail-type from a recorded event".to_owned())
            } else {
                format!("{} sends it", list(others.iter().copied()))
            };
            let message = format!("{} is not known to send `{kind}`", list(sources.iter().copied()));
            let finding =
                Finding::new(&LINT, &file.source, pattern.place_of("detail-type", kind), message).help(help);
            findings.push(if others.is_empty() { finding.respelt(kind, known()) } else { finding });
        }
    }
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
