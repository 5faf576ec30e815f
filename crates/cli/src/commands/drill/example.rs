//! The event that a watcher is drilled with: one of its tests' that alerts, as if it had just happened in the stack's account.

use jiff::Timestamp;
use serde_json::Value;
use watcher::{Config, Watchers};
use watchfile::WatcherFile;

/// The account in which examples happen.
const EXAMPLE_ACCOUNT: &str = "123456789012";

/// An event, and what it is called.
#[derive(Debug, PartialEq)]
pub(super) struct Example {
    pub(super) name: String,
    pub(super) event: Value,
}

/// The first test's event for which the watcher alerts.
pub(super) fn example(file: &WatcherFile, config: &Config, now: Timestamp) -> Option<Example> {
    let watchers = Watchers::new(config.clone(), vec![file.watcher.clone()]);
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let alerts = |event: &Value| {
        let matches = watchers.deliveries(event.to_string().as_bytes(), today).unwrap_or_default();
        matches.iter().any(|found| !found.deliveries.is_empty())
    };
    let test = file.tests.iter().find(|test| test.matches && alerts(&test.event))?;
    Some(Example { name: test.name.trim().to_owned(), event: test.event.clone() })
}

/// The event in this account: names of accounts and routes then hold as they do for a real one.
pub(super) fn moved(mut event: Value, account: &str) -> Value {
    if event["account"] == EXAMPLE_ACCOUNT {
        each_text(&mut event, &|text| {
            if text.contains(EXAMPLE_ACCOUNT) {
                *text = text.replace(EXAMPLE_ACCOUNT, account);
            }
        });
    }
    event
}

/// The event at this time.
pub(super) fn at(mut event: Value, now: Timestamp) -> Value {
    let now = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    for pointer in ["/time", "/detail/eventTime"] {
        if let Some(time) = event.pointer_mut(pointer) {
            *time = now.clone().into();
        }
    }
    event
}

fn each_text(value: &mut Value, change: &impl Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, change)),
        Value::Object(members) => members.values_mut().for_each(|value| each_text(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_happens_now_in_the_stacks_account() {
        let event = json!({
            "account": "123456789012", "time": "2026-01-12T08:30:00Z",
            "detail": {"eventTime": "2026-01-12T08:29:58Z", "arns": ["arn:aws:iam::123456789012:user/alice"], "n": 1},
        });
        let now = "2026-11-28T12:00:00.5Z".parse().unwrap();
        let expected = json!({
            "account": "210987654321", "time": "2026-11-28T12:00:00Z",
            "detail": {"eventTime": "2026-11-28T12:00:00Z", "arns": ["arn:aws:iam::210987654321:user/alice"], "n": 1},
        });
        assert_eq!(at(moved(event, "210987654321"), now), expected);
    }

    #[test]
    fn an_event_of_another_account_stays_there() {
        let event = json!({"account": "210987654321", "resources": ["arn:aws:iam::123456789012:user/alice"]});
        assert_eq!(moved(event.clone(), "000000000000"), event);
    }
}
