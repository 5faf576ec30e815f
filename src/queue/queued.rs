//! A delivery as a message of one of the queues.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use watcher::Delivery;

use super::{GIVE_UP_AFTER, MOST_UNANSWERED, SEND_LIMIT, fit, sendable, unanswered_delay};
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
    /// How many tries had no answer, so that the service may have taken it. Not in messages of former versions.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unanswered: u32,
    /// Why it was given up; none while it waits for its next try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Queued {
    /// A delivery whose first try has failed now; `after` is how long it has to wait. Of its text it keeps what a channel
    /// can show, for SQS takes no message above 1 MiB.
    pub fn new(delivery: &Delivery, once: Option<&Key>, after: Option<Duration>, now: Timestamp) -> Queued {
        let delivery = fit::delivery(delivery);
        let not_before = after.and_then(|after| not_before(after, now));
        Queued { delivery, first_failed: now, once: once.cloned(), not_before, unanswered: 0, reason: None }
    }

    /// The same after one more try without an answer, and how long it waits, at most to the end of its day. A message of the
    /// queue cannot be changed: this one takes its place, and so says itself `since` when it waits.
    #[must_use]
    pub fn unanswered(
        &self,
        since: Timestamp,
        after: Option<Duration>,
        now: Timestamp,
    ) -> (Queued, Duration) {
        let unanswered = self.unanswered.saturating_add(1);
        let rest = GIVE_UP_AFTER.checked_sub(now.duration_since(since)).unwrap_or_default();
        let wait = unanswered_delay(unanswered, after).min(Duration::try_from(rest).unwrap_or_default());
        let not_before = not_before(wait, now);
        (Queued { first_failed: since, not_before, unanswered, reason: None, ..self.clone() }, wait)
    }

    /// One more try without an answer would be too many.
    pub fn is_last_unanswered(&self) -> bool {
        self.unanswered + 1 >= MOST_UNANSWERED
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
            unanswered: 0,
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

/// The time before which there is to be no try, if SQS cannot delay a new message so long.
fn not_before(after: Duration, now: Timestamp) -> Option<Timestamp> {
    (after > SEND_LIMIT).then(|| now.saturating_add(after).expect("no calendar units"))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
