//! A watcher without a test that it matches.

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "no-match-test",
    level: Level::Warning,
    what: "a watcher without a test that it matches",
    why: "Whether it ever fires is not known before it should have. An event of CloudTrail's console in `tests/events/` and four lines show it.",
    bad: r#"title = "S3 bucket deleted"
"#,
    good: r#"[[test]]
name = "a user deletes a bucket"
event = "s3-bucket-deleted.json"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let finding = (!file.tests.iter().any(|test| test.matches)).then(|| {
        Finding::new(
            &LINT,
            &file.source,
            file.places.start.clone(),
            "no test shows that this watcher matches",
        )
        .help("put an event into tests/events/, and add a `[[test]]` with `name` and `event`")
    });
    finding.into_iter().collect()
}
