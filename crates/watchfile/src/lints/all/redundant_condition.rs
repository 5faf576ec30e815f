//! A condition that another one of the same list takes already.

use event_pattern::Candidate;

use crate::cover::takes;
use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "redundant-condition",
    level: Level::Note,
    what: "a condition that another one of the same list takes already",
    why: "The conditions of a list are or-ed: without it the same events match. Somebody may have meant the other one to be narrower.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = [{ prefix = "Delete" }, "DeleteBucket"]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = [{ prefix = "Delete" }]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for leaf in &file.places.pattern.leaves {
        for (index, (candidate, span)) in leaf.values.iter().enumerate() {
            let mut others = leaf.values.iter().enumerate().filter(|(other, _)| *other != index);
            // Of two that are the same the second is one too many.
            let wider = others.find(|(other, (wide, _))| {
                is_telling(wide) && takes(wide, candidate) && (wide != candidate || *other < index)
            });
            if let Some((_, (wide, by))) = wider {
                let help = if wide == candidate {
                    "remove one of the two".to_owned()
                } else {
                    format!("remove `{candidate}`, or `{wide}` if less is meant")
                };
                let message = format!("`{wide}` already matches this");
                findings.push(
                    Finding::new(&LINT, &file.source, span.clone(), message)
                        .related(&file.source, by.clone(), "this one")
                        .help(help),
                );
            }
        }
    }
    findings
}

/// What `{ exists = true }` and `anything-but` take is told by another lint.
fn is_telling(candidate: &Candidate) -> bool {
    !matches!(candidate, Candidate::Exists(_) | Candidate::AnythingBut(_))
}
