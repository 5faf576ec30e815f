//! The memory state behind a network that fails as a test says.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use account_watcher::state::{
    AccountName, Claim, Counted, Fault, Given, Group, Joined, Key, Lease, Memory, Occurrence, Opening, Pace,
    State, Ticket, Wish,
};
use jiff::Timestamp;
use watcher::Tally;

use super::world::World;

/// How a call of the table fails, if it does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Broken {
    Down,
    Busy,
}

pub(crate) struct SimState {
    world: Rc<World>,
    memory: RefCell<Rc<Memory>>,
    pub(crate) broken: RefCell<Box<dyn Fn(Duration) -> Option<Broken>>>,
    pub(crate) asked: Cell<u32>,
}

impl SimState {
    pub(crate) fn new(world: Rc<World>) -> SimState {
        SimState {
            world,
            memory: RefCell::default(),
            broken: RefCell::new(Box::new(|_| None)),
            asked: Cell::new(0),
        }
    }

    pub(crate) fn memory(&self) -> Rc<Memory> {
        self.memory.borrow().clone()
    }

    /// A backup takes the table's place.
    pub(crate) fn restore(&self, backup: Memory) {
        *self.memory.borrow_mut() = Rc::new(backup);
    }

    async fn call(&self) -> Result<Rc<Memory>, Fault> {
        self.asked.set(self.asked.get() + 1);
        self.world.step().await;
        let broken = (self.broken.borrow())(self.world.elapsed());
        match broken {
            None => Ok(self.memory()),
            Some(Broken::Down) => {
                self.world.table_was_down.set(true);
                Err(Fault::Down("no answer".to_owned()))
            }
            Some(Broken::Busy) => Err(Fault::Busy("too many".to_owned())),
        }
    }
}

impl State for SimState {
    async fn claim(&self, key: &Key, lease: &Lease, now: Timestamp) -> Result<Claim, Fault> {
        let claim = self.call().await?.claim(key, lease, now).await;
        self.world.step().await;
        claim
    }

    async fn done(&self, key: &Key, now: Timestamp) -> Result<(), Fault> {
        match self.call().await {
            Ok(memory) => memory.done(key, now).await?,
            // It may be marked later; if the table stays busy for too long, it is not.
            Err(fault) => {
                self.world.excuse(key);
                return Err(fault);
            }
        }
        self.world.marked(key);
        Ok(())
    }

    async fn release(&self, key: &Key, lease: &Lease, ticket: Option<Ticket>) -> Result<(), Fault> {
        self.call().await?.release(key, lease, ticket).await
    }

    async fn turn(&self, pace: &Pace, wish: &Wish, now: Timestamp) -> Result<Given, Fault> {
        self.call().await?.turn(pace, wish, now).await
    }

    async fn blocked(&self, pace: &Pace, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        self.call().await?.blocked(pace, now).await
    }

    async fn block(&self, pace: &Pace, until: Timestamp, now: Timestamp) -> Result<(), Fault> {
        self.call().await?.block(pace, until, now).await
    }

    async fn join(
        &self,
        event: &Key,
        group: &Group,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> Result<Joined, Fault> {
        let joined = self.call().await?.join(event, group, occurrence, now).await;
        self.world.step().await;
        joined
    }

    async fn open(
        &self,
        event: &Key,
        group: &Group,
        opening: &Opening<'_>,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> Result<Option<Counted>, Fault> {
        let opened = self.call().await?.open(event, group, opening, occurrence, now).await;
        self.world.step().await;
        opened
    }

    async fn close(&self, window: &Key, now: Timestamp) -> Result<Option<Tally>, Fault> {
        let closed = self.call().await?.close(window, now).await;
        self.world.step().await;
        closed
    }

    async fn account_name(&self, account: &Key, now: Timestamp) -> Result<Option<AccountName>, Fault> {
        self.call().await?.account_name(account, now).await
    }

    async fn keep_account_name(
        &self,
        account: &Key,
        name: &AccountName,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.call().await?.keep_account_name(account, name, now).await
    }
}
