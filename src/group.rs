//! Groups: the first alert at once, the others as one summary when the group's window ends.
//!
//! The end is a message of the retry queue, which is sent before the window is opened: a window without its end would
//! keep its repeats for itself. An end without a window does nothing.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::{Instant, sleep};
use watcher::{Delivery, Grouping, Match, summary};

use crate::batch::Message;
use crate::channels::Channels;
use crate::fit;
use crate::function::{Function, Invocation};
use crate::input::Record;
use crate::log::{Outcome, Report};
use crate::metrics::Counts;
use crate::queue::{GIVE_UP_AFTER, Queue, delay, sendable};
use crate::state::{Counted, Fault, Group, Joined, Key, Occurrence, Opening, Role, State};

/// How long an invocation tries to get its event counted while others count theirs.
const PATIENCE: Duration = Duration::from_secs(5);
/// Before it asks again, at most.
const PAUSE: Duration = Duration::from_millis(200);
/// Why the event waits then.
const CROWDED: &str = "too many events of its group at once";

/// The end of a group's window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timer {
    /// Which window.
    window: Key,
    /// When it ends.
    due: Timestamp,
    /// How many events it took before the alert.
    at_least: u32,
    /// What its first event said, to one of the channels.
    first: Delivery,
    /// Where the summary goes.
    channels: Vec<String>,
}

impl Timer {
    fn to_body(&self) -> String {
        sendable(&json!({"timer": self}).to_string())
    }
}

/// What to do with an alert of a group.
enum Told {
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

impl<C: Channels, Q: Queue, S: State> Function<C, Q, S> {
    /// Sends the deliveries of a watcher, unless its group's summary will tell them.
    pub(crate) async fn tell<'a>(&self, invocation: Invocation<'_>, found: &'a Match<'_>) -> Vec<Report<'a>> {
        let told = match (&found.grouping, found.deliveries.first()) {
            (Some(grouping), Some(first)) => {
                self.count(invocation, grouping, first, &found.watcher.channels).await
            }
            _ => Told::Alert,
        };
        let all = |outcome, reason: Option<&str>| {
            let report = |delivery| Report::new(delivery, outcome, 0, reason.map(str::to_owned));
            found.deliveries.iter().map(report).collect()
        };
        match told {
            Told::Repeat { again: false } => all(Outcome::Suppressed, None),
            Told::Repeat { again: true } => all(Outcome::Duplicate, None),
            Told::Undecided => all(Outcome::Undecided, Some(CROWDED)),
            Told::Alert | Told::Unguarded => {
                let sent = found.deliveries.iter().map(async |delivery| {
                    let report = self.send(invocation, delivery, Key::delivery(delivery).as_ref()).await;
                    if let Told::Unguarded = told { report.unguarded(true) } else { report }
                });
                join_all(sent).await
            }
        }
    }

    /// Counts the event in its group.
    async fn count(
        &self,
        invocation: Invocation<'_>,
        grouping: &Grouping,
        first: &Delivery,
        channels: &[String],
    ) -> Told {
        let event = Key::counted(&first.facts, &first.watcher);
        let group = Group { key: Key::group(&grouping.name), at_least: grouping.at_least };
        let at = first.facts.time.parse().unwrap_or_else(|_| (self.now)());
        let occurrence = Occurrence { at, values: &grouping.values };
        let patience = Instant::now() + PATIENCE;
        let mut opened: Option<(Key, Timestamp)> = None;
        loop {
            let joined =
                self.ask(invocation, self.state.join(&event, &group, &occurrence, (self.now)())).await;
            let counted = match joined {
                Ok(Joined::Counted(counted)) => Ok(Some(counted)),
                Ok(Joined::NoWindow { last }) => {
                    let window = match &opened {
                        Some(window) => window,
                        None => match self.start(grouping, first, channels).await {
                            Ok(window) => opened.insert(window),
                            Err(error) => {
                                self.write(&self.line("ungrouped", invocation).with_error(error).to_json());
                                return Told::Unguarded;
                            }
                        },
                    };
                    let opening = Opening { window: &window.0, ends: window.1, last: last.as_ref() };
                    let open = self.state.open(&event, &group, &opening, &occurrence, (self.now)());
                    self.ask(invocation, open).await
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
        let (window, due) = (Key::window(), (self.now)() + length);
        let timer = Timer {
            window: window.clone(),
            due,
            at_least: grouping.at_least,
            first: fit::delivery(first),
            channels: channels.to_vec(),
        };
        self.queue.retry(timer.to_body(), length).await?;
        Ok((window, due))
    }

    /// Puts an event into the retry queue that could not be counted; there two consumers count one after the other. One that
    /// is there already stays.
    pub(crate) async fn keep_event(
        &self,
        invocation: Invocation<'_>,
        event: &str,
        reports: &mut [Report<'_>],
    ) {
        let kept = match invocation.message_id {
            Some(_) => Err("the event stays in the retry queue".to_owned()),
            None => self.queue.retry(sendable(event), delay(0, None)).await,
        };
        for report in reports.iter_mut().filter(|report| report.outcome() == Outcome::Undecided) {
            match &kept {
                Ok(()) => report.turns_out(Outcome::Queued, CROWDED.to_owned()),
                Err(error) => report.turns_out(Outcome::Stuck, format!("{error}; before that: {CROWDED}")),
            }
        }
    }

    /// Ends a window when it is due, and sends its summary.
    pub(crate) async fn timer(
        &self,
        invocation: Invocation<'_>,
        record: &Record,
        timer: &Timer,
    ) -> (Counts, Message) {
        let now = (self.now)();
        if now < timer.due {
            // SQS delays a message by a quarter of an hour at most, and hides one that came for longer.
            let reason = self.hide(record, timer.due, "the group's window is open".to_owned()).await;
            self.write(&self.line("waiting", invocation).with_reason(reason).to_json());
            return (Counts::default(), Message::Stays);
        }
        let tally = match self.ask(invocation, self.state.close(&timer.window, now)).await {
            Ok(tally) => tally,
            Err(fault) if now.duration_since(timer.due) < GIVE_UP_AFTER => {
                let until = now + delay(record.received(), None);
                let reason = self.hide(record, until, fault.to_string()).await;
                self.write(&self.line("waiting", invocation).with_error(reason).to_json());
                return (Counts::default(), Message::Stays);
            }
            Err(fault) => {
                let reason =
                    format!("given up after 24 hours: {fault}; what the group has counted is not known");
                self.write(&self.line("summary", invocation).with_error(reason.clone()).to_json());
                return (Counts::default(), self.bury(record, invocation, &reason).await);
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
        let sent = deliveries.iter().map(|(delivery, key)| self.send(invocation, delivery, Some(key)));
        let reports = join_all(sent).await;
        let mut counts = Counts::default();
        for report in &reports {
            counts += report.counts();
        }
        let stuck = reports.iter().any(|report| report.outcome() == Outcome::Stuck);
        let line = self.line("summary", invocation).of_event(&timer.first.facts.event_id);
        self.write(&line.with(vec![&timer.first.watcher], Vec::new(), reports).to_json());
        (counts, if stuck { Message::Stays } else { Message::Done })
    }
}
