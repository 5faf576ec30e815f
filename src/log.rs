//! The log: one line of JSON per event, with ids, names and outcomes. What an event says, and where a webhook is,
//! has no place in these types.

use jiff::Timestamp;
use serde::Serialize;
use watcher::Delivery;

use crate::metrics::Counts;

/// Writes a line; an argument, so that tests can read along.
pub type Write = Box<dyn Fn(&str)>;

/// Ids are words. A longer one is not an id, and is not logged whole.
const ID_LIMIT: usize = 64;

/// What became of an event, or of a message of the retry queue.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    timestamp: Timestamp,
    level: &'static str,
    message: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    watchers: Vec<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    ignored: Vec<Ignored<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    deliveries: Vec<Report<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A watcher that matched but sends nothing.
#[derive(Debug, Serialize)]
pub struct Ignored<'a> {
    /// The watcher's name.
    pub watcher: &'a str,
    /// The reason that its ignore states.
    pub reason: &'a str,
}

/// What became of a delivery.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    watcher: &'a str,
    channel: &'a str,
    outcome: DeliveryStatus,
    tries: u32,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unguarded: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    late: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    render_failed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Where a delivery is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// Its service took it.
    Sent,
    /// Its group's summary tells it.
    Suppressed,
    /// It was sent or suppressed before.
    Duplicate,
    /// Its group could not be asked in time; it is one of the others before it is logged.
    Undecided,
    /// New in the retry queue.
    Queued,
    /// Still in the retry queue.
    Postponed,
    /// In the dead-letter queue.
    Dead,
    /// Not even queued: the event, or the message it came with, comes again.
    Stuck,
}

impl<'a> Line<'a> {
    /// A line that says nothing yet but when, and in which invocation.
    pub fn new(message: &'static str, request_id: &'a str, now: Timestamp) -> Line<'a> {
        Line {
            timestamp: now,
            level: "INFO",
            message,
            request_id,
            message_id: None,
            event_id: None,
            watchers: Vec::new(),
            ignored: Vec::new(),
            deliveries: Vec::new(),
            reason: None,
            error: None,
        }
    }

    /// The message of the queue that it is about.
    #[must_use]
    pub fn of_message(mut self, id: Option<&'a str>) -> Self {
        self.message_id = id;
        self
    }

    /// The event that it is about.
    #[must_use]
    pub fn of_event(mut self, id: &str) -> Self {
        self.event_id = Some(id.chars().take(ID_LIMIT).collect());
        self
    }

    /// The watchers that want the event, those among them that ignore it, and what became of their deliveries.
    #[must_use]
    pub fn with(
        mut self,
        watchers: Vec<&'a str>,
        ignored: Vec<Ignored<'a>>,
        deliveries: Vec<Report<'a>>,
    ) -> Self {
        self.level = match deliveries.iter().map(|report| report.outcome).max() {
            Some(DeliveryStatus::Dead | DeliveryStatus::Stuck) => "ERROR",
            Some(DeliveryStatus::Queued | DeliveryStatus::Postponed) => "WARN",
            // The reason of one that was sent is a strange answer.
            _ if deliveries
                .iter()
                .any(|report| report.render_failed || report.unguarded || report.reason.is_some()) =>
            {
                "WARN"
            }
            _ => "INFO",
        };
        (self.watchers, self.ignored, self.deliveries) = (watchers, ignored, deliveries);
        self
    }

    /// Why nothing was done, though nothing is wrong.
    #[must_use]
    pub fn with_reason(mut self, reason: String) -> Self {
        self.reason = Some(reason);
        self
    }

    /// Something went wrong that nothing else waits for.
    #[must_use]
    pub fn with_warning(mut self, error: String) -> Self {
        self.level = "WARN";
        self.error = Some(error);
        self
    }

    /// Something went wrong with all of it.
    #[must_use]
    pub fn with_error(mut self, error: String) -> Self {
        self.level = "ERROR";
        self.error = Some(error);
        self
    }

    /// The line.
    ///
    /// # Panics
    /// Never: every part of it has a JSON form.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("maps with string keys only")
    }
}

impl<'a> Report<'a> {
    /// What became of the delivery, in how many tries, and why it was not sent, or may not have been.
    pub fn new(
        delivery: &'a Delivery,
        outcome: DeliveryStatus,
        tries: u32,
        reason: Option<String>,
    ) -> Report<'a> {
        Report {
            watcher: &delivery.watcher,
            channel: &delivery.channel,
            outcome,
            tries,
            unguarded: false,
            late: false,
            render_failed: delivery.render_error.is_some(),
            reason,
        }
    }

    /// Whether the table was not asked.
    #[must_use]
    pub fn unguarded(mut self, unguarded: bool) -> Self {
        self.unguarded = unguarded;
        self
    }

    /// Whether it comes more than an hour after it was to be sent.
    #[must_use]
    pub fn late(mut self, late: bool) -> Self {
        self.late = late;
        self
    }

    /// The same delivery with what became of it in the end.
    pub fn turns_out(&mut self, outcome: DeliveryStatus, reason: String) {
        (self.outcome, self.reason) = (outcome, Some(reason));
    }

    /// Where the delivery is now.
    pub fn outcome(&self) -> DeliveryStatus {
        self.outcome
    }

    /// Why it was not sent, or may not have been.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// Counts it.
    pub fn counts(&self) -> Counts {
        let one = |outcome| u32::from(self.outcome == outcome);
        Counts {
            sent: one(DeliveryStatus::Sent),
            queued: one(DeliveryStatus::Queued),
            suppressed: one(DeliveryStatus::Suppressed),
            duplicate: one(DeliveryStatus::Duplicate),
            dead: one(DeliveryStatus::Dead),
            late: u32::from(self.late),
            unguarded: u32::from(self.unguarded),
            // The reason of one that was sent is a strange answer.
            strange: u32::from(self.outcome == DeliveryStatus::Sent && self.reason.is_some()),
            ..Counts::default()
        }
    }
}

/// Lets a panic say where it happened and nothing else: its message can quote the event.
pub fn quiet_panics(write: fn(&str)) {
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        write(&Line::new("panicked", "", Timestamp::now()).with_error(place).to_json());
    }));
}
