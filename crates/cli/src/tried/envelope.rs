//! The envelope that AWS's test-event-pattern asks of an event. A rule on a bus does not check it, since every event
//! there has one.
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html>

use jiff::Timestamp;
use serde_json::Value;

/// What an event must have; of which type is not asked, except for the time.
const KEYS: [&str; 6] = ["id", "detail-type", "source", "account", "time", "region"];

/// Checks the envelope.
///
/// # Errors
/// What is missing, and the service's words for it.
pub(crate) fn check(event: &str) -> Result<(), String> {
    let event: Value = serde_json::from_str(event).map_err(|e| format!("the event is not JSON: {e}"))?;
    let Some(event) = event.as_object() else {
        return Err(
            "the event is not a JSON object (EventBridge says: Parameter Event is not valid.)".to_owned()
        );
    };
    let missing: Vec<String> =
        KEYS.iter().filter(|key| !event.contains_key(**key)).map(|key| format!("`{key}`")).collect();
    if !missing.is_empty() {
        return Err(format!(
            "the event lacks {} (EventBridge says: Parameter Event is not valid.)",
            missing.join(", ")
        ));
    }
    match event["time"].as_str().map(str::parse::<Timestamp>) {
        Some(Ok(_)) => Ok(()),
        _ => Err(
            "`time` is not a time like `2026-01-12T08:30:00Z` (EventBridge says: Parameter Event is not valid. \
                  Reason: Invalid time.)"
                .to_owned(),
        ),
    }
}
