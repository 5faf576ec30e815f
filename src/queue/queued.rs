//! A delivery as a message of one of the queues.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use watcher::Delivery;

use super::{GIVE_UP_AFTER, SEND_LIMIT, fit, sendable};
use crate::state::Key;

/// SQS deletes a message after this time.
const KEPT_BY_SQS: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A delivery that waits in one of the queues, already rendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queued {
    /// The delivery.
    pub delivery: Delivery,
    /// When somebody first wished to send it. A former version wrote the turn here that it waited for.
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

    /// Since when it counts its 24 hours: when somebody first wished to send it; but a dead letter that somebody redrives
    /// starts anew, when it came into the queue. It cannot have waited before it came, so a later time is a clock's fault or
    /// a former version's turn; and a time before all that SQS keeps is a clock's fault too.
    pub fn since(&self, sent: Option<Timestamp>) -> Timestamp {
        match (&self.reason, sent) {
            (Some(_), Some(sent)) => sent,
            (None, Some(sent)) if sent.duration_since(self.first_failed) > KEPT_BY_SQS => sent,
            (None, Some(sent)) => self.first_failed.min(sent),
            (_, None) => self.first_failed,
        }
    }
}
