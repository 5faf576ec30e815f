//! The retry queue as SQS keeps it: delays, visibility timeouts, receive counts, and what SQS does by its own hand.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::Instant;

/// The queue's settings, as template.yaml has them: `the_simulated_queue_is_the_templates`.
const VISIBILITY: Duration = Duration::from_mins(6);
const MAX_RECEIVE_COUNT: u32 = 1_000;
const RETENTION: Duration = Duration::from_hours(14 * 24);
/// The event source mapping's.
const BATCH: usize = 10;

#[derive(Debug, Default)]
pub(crate) struct Sqs {
    messages: BTreeMap<u64, Message>,
    /// The messages in the order in which they become visible.
    order: BTreeSet<(Instant, u64)>,
    /// What it moved into the dead-letter queue by itself, or dropped.
    by_itself: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) body: String,
    pub(crate) received: u32,
    /// When it came.
    pub(crate) since: Instant,
    sent: Timestamp,
    visible: Instant,
}

impl Sqs {
    pub(super) fn put(&mut self, body: String, delay: Duration, sent: Timestamp) {
        let since = Instant::now();
        let id = self.messages.last_key_value().map_or(0, |(id, _)| id + 1);
        let visible = since + delay;
        self.order.insert((visible, id));
        self.messages.insert(id, Message { body, received: 0, since, sent, visible });
    }

    /// A batch, if there is any, as Lambda hands it over.
    pub(super) fn receive(&mut self) -> Vec<Value> {
        let now = Instant::now();
        let mut batch = Vec::new();
        while batch.len() < BATCH
            && let Some(&(visible, id)) = self.order.first()
            && visible <= now
        {
            self.hide(id, VISIBILITY);
            let Some(message) = self.messages.get_mut(&id) else { continue };
            if message.received >= MAX_RECEIVE_COUNT || now.duration_since(message.since) > RETENTION {
                let body = message.body.clone();
                self.remove(id);
                self.by_itself.push(body);
                continue;
            }
            message.received += 1;
            batch.push(json!({
                "messageId": id.to_string(), "receiptHandle": id.to_string(), "body": message.body,
                "attributes": {
                    "ApproximateReceiveCount": message.received.to_string(),
                    "SentTimestamp": message.sent.as_millisecond().to_string(),
                },
                "eventSource": "aws:sqs",
            }));
        }
        batch
    }

    pub(super) fn hide(&mut self, id: u64, delay: Duration) {
        if let Some(message) = self.messages.get_mut(&id) {
            self.order.remove(&(message.visible, id));
            message.visible = Instant::now() + delay;
            self.order.insert((message.visible, id));
        }
    }

    pub(super) fn remove(&mut self, id: u64) -> Option<Message> {
        let message = self.messages.remove(&id)?;
        self.order.remove(&(message.visible, id));
        Some(message)
    }

    /// When the next message becomes visible.
    pub(super) fn next(&self) -> Option<Instant> {
        self.order.first().map(|(visible, _)| *visible)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(crate) fn by_itself(&self) -> &[String] {
        &self.by_itself
    }
}
