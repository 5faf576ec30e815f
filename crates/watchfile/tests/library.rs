//! What holds for each shipped watcher, also for those that are switched off.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use jiff::civil::{Date, date};
use serde_json::Value;
use watcher::{STANDARD_VARIABLES, Severity, Watchers};
use watchfile::{Project, load};

const TODAY: Date = date(2026, 1, 12);

fn library() -> Project {
    load(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")).0
}

/// Where the standard variables come from.
const STANDARD_PATHS: [&str; 5] = [
    "detail.userIdentity.arn",
    "detail.userIdentity.type",
    "detail.sourceIPAddress",
    "detail.errorCode",
    "detail.errorMessage",
];

#[test]
fn no_field_repeats_a_standard_variable() {
    for file in library().files {
        for field in &file.watcher.fields {
            let first = serde_json::to_value(&field.paths[0]).unwrap();
            let steps = first.as_array().into_iter().flatten().map(|step| step.as_str().unwrap_or("*"));
            let path = steps.collect::<Vec<_>>().join(".");
            let repeats = STANDARD_VARIABLES.contains(&field.name.as_str());
            assert!(
                !repeats && !STANDARD_PATHS.contains(&path.as_str()),
                "{}: `{}` is a standard variable",
                file.watcher.name,
                field.name
            );
        }
    }
}

/// Watchers of calls whose failure is what they are about, or that tell of whoever calls.
const ABOUT_ANY_OUTCOME: [(&str, &str); 3] = [
    ("root-api-call", "the root user's presence is the news"),
    ("unauthorized-api-call", "denied calls are what it counts"),
    ("account-watcher-changed", "whoever works on the stack itself, with whatever result"),
];

/// Failures that change nothing and mean nothing: the resource is not there, a limit, a dry run, no capacity.
const NOISE: [&str; 9] = [
    "ThrottlingException",
    "Client.RequestLimitExceeded",
    "NoSuchEntityException",
    "TrailNotFoundException",
    "ResourceNotFoundException",
    "Client.DryRunOperation",
    "LimitExceededException",
    "Server.InsufficientInstanceCapacity",
    "ValidationException",
];

/// The one rule of failures: a success alerts at its severity. A denied attempt at something grave alerts too, says in
/// its title that it was denied, and is one step less bad. Other failures are silent.
#[test]
fn a_denied_attempt_at_something_grave_is_told_and_other_failures_are_silent() {
    let project = library();
    let mut attempts = 0;
    for file in &project.files {
        let name = file.watcher.name.as_str();
        if ABOUT_ANY_OUTCOME.iter().any(|(other, _)| *other == name) {
            continue;
        }
        let worst = file.watcher.cases.iter().map(|case| case.severity).chain([file.watcher.severity]).max();
        let watchers = Watchers::new(project.config.clone(), vec![file.watcher.clone()]);
        for test in file.tests.iter().filter(|test| test.matches && test.ignored != Some(true)) {
            if test.event["detail-type"] != "AWS API Call via CloudTrail"
                || !test.event["detail"]["errorCode"].is_null()
            {
                continue;
            }
            let told = |code: Option<&str>, answer: Value| {
                let mut event = test.event.clone();
                event["detail"]["responseElements"] = answer;
                if let Some(code) = code {
                    event["detail"]["errorCode"] = code.into();
                }
                let mut matches = watchers.deliveries(event.to_string().as_bytes(), TODAY).unwrap();
                matches.pop().and_then(|mut found| found.deliveries.pop())
            };
            let context = format!("{name}: {}", test.name);
            // What only the answer says, a failed call does not say.
            if told(None, Value::Null).is_none() {
                continue;
            }
            for code in NOISE {
                assert!(told(Some(code), Value::Null).is_none(), "{context}: {code} is told");
            }
            let is_ec2 = test.event["source"] == "aws.ec2";
            let denials = if is_ec2 {
                ["Client.UnauthorizedOperation", "UnauthorizedOperation"]
            } else {
                ["AccessDenied", "AccessDeniedException"]
            };
            let success = told(None, test.event["detail"]["responseElements"].clone()).unwrap();
            for code in denials {
                let denied = told(Some(code), Value::Null);
                assert_eq!(denied.is_some(), file.watcher.attempt.is_some(), "{context}: {code}");
                let Some(denied) = denied else {
                    assert!(worst < Some(Severity::High), "{context}: a denied attempt is silent");
                    continue;
                };
                attempts += 1;
                assert!(denied.title.ends_with("was denied"), "{context}: {}", denied.title);
                assert_eq!(denied.severity, success.severity.lower(), "{context}");
            }
        }
    }
    assert!(attempts > 100, "{attempts}");
}
