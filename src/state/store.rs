//! The state of whichever kind this process has.

use jiff::Timestamp;
use watcher::Tally;

use super::{
    AccountName, Claim, Counted, DynamoDb, Fault, Given, Group, Joined, Key, Lease, Memory, Occurrence, Odd,
    Opening, Pace, State, Ticket, Wish,
};

/// The state of a deployment, or of a process that has no table.
pub enum Store {
    /// The table in AWS.
    DynamoDb(DynamoDb),
    /// For runs without one.
    Memory(Box<Memory>),
}

/// Calls the same function of whichever it is.
macro_rules! either {
    ($store:expr, $state:ident => $call:expr) => {
        match $store {
            Store::DynamoDb($state) => $call.await,
            Store::Memory($state) => $call.await,
        }
    };
}

impl State for Store {
    fn odd(&self) -> Vec<Odd> {
        match self {
            Store::DynamoDb(state) => state.odd(),
            Store::Memory(state) => state.odd(),
        }
    }

    async fn claim(&self, key: &Key, lease: &Lease, now: Timestamp) -> Result<Claim, Fault> {
        either!(self, state => state.claim(key, lease, now))
    }

    async fn done(&self, key: &Key, now: Timestamp) -> Result<(), Fault> {
        either!(self, state => state.done(key, now))
    }

    async fn release(&self, key: &Key, lease: &Lease, ticket: Option<Ticket>) -> Result<(), Fault> {
        either!(self, state => state.release(key, lease, ticket))
    }

    async fn turn(&self, pace: &Pace, wish: &Wish, now: Timestamp) -> Result<Given, Fault> {
        either!(self, state => state.turn(pace, wish, now))
    }

    async fn blocked(&self, pace: &Pace, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        either!(self, state => state.blocked(pace, now))
    }

    async fn block(&self, pace: &Pace, until: Timestamp, now: Timestamp) -> Result<(), Fault> {
        either!(self, state => state.block(pace, until, now))
    }

    async fn join(
        &self,
        event: &Key,
        group: &Group,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> Result<Joined, Fault> {
        either!(self, state => state.join(event, group, occurrence, now))
    }

    async fn open(
        &self,
        event: &Key,
        group: &Group,
        opening: &Opening<'_>,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> Result<Option<Counted>, Fault> {
        either!(self, state => state.open(event, group, opening, occurrence, now))
    }

    async fn close(&self, window: &Key, now: Timestamp) -> Result<Option<Tally>, Fault> {
        either!(self, state => state.close(window, now))
    }

    async fn account_name(&self, account: &Key, now: Timestamp) -> Result<Option<AccountName>, Fault> {
        either!(self, state => state.account_name(account, now))
    }

    async fn keep_account_name(
        &self,
        account: &Key,
        name: &AccountName,
        now: Timestamp,
    ) -> Result<(), Fault> {
        either!(self, state => state.keep_account_name(account, name, now))
    }
}
