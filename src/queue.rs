//! The retry queue and the dead-letter queue: what waits in them, and for how long.

use std::future::Future;
use std::sync::LazyLock;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sqs::types::MessageAttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use watcher::Delivery;

use crate::aws::{self, LazyClient};
use crate::fit;
use crate::settings::{Env, Settings};
use crate::state::Key;

/// After this time a delivery is given up: whoever can mend its channel has had a day.
pub const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// Whoever gets alerts later than this should know that they come late.
pub const LATE_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// The wait before the first try from the queue; it doubles with each.
const FIRST_DELAY: Duration = Duration::from_secs(30);
/// The longest wait between two tries, unless the service asks for more.
const LONGEST_DELAY: Duration = Duration::from_mins(15);
/// SQS delays a new message by no more.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
const SEND_LIMIT: Duration = Duration::from_mins(15);
/// SQS hides a received message for at most 12 hours since it was received.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>
const HIDE_LIMIT: Duration = Duration::from_hours(11);
/// A reason is a sentence.
const REASON_LIMIT: usize = 1_000;

/// The two queues.
pub trait Queue {
    /// Puts a message into the retry queue, to be received after the delay.
    fn retry(&self, body: String, delay: Duration) -> impl Future<Output = Result<(), String>>;
    /// Puts a message into the dead-letter queue.
    fn bury(&self, body: String, reason: &str) -> impl Future<Output = Result<(), String>>;
    /// Hides a message that was received from the retry queue for another time.
    fn postpone(&self, receipt_handle: &str, delay: Duration) -> impl Future<Output = Result<(), String>>;
}

/// A delivery that waits in one of the queues, already rendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queued {
    /// The delivery.
    pub delivery: Delivery,
    /// When its first try failed, or will be made: waiting for a turn is no failure.
    pub first_failed: Timestamp,
    /// What it is known by, so that it is sent once; none in messages of former versions, and of events without an id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once: Option<Key>,
    /// Before this time the service wants no try; none when SQS itself can delay the message so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// Why it was given up; none while it waits for its next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Queued {
    /// A delivery whose first try has failed now; `after` is how long it has to wait. Of its text it keeps what a channel
    /// can show, for SQS takes no message above 1 MiB.
    pub fn new(delivery: &Delivery, once: Option<&Key>, after: Option<Duration>, now: Timestamp) -> Queued {
        let long = after.filter(|after| *after > SEND_LIMIT);
        let not_before = long.map(|after| now.saturating_add(after).expect("no calendar units"));
        let delivery = fit::delivery(delivery);
        Queued { delivery, first_failed: now, once: once.cloned(), not_before, reason: None }
    }

    /// The same as one that has not failed: it waits for its turn.
    #[must_use]
    pub fn until_turn(mut self, turn: Timestamp) -> Queued {
        self.first_failed = turn;
        self
    }

    /// What it is known by.
    pub fn key(&self) -> Option<Key> {
        self.once.clone().or_else(|| Key::delivery(&self.delivery))
    }

    /// The same as a dead letter. When somebody redrives it, nothing of its former waiting counts.
    #[must_use]
    pub fn dead(&self, reason: &str) -> Queued {
        Queued {
            // It fitted when it came, but now there is a reason too.
            delivery: fit::delivery(&self.delivery),
            first_failed: self.first_failed,
            once: self.once.clone(),
            not_before: None,
            reason: Some(fit::short(reason)),
        }
    }

    /// How long the service still wants no try; none after the 24 hours, whatever it wants.
    pub fn rest(&self, now: Timestamp) -> Option<Duration> {
        let rest = self.not_before?.duration_since(now);
        let given_up = now.duration_since(self.first_failed) >= GIVE_UP_AFTER;
        Duration::try_from(rest).ok().filter(|rest| !rest.is_zero() && !given_up)
    }

    /// The message's body.
    ///
    /// # Panics
    /// Never: every part of it has a JSON form.
    pub fn to_body(&self) -> String {
        sendable(&serde_json::to_string(self).expect("maps with string keys only"))
    }

    /// Since when it counts its 24 hours: its first failure; but a dead letter that somebody redrives starts anew,
    /// when it came into the queue.
    pub fn since(&self, sent: Option<Timestamp>) -> Timestamp {
        match (&self.reason, sent) {
            (Some(_), Some(sent)) => sent,
            _ => self.first_failed,
        }
    }
}

/// A text that is JSON, without the only characters that JSON can hold and SQS refuses. They stand in strings, where they
/// can be written otherwise.
pub(crate) fn sendable(json: &str) -> String {
    json.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

/// How long a message waits that was received so often (0: it is new). A part is chance, so
/// that what failed together does not come back together. Never shorter than the service asked for.
pub fn delay(received: u32, after: Option<Duration>) -> Duration {
    let longest = FIRST_DELAY.saturating_mul(2u32.saturating_pow(received)).min(LONGEST_DELAY);
    longest.mul_f64(1.0 - fastrand::f64() / 4.0).max(after.unwrap_or_default())
}

/// SQS itself.
pub struct Sqs {
    client: LazyClient<aws_sdk_sqs::Client>,
    retry_queue_url: String,
    dead_letter_queue_url: String,
}

impl Sqs {
    /// Sends to the queues of these settings.
    pub fn new(config: SdkConfig, env: Env, settings: &Settings) -> Sqs {
        Sqs {
            client: LazyLock::new(Box::new(move || aws::sqs(&config, &env))),
            retry_queue_url: settings.retry_queue_url.clone(),
            dead_letter_queue_url: settings.dead_letter_queue_url.clone(),
        }
    }
}

impl Queue for Sqs {
    async fn retry(&self, body: String, delay: Duration) -> Result<(), String> {
        let request = self.client.send_message().queue_url(&self.retry_queue_url).message_body(body);
        let sent = request.delay_seconds(seconds(delay.min(SEND_LIMIT))).send().await;
        sent.map(drop).map_err(|error| format!("the retry queue did not take it: {}", aws::reason(&error)))
    }

    async fn bury(&self, body: String, reason: &str) -> Result<(), String> {
        let reason: String = reason.chars().take(REASON_LIMIT).collect();
        let reason = MessageAttributeValue::builder().data_type("String").string_value(reason).build();
        let request = self
            .client
            .send_message()
            .queue_url(&self.dead_letter_queue_url)
            .message_body(body)
            .message_attributes("reason", reason.expect("the data type is set"));
        let sent = request.send().await;
        sent.map(drop)
            .map_err(|error| format!("the dead-letter queue did not take it: {}", aws::reason(&error)))
    }

    async fn postpone(&self, receipt_handle: &str, delay: Duration) -> Result<(), String> {
        let request = self.client.change_message_visibility().queue_url(&self.retry_queue_url);
        let request =
            request.receipt_handle(receipt_handle).visibility_timeout(seconds(delay.min(HIDE_LIMIT)));
        request
            .send()
            .await
            .map(drop)
            .map_err(|error| format!("the retry queue did not hide it: {}", aws::reason(&error)))
    }
}

/// Whole seconds, rounded up: never sooner than the service asked for.
fn seconds(delay: Duration) -> i32 {
    i32::try_from(delay.as_millis().div_ceil(1_000)).expect("both limits are far below")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_to_a_quarter_of_an_hour() {
        let cases = [(0, 30), (1, 60), (2, 120), (4, 480), (5, 900), (6, 900), (u32::MAX, 900)];
        for (received, longest) in cases {
            let delay = delay(received, None).as_secs_f64();
            let longest = f64::from(longest);
            assert!((longest * 0.75..=longest).contains(&delay), "{received}: {delay}");
        }
        assert_eq!(delay(0, Some(Duration::from_hours(1))), Duration::from_hours(1));
    }
}
