//! What the function remembers between invocations: which deliveries are done, when a channel's next turn is, and what
//! a group has counted. One small trait; `dynamodb` is the table in AWS, `memory` serves local runs and tests.
//!
//! Every change is one conditional write or one transaction, so that no two invocations can both believe that they were
//! first. The time is an argument. That an item has expired is part of every condition: DynamoDB's TTL deletes within
//! days, and only cleans up.

mod dynamodb;
mod key;
mod memory;
mod store;

use std::fmt;
use std::future::Future;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use watcher::Tally;

pub use dynamodb::DynamoDb;
pub use key::Key;
pub use memory::Memory;
pub use store::Store;

/// How long it is remembered that a delivery was sent or an event counted. EventBridge repeats an event within a day;
/// but a dead letter lives for 14 days, and when it is an event whose other deliveries were sent, they must not be sent
/// again. One day more for the tries after it was redriven.
pub const KEEP: SignedDuration = SignedDuration::from_hours(15 * 24);

/// How many values of a field a window remembers: the five that a summary shows, and one that says there are more.
pub const KEPT_VALUES: usize = watcher::SHOWN_VALUES + 1;

/// What is remembered.
pub trait State {
    /// Takes the right to send a delivery until the lease ends. Its owner can take it again: it asks twice when the first
    /// answer was lost.
    fn claim(&self, key: &Key, lease: &Lease, now: Timestamp) -> impl Future<Output = Result<Claim, Fault>>;

    /// The delivery was sent. Holds whoever has claimed it by now.
    fn done(&self, key: &Key, now: Timestamp) -> impl Future<Output = Result<(), Fault>>;

    /// Gives a claim back, if the lease's owner still has it. `slot` is the delivery's turn in its channel's pace; the
    /// next claim is told it.
    fn release(
        &self,
        key: &Key,
        lease: &Lease,
        slot: Option<Timestamp>,
    ) -> impl Future<Output = Result<(), Fault>>;

    /// Reserves the next turn of a channel: now, or later; nobody else gets the same. None, and nothing is reserved, when
    /// that would be after `by`.
    fn slot(
        &self,
        pace: &Pace,
        by: Timestamp,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<Timestamp>, Fault>>;

    /// Until when the channel wants no message, if it has said so; what was reserved before that is void.
    fn blocked(&self, pace: &Pace, now: Timestamp) -> impl Future<Output = Result<Option<Timestamp>, Fault>>;

    /// The channel wants no message before this time.
    fn block(&self, pace: &Pace, until: Timestamp) -> impl Future<Output = Result<(), Fault>>;

    /// Counts an event in its group's open window, or says that there is none.
    fn join(
        &self,
        event: &Key,
        group: &Group,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Joined, Fault>>;

    /// Opens a window with this event as its first; none when another invocation has opened one meanwhile. `last` is what
    /// [`State::join`] found in place of an open window.
    fn open(
        &self,
        event: &Key,
        group: &Group,
        opening: &Opening<'_>,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<Counted>, Fault>>;

    /// Ends a window, after which nothing more is counted in it, and says what was; none when there is no such window.
    /// A window can be closed again and says the same.
    fn close(&self, window: &Key, now: Timestamp) -> impl Future<Output = Result<Option<Tally>, Fault>>;
}

/// Who claims, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Another one for each claim.
    pub owner: String,
    /// When the invocation is over, whatever became of it.
    pub until: Timestamp,
}

/// The answer to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The delivery may be sent.
    Granted {
        /// The turn that was reserved for it when it was claimed before.
        slot: Option<Timestamp>,
    },
    /// It was sent already.
    Done,
    /// Somebody else sends it, or died when it did.
    Leased {
        /// When the other's invocation is over.
        until: Timestamp,
    },
}

/// How often a channel takes a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Which channel.
    pub key: Key,
    /// From one message to the next.
    pub interval: Duration,
}

/// A group as the state knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Which group.
    pub key: Key,
    /// How many events it takes before the alert; at least one.
    pub at_least: u32,
}

/// A window that is to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening<'a> {
    /// Its key, which is new.
    pub window: &'a Key,
    /// When it ends.
    pub ends: Timestamp,
    /// The window that was the group's last.
    pub last: Option<&'a Key>,
}

/// What a window remembers of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence<'a> {
    /// When the event happened.
    pub at: Timestamp,
    /// Names and texts of its fields.
    pub values: &'a [(String, String)],
}

/// The answer to a join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joined {
    /// The event is counted.
    Counted(Counted),
    /// The group has no open window.
    NoWindow {
        /// Its last one.
        last: Option<Key>,
    },
}

/// An event that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What it is in its window.
    pub role: Role,
    /// It was counted by an earlier invocation.
    pub again: bool,
}

/// What an event is in its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one that is sent at once.
    Alert,
    /// One that is only counted.
    Repeat,
}

impl Group {
    /// What the event is that comes after so many.
    fn role(&self, before: u64) -> Role {
        if before + 1 == u64::from(self.at_least.max(1)) { Role::Alert } else { Role::Repeat }
    }
}

/// Why the state did not answer. The text is for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be asked.
    Down(String),
    /// It was asked by too many at once; it may answer the next time.
    Busy(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Down(why) => write!(f, "the table does not answer: {why}"),
            Fault::Busy(why) => write!(f, "the table is busy: {why}"),
        }
    }
}
