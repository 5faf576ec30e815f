//! A `source` and an `eventSource` that no event has together.

use aws_facts::catalog::{Catalog, Service};
use event_pattern::Alternative;

use crate::finding::Finding;
use crate::fix::Fix;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::list;
use crate::watcher_file::WatcherFile;

use super::super::facts::only;
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "source-mismatch",
    level: Level::Error,
    what: "a `source` and an `eventSource` that no event has together",
    why: "The source of an API call is `aws.` and the first part of its `eventSource`: `aws.monitoring` for `monitoring.amazonaws.com`.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["iam.amazonaws.com"]
detail.eventName = ["DeleteRole"]
"#,
    good: r#"[pattern]
source = ["aws.iam"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["iam.amazonaws.com"]
detail.eventName = ["DeleteRole"]
"#,
    fix: Some("writes the source of the service that has the calls, if just one of the two has them"),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives() {
        let (Some(sources), Some(event_sources)) =
            (only(alternative, "source"), only(alternative, "detail.eventSource"))
        else {
            continue;
        };
        for event_source in event_sources {
            let Some(service) = Catalog::get().service(event_source) else { continue };
            if !sources.contains(&&*service.source()) {
                let span = pattern.place_of("detail.eventSource", event_source);
                let message =
                    format!("events of `{event_source}` do not come from {}", list(sources.iter().copied()));
                findings.push(
                    Finding::new(&LINT, &file.source, span, message)
                        .related(
                            &file.source,
                            pattern.place_of("source", sources[0]),
                            "the source is set here",
                        )
                        .help(format!("their source is `{}`", service.source()))
                        .fix(fix(file, alternative, &sources, service)),
                );
            }
        }
    }
    findings.dedup();
    findings
}

/// Of the two the one is wrong whose service does not have the calls; none where both have them, or neither.
fn fix(
    file: &WatcherFile,
    alternative: &Alternative,
    sources: &[&str],
    service: &'static Service,
) -> Option<Fix> {
    let [source] = sources else { return None };
    let other = Catalog::get().service_of(source)?;
    let names = only(alternative, "detail.eventName").filter(|names| !names.is_empty())?;
    let has_all = |service: &Service| names.iter().all(|name| service.call(name).is_some());
    let (path, wrong, right) = match (has_all(service), has_all(other)) {
        (true, false) => ("source", *source, service.source()),
        (false, true) => ("detail.eventSource", service.event_source, other.event_source.to_owned()),
        _ => return None,
    };
    let pattern = &file.places.pattern;
    // In branches of an `$or` each has its own.
    let mut places = pattern.texts(path).filter(|(text, _)| *text == wrong);
    let (_, span) = places.next().filter(|_| places.next().is_none())?;
    Fix::rename(&file.source.text, span, wrong, &right)
}
