//! A detail-type that the source is not known to send.

use aws_facts::catalog::Native;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::{list, slip_of};
use crate::watcher_file::WatcherFile;
use aws_facts::detail_types::VIA_CLOUDTRAIL;

use super::super::facts::{meant_via_cloudtrail, only};
use super::super::{Check, Context};
use super::partner_bus::PARTNER;

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

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let native = Native::get();
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives() {
        let sources = only(alternative, "source").unwrap_or_default();
        // What a partner sends, only the partner knows.
        let is_services = |source: &&str| source.starts_with("aws.") && !source.starts_with(PARTNER);
        if sources.is_empty() || !sources.iter().all(is_services) {
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
