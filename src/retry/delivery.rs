//! The next tries of a delivery. What fails is hidden in the queue for a time; only a try without an answer, which must be
//! counted, has a new message take the place of the old one.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Received, Verdict};
use crate::channels::Channels;
use crate::failure::Failure;
use crate::guard::Permit;
use crate::log::{DeliveryStatus, Report};
use crate::metrics::Counts;
use crate::queue::{GIVE_UP_AFTER, LATE_AFTER, LONGEST_DELAY, Queue, Queued, delay};
use crate::send::{Asks, Delivered, NOT_ITS_TURN, Sender, Undelivered, Unsent};
use crate::state::{State, Ticket};

/// What became of a delivery that was tried again.
struct Kept {
    status: DeliveryStatus,
    reason: Option<String>,
    /// It is late, or will be when it comes again.
    late: bool,
    verdict: Verdict,
}

impl Kept {
    /// It needs its message no longer.
    fn done(status: DeliveryStatus, reason: Option<String>) -> Kept {
        Kept { status, reason, late: false, verdict: Verdict::Delete }
    }
}

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
            None => guard.claim(key, self.record.received()).await,
        };
        let (Kept { status, reason, late, verdict }, tries) = match permit {
            Permit::Send(claimed) => {
                // One that cannot be known by its key has no place in the line; it has waited, and comes next.
                let ticket = claimed.ticket.or(key.is_none().then_some(Ticket { at: now, delay: None }));
                let asks = Asks { severity: delivery.severity, ticket, short: false };
                match sender.deliver(delivery, asks).await {
                    Ok(Delivered { tries, strange }) => {
                        guard.mark_done(key).await;
                        (Kept::done(DeliveryStatus::Sent, strange), tries)
                    }
                    Err(Undelivered { tries, why }) => {
                        // A place that was not refused by the line itself is kept.
                        let place = match why {
                            Unsent::NotItsTurn(ticket) => Some(ticket),
                            _ if tries == 0 => claimed.ticket,
                            _ => None,
                        };
                        let kept = self.keep(queued, why).await;
                        guard.give_back(key, &claimed, place).await;
                        (kept, tries)
                    }
                }
            }
            Permit::Done => (Kept::done(DeliveryStatus::Duplicate, None), 0),
            Permit::Wait { until, reason } => (self.postpone(queued, until, reason).await, 0),
        };
        let report =
            Report::new(delivery, status, tries, reason).late(late).unguarded(invocation.unguarded());
        let counts = report.counts();
        let line = invocation.line("retried").of_event(&delivery.facts.event_id);
        invocation.write(&line.with(vec![&delivery.watcher], Vec::new(), vec![report]));
        (counts, verdict)
    }

    /// Postpones a delivery that failed again, or waits for its turn; or buries it.
    async fn keep(&self, queued: &Queued, why: Unsent) -> Kept {
        let now = self.invocation.now();
        match why {
            Unsent::NotItsTurn(ticket) => {
                // Its turn may come sooner than the line says, if the line is none.
                let until = ticket.at.min(now + LONGEST_DELAY);
                let kept = self.postpone(queued, until, NOT_ITS_TURN.to_owned()).await;
                Kept {
                    late: kept.status == DeliveryStatus::Postponed && self.is_late(queued, ticket.at),
                    ..kept
                }
            }
            Unsent::Crowded(until) => self.postpone(queued, until, NOT_ITS_TURN.to_owned()).await,
            Unsent::Flood => {
                let until = now + delay(self.record.received(), None);
                self.postpone(queued, until, NOT_ITS_TURN.to_owned()).await
            }
            Unsent::Failed(Failure::Retry { after, unanswered: true, reason }) => {
                self.count_unanswered(queued, after, reason).await
            }
            Unsent::Failed(Failure::Retry { after, unanswered: false, reason }) => {
                let until = now + delay(self.record.received(), after);
                self.postpone(queued, until, reason).await
            }
            Unsent::Failed(Failure::Never { reason }) => self.give_up(queued, reason).await,
        }
    }

    /// Counts a try without an answer, and gives up when there were too many. A queue that takes no message now has the old one
    /// hidden: this try is not counted.
    async fn count_unanswered(&self, queued: &Queued, after: Option<Duration>, reason: String) -> Kept {
        let (now, since) = (self.invocation.now(), queued.since(self.record.sent()));
        let (next, wait) = queued.unanswered(since, after, now);
        let until = now.saturating_add(wait).unwrap_or(now);
        if self.ended(self.age(queued)).is_some() {
            return self.postpone(&next, until, reason).await;
        }
        if queued.is_last_unanswered() {
            let reason = format!(
                "given up after {} tries without an answer; it may have arrived: {reason}",
                next.unanswered
            );
            return self.give_up(queued, reason).await;
        }
        match self.queue.retry(next.to_body(), wait).await {
            Ok(()) => {
                let late = self.is_late(queued, until);
                let reason = Some(reason);
                Kept { status: DeliveryStatus::Postponed, reason, late, verdict: Verdict::Delete }
            }
            Err(error) => self.postpone(queued, until, format!("{reason}; {error}")).await,
        }
    }

    /// Hides the delivery until then, but not for longer than its day; when that is over it is given up, whatever it
    /// waited for.
    async fn postpone(&self, queued: &Queued, until: Timestamp, reason: String) -> Kept {
        if let Some(why) = self.ended(self.age(queued)) {
            let doubt = match queued.unanswered {
                0 => String::new(),
                tries => format!("; it may have arrived, for {tries} of its tries had no answer"),
            };
            return self.give_up(queued, format!("{why}: {reason}{doubt}")).await;
        }
        let end = queued.since(self.record.sent()).saturating_add(GIVE_UP_AFTER).unwrap_or(until);
        let late = self.is_late(queued, until);
        let reason = Some(self.hide(until.min(end), reason).await);
        Kept { status: DeliveryStatus::Postponed, reason, late, verdict: Verdict::Keep }
    }

    /// Whether it will be late then.
    fn is_late(&self, queued: &Queued, then: Timestamp) -> bool {
        then.duration_since(queued.since(self.record.sent())) >= LATE_AFTER
    }

    async fn give_up(&self, queued: &Queued, reason: String) -> Kept {
        match self.queue.bury(queued.dead(&reason).to_body(), &reason).await {
            Ok(()) => Kept::done(DeliveryStatus::Dead, Some(reason)),
            Err(error) => {
                let reason = Some(format!("{error}; before that: {reason}"));
                Kept { status: DeliveryStatus::Stuck, reason, late: false, verdict: Verdict::Keep }
            }
        }
    }

    fn age(&self, queued: &Queued) -> SignedDuration {
        self.invocation.now().duration_since(queued.since(self.record.sent()))
    }
}
