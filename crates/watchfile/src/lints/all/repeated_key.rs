//! A key that stands twice in a pattern's JSON.

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::PlacedRepeat;
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "repeated-key",
    level: Level::Warning,
    what: "a key that stands twice in a pattern's JSON",
    why: "Of two lists only the last one counts, and the condition of the first is silently gone: the watcher reports more than it should, or something else. Two objects are merged, and of two `$or`s both must hold; but most programs that read JSON keep the last one there too. In TOML it is an error that stops the file.",
    bad: r#"pattern = '''
{"source": ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"],
 "detail": {"eventName": ["DeleteBucket"], "eventName": ["DeleteBucketPolicy"]}}'''
"#,
    good: r#"pattern = '''
{"source": ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"],
 "detail": {"eventName": ["DeleteBucket", "DeleteBucketPolicy"]}}'''
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let ignores = file.places.ignores.iter().map(|ignore| &ignore.pattern);
    let patterns = std::iter::once(&file.places.pattern).chain(ignores);
    let repeated = patterns.flat_map(|pattern| &pattern.repeated);
    repeated.map(|one| finding(file, one)).collect()
}

fn finding(file: &WatcherFile, PlacedRepeat { name, first, next, replaces }: &PlacedRepeat) -> Finding {
    let (message, label, help) = if *replaces {
        let help = "put the values into one list, or the two conditions into branches of an `$or`";
        (format!("`{name}` stands twice: only this one counts"), "this one is gone", help)
    } else {
        let help = "put both into one object: whatever else reads this JSON keeps only the last";
        (format!("`{name}` stands twice, and EventBridge asks for both"), "here before", help)
    };
    Finding::new(&LINT, &file.source, next.clone(), message)
        .related(&file.source, first.clone(), label)
        .help(help)
}
