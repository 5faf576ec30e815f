//! An event of a global service.

use aws_facts::regions::{GLOBAL, elsewhere};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "global-event",
    level: Level::Note,
    what: "an event of a global service",
    why: "It is on the bus of us-east-1 only, whatever region it is about. With `--region` of another region this is a warning: the stack cannot see it.",
    bad: r#"[pattern]
source = ["aws.iam"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["iam.amazonaws.com"]
detail.eventName = ["DeleteRole"]
"#,
    good: r#"title = "S3 bucket deleted"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

/// Any region that is not the global services'.
const ANOTHER: &str = "eu-west-1";

fn check(file: &WatcherFile, context: &Context<'_>) -> Vec<Finding> {
    let seen = context.project.seen_regions(context.options.region.as_deref());
    let events = elsewhere(&file.watcher.pattern, seen.as_deref().unwrap_or(&[ANOTHER]));
    if events.is_empty() || events.iter().all(|event| *event == "root sign-ins") {
        return Vec::new();
    }
    let pattern = &file.places.pattern;
    let leaf = pattern.at("source").chain(pattern.at("detail.eventSource")).next();
    let span = leaf.map_or(pattern.span.clone(), |leaf| leaf.span.clone());
    let events = events.join(" and ");
    let finding = match seen.as_deref() {
        Some(seen) => Finding {
            severity: Level::Warning,
            ..Finding::new(&LINT, &file.source, span, format!("{} does not see {events}", stack(seen)))
        },
        None => Finding::new(&LINT, &file.source, span, format!("{events} are on the bus of {GLOBAL} only")),
    };
    vec![finding.help(format!("deploy the watcher in {GLOBAL}, or forward the events from there"))]
}

/// A stack by the regions whose events it gets, its own first.
pub(super) fn stack(seen: &[&str]) -> String {
    match seen {
        [home, others @ ..] if !others.is_empty() => {
            format!(
                "a stack in {home} to which {} forward{}",
                others.join(", "),
                if others.len() == 1 { "s" } else { "" }
            )
        }
        _ => format!("a stack in {}", seen.join(", ")),
    }
}
