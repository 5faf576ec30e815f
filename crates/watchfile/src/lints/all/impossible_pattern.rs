//! A condition that no event can meet.

use aws_facts::detail_types::{API_CALL, SIGN_IN};
use aws_facts::fields::{self, Holds};
use aws_facts::regions::{GLOBAL, is_region, wanted_from};
use event_pattern::{Alternative, Candidate};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::{list, slip_of};
use crate::watcher_file::WatcherFile;

use super::super::facts::{is_absent, is_below, is_cloudtrail, is_sign_in, only};
use super::super::repair::{in_quotes, without_quotes};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "impossible-pattern",
    level: Level::Error,
    what: "a condition that no event can meet",
    why: "A number never equals a text, `root` is not `Root`, and what stands below a field that must not exist does not exist.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.errorCode = [{ numeric = [">=", 400] }]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.errorCode = [{ prefix = "Access" }]
"#,
    fix: Some(
        "writes the value that is meant, if it is a slip of just one; puts a number into quotes, or takes them from `true` and `false`",
    ),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for alternative in file.places.pattern.pattern.alternatives() {
        // What CloudTrail's record holds says nothing of other events.
        let is_known = |path: &str| is_cloudtrail(alternative) || !path.contains('.');
        let holds = |path: &str, what: Holds| {
            is_known(path) && fields::at(path).is_some_and(|field| field.holds == what)
        };
        for (path, candidates) in alternative.fields() {
            let is_no_text = |c: &Candidate| {
                matches!(c, Candidate::Number(_) | Candidate::Numeric(_) | Candidate::True | Candidate::False)
            };
            if holds(path, Holds::Text) && candidates.iter().all(is_no_text) {
                let message = format!("`{path}` is always a text: this never matches");
                let help = "compare it with a text in quotes, or by `prefix`";
                let fix = in_quotes(file, path, candidates);
                findings.push(finding(file, path, message, help).fix(fix));
            }
            let is_text = |c: &Candidate| c.as_str().is_some();
            if holds(path, Holds::Boolean) && candidates.iter().all(is_text) {
                let message = format!("`{path}` is true or false, and no text: this never matches");
                let help = "write `true` or `false` without quotes";
                let fix = without_quotes(file, path, candidates, |text| matches!(text, "true" | "false"));
                findings.push(finding(file, path, message, help).fix(fix));
            }
            if is_known(path) {
                findings.extend(
                    candidates.iter().filter_map(Candidate::as_str).filter_map(|text| slip(file, path, text)),
                );
            }
            if path == "region" || path == "detail.awsRegion" {
                findings.extend(global_elsewhere(file, alternative, path));
            }
            let is_object = holds(path, Holds::Object) || holds(path, Holds::Map);
            let is_scalar = |c: &Candidate| {
                !matches!(c, Candidate::Exists(_) | Candidate::Null | Candidate::AnythingBut(_))
            };
            if is_object && candidates.iter().all(is_scalar) {
                let message = format!("`{path}` is an object: this never matches");
                findings.push(finding(file, path, message, &name_a_key(path, is_cloudtrail(alternative))));
            }
            if path == "resources" && is_without_resources(alternative) && !candidates.iter().all(is_absent) {
                let message = "`resources` is empty in events of CloudTrail: this never matches".to_owned();
                let help =
                    "compare `detail.resources.ARN`, if the call records it, or a parameter of the call";
                findings.push(finding(file, path, message, help));
            }
            if path == "detail.errorCode" && is_sign_in(alternative) && !candidates.iter().any(is_absent) {
                let message = "a sign-in that failed has no `errorCode`: this never matches".to_owned();
                let help =
                    "compare `detail.responseElements.ConsoleLogin` with `Failure`, or `detail.errorMessage`";
                findings.push(finding(file, path, message, help));
            }
            let above = || path.rmatch_indices('.').map(|(at, _)| &path[..at]);
            if let Some(text) = above().find(|above| holds(above, Holds::Text)) {
                let message = format!("`{text}` is a text, and has no `{}`", &path[text.len() + 1..]);
                findings.push(finding(file, path, message, "compare the text itself"));
            }
            let is_absent = candidates.iter().all(is_absent);
            let below = alternative.fields().find(|(other, list)| {
                is_below(other, path) && !list.iter().any(|c| matches!(c, Candidate::Exists(false)))
            });
            if let (true, Some((below, _))) = (is_absent, below) {
                let message = format!("`{path}` must not exist, and `{below}` within it must");
                findings.push(finding(file, path, message, "remove one of the two"));
            }
        }
    }
    findings.dedup();
    findings
}

/// Whether its events have an empty list beside `detail`: `EventBridge` takes that for a field that does not exist.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>
fn is_without_resources(alternative: &Alternative) -> bool {
    only(alternative, "detail-type")
        .is_some_and(|types| !types.is_empty() && types.iter().all(|kind| [API_CALL, SIGN_IN].contains(kind)))
}

fn name_a_key(path: &str, is_record: bool) -> String {
    let examples: Vec<&str> = match path {
        "detail" if is_record => vec!["detail.eventName"],
        "detail.userIdentity" => vec!["detail.userIdentity.userName", "detail.userIdentity.arn"],
        _ => Vec::new(),
    };
    let such = if examples.is_empty() { String::new() } else { format!(", for example {}", list(examples)) };
    format!("name a key within it{such}")
}

fn finding(file: &WatcherFile, path: &str, message: String, help: &str) -> Finding {
    let pattern = &file.places.pattern;
    let span = pattern.at(path).next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
    Finding::new(&LINT, &file.source, span, message).help(help)
}

/// Calls of a global service, wanted from another region than theirs.
fn global_elsewhere(file: &WatcherFile, alternative: &Alternative, path: &str) -> Option<Finding> {
    let events = wanted_from(alternative, &only(alternative, path)?);
    if events.is_empty() {
        return None;
    }
    let message = format!("`{path}` of {} is always `{GLOBAL}`: this never matches", events.join(" and "));
    Some(finding(file, path, message, "remove it: they are on that bus, whatever region they are about"))
}

/// A text that the field never holds, though it looks as if it were meant for it.
fn slip(file: &WatcherFile, path: &str, text: &str) -> Option<Finding> {
    let pattern = &file.places.pattern;
    let finding = |help: String| {
        let message = format!("`{path}` is never `{text}`");
        Finding::new(&LINT, &file.source, pattern.place_of(path, text), message).help(help)
    };
    // A star in a name is the matter of another lint.
    if text.contains('*') && fields::at(path).is_some_and(|field| field.holds == Holds::Text) {
        return None;
    }
    Some(match path {
        "account" | "detail.recipientAccountId" if !is_account(text) => {
            finding("an account's id has 12 digits".to_owned())
        }
        "region" | "detail.awsRegion" if !is_region(text) => {
            finding("a region is written like `eu-west-1`".to_owned())
        }
        _ => {
            let field = fields::at(path)?;
            let known = &field.values;
            if known.contains(&text) {
                return None;
            }
            let all = || format!("it is {}", list(known.iter().copied()));
            let help = slip_of(text, known.iter().copied()).or_else(|| field.is_closed.then(all))?;
            finding(help).respelt(text, known.iter().copied())
        }
    })
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}
