//! A pattern without a literal source of AWS.

use event_pattern::Candidate;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "forgeable",
    level: Level::Warning,
    what: "a pattern without a literal source of AWS",
    why: "Whoever may call PutEvents can make such an event. Sources that begin with `aws.` are reserved; who names a source of their own can do no more, and nothing is said: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html",
    bad: r#"[pattern]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    if !pattern.complete {
        return Vec::new();
    }
    let is_reserved = |c: &Candidate| match c {
        Candidate::Prefix(prefix) => prefix.starts_with("aws."),
        Candidate::Wildcard(wildcard) => wildcard.text().starts_with("aws."),
        _ => c.as_str().is_some_and(|text| text.starts_with("aws.")),
    };
    // A source of one's own can be named, and no more.
    let is_own = |c: &Candidate| c.as_str().is_some_and(|text| !text.starts_with("aws."));
    let is_open = |candidates: Option<&[Candidate]>| {
        candidates.is_none_or(|list| !list.iter().all(is_reserved) && !list.iter().all(is_own))
    };
    let open = pattern.pattern.alternatives().iter().find(|alternative| is_open(alternative.get("source")));
    let finding = open.map(|_| {
        let span = pattern.at("source").next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
        Finding::new(&LINT, &file.source, span, "anybody in the account can forge an event that matches").help(
            "name the sources, or write `source = [{ prefix = \"aws.\" }]`: nobody but AWS may send events from there",
        )
    });
    finding.into_iter().collect()
}
