//! A source that no service has.

use aws_facts::catalog::{Catalog, Native};

use crate::finding::Finding;
use crate::fix::Fix;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::{self, is_slip, nearest};
use crate::table::Span;
use crate::watcher_file::WatcherFile;
use aws_facts::detail_types::VIA_CLOUDTRAIL;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "unknown-event-source",
    level: Level::Error,
    what: "a source that no service has",
    why: "Nothing matches, and nobody is alerted. Several services are called otherwise in events than in their console: CloudWatch is `monitoring`, EFS `elasticfilesystem`.",
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
    fix: Some("writes the source that is meant, if it is known or a slip of just one"),
    stage: Stage::Checking,
};

/// Of a source of one's own beside the real one.
const OWN: &str = "only your own application sends from there, as a test with PutEvents does: if that is meant, allow it with a comment that says so";

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let event_sources =
        pattern.texts("detail.eventSource").filter(|(text, _)| Catalog::get().service(text).is_none());
    let mut findings: Vec<Finding> = event_sources
        .map(|(text, span)| finding(file, span, text, event_source_help(text).as_deref()))
        .collect();
    let is_source =
        |text: &str| Catalog::get().service_of(text).is_some() || Native::get().of(text).is_some();
    // People test a pattern with a source of their own beside the real one.
    let has_known = pattern.texts("source").any(|(text, _)| is_source(text));
    // Native events come from sources that no call has; their list is not complete.
    let types: Vec<&str> = pattern.texts("detail-type").map(|(text, _)| text).collect();
    let only_calls = !types.is_empty() && types.iter().all(|kind| VIA_CLOUDTRAIL.contains(kind));
    for (text, span) in pattern.texts("source") {
        if is_source(text) || !(text.starts_with("aws.") || only_calls) {
            continue;
        }
        let help = source_help(text);
        if only_calls || help.is_some() {
            let mut finding = finding(file, span, text, help.as_deref());
            if !text.starts_with("aws.") && has_known {
                finding.severity = Level::Warning;
                finding.help = Some(OWN.to_owned());
                finding.fix = None;
            }
            findings.push(finding);
        }
    }
    findings
}

/// An error if it is known what was meant: no list of AWS's sources is complete.
fn finding(file: &WatcherFile, span: &Span, text: &str, meant: Option<&str>) -> Finding {
    let is_sure = meant.is_some() && !may_be_right(text);
    let message = if is_sure {
        format!("no event has the source `{text}`")
    } else {
        format!("no event is known to have the source `{text}`")
    };
    let found = Finding::new(&LINT, &file.source, span.clone(), message);
    let severity = if is_sure { found.severity } else { Level::Warning };
    let help = meant.map_or_else(
        || {
            "take the source from a recorded event; if this is one, allow it with a comment that says so"
                .to_owned()
        },
        suggest::meant,
    );
    let fix = meant.and_then(|right| Fix::rename(&file.source.text, span, text, right));
    Finding { severity, ..found }.help(help).fix(fix.filter(|_| is_sure))
}

/// Whether it is only known that AWS documents another name.
fn may_be_right(text: &str) -> bool {
    let prefix = text.trim_start_matches("aws.").trim_end_matches(".amazonaws.com");
    let full = format!("{prefix}.amazonaws.com");
    Catalog::get().often_wrong(&full).is_some() && !Catalog::get().is_surely_wrong(&full)
}

fn event_source_help(text: &str) -> Option<String> {
    let catalog = Catalog::get();
    let full = format!("{}.amazonaws.com", text.trim_start_matches("aws."));
    let right = catalog.often_wrong(text).or_else(|| catalog.often_wrong(&full));
    let right = right.or_else(|| catalog.service(&full).map(|service| service.event_source));
    let known = || catalog.services().iter().map(|service| service.event_source);
    right.or_else(|| nearest(text, known().filter(|known| is_slip(text, known)))).map(str::to_owned)
}

fn source_help(text: &str) -> Option<String> {
    let catalog = Catalog::get();
    let lower = text.to_lowercase();
    let prefix = lower.trim_start_matches("aws.").trim_end_matches(".amazonaws.com");
    let full = format!("{prefix}.amazonaws.com");
    let right = catalog.often_wrong(&full).and_then(|right| catalog.service(right));
    if let Some(service) = right.or_else(|| catalog.service(&full)) {
        return Some(service.source());
    }
    let prefixes = catalog.services().iter().map(aws_facts::catalog::Service::prefix);
    let natives = Native::get().sources().filter_map(|source| source.strip_prefix("aws."));
    let near = nearest(prefix, prefixes.chain(natives).filter(|known| is_slip(prefix, known)));
    near.map(|near| format!("aws.{near}"))
}
