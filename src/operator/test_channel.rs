//! A test of a channel. What happened is the answer, and is counted nowhere.

use serde_json::{Value, json};
use watcher::{Delivery, Facts, Purpose, Severity};

use crate::channels::Channels;
use crate::function::Function;
use crate::invocation::Invocation;
use crate::queue::Queue;
use crate::send::{Asks, Delivered, Undelivered, Unsent};
use crate::state::State;

impl<C: Channels, Q: Queue, S: State> Function<C, Q, S> {
    /// Sends a message to the channel and says what became of it. A test is not queued: whoever makes it is waiting.
    pub(crate) async fn test_channel(&self, invocation: Invocation<'_>, channel: &str) -> Value {
        let names: Vec<&str> = self.watchers.channels().collect();
        let failed = |tries: u32, reason: String| json!({"channel": channel, "outcome": "failed", "tries": tries, "reason": reason});
        let answer = if names.contains(&channel) {
            let delivery = test_delivery(invocation, channel);
            let asks = Asks { severity: delivery.severity, ticket: None, short: true };
            match self.sender(invocation).deliver(&delivery, asks).await {
                Ok(Delivered { tries, strange: None }) => {
                    json!({"channel": channel, "outcome": "sent", "tries": tries})
                }
                Ok(Delivered { tries, strange: Some(reason) }) => {
                    json!({"channel": channel, "outcome": "sent", "tries": tries, "reason": reason})
                }
                Err(Undelivered { tries, why: Unsent::Failed(failure) }) => {
                    failed(tries, failure.reason().to_owned())
                }
                Err(Undelivered {
                    tries,
                    why: Unsent::NotItsTurn(_) | Unsent::Crowded(_) | Unsent::Flood,
                }) => failed(tries, "other messages wait for this channel; try again in a minute".to_owned()),
            }
        } else {
            failed(0, format!("account-watcher.toml has no such channel; it has {}", names.join(", ")))
        };
        let line = invocation.line("tested");
        // The name is the caller's, and may be anything.
        let line = match answer["reason"].as_str() {
            Some(reason) if answer["outcome"] == "failed" => line.with_error(reason.to_owned()),
            Some(reason) => line.with_warning(format!("channel {channel}: sent, but {reason}")),
            _ => line.with_reason(format!("channel {channel}: sent")),
        };
        invocation.write(&line);
        answer
    }
}

fn test_delivery(invocation: Invocation<'_>, channel: &str) -> Delivery {
    Delivery {
        channel: channel.to_owned(),
        watcher: "test".to_owned(),
        severity: Severity::Info,
        title: "Test of this channel".to_owned(),
        message: format!("Account Watcher reaches the channel \"{channel}\". Nothing has happened."),
        runbook: None,
        facts: Facts {
            event_name: "test".to_owned(),
            time: format!("{:.0}", invocation.now()),
            ..Facts::default()
        },
        purpose: Purpose::Test,
        render_error: None,
    }
}
