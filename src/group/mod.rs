//! Groups: the first alert at once, the others as one summary when the group's window ends.
//!
//! The end is a message of the retry queue, which is sent before the window is opened: a window without its end would
//! keep its repeats for itself. An end without a window does nothing.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::{Instant, sleep};
use watcher::{Delivery, Grouping};

use crate::guard::Guard;
use crate::queue::{Queue, fitted, sendable};
use crate::state::{Counted, Fault, Group, Joined, Key, Occurrence, Opening, Role, State};

/// How long an invocation tries to get its event counted while others count theirs.
const PATIENCE: Duration = Duration::from_secs(5);
/// Before it asks again, at most.
const PAUSE: Duration = Duration::from_millis(200);
/// Why the event waits then.
pub(crate) const CROWDED: &str = "too many events of its group at once";

/// The end of a group's window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timer {
    /// Which window.
    pub(crate) window: Key,
    /// When it ends.
    pub(crate) due: Timestamp,
    /// How many events it took before the alert.
    pub(crate) at_least: u32,
    /// What its first event said, to one of the channels.
    pub(crate) first: Delivery,
    /// Where the summary goes.
    pub(crate) channels: Vec<String>,
}

impl Timer {
    fn to_body(&self) -> String {
        sendable(&json!({"timer": self}).to_string())
    }
}

/// What to do with an alert of a group.
pub(crate) enum Told {
    /// It is sent.
    Alert,
    /// The group cannot be asked: it is sent.
    Unguarded,
    /// The summary tells it.
    Repeat { again: bool },
    /// The event has to come again.
    Undecided,
}

impl From<Counted> for Told {
    fn from(counted: Counted) -> Told {
        match counted.role {
            Role::Alert => Told::Alert,
            Role::Repeat => Told::Repeat { again: counted.again },
        }
    }
}

/// Counts events in their groups.
pub(crate) struct Groups<'a, Q, S> {
    pub(crate) guard: Guard<'a, S>,
    pub(crate) queue: &'a Q,
}

impl<Q: Queue, S: State> Groups<'_, Q, S> {
    /// Counts the event in its group; once in each scope.
    pub(crate) async fn count(
        &self,
        grouping: &Grouping,
        scope: &str,
        first: &Delivery,
        channels: &[String],
    ) -> Told {
        let guard = &self.guard;
        let invocation = guard.invocation;
        let event = Key::counted(&first.facts, scope);
        let group = Group { key: Key::group(&grouping.name), at_least: grouping.at_least };
        let at = first.facts.time.parse().unwrap_or_else(|_| invocation.now());
        let occurrence = Occurrence { at, values: &grouping.values };
        let patience = Instant::now() + PATIENCE;
        let mut opened: Option<(Key, Timestamp)> = None;
        loop {
            let joined = guard.ask(guard.state.join(&event, &group, &occurrence, invocation.now())).await;
            let counted = match joined {
                Ok(Joined::Counted(counted)) => Ok(Some(counted)),
                Ok(Joined::NoWindow { last }) => {
                    let window = match &opened {
                        Some(window) => window,
                        None => match self.start(grouping, first, channels).await {
                            Ok(window) => opened.insert(window),
                            Err(error) => {
                                invocation.write(&invocation.line("ungrouped").with_error(error));
                                return Told::Unguarded;
                            }
                        },
                    };
                    let opening = Opening { window: &window.0, ends: window.1, last: last.as_ref() };
                    let open = guard.state.open(&event, &group, &opening, &occurrence, invocation.now());
                    guard.ask(open).await
                }
                Err(fault) => Err(fault),
            };
            match counted {
                Ok(Some(counted)) => return counted.into(),
                Err(Fault::Down(_)) => return Told::Unguarded,
                // Another invocation was faster, or all were too fast.
                Ok(None) | Err(Fault::Busy(_)) => {}
            }
            let pause = PAUSE.mul_f64(fastrand::f64());
            if Instant::now() + pause > patience.min(invocation.until) {
                return Told::Undecided;
            }
            sleep(pause).await;
        }
    }

    /// Sets the timer for a new window.
    async fn start(
        &self,
        grouping: &Grouping,
        first: &Delivery,
        channels: &[String],
    ) -> Result<(Key, Timestamp), String> {
        let length = Duration::from_secs(grouping.window);
        let (window, due) = (Key::window(), self.guard.invocation.now() + length);
        let timer = Timer {
            window: window.clone(),
            due,
            at_least: grouping.at_least,
            first: fitted(first),
            channels: channels.to_vec(),
        };
        self.queue.retry(timer.to_body(), length).await?;
        Ok((window, due))
    }
}
