//! The ports: all that the function asks of the world. A test puts its own behind each of them.

use jiff::Timestamp;

use crate::accounts::Accounts;
use crate::log::Write;

/// What the function works with.
pub struct Ports<C, Q, S> {
    /// How to send a delivery.
    pub channels: C,
    /// Where to keep what could not be sent.
    pub queue: Q,
    /// What is remembered between invocations.
    pub state: S,
    /// Who knows the names of accounts.
    pub accounts: Accounts,
    /// What time it is.
    pub now: Box<dyn Fn() -> Timestamp>,
    /// Where the log goes.
    pub write: Write,
}
