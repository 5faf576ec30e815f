//! Sends a new delivery: claims it, tries it, and marks it; or puts it into the queue where it belongs.

mod tries;
mod turn;

use std::time::Duration;

use watcher::Delivery;

pub(crate) use self::tries::{Delivered, QUEUING_TIME, Sender, Undelivered, sending_time};
pub(crate) use self::turn::{NOT_ITS_TURN, Unsent};
use crate::channels::Channels;
use crate::failure::Failure;
use crate::guard::Permit;
use crate::log::{DeliveryStatus, Report};
use crate::queue::{Queue, Queued, delay};
use crate::state::{Key, State};

/// Where new deliveries go.
pub(crate) struct Outbox<'a, C, Q, S> {
    pub(crate) sender: Sender<'a, C, S>,
    pub(crate) queue: &'a Q,
}

impl<C: Channels, Q: Queue, S: State> Outbox<'_, C, Q, S> {
    /// Sends a new delivery, or puts it into the queue where it belongs.
    pub(crate) async fn send<'d>(&self, delivery: &'d Delivery, key: Option<&Key>) -> Report<'d> {
        let guard = &self.sender.guard;
        let invocation = guard.invocation;
        let (tries, why, claimed) = match guard.claim(key).await {
            Permit::Send(claimed) => match self.sender.deliver(delivery, claimed.slot).await {
                Ok(Delivered { tries, strange }) => {
                    guard.mark_done(key).await;
                    let report = Report::new(delivery, DeliveryStatus::Sent, tries, strange);
                    return report.unguarded(invocation.unguarded());
                }
                Err(Undelivered { tries, why }) => (tries, why, Some(claimed)),
            },
            Permit::Done => return Report::new(delivery, DeliveryStatus::Duplicate, 0, None),
            Permit::Wait { until, reason } => {
                let after = Duration::try_from(until.duration_since(invocation.now())).ok();
                (0, Unsent::Failed(Failure::Retry { after, reason }), None)
            }
        };
        let now = invocation.now();
        let queued = |after| Queued::new(delivery, key, after, now);
        let mut turn = None;
        let (outcome, reason, kept) = match why {
            Unsent::NotItsTurn(slot) => {
                turn = Some(slot);
                let after = Duration::try_from(slot.duration_since(now)).unwrap_or_default();
                let body = queued(Some(after)).until_turn(slot).to_body();
                (DeliveryStatus::Queued, NOT_ITS_TURN.to_owned(), self.queue.retry(body, after).await)
            }
            Unsent::Failed(Failure::Retry { after, reason }) => (
                DeliveryStatus::Queued,
                reason,
                self.queue.retry(queued(after).to_body(), delay(0, after)).await,
            ),
            Unsent::Failed(Failure::Never { reason }) => {
                let kept = self.queue.bury(queued(None).dead(&reason).to_body(), &reason).await;
                (DeliveryStatus::Dead, reason, kept)
            }
        };
        // Whoever has the message now can send it; and if nobody has, Lambda's next try of the event.
        if let Some(claimed) = claimed {
            guard.give_back(key, &claimed, turn).await;
        }
        let report = match kept {
            Ok(()) => Report::new(delivery, outcome, tries, Some(reason)),
            Err(error) => Report::new(
                delivery,
                DeliveryStatus::Stuck,
                tries,
                Some(format!("{error}; before that: {reason}")),
            ),
        };
        report.unguarded(invocation.unguarded())
    }
}
