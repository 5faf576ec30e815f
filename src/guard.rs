//! The guard: each delivery once. Whoever wants to send it claims it first, and marks it when it was sent.
//!
//! The table is there to make alerts better, not to stand in their way: when it does not answer they go out without it,
//! and an invocation that got no answer does not ask again.

use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use crate::invocation::Invocation;
use crate::queue::delay;
use crate::random;
use crate::send::QUEUING_TIME;
use crate::state::{Claim, Fault, Key, Lease, Odd, State, Ticket};

/// How long a busy table is asked to mark a delivery.
const PATIENCE: Duration = Duration::from_secs(20);
/// Before it is asked again, at most.
const PAUSE: Duration = Duration::from_millis(500);

/// The state as one invocation asks it.
pub(crate) struct Guard<'a, S> {
    pub(crate) state: &'a S,
    pub(crate) invocation: Invocation<'a>,
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
    /// Its place in the channel's line, if it had one before.
    pub(crate) ticket: Option<Ticket>,
    lease: Lease,
}

impl<S: State> Guard<'_, S> {
    /// Asks the table, unless it did not answer before. The first time that it does not is logged.
    pub(crate) async fn ask<T>(&self, call: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        if self.invocation.unguarded() {
            return Err(Fault::Down("it did not answer before".to_owned()));
        }
        let answer = call.await;
        for Odd { key, attribute } in self.state.odd() {
            self.odd(&key, &format!("its `{attribute}` cannot be read, or is not to be believed"));
        }
        if let Err(fault @ Fault::Down(_)) = &answer
            && !self.invocation.table.down.replace(true)
        {
            self.invocation.write(&self.invocation.line("unguarded").with_error(fault.to_string()));
        }
        answer
    }

    /// Asks for the right to send a delivery that was received so often from the queue (0: it is new). One of an event without
    /// an id cannot be told from another.
    pub(crate) async fn claim(&self, key: Option<&Key>, received: u32) -> Permit {
        let claimed = Claimed { ticket: None, lease: self.lease() };
        let Some(key) = key else { return Permit::Send(claimed) };
        let now = self.invocation.now();
        match self.ask(self.state.claim(key, &claimed.lease, now)).await {
            Ok(Claim::Granted { ticket }) => Permit::Send(Claimed { ticket, ..claimed }),
            Ok(Claim::Done) => Permit::Done,
            Ok(Claim::Leased { until }) => {
                Permit::Wait { until, reason: "another invocation is sending it".to_owned() }
            }
            Err(Fault::Down(_)) => Permit::Send(claimed),
            Err(busy @ Fault::Busy(_)) => {
                // One of its attempts may have been heard.
                self.give_back(Some(key), &claimed, None).await;
                Permit::Wait { until: now + delay(received, None), reason: busy.to_string() }
            }
        }
    }

    /// The delivery was sent. If this cannot be marked, it is sent again when its event comes again; so a busy table is
    /// asked for some time.
    pub(crate) async fn mark_done(&self, key: Option<&Key>) {
        let Some(key) = key else { return };
        let patience = (Instant::now() + PATIENCE).min(self.invocation.until + QUEUING_TIME / 2);
        while let Err(Fault::Busy(_)) = self.ask(self.state.done(key, self.invocation.now())).await {
            let pause = PAUSE.mul_f64(0.5 + fastrand::f64() / 2.0);
            if Instant::now() + pause > patience {
                return;
            }
            sleep(pause).await;
        }
    }

    /// Somebody else may send the delivery, in its place of the line if it has one. If this cannot be said, the claim ends by itself.
    pub(crate) async fn give_back(&self, key: Option<&Key>, claimed: &Claimed, ticket: Option<Ticket>) {
        if let Some(key) = key {
            let _ = self.ask(self.state.release(key, &claimed.lease, ticket)).await;
        }
    }

    /// An item of the table was not to be believed, or not to be read; it was ignored. Says and counts it.
    pub(crate) fn odd(&self, key: &Key, what: &str) {
        let table = self.invocation.table;
        table.odd.set(table.odd.get() + 1);
        let error = format!("the item {} was ignored: {what}", key.as_str());
        self.invocation.write(&self.invocation.line("unguarded").with_error(error));
    }

    /// One of its own for each claim: a batch can hold two copies of an event.
    fn lease(&self) -> Lease {
        Lease { owner: random::name(), until: self.invocation.table.lease }
    }
}
