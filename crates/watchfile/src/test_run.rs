//! Running the tests of a watcher.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use watcher::{Config, Delivery, Match, Watcher, Watchers};

use crate::test_case::TestCase;
use crate::watcher_file::WatcherFile;

/// A step of a test in which what came differs from what was expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What was compared: `matches`, `message`, `fields.bucket` …
    pub step: String,
    /// What the test says.
    pub expected: Value,
    /// What came.
    pub actual: Value,
    /// Why, where that is known: which key of the pattern did not match.
    pub why: Option<String>,
}

/// What came of a test.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Empty: passed.
    pub failures: Vec<Failure>,
    /// Whether the watcher matched.
    pub matched: bool,
    /// The fields that have a value.
    pub fields: BTreeSet<String>,
    /// The reason of the ignore that covers the event.
    pub ignored: Option<String>,
}

/// Runs one test of a watcher, whether the watcher is switched on or off. Empty: passed.
pub fn run(file: &WatcherFile, config: &Config, test: &TestCase, today: Date) -> Vec<Failure> {
    outcome(file, config, test, today).failures
}

/// The names of a watcher's tests that fail.
pub fn failing<'a>(file: &'a WatcherFile, config: &Config, today: Date) -> Vec<&'a str> {
    let fails = |test: &&TestCase| !run(file, config, test, today).is_empty();
    file.tests.iter().filter(fails).map(|test| test.name.as_str()).collect()
}

/// [`run`], and what the test has shown of the watcher.
pub fn outcome(file: &WatcherFile, config: &Config, test: &TestCase, today: Date) -> Outcome {
    outcome_of(file.written(), config, test, today)
}

/// What comes of the test with this watcher in the place of the one that the file says.
pub(crate) fn outcome_of(watcher: &Watcher, config: &Config, test: &TestCase, today: Date) -> Outcome {
    let watchers = Watchers::new(config.clone(), vec![watcher.clone()]);
    let event = test.event.to_string();
    let matches = match watchers.deliveries(event.as_bytes(), today) {
        Ok(matches) => matches,
        Err(error) => {
            let failure = failure("event", json!("an EventBridge event"), json!(error.to_string()));
            return Outcome { failures: vec![failure], ..Outcome::default() };
        }
    };
    let found = matches.first();
    let failures = match found {
        Some(found) if test.matches => compare(test, found, config),
        _ if found.is_some() == test.matches => Vec::new(),
        _ => {
            let why = test.matches.then(|| watcher.pattern.explain(event.as_bytes()).ok()).flatten();
            let failure = failure("matches", json!(test.matches), json!(!test.matches));
            vec![Failure { why: why.map(|explanation| explanation.to_string()), ..failure }]
        }
    };
    Outcome {
        failures,
        matched: found.is_some(),
        fields: found.iter().flat_map(|found| found.fields.keys().cloned()).collect(),
        ignored: found.and_then(|found| found.ignored.map(str::to_owned)),
    }
}

fn compare(test: &TestCase, found: &Match<'_>, config: &Config) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut check = |step: &str, expected: Option<Value>, actual: Value| {
        if let Some(expected) = expected.filter(|expected| *expected != actual) {
            // Nothing is sent then, which looks like a fault of the templates.
            let is_about_sending = !step.starts_with("fields.");
            let why = found.ignored.filter(|_| is_about_sending).map(|reason| format!("ignored: {reason}"));
            failures.push(Failure { why, ..failure(step, expected, actual) });
        }
    };
    check("ignored", test.ignored.map(Value::from), json!(found.ignored.is_some()));
    for (name, expected) in &test.fields {
        let actual = found.fields.get(name).cloned().unwrap_or_default();
        check(&format!("fields.{name}"), Some(expected.clone()), actual);
    }
    let sent = found.deliveries.first();
    check("title", test.title.clone().map(Value::from), json!(sent.map(|delivery| &delivery.title)));
    check("message", test.message.clone().map(Value::from), json!(sent.map(|delivery| &delivery.message)));
    if let Some(error) = sent.and_then(|delivery| delivery.render_error.as_ref()) {
        check("render", Some(Value::Null), json!(error));
    }
    let faults = found.deliveries.iter().filter_map(|delivery| {
        Some((&delivery.channel, config.channels.get(&delivery.channel)?.kind().payload(delivery).fault?))
    });
    for (channel, fault) in faults {
        check(&format!("payload of {channel}"), Some(Value::Null), json!(fault));
    }
    let channels: Vec<&String> = found.deliveries.iter().map(|delivery| &delivery.channel).collect();
    check("channels", test.channels.clone().map(Value::from), json!(channels));
    for (tested, expected) in &test.payloads {
        let sent = if expected.is_empty() { Map::new() } else { payload(found, config, tested) };
        for (key, expected) in expected {
            let actual = sent.get(key).cloned().unwrap_or_default();
            check(&format!("{tested}.{key}"), Some(expected.clone()), actual);
        }
    }
    failures
}

/// What the first channel gets that is tested under this key; empty if there is none.
fn payload(found: &Match<'_>, config: &Config, tested: &str) -> Map<String, Value> {
    let sent = |delivery: &Delivery| {
        let kind = config.channels.get(&delivery.channel)?.kind();
        let payload = (kind.spec().tested.name == tested).then(|| kind.payload(delivery).json)?;
        payload.as_object().cloned()
    };
    found.deliveries.iter().find_map(sent).unwrap_or_default()
}

fn failure(step: &str, expected: Value, actual: Value) -> Failure {
    Failure { step: step.to_owned(), expected, actual, why: None }
}
