//! A watcher all of whose events another one tells in the same channel too.

use watcher::Case;

use crate::cover::covers;
use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "overlapping-watchers",
    level: Level::Note,
    what: "a watcher all of whose events another one tells in the same channel too",
    why: "People read the same twice there. It may be meant: one says more of what both take.",
    bad: r#"# watchers/one.toml
title = "S3 bucket deleted"
# watchers/two.toml
title = "S3 bucket changed"
[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["s3.amazonaws.com"]
detail.eventName = ["DeleteBucket", "PutBucketPolicy"]
"#,
    good: r#"# watchers/one.toml
title = "S3 bucket deleted"
# watchers/two.toml
title = "S3 bucket changed"
[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["s3.amazonaws.com"]
detail.eventName = ["PutBucketPolicy"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let files: Vec<&WatcherFile> = context.project.files.iter().filter(|file| file.enabled).collect();
    let found = files.iter().filter_map(|narrow| {
        let mut wide = files.iter().filter(|wide| wide.watcher.name != narrow.watcher.name);
        wide.find_map(|wide| Some((narrow, wide, common(wide, narrow)?)))
    });
    found
        .map(|(narrow, wide, channel)| {
            let name = &wide.watcher.name;
            let message = format!("`{name}` takes every event of this one too, and both go to `{channel}`");
            Finding::new(&LINT, &narrow.source, narrow.places.pattern.span.clone(), message)
                .related(&wide.source, wide.places.pattern.span.clone(), "this takes more")
                .help("narrow the other one, or let the two go to different channels")
        })
        .collect()
}

/// The channel in which the first tells all that the second does. What the first ignores, or sends elsewhere in some cases,
/// it does not tell.
fn common<'a>(wide: &WatcherFile, narrow: &'a WatcherFile) -> Option<&'a str> {
    let moves = |case: &Case| case.channels.is_some();
    if !wide.watcher.ignores.is_empty() || wide.watcher.cases.iter().chain(&narrow.watcher.cases).any(moves) {
        return None;
    }
    let channel = narrow.watcher.channels.iter().find(|name| wide.watcher.channels.contains(name))?;
    let (wide, narrow) = (&wide.watcher.pattern, &narrow.watcher.pattern);
    // Two that take the same are found as that.
    (covers(wide, narrow) && !covers(narrow, wide)).then_some(channel)
}
