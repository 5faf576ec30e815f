//! A batch of the retry queue: each message is handled for itself, and those that failed stay in the queue.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::channels::Channels;
use crate::deliver::{Delivered, Undelivered};
use crate::failure::Failure;
use crate::function::{Error, Function, Invocation};
use crate::input::{Body, Record};
use crate::log::{Outcome, Report};
use crate::metrics::Counts;
use crate::queue::{GIVE_UP_AFTER, Queue, Queued, delay};

/// Whether a message may be deleted.
#[derive(Clone, Copy, PartialEq)]
enum Message {
    Done,
    Stays,
}

impl<C: Channels, Q: Queue> Function<C, Q> {
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
    async fn bury(&self, record: &Record, invocation: Invocation<'_>, reason: &str) -> Message {
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
        let delivery = &queued.delivery;
        let tried = match queued.rest((self.now)()) {
            // SQS gives a new message after a quarter of an hour at the latest.
            Some(rest) => {
                let reason = "the service wants no try yet".to_owned();
                Err(Undelivered { tries: 0, failure: Failure::Retry { after: Some(rest), reason } })
            }
            None => self.deliver(delivery, invocation.until).await,
        };
        let (outcome, tries, reason) = match tried {
            Ok(Delivered { tries, strange }) => (Outcome::Sent, tries, strange),
            Err(Undelivered { tries, failure }) => {
                let (outcome, reason) = self.keep(record, queued, failure).await;
                (outcome, tries, Some(reason))
            }
        };
        let report = Report::new(delivery, outcome, tries, reason);
        let counts = report.counts();
        let line = self.line("retried", invocation).of_event(&delivery.facts.event_id);
        self.write(&line.with(vec![&delivery.watcher], Vec::new(), vec![report]).to_json());
        (
            counts,
            if matches!(outcome, Outcome::Sent | Outcome::Dead) { Message::Done } else { Message::Stays },
        )
    }

    /// Postpones a delivery that failed again, or buries it.
    async fn keep(&self, record: &Record, queued: &Queued, failure: Failure) -> (Outcome, String) {
        let age = (self.now)().duration_since(queued.since(record.sent()));
        let reason = match failure {
            Failure::Retry { after, reason } if age < GIVE_UP_AFTER => {
                // If this fails, the queue's own visibility timeout holds.
                let hidden =
                    self.queue.postpone(&record.receipt_handle, delay(record.received(), after)).await;
                let reason = if let Err(error) = hidden { format!("{reason}; {error}") } else { reason };
                return (Outcome::Postponed, reason);
            }
            Failure::Retry { reason, .. } => format!("given up after 24 hours: {reason}"),
            Failure::Never { reason } => reason,
        };
        match self.queue.bury(queued.dead(&reason).to_body(), &reason).await {
            Ok(()) => (Outcome::Dead, reason),
            Err(error) => (Outcome::Stuck, format!("{error}; before that: {reason}")),
        }
    }
}
