//! An ignore of an `[[override]]` that ignores all that a watcher is for.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::overrides::Override;
use crate::test_case::TestCase;
use crate::test_run::{Outcome, outcome_of};

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "silencing-ignore",
    level: Level::Error,
    what: "an ignore of an `[[override]]` that ignores every event of a watcher's own tests",
    why: "The watcher is on, and says nothing any more. `enabled = false` says the same where everybody sees it.",
    bad: r#"# account-watcher.toml
[[override]]
watchers = ["example"]
[[override.ignore]]
reason = "buckets come and go"
pattern.detail.eventName = ["DeleteBucket"]

# watchers/example.toml
[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]

[[test]]
name = "a bucket is deleted"
event = "s3-bucket-deleted.json"
"#,
    good: r#"# account-watcher.toml
[[override]]
watchers = ["example"]
[[override.ignore]]
reason = "the deployment's role cleans up"
pattern.detail.userIdentity.arn = [{ wildcard = "arn:aws:sts::*:assumed-role/deployer/*" }]

# watchers/example.toml
[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]

[[test]]
name = "a bucket is deleted"
event = "s3-bucket-deleted.json"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let project = context.project;
    let Some(config) = &project.config_file else { return Vec::new() };
    let mut findings = Vec::new();
    for file in project.files.iter().filter(|file| file.enabled) {
        let overrides = config.overrides.iter().filter(|over| file.is_selected(over));
        let ignores: Vec<_> = overrides.flat_map(Override::ignores).collect();
        if ignores.is_empty() {
            continue;
        }
        let outcomes = |watcher| -> Vec<Outcome> {
            let of = |test| outcome_of(watcher, &project.config, test, context.options.today);
            file.tests.iter().map(of).collect()
        };
        let (written, deployed) = (outcomes(file.written()), outcomes(&file.watcher));
        let Some(what) = silenced(&file.tests, &written, &deployed) else { continue };
        let taking: BTreeSet<&str> = deployed.iter().filter_map(|it| it.ignored.as_deref()).collect();
        for (_, place) in ignores.iter().filter(|(ignore, _)| taking.contains(ignore.reason.as_str())) {
            let together = if taking.len() > 1 { " with others" } else { "" };
            let message = format!(
                "this ignores{together} every {what} that the tests of `{}` show it for",
                file.watcher.name
            );
            let finding = Finding::new(&LINT, &config.source, place.span.clone(), message);
            let finding = finding.help(
                "narrow the pattern to who or what is meant, or switch the watcher off with `enabled = false`",
            );
            findings.push(finding.related(&file.source, file.places.start.clone(), "the watcher"));
        }
    }
    findings
}

/// What is ignored only since there are overrides: all events that were reported, or all successes among them. Who knows
/// of the denied attempts alone does not know what happened.
fn silenced(tests: &[TestCase], written: &[Outcome], deployed: &[Outcome]) -> Option<&'static str> {
    let is_told = |outcome: &Outcome| outcome.matched && outcome.ignored.is_none();
    let told = || {
        let all = tests.iter().zip(written).zip(deployed);
        all.filter(|((_, written), _)| is_told(written)).map(|((test, _), deployed)| (test, deployed))
    };
    let successes = || told().filter(|(test, _)| test.event["detail"]["errorCode"].is_null());
    let is_ignored = |(_, deployed): (&TestCase, &Outcome)| deployed.ignored.is_some();
    match () {
        () if told().next().is_some() && told().all(is_ignored) => Some("event"),
        () if successes().next().is_some() && successes().all(is_ignored) => Some("success"),
        () => None,
    }
}
