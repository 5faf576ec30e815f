//! Running the tests of a watcher.

use jiff::civil::Date;
use serde_json::{Value, json};
use watcher::{Config, Match, Watchers};

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

/// Runs one test of a watcher, whether the watcher is switched on or off. Empty: passed.
pub fn run(file: &WatcherFile, config: &Config, test: &TestCase, today: Date) -> Vec<Failure> {
    let watchers = Watchers::new(config.clone(), vec![file.watcher.clone()]);
    let event = test.event.to_string();
    match watchers.deliveries(event.as_bytes(), today) {
        Err(error) => vec![failure("event", json!("an EventBridge event"), json!(error.to_string()))],
        Ok(matches) if matches.is_empty() == test.matches => {
            let why = test.matches.then(|| file.watcher.pattern.explain(event.as_bytes()).ok()).flatten();
            let failure = failure("matches", json!(test.matches), json!(!test.matches));
            vec![Failure { why: why.map(|explanation| explanation.to_string()), ..failure }]
        }
        Ok(matches) => matches.iter().flat_map(|found| compare(test, found)).collect(),
    }
}

fn compare(test: &TestCase, found: &Match<'_>) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut check = |step: &str, expected: Option<Value>, actual: Value| {
        if let Some(expected) = expected.filter(|expected| *expected != actual) {
            failures.push(failure(step, expected, actual));
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
    let channels: Vec<&String> = found.deliveries.iter().map(|delivery| &delivery.channel).collect();
    check("channels", test.channels.clone().map(Value::from), json!(channels));
    failures
}

fn failure(step: &str, expected: Value, actual: Value) -> Failure {
    Failure { step: step.to_owned(), expected, actual, why: None }
}
