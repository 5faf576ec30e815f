//! A text that says something was done, of calls or sign-ins that may have failed.

use event_pattern::Alternative;
use watcher::{Filter, PathSelector};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::PlacedField;
use crate::watcher_file::WatcherFile;

use super::super::facts::{
    excludes_failures, is_api_call, is_sign_in, needs_absence, needs_presence, wants_failures,
};
use super::super::{Check, Context, template};

pub(super) static LINT: Lint = Lint {
    name: "claims-success",
    level: Level::Warning,
    what: "a text that says something was done, of calls or sign-ins that may have failed",
    why: "Denied and failed calls arrive too, with an `errorCode`. \"Bucket was deleted\" would be wrong, and alarming. A sign-in that fails has no `errorCode`: its `responseElements.ConsoleLogin` is `Failure`.",
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

/// So a sign-in is told.
const SIGNED_IN: [&str; 4] = ["signed in", "logged in", "signs in", "logs in"];

/// Whether sign-ins match that failed, and others that did not.
fn lets_both(alternative: &Alternative) -> bool {
    let takes = |path: &str, text: &str| {
        alternative.get(path).is_none_or(|list| list.iter().any(|candidate| candidate.matches_text(text)))
    };
    let result = "detail.responseElements.ConsoleLogin";
    // Without a message it succeeded.
    let message = "detail.errorMessage";
    takes(result, "Success")
        && takes(result, "Failure")
        && !needs_presence(alternative, message)
        && !needs_absence(alternative, message)
}

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
    let alternatives = file.watcher.pattern.alternatives();
    let calls = alternatives.iter().any(|alternative| {
        is_api_call(alternative) && !excludes_failures(alternative) && !wants_failures(alternative)
    });
    let sign_ins = alternatives.iter().any(|alternative| is_sign_in(alternative) && lets_both(alternative));
    // With an `attempt` a failed call has a text of its own.
    if file.watcher.attempt.is_some()
        || !(calls || sign_ins)
        || texts.iter().any(|text| names.iter().any(|name| template::names(&text.parsed, name)))
    {
        return Vec::new();
    }
    let claim = texts.iter().find_map(|text| {
        let plain = template::plain(&text.parsed).to_lowercase();
        let mut words = plain.split(|c: char| !c.is_alphanumeric());
        let done = words.find(|word| calls && DONE.contains(word));
        let signed_in = || SIGNED_IN.into_iter().find(|claim| sign_ins && plain.contains(claim));
        Some((done.or_else(signed_in)?.to_owned(), &text.span))
    });
    let help = if calls {
        "exclude them with `detail.errorCode = [{ exists = false }]`, or say `{{outcome}}`"
    } else {
        "a failed sign-in has no `errorCode`: ask for `detail.responseElements.ConsoleLogin = [\"Success\"]`, or say `{{outcome}}`"
    };
    let finding = claim.map(|(word, place)| {
        let what = if calls { "calls" } else { "sign-ins" };
        let message = format!("this says `{word}`, and failed {what} match too");
        Finding::new(&LINT, &file.source, place.clone(), message).help(help)
    });
    finding.into_iter().collect()
}
