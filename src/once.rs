//! Each delivery once: whoever wants to send it claims it first, and marks it when it was sent.
//!
//! The table is there to make alerts better, not to stand in their way: when it does not answer they go out without it,
//! and an invocation that got no answer does not ask again.

use std::cell::Cell;
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use crate::channels::Channels;
use crate::deliver::QUEUING_TIME;
use crate::function::{Function, Invocation};
use crate::queue::{Queue, delay};
use crate::state::{Claim, Fault, Key, Lease, State};

/// How long a busy table is asked to mark a delivery.
const PATIENCE: Duration = Duration::from_secs(20);
/// Before it is asked again, at most.
const PAUSE: Duration = Duration::from_millis(500);

/// What an invocation knows of the table.
#[derive(Debug)]
pub(crate) struct Asking {
    /// When its claims end.
    until: Timestamp,
    /// The table did not answer.
    down: Cell<bool>,
}

/// Whether a delivery may be sent.
#[derive(Debug, PartialEq)]
pub(crate) enum Permit {
    /// It may, by this claim.
    Send(Claimed),
    /// It was sent.
    Done,
    /// Not before this time.
    Wait { until: Timestamp, reason: String },
}

/// The right to send a delivery, until somebody gives it back.
#[derive(Debug, PartialEq)]
pub(crate) struct Claimed {
    /// Its turn, if one was reserved before.
    pub(crate) slot: Option<Timestamp>,
    lease: Lease,
}

impl Asking {
    /// Of an invocation that ends then.
    pub(crate) fn new(until: Timestamp) -> Asking {
        Asking { until, down: Cell::new(false) }
    }

    /// One of its own for each claim: a batch can hold two copies of an event.
    fn lease(&self) -> Lease {
        Lease { owner: format!("{:016x}", fastrand::u64(..)), until: self.until }
    }
}

impl Invocation<'_> {
    /// Whether the table did not answer.
    pub(crate) fn unguarded(&self) -> bool {
        self.asking.down.get()
    }
}

impl<C: Channels, Q: Queue, S: State> Function<C, Q, S> {
    /// Asks the table, unless it did not answer before. The first time that it does not is logged.
    pub(crate) async fn ask<T>(
        &self,
        invocation: Invocation<'_>,
        call: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        if invocation.unguarded() {
            return Err(Fault::Down("it did not answer before".to_owned()));
        }
        let answer = call.await;
        if let Err(fault @ Fault::Down(_)) = &answer
            && !invocation.asking.down.replace(true)
        {
            self.write(&self.line("unguarded", invocation).with_error(fault.to_string()).to_json());
        }
        answer
    }

    /// Asks for the right to send a delivery. One of an event without an id can be told from no other.
    pub(crate) async fn claim(&self, invocation: Invocation<'_>, key: Option<&Key>) -> Permit {
        let claimed = Claimed { slot: None, lease: invocation.asking.lease() };
        let Some(key) = key else { return Permit::Send(claimed) };
        let now = (self.now)();
        match self.ask(invocation, self.state.claim(key, &claimed.lease, now)).await {
            Ok(Claim::Granted { slot }) => Permit::Send(Claimed { slot, ..claimed }),
            Ok(Claim::Done) => Permit::Done,
            Ok(Claim::Leased { until }) => {
                Permit::Wait { until, reason: "another invocation is sending it".to_owned() }
            }
            Err(Fault::Down(_)) => Permit::Send(claimed),
            Err(busy @ Fault::Busy(_)) => {
                // One of its attempts may have been heard.
                self.give_back(invocation, Some(key), &claimed, None).await;
                Permit::Wait { until: now + delay(0, None), reason: busy.to_string() }
            }
        }
    }

    /// The delivery was sent. If this cannot be marked, it is sent again when its event comes again; so a busy table is
    /// asked for some time.
    pub(crate) async fn mark_done(&self, invocation: Invocation<'_>, key: Option<&Key>) {
        let Some(key) = key else { return };
        let patience = (Instant::now() + PATIENCE).min(invocation.until + QUEUING_TIME / 2);
        while let Err(Fault::Busy(_)) = self.ask(invocation, self.state.done(key, (self.now)())).await {
            let pause = PAUSE.mul_f64(0.5 + fastrand::f64() / 2.0);
            if Instant::now() + pause > patience {
                return;
            }
            sleep(pause).await;
        }
    }

    /// Somebody else may send the delivery, in its turn if it has one. If this cannot be said, the claim ends by itself.
    pub(crate) async fn give_back(
        &self,
        invocation: Invocation<'_>,
        key: Option<&Key>,
        claimed: &Claimed,
        slot: Option<Timestamp>,
    ) {
        if let Some(key) = key {
            let _ = self.ask(invocation, self.state.release(key, &claimed.lease, slot)).await;
        }
    }
}
