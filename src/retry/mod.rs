//! A batch of the retry queue: each message is handled for itself, and those that are not done with stay in the queue.

mod delivery;
mod timer;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::channels::Channels;
use crate::event::malformed;
use crate::function::{Error, Function};
use crate::input::{Body, Record};
use crate::invocation::Invocation;
use crate::metrics::Counts;
use crate::queue::{GIVE_UP_AFTER, MOST_RECEIVED, MOST_RECEIVED_IN_VAIN, Queue, delay};
use crate::state::State;

/// What is to become of a message of the queue.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    /// It is done with, and is deleted.
    Delete,
    /// It comes again.
    Keep,
}

/// A message that was received, and the queue that it came from.
pub(crate) struct Received<'a, Q> {
    pub(crate) record: &'a Record,
    pub(crate) queue: &'a Q,
    pub(crate) invocation: Invocation<'a>,
}

impl<C: Channels, Q: Queue, S: State> Function<C, Q, S> {
    /// Handles all messages side by side. The answer names those that stay in the queue.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>
    pub(crate) async fn batch(&self, invocation: Invocation<'_>, records: &[Record]) -> (Counts, Value) {
        let handled = join_all(records.iter().map(async |record| {
            let invocation = Invocation { message_id: Some(&record.message_id), ..invocation };
            let received = Received { record, queue: &self.ports.queue, invocation };
            match AssertUnwindSafe(self.message(&received)).catch_unwind().await {
                Ok(handled) => handled,
                // At once and not when all are through: then the time that is kept for it would be over.
                Err(_) => (Counts::default(), received.bury(&Error::Panicked.to_string()).await),
            }
        }));
        let mut counts = Counts::default();
        let mut failures = Vec::new();
        for (record, (counted, verdict)) in records.iter().zip(handled.await) {
            counts += counted;
            if verdict == Verdict::Keep {
                failures.push(json!({"itemIdentifier": record.message_id}));
            }
        }
        (counts, json!({"batchItemFailures": failures}))
    }

    async fn message(&self, received: &Received<'_, Q>) -> (Counts, Verdict) {
        let invocation = received.invocation;
        if let Some(reason) = received.was_never_done_with() {
            return received.give_up_untouched(&reason).await;
        }
        let (counts, result) = match received.record.body() {
            Ok(Body::Delivery(queued)) => {
                return received.delivery(&self.sender(invocation), &queued).await;
            }
            Ok(Body::Timer(timer)) => return received.timer(&self.outbox(invocation), &timer).await,
            Ok(Body::Event(event)) => self.event(invocation, event).await,
            Err(error) => {
                let (counts, error) = malformed(invocation, error.to_string());
                (counts, Err(error))
            }
        };
        match result {
            Ok(()) => (counts, Verdict::Delete),
            // Trying again would not make it an event.
            Err(Error::Malformed(reason)) => (counts, received.bury(&reason).await),
            Err(error) => (counts, received.wait_for_next_try(error.to_string()).await),
        }
    }
}

impl<Q: Queue> Received<'_, Q> {
    /// Puts the message as it is into the dead-letter queue, where somebody can look at it.
    async fn bury(&self, reason: &str) -> Verdict {
        match self.queue.bury(self.record.body.clone(), reason).await {
            Ok(()) => Verdict::Delete,
            Err(error) => {
                self.invocation.write(&self.invocation.line("stuck").with_error(error));
                Verdict::Keep
            }
        }
    }

    /// Hides an event that could not be handled; gives it up when its day is over.
    async fn wait_for_next_try(&self, reason: String) -> Verdict {
        let now = self.invocation.now();
        let age = self.record.sent().map_or(SignedDuration::ZERO, |sent| now.duration_since(sent));
        if let Some(why) = self.ended(age) {
            return self.bury(&format!("{why}: {reason}")).await;
        }
        let reason = self.hide(now + delay(self.record.received(), None), reason).await;
        self.invocation.write(&self.invocation.line("waiting").with_reason(reason));
        Verdict::Keep
    }

    /// Why the message is not even looked into, if so: whoever did so died over it, again and again, and could neither postpone
    /// nor bury it.
    fn was_never_done_with(&self) -> Option<String> {
        let age = self.invocation.now().duration_since(self.record.sent()?);
        let received = self.record.received();
        (age >= GIVE_UP_AFTER && received >= MOST_RECEIVED_IN_VAIN)
            .then(|| format!("given up after 24 hours: the function ended over it, {received} times"))
    }

    async fn give_up_untouched(&self, reason: &str) -> (Counts, Verdict) {
        self.invocation.write(&self.invocation.line("stuck").with_error(reason.to_owned()));
        let (letter, deliveries) = match self.record.body() {
            Ok(Body::Delivery(queued)) => (queued.dead(reason).to_body(), 1),
            _ => (self.record.body.clone(), 0),
        };
        match self.queue.bury(letter, reason).await {
            Ok(()) => (Counts { dead: deliveries, ..Counts::default() }, Verdict::Delete),
            Err(error) => {
                self.invocation.write(&self.invocation.line("stuck").with_error(error));
                (Counts::default(), Verdict::Keep)
            }
        }
    }

    /// Why the message is not to wait any longer, if so. SQS would move one that it gave a thousand times without a reason.
    fn ended(&self, age: SignedDuration) -> Option<String> {
        if age >= GIVE_UP_AFTER {
            return Some("given up after 24 hours".to_owned());
        }
        let received = self.record.received();
        (received >= MOST_RECEIVED).then(|| format!("given up after {received} tries"))
    }

    /// Hides the message in the queue until then; gives the reason for it, and why it failed if it did: then the queue's own
    /// visibility timeout holds.
    async fn hide(&self, until: Timestamp, reason: String) -> String {
        let delay = Duration::try_from(until.duration_since(self.invocation.now())).unwrap_or_default();
        match self.queue.postpone(&self.record.receipt_handle, delay).await {
            Ok(()) => reason,
            Err(error) => format!("{reason}; {error}"),
        }
    }
}
