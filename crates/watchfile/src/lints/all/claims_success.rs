//! A text that says something was done, of calls that may have failed.

use watcher::{Filter, PathSelector};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::PlacedField;
use crate::watcher_file::WatcherFile;

use super::super::facts::{excludes_failures, is_api_call, wants_failures};
use super::super::{Check, Context, template};

pub(super) static LINT: Lint = Lint {
    name: "claims-success",
    level: Level::Warning,
    what: "a text that says something was done, of calls that may have failed",
    why: "Denied and failed calls arrive too, with an `errorCode`. \"Bucket was deleted\" would be wrong, and alarming.",
    bad: r#"message = 'Bucket was deleted by {{actor}}'
"#,
    good: r#"message = 'Bucket was deleted by {{actor}}'

[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.errorCode = [{ exists = false }]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

/// Words that say it is done.
const DONE: [&str; 24] = [
    "added",
    "assigned",
    "attached",
    "changed",
    "created",
    "deactivated",
    "deleted",
    "detached",
    "disabled",
    "enabled",
    "granted",
    "launched",
    "made",
    "modified",
    "opened",
    "removed",
    "replaced",
    "revoked",
    "set",
    "shared",
    "started",
    "stopped",
    "terminated",
    "updated",
];

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let told = |selector: &PathSelector| match selector {
        PathSelector::Name { text, .. } | PathSelector::Filter(Filter { text, .. }) => {
            text.contains("errorCode") || text.contains("errorMessage")
        }
        _ => false,
    };
    let tells = |field: &&PlacedField| field.paths.iter().any(|path| path.parsed.selectors().any(told));
    let fields = file.places.fields.iter().filter(tells);
    let mut names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
    names.extend(["outcome", "error_code", "event"]);
    let texts = [&file.places.title, &file.places.message];
    let lets_failures = |alternative: &_| {
        is_api_call(alternative) && !excludes_failures(alternative) && !wants_failures(alternative)
    };
    // With an `attempt` a failed call has a text of its own.
    if file.watcher.attempt.is_some()
        || !file.watcher.pattern.alternatives().iter().any(lets_failures)
        || texts.iter().any(|text| names.iter().any(|name| template::names(&text.parsed, name)))
    {
        return Vec::new();
    }
    let claim = texts.iter().find_map(|text| {
        let plain = template::plain(&text.parsed).to_lowercase();
        let word = plain.split(|c: char| !c.is_alphanumeric()).find(|word| DONE.contains(word))?;
        Some((word.to_owned(), &text.span))
    });
    let finding = claim.map(|(word, place)| {
        Finding::new(
            &LINT,
            &file.source,
            place.clone(),
            format!("this says `{word}`, and failed calls match too"),
        )
        .help("exclude them with `detail.errorCode = [{ exists = false }]`, or say `{{outcome}}`")
    });
    finding.into_iter().collect()
}
