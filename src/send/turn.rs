//! A channel's pace: each try has its turn, so that a flood of events makes a line and not a storm. Where nothing has to wait,
//! as in mail, a flood is only known by it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;
use watcher::{Channel, Severity};

use crate::failure::Failure;
use crate::guard::Guard;
use crate::state::{Fault, Given, Key, Pace, State, Ticket, Turn, Wish};

/// A turn that comes sooner is waited for here; the queue waits cheaper, but to the second at best.
const PATIENCE: Duration = Duration::from_secs(2);
/// Nothing else is worth waiting for so long. Others are at most [`PATIENCE`] ahead, so what is critical has its turn after
/// that and one interval more, and those that are critical too.
const CRITICAL_PATIENCE: Duration = Duration::from_secs(20);
/// A line that is longer is a flood: what an ungrouped watcher says more is reported by a summary.
const SHORT_LINE: Duration = Duration::from_secs(30);

/// What is critical is one of a flood only when there is so much more of it, by this factor.
const CRITICAL_BURST: f64 = 1.4;

/// What the log says of an item that is not believed.
const FAR: &str = "its times are further away than any that this program writes";

/// Why a delivery waits that has not failed.
pub(crate) const NOT_ITS_TURN: &str = "it waits for its turn: the channel takes only so many messages";

/// How a delivery asks for its turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Asks {
    pub(crate) severity: Severity,
    /// Its place in the line, if it has waited.
    pub(crate) ticket: Option<Ticket>,
    /// It stands in no line that is longer than a flood makes it.
    pub(crate) short: bool,
}

/// Why a delivery is not sent in this invocation.
#[derive(Debug, PartialEq)]
pub(crate) enum Unsent {
    /// It stands in the channel's line.
    NotItsTurn(Ticket),
    /// The line is long, and it does not stand in it.
    Flood,
    /// Its turn has come, but others take theirs just now; it is to come again then.
    Crowded(Timestamp),
    /// Its last try failed, or there was none.
    Failed(Failure),
}

/// The channel's pace, and how far ahead of now its turns may be though nothing waits for them. It belongs to the destination,
/// which two channels can share.
fn pace(channel: &Channel) -> Option<(Pace, Option<Duration>)> {
    let pace = channel.kind().pace()?;
    let ahead = pace.burst.map(|burst| pace.interval * burst);
    Some((Pace { key: Key::pace(&pace.destination), interval: pace.interval }, ahead))
}

impl<S: State> Guard<'_, S> {
    /// Takes the channel's turn, after a short wait if need be; after a try that failed (`last`) only one that can be waited
    /// for. Without the table there is no pace.
    ///
    /// # Errors
    /// When the turn comes later.
    pub(crate) async fn turn(
        &self,
        channel: &Channel,
        asks: Asks,
        last: Option<&Failure>,
    ) -> Result<(), Unsent> {
        let Some((pace, ahead)) = pace(channel) else { return Ok(()) };
        if let Some(ahead) = ahead {
            return self.within_burst(&pace, ahead, asks, last).await;
        }
        let patience = if asks.severity == Severity::Critical { CRITICAL_PATIENCE } else { PATIENCE };
        loop {
            let now = self.invocation.now();
            let line = match last {
                Some(_) => None,
                None if asks.short => Some(SHORT_LINE),
                None => Some(Duration::MAX),
            };
            let ticket = asks.ticket.filter(|_| last.is_none());
            let wish = Wish { severity: asks.severity, ticket, by: now + patience, line };
            let turn = match self.ask(self.state.turn(&pace, &wish, now)).await {
                Ok(Given { turn, disbelieved }) => {
                    if disbelieved {
                        self.odd(&pace.key, FAR);
                    }
                    turn
                }
                Err(Fault::Down(_)) => return Ok(()),
                Err(busy) => return Err(Unsent::Failed(Failure::retry(busy.to_string()))),
            };
            let slot = match (turn, last) {
                (Turn::At(slot), _) if slot <= now => return Ok(()),
                (Turn::At(slot), _) => slot,
                (Turn::Line(ticket), _) => return Err(Unsent::NotItsTurn(ticket)),
                (Turn::None(_), Some(failure)) => return Err(Unsent::Failed(failure.clone())),
                (Turn::None(_), None) if asks.short && ticket.is_none() => return Err(Unsent::Flood),
                // Others came a little too close together; its place is not lost.
                (Turn::None(next), None) => {
                    let overdue = ticket.map(|ticket| now.duration_since(ticket.at));
                    return Err(Unsent::Crowded(next + pause(overdue.unwrap_or_default())));
                }
            };
            sleep(Duration::try_from(slot.duration_since(now)).unwrap_or_default()).await;
            // Meanwhile the channel may have said that it wants no message at all.
            match self.ask(self.state.blocked(&pace, self.invocation.now())).await {
                Ok(Some(_)) => {}
                _ => return Ok(()),
            }
        }
    }

    /// Takes a turn of a channel whose messages wait for none, to know of a flood. What is in the queue was one alert already,
    /// and is sent.
    async fn within_burst(
        &self,
        pace: &Pace,
        ahead: Duration,
        asks: Asks,
        last: Option<&Failure>,
    ) -> Result<(), Unsent> {
        if last.is_some() {
            return Ok(());
        }
        let now = self.invocation.now();
        let is_critical = asks.severity == Severity::Critical;
        let ahead = if is_critical { ahead.mul_f64(CRITICAL_BURST) } else { ahead };
        let wish = Wish { severity: asks.severity, ticket: None, by: now + ahead, line: None };
        match self.ask(self.state.turn(pace, &wish, now)).await {
            Ok(Given { turn, disbelieved }) => {
                if disbelieved {
                    self.odd(&pace.key, FAR);
                }
                if matches!(turn, Turn::At(_)) || !asks.short { Ok(()) } else { Err(Unsent::Flood) }
            }
            // So many at once that the table cannot count them.
            Err(Fault::Busy(_)) if asks.short => Err(Unsent::Flood),
            Err(_) => Ok(()),
        }
    }

    /// The channel said that it wants nothing for this time.
    pub(crate) async fn rest(&self, channel: &Channel, after: Duration) {
        if let Some((pace, None)) = pace(channel) {
            let now = self.invocation.now();
            // Whoever waits longer than a day gives up before.
            let until = now + after.min(Duration::from_hours(24));
            let _ = self.ask(self.state.block(&pace, until, now)).await;
        }
    }
}

/// How long a delivery waits whose turn has come when others crowd the channel. After a standstill thousands come at once:
/// the longer one has waited, the less often it comes.
fn pause(overdue: SignedDuration) -> Duration {
    let most = (overdue.unsigned_abs() / 4).clamp(PATIENCE, Duration::from_mins(15));
    most.mul_f64(fastrand::f64())
}
