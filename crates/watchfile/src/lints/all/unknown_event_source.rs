//! A source that no service has.

use aws_facts::catalog::{Catalog, Native};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::did_you_mean;
use crate::table::Span;
use crate::watcher_file::WatcherFile;
use aws_facts::detail_types::VIA_CLOUDTRAIL;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "unknown-event-source",
    level: Level::Error,
    what: "a source that no service has",
    why: "Nothing matches, and nobody is told. Several services are called otherwise in events than in their console: CloudWatch is `monitoring`, EFS `elasticfilesystem`.",
    bad: r#"[pattern]
source = ["aws.monitoring"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["cloudwatch-logs.amazonaws.com"]
detail.eventName = ["DeleteLogGroup"]
"#,
    good: r#"[pattern]
source = ["aws.logs"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["logs.amazonaws.com"]
detail.eventName = ["DeleteLogGroup"]
"#,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let event_sources =
        pattern.texts("detail.eventSource").filter(|(text, _)| Catalog::get().service(text).is_none());
    let mut findings: Vec<Finding> =
        event_sources.map(|(text, span)| finding(file, span, text, event_source_help(text))).collect();
    // Native events come from sources that no call has; their list is not complete.
    let types: Vec<&str> = pattern.texts("detail-type").map(|(text, _)| text).collect();
    let only_calls = !types.is_empty() && types.iter().all(|kind| VIA_CLOUDTRAIL.contains(kind));
    for (text, span) in pattern.texts("source") {
        let is_known = Catalog::get().service_of(text).is_some() || Native::get().of(text).is_some();
        if is_known || !(text.starts_with("aws.") || only_calls) {
            continue;
        }
        let help = source_help(text);
        if only_calls || help.starts_with("did you mean") {
            findings.push(finding(file, span, text, help));
        }
    }
    findings
}

fn finding(file: &WatcherFile, span: &Span, text: &str, help: String) -> Finding {
    Finding::new(&LINT, &file.source, span.clone(), format!("no event has the source `{text}`")).help(help)
}

fn event_source_help(text: &str) -> String {
    let catalog = Catalog::get();
    let full = format!("{}.amazonaws.com", text.trim_start_matches("aws."));
    let right = catalog.often_wrong(text).or_else(|| catalog.often_wrong(&full));
    let right = right.or_else(|| catalog.service(&full).map(|service| service.event_source));
    right
        .map(|right| format!("did you mean `{right}`?"))
        .or_else(|| did_you_mean(text, catalog.services().iter().map(|service| service.event_source)))
        .unwrap_or_else(|| {
            "`detail.eventSource` is the service's name in its endpoint, for example `s3.amazonaws.com`"
                .to_owned()
        })
}

fn source_help(text: &str) -> String {
    let catalog = Catalog::get();
    let lower = text.to_lowercase();
    let prefix = lower.trim_start_matches("aws.").trim_end_matches(".amazonaws.com");
    let right =
        catalog.often_wrong(&format!("{prefix}.amazonaws.com")).and_then(|right| catalog.service(right));
    if let Some(service) = right {
        return format!("did you mean `{}`?", service.source());
    }
    if let Some(service) = catalog.service(&format!("{prefix}.amazonaws.com")) {
        return format!("did you mean `{}`?", service.source());
    }
    let prefixes = catalog.services().iter().map(aws_facts::catalog::Service::prefix);
    let natives = Native::get().sources().filter_map(|source| source.strip_prefix("aws."));
    let near = did_you_mean(prefix, prefixes.chain(natives)).map(|near| near.replacen('`', "`aws.", 1));
    near.unwrap_or_else(|| {
        "the source of an API call is `aws.` and the first part of its `eventSource`".to_owned()
    })
}
