//! Tries a delivery: up to three times, with waits, before the function's time is up; but only once when there is no answer,
//! for each such try may be a copy.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{Instant, sleep_until, timeout_at};
use watcher::{Channel, Delivery, Watchers};

use super::turn::{Asks, Unsent};
use crate::channels::{Channels, Handing, Taken};
use crate::failure::Failure;
use crate::guard::Guard;
use crate::state::State;

/// Tries per invocation. What needs more waits in the queue, where waiting is free.
const TRIES: u32 = 3;
/// Before the second try; twice as long before the third.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Kept free at the end of an invocation, to queue what failed and to write the log.
pub(crate) const QUEUING_TIME: Duration = Duration::from_secs(10);

/// How much of the invocation's remaining time is for sending. Under a short time limit half of it is kept.
pub(crate) fn sending_time(remaining: Duration) -> Duration {
    remaining.saturating_sub(QUEUING_TIME.min(remaining / 2))
}

/// A delivery that a try has sent.
#[derive(Debug, PartialEq)]
pub(crate) struct Delivered {
    /// How many tries there were.
    pub(crate) tries: u32,
    /// What was strange about the service's answer.
    pub(crate) strange: Option<String>,
}

/// A delivery that no try could send.
#[derive(Debug, PartialEq)]
pub(crate) struct Undelivered {
    /// How many tries there were.
    pub(crate) tries: u32,
    /// Why there is no other one now.
    pub(crate) why: Unsent,
}

/// Tries deliveries.
pub(crate) struct Sender<'a, C, S> {
    pub(crate) watchers: &'a Watchers,
    pub(crate) channels: &'a C,
    pub(crate) guard: Guard<'a, S>,
}

impl<C: Channels, S: State> Sender<'_, C, S> {
    /// Sends the delivery. A wait that would not end before the invocation has to is not begun: the queue waits cheaper.
    ///
    /// # Errors
    /// Why the last try failed, or when the next may be.
    pub(crate) async fn deliver(&self, delivery: &Delivery, asks: Asks) -> Result<Delivered, Undelivered> {
        let until = self.guard.invocation.until;
        let Some(channel) = self.watchers.channel(&delivery.channel) else {
            let reason =
                format!("there is no channel `{}` in account-watcher.toml any more", delivery.channel);
            return Err(Undelivered { tries: 0, why: Unsent::Failed(Failure::never(reason)) });
        };
        let mut tries = 0;
        let mut last: Option<Failure> = None;
        loop {
            let failed = |tries, failure| Err(Undelivered { tries, why: Unsent::Failed(failure) });
            let turn = timeout_at(until, self.guard.turn(channel, asks, last.as_ref())).await;
            match turn {
                Ok(Ok(())) if Instant::now() < until => {}
                Ok(Err(why)) => return Err(Undelivered { tries, why }),
                _ => return failed(tries, Failure::retry("no time was left to send it")),
            }
            tries += 1;
            let failure = match self.one_try(channel, delivery).await {
                Ok(Taken { strange }) => return Ok(Delivered { tries, strange }),
                Err(failure) => failure,
            };
            let Failure::Retry { after, unanswered: false, .. } = &failure else {
                return failed(tries, failure);
            };
            if let Some(after) = *after {
                self.guard.rest(channel, after).await;
            }
            let wait = wait(tries, *after);
            match Instant::now().checked_add(wait) {
                Some(end) if end < until && tries < TRIES => sleep_until(end).await,
                _ => return failed(tries, failure),
            }
            last = Some(failure);
        }
    }

    async fn one_try(&self, channel: &Channel, delivery: &Delivery) -> Result<Taken, Failure> {
        let handing = Handing::default();
        let sent = timeout_at(self.guard.invocation.until, self.channels.send(channel, delivery, &handing));
        match AssertUnwindSafe(sent).catch_unwind().await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) if handing.begun() => {
                Err(Failure::unanswered("no answer before the function's time was up"))
            }
            Ok(Err(_)) => Err(Failure::retry("the function's time was up before it could be sent")),
            // The other deliveries of the event do not suffer from it.
            Err(_) => Err(Failure::never("the function panicked while it sent it; its log says where")),
        }
    }
}

/// What the service asked for and a little more, so that deliveries which were refused together do not come back
/// together; else the backoff, of which half is chance.
fn wait(tries: u32, after: Option<Duration>) -> Duration {
    let backoff = FIRST_WAIT * 2u32.pow(tries - 1);
    after.unwrap_or(backoff / 2).saturating_add(backoff.mul_f64(fastrand::f64() / 2.0))
}
