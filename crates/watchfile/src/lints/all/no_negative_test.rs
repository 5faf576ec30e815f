//! A watcher without a test of what it does not match.

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "no-negative-test",
    level: Level::Warning,
    what: "a watcher without a test of what it does not match",
    why: "A pattern that takes too much passes every test that it matches.",
    bad: r#"title = "S3 bucket deleted"
"#,
    good: r#"[[test]]
name = "a denied call"
event = "s3-bucket-deleted.json"
denied = "AccessDenied"
matches = false
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let finding = file.tests.iter().all(|test| test.matches).then(|| {
        Finding::new(&LINT, &file.source, file.places.start.clone(), "no test shows what this watcher does not match")
            .help("add a `[[test]]` with `matches = false`, for example of a denied call: `denied = \"AccessDenied\"`")
    });
    finding.into_iter().collect()
}
