//! A key that stands twice in a pattern's JSON.

use std::sync::Arc;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::PlacedRepeat;
use crate::source::Source;

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

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let patterns = context.project.patterns();
    let repeated =
        patterns.flat_map(|(source, pattern)| pattern.repeated.iter().map(move |one| (source, one)));
    repeated.map(|(source, one)| finding(source, one)).collect()
}

fn finding(source: &Arc<Source>, repeat: &PlacedRepeat) -> Finding {
    let PlacedRepeat { name, first, next, replaces } = repeat;
    let (message, label, help) = if *replaces {
        let help = "put the values into one list, or the two conditions into branches of an `$or`";
        (format!("`{name}` stands twice: only this one counts"), "this one is gone", help)
    } else {
        let help = "put both into one object: whatever else reads this JSON keeps only the last";
        (format!("`{name}` stands twice, and EventBridge asks for both"), "here before", help)
    };
    Finding::new(&LINT, source, next.clone(), message).related(source, first.clone(), label).help(help)
}
