//! What the function answers to a drill, and what that comes to.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What became of a drill.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) result: Result,
    /// Why it was ignored or refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// The other watchers that alert for such an event.
    pub(super) others: Vec<String>,
    pub(super) deliveries: Vec<Sent>,
}

/// What the deployed watcher makes of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Result {
    /// It alerts.
    Matched,
    /// It matches, and ignores it.
    Ignored,
    /// It does not match.
    Unmatched,
    /// The function's own call, which makes no alert.
    #[serde(rename = "self")]
    Own,
    /// There is no such watcher, no such channel, or the event is none.
    Refused,
}

/// What became of a delivery.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) channel: String,
    pub(super) outcome: Outcome,
    pub(super) tries: u32,
    pub(super) milliseconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    /// The service took it.
    Sent,
    /// It did not.
    Failed,
    /// Other messages wait for the channel.
    Busy,
}

impl Answer {
    /// Reads what Lambda says of an invocation, and what the function answered.
    ///
    /// # Errors
    /// The function failed, or is older than drills.
    pub(super) fn read(said: &Value, answer: &[u8]) -> std::result::Result<Answer, String> {
        if said["FunctionError"].is_string() {
            let error: Value = serde_json::from_slice(answer).unwrap_or_default();
            let message = error["errorMessage"].as_str().unwrap_or("without saying why");
            // An earlier version says so of all that it is asked for by hand and does not know.
            return Err(if message.contains("a test is ") {
                "the deployed function is older than drills: deploy this version".to_owned()
            } else {
                format!("the function failed: {message}")
            });
        }
        serde_json::from_slice(answer).map_err(|e| {
            format!(
                "the function's answer is not that of Account Watcher to a drill ({e}): deploy this version"
            )
        })
    }

    /// Whether all that it should have sent has arrived.
    pub(super) fn is_right(&self) -> bool {
        self.result == Result::Matched && self.deliveries.iter().all(|sent| sent.outcome == Outcome::Sent)
    }
}
