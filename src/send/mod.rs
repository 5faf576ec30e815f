//! Sends a new delivery: claims it, tries it, and marks it; or puts it into the queue where it belongs. What floods its
//! channel is counted, and told by one summary.

mod tries;
mod turn;

use std::time::Duration;

use watcher::{Delivery, Grouping};

pub(crate) use self::tries::{Delivered, QUEUING_TIME, Sender, Undelivered, sending_time};
pub(crate) use self::turn::{Asks, NOT_ITS_TURN, Unsent};
use crate::channels::Channels;
use crate::failure::Failure;
use crate::group::{Groups, Told};
use crate::guard::{Claimed, Permit};
use crate::log::{DeliveryStatus, Report};
use crate::queue::{LATE_AFTER, Queue, Queued, delay};
use crate::state::{Key, State};

/// What the log says of an alert that a flood's summary tells.
const FLOOD: &str = "its watcher floods the channel: a summary tells it";

/// Where new deliveries go.
pub(crate) struct Outbox<'a, C, Q, S> {
    pub(crate) sender: Sender<'a, C, S>,
    pub(crate) groups: Groups<'a, Q, S>,
    pub(crate) queue: &'a Q,
}

/// How an alert of an ungrouped watcher is reported with others when they flood a channel; made when it is needed.
pub(crate) type Flood<'a> = Option<&'a dyn Fn(&Delivery) -> Grouping>;

impl<C: Channels, Q: Queue, S: State> Outbox<'_, C, Q, S> {
    /// Sends a new delivery, or puts it into the queue where it belongs.
    pub(crate) async fn send<'d>(
        &self,
        delivery: &'d Delivery,
        key: Option<&Key>,
        flood: Flood<'_>,
    ) -> Report<'d> {
        let guard = &self.sender.guard;
        let claimed = match guard.claim(key, 0).await {
            Permit::Send(claimed) => claimed,
            Permit::Done => return Report::new(delivery, DeliveryStatus::Duplicate, 0, None),
            Permit::Wait { until, reason } => {
                let after = Duration::try_from(until.duration_since(guard.invocation.now())).ok();
                let why = Unsent::Failed(Failure::Retry { after, unanswered: false, reason });
                return self.keep(delivery, key, Undelivered { tries: 0, why }, None).await;
            }
        };
        let asks = Asks { severity: delivery.severity, ticket: claimed.ticket, short: flood.is_some() };
        let mut delivered = self.sender.deliver(delivery, asks).await;
        if let (Err(Undelivered { why: Unsent::Flood, .. }), Some(flood)) = (&delivered, flood) {
            let scope = format!("{} {}", delivery.watcher, delivery.channel);
            let channels = std::slice::from_ref(&delivery.channel);
            match self.groups.count(&flood(delivery), &scope, delivery, channels).await {
                Told::Alert | Told::Unguarded => {
                    delivered = self.sender.deliver(delivery, Asks { short: false, ..asks }).await;
                }
                Told::Repeat { again } => {
                    // Whoever gets a copy of the event knows that it is reported.
                    guard.mark_done(key).await;
                    let status = if again { DeliveryStatus::Duplicate } else { DeliveryStatus::Suppressed };
                    return Report::new(delivery, status, 0, Some(FLOOD.to_owned()));
                }
                Told::Undecided => {
                    guard.give_back(key, &claimed, None).await;
                    return Report::new(delivery, DeliveryStatus::Undecided, 0, None);
                }
            }
        }
        match delivered {
            Ok(Delivered { tries, strange }) => {
                guard.mark_done(key).await;
                let report = Report::new(delivery, DeliveryStatus::Sent, tries, strange);
                report.unguarded(guard.invocation.unguarded())
            }
            Err(undelivered) => self.keep(delivery, key, undelivered, Some(claimed)).await,
        }
    }

    async fn keep<'d>(
        &self,
        delivery: &'d Delivery,
        key: Option<&Key>,
        Undelivered { tries, why }: Undelivered,
        claimed: Option<Claimed>,
    ) -> Report<'d> {
        let guard = &self.sender.guard;
        let now = guard.invocation.now();
        let queued = |after| Queued::new(delivery, key, after, now);
        let mut place = None;
        let (status, reason, after, kept) = match why {
            Unsent::NotItsTurn(ticket) => {
                place = Some(ticket);
                let after = Duration::try_from(ticket.at.duration_since(now)).unwrap_or_default();
                // SQS gives it after a quarter of an hour at the latest, and it asks whether it has to wait still.
                let kept = self.queue.retry(queued(None).to_body(), after).await;
                (DeliveryStatus::Queued, NOT_ITS_TURN.to_owned(), Some(after), kept)
            }
            Unsent::Flood | Unsent::Crowded(_) => {
                let kept = self.queue.retry(queued(None).to_body(), delay(0, None)).await;
                (DeliveryStatus::Queued, NOT_ITS_TURN.to_owned(), None, kept)
            }
            Unsent::Failed(Failure::Retry { after, unanswered: true, reason }) => {
                let (queued, wait) = queued(None).unanswered(now, after, now);
                let kept = self.queue.retry(queued.to_body(), wait).await;
                (DeliveryStatus::Queued, reason, Some(wait), kept)
            }
            Unsent::Failed(Failure::Retry { after, unanswered: false, reason }) => {
                let kept = self.queue.retry(queued(after).to_body(), delay(0, after)).await;
                (DeliveryStatus::Queued, reason, after, kept)
            }
            Unsent::Failed(Failure::Never { reason }) => {
                let kept = self.queue.bury(queued(None).dead(&reason).to_body(), &reason).await;
                (DeliveryStatus::Dead, reason, None, kept)
            }
        };
        // Whoever has the message now can send it; and if nobody has, Lambda's next try of the event.
        if let Some(claimed) = claimed {
            guard.give_back(key, &claimed, place).await;
        }
        let report = match kept {
            Ok(()) => Report::new(delivery, status, tries, Some(reason)),
            Err(error) => {
                let reason = format!("{error}; before that: {reason}");
                Report::new(delivery, DeliveryStatus::Stuck, tries, Some(reason))
            }
        };
        // It is known now, and the alarm need not wait for an hour.
        let late =
            status == DeliveryStatus::Queued && after.is_some_and(|after| after >= LATE_AFTER.unsigned_abs());
        report.late(late).unguarded(guard.invocation.unguarded())
    }
}
