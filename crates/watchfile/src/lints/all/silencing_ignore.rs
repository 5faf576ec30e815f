//! An ignore of an `[[override]]` that ignores all that a watcher is for.

use watcher::{Ignore, Watcher, Watchers};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "silencing-ignore",
    level: Level::Error,
    what: "an ignore of an `[[override]]` that ignores every event of a watcher's own tests",
    why: "The watcher is on, and says nothing any more. `enabled = false` says the same where everybody sees it.",
    bad: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }

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
[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }

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
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let project = context.project;
    let Some(config) = &project.config_file else { return Vec::new() };
    let mut findings = Vec::new();
    for over in &config.overrides {
        for file in project.files.iter().filter(|file| file.enabled && file.is_selected(over)) {
            let told = told(file, file.written(), context);
            for (ignore, place) in over.ignores() {
                if told > 0 && self::told(file, &with(file.written(), ignore), context) == 0 {
                    let name = &file.watcher.name;
                    let message = format!("this ignores every event that the tests of `{name}` show it for");
                    let finding = Finding::new(&LINT, &config.source, place.span.clone(), message);
                    let finding = finding.help(
                        "narrow the pattern to who or what is meant, or switch the watcher off with `enabled = false`",
                    );
                    findings.push(finding.related(&file.source, file.places.start.clone(), "the watcher"));
                }
            }
        }
    }
    findings
}

fn with(watcher: &Watcher, ignore: &Ignore) -> Watcher {
    let mut watcher = watcher.clone();
    watcher.ignores.push(ignore.clone());
    watcher
}

/// How many of the file's tests come to an alert.
fn told(file: &WatcherFile, watcher: &Watcher, context: &Context<'_>) -> usize {
    let watchers = Watchers::new(context.project.config.clone(), vec![watcher.clone()]);
    let is_told = |event: &str| {
        let matches = watchers.deliveries(event.as_bytes(), context.options.today);
        matches.is_ok_and(|matches| matches.iter().any(|found| found.ignored.is_none()))
    };
    file.tests.iter().filter(|test| is_told(&test.event.to_string())).count()
}
