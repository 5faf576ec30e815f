//! A batch of the retry queue: each message is handled for itself, and those that failed stay in the queue.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::channels::Channels;
use crate::deliver::{Delivered, Undelivered};
use crate::failure::Failure;
use crate::function::{Error, Function, Invocation};
use crate::input::{Body, Record};
use crate::log::{Outcome, Report};
use crate::metrics::Counts;
use crate::once::Permit;
use crate::pace::{NOT_ITS_TURN, NoTurn};
use crate::queue::{GIVE_UP_AFTER, LATE_AFTER, Queue, Queued, delay};
use crate::state::State;

/// Whether a message may be deleted.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Message {
    Done,
    Stays,
}

impl<C: Channels, Q: Queue, S: State> Function<C, Q, S> {
    /// Handles all messages side by side. The answer names those that stay in the queue.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>
    pub(crate) async fn batch(
        &self,
        invocation: Invocation<'_>,
        records: &[Record],
    ) -> (Counts, Result<Value, Error>) {
        let handled = join_all(records.iter().map(async |record| {
            let invocation = Invocation { message_id: Some(&record.message_id), ..invocation };
            match AssertUnwindSafe(self.message(invocation, record)).catch_unwind().await {
                Ok(handled) => handled,
                // At once and not when all are through: then the time that is kept for it would be over.
                Err(_) => {
                    (Counts::default(), self.bury(record, invocation, &Error::Panicked.to_string()).await)
                }
            }
        }));
        let mut counts = Counts::default();
        let mut failures = Vec::new();
        for (record, (counted, message)) in records.iter().zip(handled.await) {
            counts += counted;
            if message == Message::Stays {
                failures.push(json!({"itemIdentifier": record.message_id}));
            }
        }
        (counts, Ok(json!({"batchItemFailures": failures})))
    }

    async fn message(&self, invocation: Invocation<'_>, record: &Record) -> (Counts, Message) {
        let (counts, result) = match record.body() {
            Ok(Body::Delivery(queued)) => return self.queued(invocation, record, &queued).await,
            Ok(Body::Timer(timer)) => return self.timer(invocation, record, &timer).await,
            Ok(Body::Event(event)) => self.event(invocation, event).await,
            Err(error) => {
                let (counts, error) = self.malformed(invocation, error.to_string());
                (counts, Err(error))
            }
        };
        match result {
            Ok(()) => (counts, Message::Done),
            // Trying again would not make it an event.
            Err(Error::Malformed(reason)) => (counts, self.bury(record, invocation, &reason).await),
            Err(_) => (counts, Message::Stays),
        }
    }

    /// Puts a message as it is into the dead-letter queue, where somebody can look at it.
    pub(crate) async fn bury(&self, record: &Record, invocation: Invocation<'_>, reason: &str) -> Message {
        match self.queue.bury(record.body.clone(), reason).await {
            Ok(()) => Message::Done,
            Err(error) => {
                self.write(&self.line("stuck", invocation).with_error(error).to_json());
                Message::Stays
            }
        }
    }

    /// The next tries of a delivery. It is never sent to the queue again: what fails is hidden there for a time.
    async fn queued(
        &self,
        invocation: Invocation<'_>,
        record: &Record,
        queued: &Queued,
    ) -> (Counts, Message) {
        let (delivery, key) = (&queued.delivery, queued.key());
        let key = key.as_ref();
        let permit = match queued.rest((self.now)()) {
            // SQS gives a new message after a quarter of an hour at the latest.
            Some(rest) => {
                Permit::Wait { until: (self.now)() + rest, reason: "it is not to be tried yet".to_owned() }
            }
            None => self.claim(invocation, key).await,
        };
        let (outcome, tries, reason) = match permit {
            Permit::Send(claimed) => match self.deliver(invocation, delivery, claimed.slot).await {
                Ok(Delivered { tries, strange }) => {
                    self.mark_done(invocation, key).await;
                    (Outcome::Sent, tries, strange)
                }
                Err(Undelivered { tries, cause }) => {
                    let turn = if let NoTurn::Later(slot) = cause { Some(slot) } else { None };
                    let (outcome, reason) = self.keep(record, queued, cause).await;
                    self.give_back(invocation, key, &claimed, turn).await;
                    (outcome, tries, Some(reason))
                }
            },
            Permit::Done => (Outcome::Duplicate, 0, None),
            Permit::Wait { until, reason } => {
                (Outcome::Postponed, 0, Some(self.hide(record, until, reason).await))
            }
        };
        let report = Report::new(delivery, outcome, tries, reason).unguarded(invocation.unguarded());
        let mut counts = report.counts();
        // SQS's own age of the oldest message leaves out what was received three times.
        let age = (self.now)().duration_since(queued.since(record.sent()));
        counts.late = u32::from(outcome == Outcome::Postponed && age >= LATE_AFTER);
        let line = self.line("retried", invocation).of_event(&delivery.facts.event_id);
        self.write(&line.with(vec![&delivery.watcher], Vec::new(), vec![report]).to_json());
        (
            counts,
            match outcome {
                Outcome::Sent | Outcome::Duplicate | Outcome::Dead => Message::Done,
                _ => Message::Stays,
            },
        )
    }

    /// Postpones a delivery that failed again, or waits for its turn; or buries it.
    async fn keep(&self, record: &Record, queued: &Queued, cause: NoTurn) -> (Outcome, String) {
        let now = (self.now)();
        let age = now.duration_since(queued.since(record.sent()));
        let reason = match cause {
            NoTurn::Later(slot) => {
                return (Outcome::Postponed, self.hide(record, slot, NOT_ITS_TURN.to_owned()).await);
            }
            NoTurn::Failed(Failure::Retry { after, reason }) if age < GIVE_UP_AFTER => {
                let until = now + delay(record.received(), after);
                return (Outcome::Postponed, self.hide(record, until, reason).await);
            }
            NoTurn::Failed(Failure::Retry { reason, .. }) => format!("given up after 24 hours: {reason}"),
            NoTurn::Failed(Failure::Never { reason }) => reason,
        };
        match self.queue.bury(queued.dead(&reason).to_body(), &reason).await {
            Ok(()) => (Outcome::Dead, reason),
            Err(error) => (Outcome::Stuck, format!("{error}; before that: {reason}")),
        }
    }

    /// Hides a message in the queue until then; gives the reason for it, and why it failed if it did: then the queue's own
    /// visibility timeout holds.
    pub(crate) async fn hide(&self, record: &Record, until: Timestamp, reason: String) -> String {
        let delay = Duration::try_from(until.duration_since((self.now)())).unwrap_or_default();
        match self.queue.postpone(&record.receipt_handle, delay).await {
            Ok(()) => reason,
            Err(error) => format!("{reason}; {error}"),
        }
    }
}
