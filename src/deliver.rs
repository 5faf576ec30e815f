//! Tries a delivery: up to three times, with waits, before the function's time is up.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{Instant, sleep_until, timeout_at};
use watcher::{Channel, Delivery};

use crate::channels::{Channels, Taken};
use crate::failure::Failure;

/// Tries per invocation. What needs more waits in the queue, where waiting is free.
const TRIES: u32 = 3;
/// Before the second try; twice as long before the third.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Kept free at the end of an invocation, to queue what failed and to write the log.
pub const QUEUING_TIME: Duration = Duration::from_secs(10);

/// How much of the invocation's remaining time is for sending. Under a short time limit half of it is kept.
pub fn sending_time(remaining: Duration) -> Duration {
    remaining.saturating_sub(QUEUING_TIME.min(remaining / 2))
}

/// A delivery that a try has sent.
#[derive(Debug, PartialEq)]
pub struct Delivered {
    /// How many tries there were.
    pub tries: u32,
    /// What was strange about the service's answer.
    pub strange: Option<String>,
}

/// A delivery that no try could send.
#[derive(Debug, PartialEq)]
pub struct Undelivered {
    /// How many tries there were.
    pub tries: u32,
    /// Why the last one failed.
    pub failure: Failure,
}

/// Sends the delivery. A wait that would not end before `until` is not begun:
/// the queue waits cheaper.
///
/// # Errors
/// Why the last try failed.
pub async fn deliver(
    channels: &impl Channels,
    channel: &Channel,
    delivery: &Delivery,
    until: Instant,
) -> Result<Delivered, Undelivered> {
    let mut tries = 0;
    loop {
        if Instant::now() >= until {
            return Err(Undelivered { tries, failure: Failure::retry("no time was left to send it") });
        }
        tries += 1;
        let sent = AssertUnwindSafe(timeout_at(until, channels.send(channel, delivery))).catch_unwind();
        let failure = match sent.await {
            Ok(Ok(Ok(Taken { strange }))) => return Ok(Delivered { tries, strange }),
            Ok(Ok(Err(failure))) => failure,
            Ok(Err(_)) => Failure::retry("no answer before the function's time was up"),
            // The other deliveries of the event do not suffer from it.
            Err(_) => Failure::never("the function panicked while it sent it; its log says where"),
        };
        let wait = match &failure {
            Failure::Retry { after, .. } if tries < TRIES => wait(tries, *after),
            _ => return Err(Undelivered { tries, failure }),
        };
        match Instant::now().checked_add(wait) {
            Some(end) if end < until => sleep_until(end).await,
            _ => return Err(Undelivered { tries, failure }),
        }
    }
}

/// What the service asked for and a little more, so that deliveries which were refused together do not come back
/// together; else the backoff, of which half is chance.
fn wait(tries: u32, after: Option<Duration>) -> Duration {
    let backoff = FIRST_WAIT * 2u32.pow(tries - 1);
    after.unwrap_or(backoff / 2).saturating_add(backoff.mul_f64(fastrand::f64() / 2.0))
}
