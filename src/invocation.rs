//! One invocation: which it is, how long it has, what time it is, and where it writes.

use std::cell::Cell;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::log::{Line, Write};

/// What every part needs to know of the invocation that it works for.
#[derive(Clone, Copy)]
pub(crate) struct Invocation<'a> {
    pub(crate) request_id: &'a str,
    /// The message of the queue that is being handled; none for an event that came directly.
    pub(crate) message_id: Option<&'a str>,
    /// When sending has to end.
    pub(crate) until: Instant,
    /// What it knows of the table.
    pub(crate) table: &'a TableSeen,
    pub(crate) clock: &'a dyn Fn() -> Timestamp,
    pub(crate) log: &'a Write,
}

/// What an invocation knows of the table.
#[derive(Debug)]
pub(crate) struct TableSeen {
    /// When the invocation's claims end.
    pub(crate) lease: Timestamp,
    /// The table did not answer.
    pub(crate) down: Cell<bool>,
    /// How many of its items were ignored.
    pub(crate) odd: Cell<u32>,
}

impl TableSeen {
    /// Of an invocation that ends then.
    pub(crate) fn new(lease: Timestamp) -> TableSeen {
        TableSeen { lease, down: Cell::new(false), odd: Cell::new(0) }
    }
}

impl<'a> Invocation<'a> {
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A line of the log about what it does.
    pub(crate) fn line(&self, message: &'static str) -> Line<'a> {
        Line::new(message, self.request_id, self.now()).of_message(self.message_id)
    }

    pub(crate) fn write(&self, line: &Line<'_>) {
        (self.log)(&line.to_json());
    }

    /// Whether the table did not answer.
    pub(crate) fn unguarded(&self) -> bool {
        self.table.down.get()
    }
}
