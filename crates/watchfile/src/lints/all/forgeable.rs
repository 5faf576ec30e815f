//! A pattern without a literal source of AWS.

use event_pattern::{Alternative, Candidate};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::and;
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
    let is_open = |alternative: &&Alternative| {
        alternative.get("source").is_none_or(|list| !list.iter().all(is_reserved) && !list.iter().all(is_own))
    };
    let open = pattern.pattern.alternatives().iter().find(is_open);
    let finding = open.map(|alternative| {
        let span = pattern.at("source").next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
        let others = alternative.get("source").unwrap_or_default().iter().filter(|one| !is_reserved(one));
        let others = others.map(Candidate::as_str).collect::<Option<Vec<&str>>>();
        let (span, help) = match others.as_deref() {
            // Often a source from which somebody tries the rule.
            Some([first, ..]) => {
                let named = and(others.iter().flatten().copied());
                let help = format!("name the sources of AWS only: anybody can send events from {named}");
                (pattern.place_of("source", first), help)
            }
            _ => (span, NAME_THEM.to_owned()),
        };
        Finding::new(&LINT, &file.source, span, "anybody in the account can forge an event that matches")
            .help(help)
    });
    finding.into_iter().collect()
}

const NAME_THEM: &str = "name the sources, or write `source = [{ prefix = \"aws.\" }]`: nobody but AWS may send events from there";
