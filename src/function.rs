//! One invocation: an event is matched and its deliveries are sent; what fails is queued.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use jiff::Timestamp;
use jiff::tz::Offset;
use lambda_runtime::Diagnostic;
use serde_json::Value;
use tokio::time::Instant;
use watcher::{Delivery, Event, Found, Match, Watchers};

use crate::channels::Channels;
use crate::deliver::{Delivered, Undelivered, sending_time};
use crate::failure::Failure;
use crate::input::Input;
use crate::log::{Ignored, Line, Outcome, Report, Write};
use crate::metrics::Counts;
use crate::once::{Asking, Permit};
use crate::pace::{NOT_ITS_TURN, NoTurn};
use crate::queue::{Queue, Queued, delay};
use crate::settings::Settings;
use crate::state::{Key, State};

/// The function with its parts.
pub struct Function<C, Q, S> {
    /// What to look for, and where to say it.
    pub watchers: Watchers,
    /// How to say it.
    pub channels: C,
    /// Where to keep what could not be said.
    pub queue: Q,
    /// What it remembers.
    pub state: S,
    /// Who the function is.
    pub settings: Settings,
    /// What time it is.
    pub now: Box<dyn Fn() -> Timestamp>,
    /// Where the log goes.
    pub write: Write,
}

/// Which invocation this is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Invocation<'a> {
    pub(crate) request_id: &'a str,
    /// The message of the queue that is being handled; none for an event that came directly.
    pub(crate) message_id: Option<&'a str>,
    /// When sending has to end.
    pub(crate) until: Instant,
    /// What it knows of the table.
    pub(crate) asking: &'a Asking,
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
        let asking = Asking::new((self.now)().saturating_add(remaining).expect("no calendar units"));
        let until = Instant::now() + sending_time(remaining);
        let invocation = Invocation { request_id, message_id: None, until, asking: &asking };
        let handled = async {
            let (counts, answer) = match Input::parse(payload) {
                Ok(Input::Event(event)) => {
                    let (counts, result) = self.event(invocation, event).await;
                    (counts, result.map(|()| counts.to_json()))
                }
                Ok(Input::Test(channel)) => return Ok(self.test_channel(invocation, &channel).await),
                Ok(Input::Batch(records)) => self.batch(invocation, &records).await,
                Err(error) => {
                    let (counts, error) = self.malformed(invocation, error.to_string());
                    (counts, Err(error))
                }
            };
            self.write(&counts.to_line(&self.settings.function_name, (self.now)()).to_string());
            answer
        };
        AssertUnwindSafe(handled).catch_unwind().await.unwrap_or(Err(Error::Panicked))
    }

    /// Matches an event and sends its deliveries.
    pub(crate) async fn event(&self, invocation: Invocation<'_>, text: &str) -> (Counts, Result<(), Error>) {
        let today = Offset::UTC.to_datetime((self.now)()).date();
        let Found { mut matches, role } = match self.watchers.find(text.as_bytes(), today) {
            Ok(found) => found,
            Err(error) => {
                let (counts, error) = self.malformed(invocation, error.to_string());
                return (counts, Err(error));
            }
        };
        // An alert about a call that sending an alert makes would never end.
        let own = role.is_some_and(|role| role == self.settings.role_arn);
        if own {
            matches.clear();
        }
        let (message, mut counts) = verdict(own, &matches);
        let told = join_all(matches.iter().map(|found| self.tell(invocation, found))).await;
        let undecided =
            told.iter().any(|reports| reports.iter().any(|report| report.outcome() == Outcome::Undecided));
        let mut reports: Vec<Report<'_>> = told.into_iter().flatten().collect();
        if undecided {
            self.keep_event(invocation, text, &mut reports).await;
        }
        for report in &reports {
            counts += report.counts();
        }
        let rendered = matches.iter().flat_map(|found| &found.deliveries);
        counts.render_failed =
            u32::try_from(rendered.filter(|d| d.render_error.is_some()).count()).unwrap_or(u32::MAX);
        let stuck = reports.iter().find(|report| report.outcome() == Outcome::Stuck);
        let result = match stuck.and_then(Report::reason) {
            Some(reason) => Err(Error::Stuck(reason.to_owned())),
            None => Ok(()),
        };

        let watchers = matches.iter().map(|found| found.watcher.name.as_str()).collect();
        let line = self.line(message, invocation).of_event(&Event::id_in(text.as_bytes()));
        self.write(&line.with(watchers, ignored(&matches), reports).to_json());
        (counts, result)
    }

    /// Says and counts that something was no event.
    pub(crate) fn malformed(&self, invocation: Invocation<'_>, why: String) -> (Counts, Error) {
        self.write(&self.line("malformed", invocation).with_error(why.clone()).to_json());
        (Counts { received: 1, malformed: 1, ..Counts::default() }, Error::Malformed(why))
    }

    pub(crate) fn line<'a>(&self, message: &'static str, invocation: Invocation<'a>) -> Line<'a> {
        Line::new(message, invocation.request_id, (self.now)()).of_message(invocation.message_id)
    }

    pub(crate) fn write(&self, line: &str) {
        (self.write)(line);
    }

    /// Sends a new delivery, or puts it into the queue where it belongs.
    pub(crate) async fn send<'a>(
        &self,
        invocation: Invocation<'_>,
        delivery: &'a Delivery,
        key: Option<&Key>,
    ) -> Report<'a> {
        let (tries, cause, claimed) = match self.claim(invocation, key).await {
            Permit::Send(claimed) => match self.deliver(invocation, delivery, claimed.slot).await {
                Ok(Delivered { tries, strange }) => {
                    self.mark_done(invocation, key).await;
                    let report = Report::new(delivery, Outcome::Sent, tries, strange);
                    return report.unguarded(invocation.unguarded());
                }
                Err(Undelivered { tries, cause }) => (tries, cause, Some(claimed)),
            },
            Permit::Done => return Report::new(delivery, Outcome::Duplicate, 0, None),
            Permit::Wait { until, reason } => {
                let after = Duration::try_from(until.duration_since((self.now)())).ok();
                (0, NoTurn::Failed(Failure::Retry { after, reason }), None)
            }
        };
        let now = (self.now)();
        let queued = |after| Queued::new(delivery, key, after, now);
        let mut turn = None;
        let (outcome, reason, kept) = match cause {
            NoTurn::Later(slot) => {
                turn = Some(slot);
                let after = Duration::try_from(slot.duration_since(now)).unwrap_or_default();
                let body = queued(Some(after)).until_turn(slot).to_body();
                (Outcome::Queued, NOT_ITS_TURN.to_owned(), self.queue.retry(body, after).await)
            }
            NoTurn::Failed(Failure::Retry { after, reason }) => {
                (Outcome::Queued, reason, self.queue.retry(queued(after).to_body(), delay(0, after)).await)
            }
            NoTurn::Failed(Failure::Never { reason }) => {
                let kept = self.queue.bury(queued(None).dead(&reason).to_body(), &reason).await;
                (Outcome::Dead, reason, kept)
            }
        };
        // Whoever has the message now can send it; and if nobody has, Lambda's next try of the event.
        if let Some(claimed) = claimed {
            self.give_back(invocation, key, &claimed, turn).await;
        }
        let report = match kept {
            Ok(()) => Report::new(delivery, outcome, tries, Some(reason)),
            Err(error) => {
                Report::new(delivery, Outcome::Stuck, tries, Some(format!("{error}; before that: {reason}")))
            }
        };
        report.unguarded(invocation.unguarded())
    }
}

/// The word for what became of an event, and its counts.
fn verdict(own: bool, matches: &[Match<'_>]) -> (&'static str, Counts) {
    let counts = Counts { received: 1, ..Counts::default() };
    if own {
        ("self", Counts { own: 1, ..counts })
    } else if matches.is_empty() {
        ("unmatched", Counts { unmatched: 1, ..counts })
    } else if matches.iter().all(|found| found.ignored.is_some()) {
        ("ignored", Counts { ignored: 1, ..counts })
    } else {
        ("matched", Counts { matched: 1, ..counts })
    }
}

fn ignored<'a>(matches: &[Match<'a>]) -> Vec<Ignored<'a>> {
    let ignored = |found: &Match<'a>| Some(Ignored { watcher: &found.watcher.name, reason: found.ignored? });
    matches.iter().filter_map(ignored).collect()
}
