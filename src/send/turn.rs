//! A channel's pace: each try has its turn, so that a flood of events makes a queue and not a storm.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;
use watcher::Channel;

use crate::failure::Failure;
use crate::guard::Guard;
use crate::state::{Fault, Key, Pace, State};

/// A turn that comes sooner is waited for here; the queue waits cheaper, but to the second at best.
const PATIENCE: Duration = Duration::from_secs(2);
/// A turn that was missed by more is none any more: a backlog that the queue gives at once would make a burst.
const LATE: SignedDuration = SignedDuration::from_secs(2);

/// Why a delivery waits that has not failed.
pub(crate) const NOT_ITS_TURN: &str = "it waits for its turn: the channel takes only so many messages";

/// Which turn a try can have.
pub(crate) enum Wish<'a> {
    /// Whichever comes; this one, if it was reserved before.
    Any(Option<Timestamp>),
    /// One that can be waited for; else this is why the delivery was not sent.
    Soon(&'a Failure),
}

/// Why a delivery is not sent in this invocation.
#[derive(Debug, PartialEq)]
pub(crate) enum Unsent {
    /// Its turn is reserved for later.
    NotItsTurn(Timestamp),
    /// Its last try failed, or there was none.
    Failed(Failure),
}

/// The channel's pace. It belongs to the destination, which two channels can share.
fn pace(channel: &Channel) -> Option<Pace> {
    let pace = channel.kind().pace()?;
    Some(Pace { key: Key::pace(&pace.destination), interval: pace.interval })
}

impl<S: State> Guard<'_, S> {
    /// Takes the channel's turn, after a short wait if need be. Without the table there is no pace.
    ///
    /// # Errors
    /// When the turn comes later.
    pub(crate) async fn turn(&self, channel: &Channel, wish: Wish<'_>) -> Result<(), Unsent> {
        let Some(pace) = pace(channel) else { return Ok(()) };
        let mut reserved = match wish {
            Wish::Any(slot) => slot,
            Wish::Soon(_) => None,
        };
        loop {
            let now = self.invocation.now();
            let kept = reserved.filter(|slot| now.duration_since(*slot) <= LATE);
            let slot = if let Some(slot) = kept {
                slot
            } else {
                let by = if let Wish::Soon(_) = wish { now + PATIENCE } else { Timestamp::MAX };
                match (self.ask(self.state.slot(&pace, by, now)).await, &wish) {
                    (Ok(Some(slot)), _) if slot <= now => return Ok(()),
                    (Ok(Some(slot)), _) => slot,
                    (Ok(None), Wish::Soon(failure)) => return Err(Unsent::Failed((*failure).clone())),
                    (Ok(None), Wish::Any(_)) | (Err(Fault::Down(_)), _) => return Ok(()),
                    (Err(busy), _) => return Err(Unsent::Failed(Failure::retry(busy.to_string()))),
                }
            };
            let wait = Duration::try_from(slot.duration_since(now)).unwrap_or_default();
            if wait > PATIENCE {
                return Err(Unsent::NotItsTurn(slot));
            }
            sleep(wait).await;
            // Meanwhile the channel may have said that it wants no message at all.
            match self.ask(self.state.blocked(&pace, self.invocation.now())).await {
                Ok(Some(_)) => reserved = None,
                _ => return Ok(()),
            }
        }
    }

    /// The channel said that it wants nothing for this time; whoever has reserved a turn in it must reserve another one.
    pub(crate) async fn rest(&self, channel: &Channel, after: Duration) {
        if let Some(pace) = pace(channel) {
            // Whoever waits longer than a day gives up before.
            let until = self.invocation.now() + after.min(Duration::from_hours(24));
            let _ = self.ask(self.state.block(&pace, until)).await;
        }
    }
}
