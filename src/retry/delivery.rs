//! The next tries of a delivery. It is never sent to the queue again: what fails is hidden there for a time.

use super::{Received, Verdict};
use crate::channels::Channels;
use crate::failure::Failure;
use crate::guard::Permit;
use crate::log::{DeliveryStatus, Report};
use crate::metrics::Counts;
use crate::queue::{GIVE_UP_AFTER, LATE_AFTER, Queue, Queued, delay};
use crate::send::{Delivered, NOT_ITS_TURN, Sender, Undelivered, Unsent};
use crate::state::State;

impl<Q: Queue> Received<'_, Q> {
    /// Tries the delivery again.
    pub(super) async fn delivery<C: Channels, S: State>(
        &self,
        sender: &Sender<'_, C, S>,
        queued: &Queued,
    ) -> (Counts, Verdict) {
        let (invocation, guard) = (self.invocation, &sender.guard);
        let (delivery, key) = (&queued.delivery, queued.key());
        let key = key.as_ref();
        let now = invocation.now();
        let permit = match queued.rest(now) {
            // SQS gives a new message after a quarter of an hour at the latest.
            Some(rest) => Permit::Wait { until: now + rest, reason: "it is not to be tried yet".to_owned() },
            None => guard.claim(key).await,
        };
        let (outcome, tries, reason) = match permit {
            Permit::Send(claimed) => match sender.deliver(delivery, claimed.slot).await {
                Ok(Delivered { tries, strange }) => {
                    guard.mark_done(key).await;
                    (DeliveryStatus::Sent, tries, strange)
                }
                Err(Undelivered { tries, why }) => {
                    let turn = if let Unsent::NotItsTurn(slot) = why { Some(slot) } else { None };
                    let (outcome, reason) = self.keep(queued, why).await;
                    guard.give_back(key, &claimed, turn).await;
                    (outcome, tries, Some(reason))
                }
            },
            Permit::Done => (DeliveryStatus::Duplicate, 0, None),
            Permit::Wait { until, reason } => {
                (DeliveryStatus::Postponed, 0, Some(self.hide(until, reason).await))
            }
        };
        let report = Report::new(delivery, outcome, tries, reason).unguarded(invocation.unguarded());
        let mut counts = report.counts();
        // SQS's own age of the oldest message leaves out what was received three times.
        let age = invocation.now().duration_since(queued.since(self.record.sent()));
        counts.late = u32::from(outcome == DeliveryStatus::Postponed && age >= LATE_AFTER);
        let line = invocation.line("retried").of_event(&delivery.facts.event_id);
        invocation.write(&line.with(vec![&delivery.watcher], Vec::new(), vec![report]));
        (
            counts,
            match outcome {
                DeliveryStatus::Sent | DeliveryStatus::Duplicate | DeliveryStatus::Dead => Verdict::Delete,
                _ => Verdict::Keep,
            },
        )
    }

    /// Postpones a delivery that failed again, or waits for its turn; or buries it.
    async fn keep(&self, queued: &Queued, why: Unsent) -> (DeliveryStatus, String) {
        let now = self.invocation.now();
        let age = now.duration_since(queued.since(self.record.sent()));
        let reason = match why {
            Unsent::NotItsTurn(slot) => {
                return (DeliveryStatus::Postponed, self.hide(slot, NOT_ITS_TURN.to_owned()).await);
            }
            Unsent::Failed(Failure::Retry { after, reason }) if age < GIVE_UP_AFTER => {
                let until = now + delay(self.record.received(), after);
                return (DeliveryStatus::Postponed, self.hide(until, reason).await);
            }
            Unsent::Failed(Failure::Retry { reason, .. }) => format!("given up after 24 hours: {reason}"),
            Unsent::Failed(Failure::Never { reason }) => reason,
        };
        match self.queue.bury(queued.dead(&reason).to_body(), &reason).await {
            Ok(()) => (DeliveryStatus::Dead, reason),
            Err(error) => (DeliveryStatus::Stuck, format!("{error}; before that: {reason}")),
        }
    }
}
