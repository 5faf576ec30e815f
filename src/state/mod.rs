//! What the function remembers between invocations: which deliveries are done, when a channel's next turn is, and what
//! a group has counted. One small trait; `dynamodb` is the table in AWS, `memory` serves local runs and tests.
//!
//! Every change is one conditional write or one transaction, so that no two invocations can both believe that they were
//! first. The time is an argument. That an item has expired is part of every condition: DynamoDB's TTL deletes within
//! days, and only cleans up.

mod dynamodb;
mod key;
mod lanes;
mod memory;
mod store;

use std::fmt;
use std::future::Future;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use watcher::{Severity, Tally};

pub use dynamodb::DynamoDb;
pub use key::Key;
pub use memory::Memory;
pub use store::Store;
pub use watcher::Role;

/// How long it is remembered that a delivery was sent or an event counted. EventBridge repeats an event within a day;
/// but a dead letter lives for 14 days, and when it is an event whose other deliveries were sent, they must not be sent
/// again. One day more for the tries after it was redriven.
pub const KEEP: SignedDuration = SignedDuration::from_hours(15 * 24);

/// How many values of a field a window remembers: the five that a summary shows, and one that says there are more.
pub const KEPT_VALUES: usize = watcher::SHOWN_VALUES + 1;

/// The longest that an invocation of Lambda lasts, and a minute for clocks that differ. No claim is longer.
pub(crate) const LONGEST_LEASE: SignedDuration = SignedDuration::from_mins(16);

/// An item that says what cannot be read, or cannot be true. It was taken for one that does not say it, so that nothing is
/// held back because of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// The item.
    pub key: Key,
    /// Its attribute.
    pub attribute: &'static str,
}

/// What is remembered.
pub trait State {
    /// The odd items that were met since this was asked the last time.
    fn odd(&self) -> Vec<Odd> {
        Vec::new()
    }

    /// Takes the right to send a delivery until the lease ends. Its owner can take it again: it asks twice when the first
    /// answer was lost.
    fn claim(&self, key: &Key, lease: &Lease, now: Timestamp) -> impl Future<Output = Result<Claim, Fault>>;

    /// The delivery was sent. Holds whoever has claimed it by now.
    fn done(&self, key: &Key, now: Timestamp) -> impl Future<Output = Result<(), Fault>>;

    /// Gives a claim back, if the lease's owner still has it. `ticket` is the delivery's place in the channel's line; the
    /// next claim is told it.
    fn release(
        &self,
        key: &Key,
        lease: &Lease,
        ticket: Option<Ticket>,
    ) -> impl Future<Output = Result<(), Fault>>;

    /// Asks for a turn of a channel: nobody else gets the same.
    fn turn(&self, pace: &Pace, wish: &Wish, now: Timestamp) -> impl Future<Output = Result<Given, Fault>>;

    /// Until when the channel wants no message, if it has said so.
    fn blocked(&self, pace: &Pace, now: Timestamp) -> impl Future<Output = Result<Option<Timestamp>, Fault>>;

    /// The channel wants no message before this time. Whoever stands in a line is pushed back by as much.
    fn block(&self, pace: &Pace, until: Timestamp, now: Timestamp)
    -> impl Future<Output = Result<(), Fault>>;

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

    /// The name of an account, if it was ever kept.
    fn account_name(
        &self,
        account: &Key,
        now: Timestamp,
    ) -> impl Future<Output = Result<Option<AccountName>, Fault>>;

    /// Keeps the name of an account, whatever was kept before.
    fn keep_account_name(
        &self,
        account: &Key,
        name: &AccountName,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), Fault>>;
}

/// What is known of an account's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountName {
    /// The name; none if the organization has no such account.
    pub name: Option<String>,
    /// When it was asked for.
    pub asked: Timestamp,
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
        /// Its place in the channel's line, if it had one when it was claimed before.
        ticket: Option<Ticket>,
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

/// A place in a channel's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// When to come again.
    pub at: Timestamp,
    /// By how many milliseconds the line had been pushed back when the ticket was made; what came since counts on top.
    /// None in a ticket of a former version, which was reserved to the second.
    pub delay: Option<u64>,
}

/// A wish to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// How bad it is what is to be sent.
    pub severity: Severity,
    /// The place in the line, of one that has waited.
    pub ticket: Option<Ticket>,
    /// The last turn that can be waited for.
    pub by: Timestamp,
    /// Else it stands in the line, if that makes it wait no longer than this since the channel takes messages; none: it does
    /// not.
    pub line: Option<Duration>,
}

/// The answer to a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// What comes of it.
    pub turn: Turn,
    /// The channel's item said what cannot be, and was ignored.
    pub disbelieved: bool,
}

/// What comes of a wish to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Now, or at this time; it is reserved.
    At(Timestamp),
    /// It stands in the line.
    Line(Ticket),
    /// There is none so soon, nothing is reserved; the first would be then.
    None(Timestamp),
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

impl Group {
    /// What the event is that comes after so many.
    fn role(&self, before: u64) -> Role {
        Role::of(before, self.at_least)
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
