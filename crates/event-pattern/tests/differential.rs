//! Random patterns and events, judged as by an independent implementation.
//!
//! `tests/differential/generate.py` needs `python3`. `EVENT_PATTERN_CASES=1000000` sets how many
//! cases there are, `EVENT_PATTERN_SEED=7` which.

#![allow(clippy::unwrap_used, reason = "a case that cannot be read fails the test")]

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use event_pattern::{Pattern, PatternSet};
use serde_json::Value;

const GENERATOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/generate.py");

/// Reasons that only the reference gives: it does not say what is wrong with the JSON, and the
/// service has no words for an empty list under anything-but's operators.
const WORDLESS: [&str; 2] = ["JSON", "INTERNAL"];

/// Differences that are printed. More are only counted.
const MAX_PRINTED: usize = 25;

fn setting(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().expect("a whole number"))
}

/// What this crate says, and the reason if the pattern is invalid.
fn verdict(pattern: &str, event: &[u8]) -> (&'static str, Option<String>) {
    let pattern = match Pattern::parse(pattern) {
        Ok(pattern) => pattern,
        Err(error) => return ("invalid", error.reason().split("\n at [").next().map(str::to_owned)),
    };
    let matched = pattern.matches(event);
    let in_set = PatternSet::new([((), pattern)]).matches(event).map(|found| !found.is_empty());
    match (matched, in_set) {
        (Ok(true), Ok(true)) => ("match", None),
        (Ok(false), Ok(false)) => ("no-match", None),
        (Err(_), Err(_)) => ("unreadable event", None),
        _ => ("another answer in a set", None),
    }
}

#[test]
fn random_cases_are_judged_as_by_the_reference() {
    let (cases, seed) = (setting("EVENT_PATTERN_CASES", 10_000), setting("EVENT_PATTERN_SEED", 1));
    let mut generator = Command::new("python3")
        .args([GENERATOR, &seed.to_string(), &cases.to_string()])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONIOENCODING", "utf-8")
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 runs the reference");
    let lines = BufReader::new(generator.stdout.take().unwrap()).lines();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut differences = Vec::new();
    for line in lines {
        let case: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let text = |key: &str| case[key].as_str();
        let (pattern, event) = (text("pattern").unwrap(), text("event").unwrap());
        let (expected, reason) = (text("expect").unwrap(), text("reason"));
        let (found, found_reason) = verdict(pattern, event.as_bytes());
        let same_reason =
            reason == found_reason.as_deref() || reason.is_some_and(|it| WORDLESS.contains(&it));
        if found != expected || !same_reason {
            differences.push(format!(
                "{found} {found_reason:?} instead of {expected} {reason:?}:\n  {pattern}\n  {event}"
            ));
        }
        *counts.entry(expected.to_owned()).or_default() += 1;
    }
    assert!(generator.wait().unwrap().success(), "the reference failed");
    println!("{cases} cases with seed {seed}: {counts:?}, {} differences", differences.len());
    assert_eq!(counts.values().sum::<u64>(), cases);
    let printed = differences.len().min(MAX_PRINTED);
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences[..printed].join("\n"));
}
