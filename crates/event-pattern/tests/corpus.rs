//! 6,618 cases judged by the service and its library: match, no match or invalid, with the
//! service's reason.

#![allow(clippy::unwrap_used, reason = "a case that cannot be read fails the test")]

use std::collections::BTreeMap;
use std::io::Read as _;

use event_pattern::Pattern;
use flate2::read::GzDecoder;
use serde_json::Value;

struct Case {
    name: String,
    pattern: String,
    event: String,
    expect: String,
    reason: Option<String>,
}

fn cases() -> Vec<Case> {
    let mut text = String::new();
    let packed = &include_bytes!("corpus/oracle.jsonl.gz")[..];
    GzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text.lines().map(case).collect()
}

fn case(line: &str) -> Case {
    let case: Value = serde_json::from_str(line).unwrap();
    let text = |key: &str| case[key].as_str().map(str::to_owned);
    let reason = text("error")
        .map(|error| error.strip_prefix("Event pattern is not valid. Reason: ").unwrap_or(&error).to_owned());
    Case {
        name: text("name").unwrap(),
        pattern: text("pattern").unwrap(),
        event: text("event").unwrap(),
        expect: text("expect").unwrap(),
        reason,
    }
}

fn verdict(case: &Case) -> &'static str {
    match Pattern::parse(&case.pattern) {
        Err(_) => "invalid",
        Ok(pattern) => match pattern.matches(case.event.as_bytes()) {
            Ok(true) => "match",
            Ok(false) => "no-match",
            Err(_) => "unreadable event",
        },
    }
}

#[test]
fn every_verdict_is_the_judged_one() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in cases() {
        let found = verdict(&case);
        if found == case.expect {
            *counts.entry(case.expect).or_default() += 1;
        } else {
            wrong.push(format!(
                "{}: {} instead of {}: {} {}",
                case.name, found, case.expect, case.pattern, case.event
            ));
        }
    }
    println!("judged alike: {counts:?}");
    assert!(wrong.is_empty(), "{} judged otherwise:\n{}", wrong.len(), wrong.join("\n"));
    let expected = [("invalid", 273), ("match", 1510), ("no-match", 4835)];
    assert!(counts.iter().map(|(verdict, count)| (verdict.as_str(), *count)).eq(expected));
}

/// The service's parser takes 1e23 for a number that cannot be compared (a fault of JDK 17's
/// number printing), and 4.9e-324 for one that can.
const OTHER_REASONS: [&str; 5] = [
    "oracle/numbers/4475",
    "oracle/numbers/4496",
    "oracle/numbers/4502",
    "oracle/numbers/4603",
    "oracle/numbers/4646",
];

#[test]
fn reasons_are_the_services() {
    let mut other = Vec::new();
    let mut equal = 0;
    for case in cases() {
        let Err(error) = Pattern::parse(&case.pattern) else {
            continue;
        };
        if case.reason.as_deref() == Some(error.reason()) {
            equal += 1;
        } else {
            other.push((case.name, case.reason, error.reason().to_owned()));
        }
    }
    println!("same reason: {equal}, other reason: {}", other.len());
    let names: Vec<&str> = other.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, OTHER_REASONS, "{other:#?}");
    assert_eq!(equal, 268);
}
