//! A detail-type under which the event does not arrive.

use crate::finding::Finding;
use crate::fix::Fix;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::{list, meant};
use crate::watcher_file::WatcherFile;
use aws_facts::catalog::Call;
use aws_facts::detail_types::OF_A_RECORD;

use super::super::facts::{meant_via_cloudtrail, only, possible_services, services};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "wrong-detail-type",
    level: Level::Error,
    what: "a detail-type under which the event does not arrive",
    why: "A sign-in is not an API call, and neither is a key rotation that KMS does itself: `eventType` in CloudTrail's record decides.",
    bad: r#"[pattern]
source = ["aws.signin"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["signin.amazonaws.com"]
detail.eventName = ["ConsoleLogin"]
"#,
    good: r#"[pattern]
source = ["aws.signin"]
detail-type = ["AWS Console Sign In via CloudTrail"]
detail.eventSource = ["signin.amazonaws.com"]
detail.eventName = ["ConsoleLogin"]
"#,
    fix: Some(
        "writes the detail-type under which all the events arrive, if there is just one, or that of CloudTrail which is meant",
    ),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let mut findings = misspelt(file);
    let pattern = &file.places.pattern;
    for alternative in pattern.pattern.alternatives() {
        let Some(types) = only(alternative, "detail-type") else { continue };
        let is_of_any =
            only(alternative, "source").is_none() && only(alternative, "detail.eventSource").is_none();
        // Of no named service it is an event of each that has one of the name.
        let services = if is_of_any { possible_services(alternative) } else { services(alternative) };
        if !types.iter().all(|kind| OF_A_RECORD.iter().any(|(_, one)| one == kind)) {
            continue;
        }
        let names = only(alternative, "detail.eventName").unwrap_or_default();
        let of_name = |name: &&str| -> Vec<&str> {
            let calls = services.iter().filter_map(|service| service.call(name));
            calls.flat_map(Call::detail_types).collect()
        };
        let all: Vec<Vec<&str>> = names.iter().map(of_name).collect();
        for name in names {
            let arrives = of_name(&name);
            if !arrives.is_empty() && !arrives.iter().any(|kind| types.contains(kind)) {
                let span = pattern.place_of("detail-type", types[0]);
                let message = format!("`{name}` does not arrive as {}", list(types.iter().copied()));
                findings.push(
                    Finding::new(&LINT, &file.source, span, message)
                        .related(&file.source, pattern.place_of("detail.eventName", name), "this event")
                        .help(format!("write {}", list(arrives.iter().copied())))
                        .fix(fix(file, &types, &all)),
                );
            }
        }
    }
    findings.dedup();
    findings
}

/// The one detail-type under which all the events arrive, in the place of the one that is written.
fn fix(file: &WatcherFile, types: &[&str], arrive: &[Vec<&str>]) -> Option<Fix> {
    let [wrong] = types else { return None };
    let [first, rest @ ..] = arrive else { return None };
    let mut common = first.iter().filter(|kind| rest.iter().all(|kinds| kinds.contains(kind)));
    let right = common.next().filter(|_| common.next().is_none())?;
    let mut places = file.places.pattern.texts("detail-type").filter(|(text, _)| text == wrong);
    let (_, span) = places.next().filter(|_| places.next().is_none())?;
    Fix::rename(&file.source.text, span, wrong, right)
}

/// One page of AWS's own misspells a detail-type: "Signin". People leave out words: "AWS API Call".
fn misspelt(file: &WatcherFile) -> Vec<Finding> {
    let texts = file.places.pattern.texts("detail-type");
    texts
        .filter_map(|(text, span)| {
            let right = meant_via_cloudtrail(text)?;
            let finding =
                Finding::new(&LINT, &file.source, span.clone(), format!("nothing arrives as `{text}`"));
            let fix = Fix::rename(&file.source.text, span, text, right);
            Some(finding.help(meant(right)).fix(fix))
        })
        .collect()
}
