//! The function: it tells what a payload is, and has the parts handle it.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use lambda_runtime::Diagnostic;
use serde_json::Value;
use tokio::time::Instant;
use watcher::Watchers;

use crate::channels::Channels;
use crate::event::malformed;
use crate::group::Groups;
use crate::guard::Guard;
use crate::input::Input;
use crate::invocation::{Invocation, TableSeen};
use crate::operator::Asked;
use crate::ports::Ports;
use crate::queue::Queue;
use crate::send::{Outbox, Sender, sending_time};
use crate::settings::Settings;
use crate::state::State;

/// The function.
pub struct Function<C, Q, S> {
    /// What to look for, and where to say it.
    pub watchers: Watchers,
    /// What it works with.
    pub ports: Ports<C, Q, S>,
    /// Who the function is.
    pub settings: Settings,
}

/// Why an invocation failed. Lambda tries the event twice more, then keeps it in the dead-letter queue.
#[derive(Debug, PartialEq, Eq)]
pub enum Error {
    /// The payload is nothing that the function knows.
    Malformed(String),
    /// Deliveries could be neither sent nor queued.
    Stuck(String),
    /// A fault of ours; the log says where.
    Panicked,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Malformed(why) => f.write_str(why),
            Error::Stuck(why) => write!(f, "a delivery could be neither sent nor queued: {why}"),
            Error::Panicked => f.write_str("the function panicked; its log says where"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Diagnostic {
        let error_type = match error {
            Error::Malformed(_) => "Malformed",
            Error::Stuck(_) => "Stuck",
            Error::Panicked => "Panicked",
        };
        Diagnostic { error_type: error_type.to_owned(), error_message: error.to_string() }
    }
}

impl<C: Channels, Q: Queue, S: State> Function<C, Q, S> {
    /// Handles a payload within the remaining time. The answer to an event is its counts, the answer to a batch
    /// the messages that stay in the queue.
    ///
    /// # Errors
    /// When Lambda should try again; all that could be sent has been sent.
    pub async fn handle(&self, payload: &str, request_id: &str, remaining: Duration) -> Result<Value, Error> {
        let Ports { now, write, .. } = &self.ports;
        let table = TableSeen::new(now().saturating_add(remaining).expect("no calendar units"));
        let until = Instant::now() + sending_time(remaining);
        let invocation =
            Invocation { request_id, message_id: None, until, table: &table, clock: &**now, log: write };
        let handled = async {
            let (mut counts, answer) = match Input::parse(payload) {
                Ok(Input::Event(event)) => {
                    let (counts, result) = self.event(invocation, event).await;
                    (counts, result.map(|()| counts.to_json()))
                }
                Ok(Input::Asked(Asked::TestChannel(channel))) => {
                    return Ok(self.test_channel(invocation, &channel).await);
                }
                Ok(Input::Asked(Asked::Drill(drill))) => return Ok(self.drill(invocation, &drill).await),
                Ok(Input::Batch(records)) => {
                    let (counts, answer) = self.batch(invocation, &records).await;
                    (counts, Ok(answer))
                }
                Err(error) => {
                    let (counts, error) = malformed(invocation, error.to_string());
                    (counts, Err(error))
                }
            };
            counts.unguarded += table.odd.get();
            write(&counts.to_line(&self.settings.function_name, now()).to_string());
            answer
        };
        AssertUnwindSafe(handled).catch_unwind().await.unwrap_or(Err(Error::Panicked))
    }

    /// The part that tries deliveries.
    pub(crate) fn sender<'a>(&'a self, invocation: Invocation<'a>) -> Sender<'a, C, S> {
        let guard = self.guard(invocation);
        Sender { watchers: &self.watchers, channels: &self.ports.channels, guard }
    }

    /// The part that sends new deliveries.
    pub(crate) fn outbox<'a>(&'a self, invocation: Invocation<'a>) -> Outbox<'a, C, Q, S> {
        Outbox { sender: self.sender(invocation), groups: self.groups(invocation), queue: &self.ports.queue }
    }

    /// The part that counts events in their groups.
    pub(crate) fn groups<'a>(&'a self, invocation: Invocation<'a>) -> Groups<'a, Q, S> {
        Groups { guard: self.guard(invocation), queue: &self.ports.queue }
    }

    /// The part that asks the table.
    pub(crate) fn guard<'a>(&'a self, invocation: Invocation<'a>) -> Guard<'a, S> {
        Guard { state: &self.ports.state, invocation }
    }
}
