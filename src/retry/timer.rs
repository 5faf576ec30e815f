//! The end of a group's window, whose message has waited in the retry queue.

use futures_util::future::join_all;
use jiff::SignedDuration;
use watcher::{Delivery, summary};

use super::{Received, Verdict};
use crate::channels::Channels;
use crate::group::Timer;
use crate::log::DeliveryStatus;
use crate::metrics::Counts;
use crate::queue::{GIVE_UP_AFTER, Queue, delay};
use crate::send::Outbox;
use crate::state::{Key, State};

impl<Q: Queue> Received<'_, Q> {
    /// Ends a window when it is due, and sends its summary.
    pub(super) async fn timer<C: Channels, S: State>(
        &self,
        outbox: &Outbox<'_, C, Q, S>,
        timer: &Timer,
    ) -> (Counts, Verdict) {
        let (invocation, guard) = (self.invocation, &outbox.sender.guard);
        let now = invocation.now();
        if now < timer.due {
            // SQS delays a message by a quarter of an hour at most, and hides one that came for longer.
            let reason = self.hide(timer.due, "the group's window is open".to_owned()).await;
            invocation.write(&invocation.line("waiting").with_reason(reason));
            return (Counts::default(), Verdict::Keep);
        }
        let tally = match guard.ask(guard.state.close(&timer.window, now)).await {
            Ok(tally) => tally,
            Err(fault) if now.duration_since(timer.due) < GIVE_UP_AFTER => {
                let until = now + delay(self.record.received(), None);
                let reason = self.hide(until, fault.to_string()).await;
                invocation.write(&invocation.line("waiting").with_error(reason));
                return (Counts::default(), Verdict::Keep);
            }
            Err(fault) => {
                let reason =
                    format!("given up after 24 hours: {fault}; what the group has counted is not known");
                invocation.write(&invocation.line("summary").with_error(reason.clone()));
                return (Counts::default(), self.bury(&reason).await);
            }
        };
        let deliveries: Vec<(Delivery, Key)> = tally
            .iter()
            .flat_map(|tally| timer.channels.iter().map(move |channel| (tally, channel)))
            .filter_map(|(tally, channel)| {
                let delivery = summary(&timer.first, channel, tally, timer.at_least)?;
                Some((delivery, Key::summary(&timer.window, channel)))
            })
            .collect();
        let sent = deliveries.iter().map(|(delivery, key)| outbox.send(delivery, Some(key), None));
        let reports = join_all(sent).await;
        let mut counts = Counts::default();
        for report in &reports {
            counts += report.counts();
        }
        let stuck = reports.iter().any(|report| report.outcome() == DeliveryStatus::Stuck);
        let line = invocation.line("summary").of_event(&timer.first.facts.event_id);
        invocation.write(&line.with(vec![&timer.first.watcher], Vec::new(), reports));
        (
            counts,
            if stuck { self.wait_with_summary(now.duration_since(timer.due)).await } else { Verdict::Delete },
        )
    }

    /// A summary that can be neither sent nor queued waits here, as long as a delivery waits. Whoever redrives its window gets it.
    async fn wait_with_summary(&self, age: SignedDuration) -> Verdict {
        const WHY: &str = "its summary can be neither sent nor queued";
        if age >= GIVE_UP_AFTER {
            return self.bury(&format!("given up after 24 hours: {WHY}")).await;
        }
        let until = self.invocation.now() + delay(self.record.received(), None);
        let reason = self.hide(until, WHY.to_owned()).await;
        self.invocation.write(&self.invocation.line("waiting").with_error(reason));
        Verdict::Keep
    }
}
