//! The state in memory: for local runs and tests, and for a stack without a table. It knows what one process did.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use watcher::Tally;

use super::lanes::{Lanes, Step, lane};
use super::{
    AccountName, Claim, Counted, Fault, Given, Group, Joined, KEEP, Key, Lease, Occurrence, Opening, Pace,
    Role, State, Ticket, Turn, Wish,
};

/// The state of this process.
#[derive(Debug, Default)]
pub struct Memory {
    tables: Mutex<Tables>,
}

#[derive(Clone, Debug, Default)]
struct Tables {
    claims: HashMap<Key, Claimed>,
    paces: HashMap<Key, Lanes>,
    events: HashMap<Key, (Role, Timestamp)>,
    groups: HashMap<Key, (Key, Timestamp)>,
    windows: HashMap<Key, Window>,
    names: HashMap<Key, (AccountName, Timestamp)>,
}

#[derive(Clone, Debug)]
struct Claimed {
    /// None: it is done.
    lease: Option<Lease>,
    ticket: Option<Ticket>,
    expires: Timestamp,
}

#[derive(Clone, Debug)]
struct Window {
    tally: Tally,
    closed: bool,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As a backup: what is remembered by now.
impl Clone for Memory {
    fn clone(&self) -> Memory {
        Memory { tables: Mutex::new(self.lock().clone()) }
    }
}

impl Tables {
    /// The event's role, if it is counted; else counts it.
    fn count(&mut self, event: &Key, role: Role, now: Timestamp) -> Counted {
        match self.events.get(event) {
            Some((role, expires)) if *expires > now => Counted { role: *role, again: true },
            _ => {
                self.events.insert(event.clone(), (role, now + KEEP));
                Counted { role, again: false }
            }
        }
    }
}

impl State for Memory {
    async fn claim(&self, key: &Key, lease: &Lease, now: Timestamp) -> Result<Claim, Fault> {
        let mut tables = self.lock();
        let old = tables.claims.get(key).filter(|old| old.expires > now);
        let ticket = match old {
            Some(Claimed { lease: None, .. }) => return Ok(Claim::Done),
            Some(Claimed { lease: Some(other), .. }) if other.until > now && other.owner != lease.owner => {
                return Ok(Claim::Leased { until: other.until });
            }
            Some(Claimed { ticket, .. }) => *ticket,
            None => None,
        };
        let claimed = Claimed { lease: Some(lease.clone()), ticket, expires: now + KEEP };
        tables.claims.insert(key.clone(), claimed);
        Ok(Claim::Granted { ticket })
    }

    async fn done(&self, key: &Key, now: Timestamp) -> Result<(), Fault> {
        self.lock().claims.insert(key.clone(), Claimed { lease: None, ticket: None, expires: now + KEEP });
        Ok(())
    }

    async fn release(&self, key: &Key, lease: &Lease, ticket: Option<Ticket>) -> Result<(), Fault> {
        let mut tables = self.lock();
        if let Some(Claimed { lease: Some(held), ticket: kept, .. }) = tables.claims.get_mut(key)
            && held.owner == lease.owner
        {
            held.until = Timestamp::UNIX_EPOCH;
            *kept = ticket;
        }
        Ok(())
    }

    async fn turn(&self, pace: &Pace, wish: &Wish, now: Timestamp) -> Result<Given, Fault> {
        let mut tables = self.lock();
        let item = tables.paces.entry(pace.key.clone()).or_default();
        let (mut lanes, disbelieved) = item.believed(now);
        let turn = match lanes.step(pace.interval, wish, now) {
            Step::Take { slot, push } => {
                lanes.next = Some(slot + pace.interval);
                lanes.push(&push, pace.interval);
                Turn::At(slot)
            }
            Step::Join { at, end } => {
                lanes.lines[lane(wish.severity)] = Some(end);
                Turn::Line(Ticket { at, delay: Some(lanes.delays[lane(wish.severity)]) })
            }
            Step::Answer(turn) => turn,
        };
        *item = lanes;
        Ok(Given { turn, disbelieved })
    }

    async fn blocked(&self, pace: &Pace, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let blocked = self.lock().paces.get(&pace.key).and_then(|lanes| lanes.believed(now).0.blocked);
        Ok(blocked.filter(|until| *until > now))
    }

    async fn block(&self, pace: &Pace, until: Timestamp, now: Timestamp) -> Result<(), Fault> {
        let mut tables = self.lock();
        let item = tables.paces.entry(pace.key.clone()).or_default();
        let (mut lanes, _) = item.believed(now);
        if let Some(longer) = lanes.longer(until, now) {
            lanes.push(&lanes.waiting(now), longer);
            lanes.blocked = Some(until);
            lanes.next = lanes.next.max(Some(until));
        }
        *item = lanes;
        Ok(())
    }

    async fn join(
        &self,
        event: &Key,
        group: &Group,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> Result<Joined, Fault> {
        let mut tables = self.lock();
        if let Some((role, expires)) = tables.events.get(event)
            && *expires > now
        {
            return Ok(Joined::Counted(Counted { role: *role, again: true }));
        }
        let Some((key, ends)) = tables.groups.get(&group.key).cloned() else {
            return Ok(Joined::NoWindow { last: None });
        };
        let open = tables.windows.get_mut(&key).filter(|window| ends > now && !window.closed);
        let Some(window) = open else { return Ok(Joined::NoWindow { last: Some(key) }) };
        let role = group.role(window.tally.count);
        window.tally.add(occurrence.at, occurrence.values);
        Ok(Joined::Counted(tables.count(event, role, now)))
    }

    async fn open(
        &self,
        event: &Key,
        group: &Group,
        opening: &Opening<'_>,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> Result<Option<Counted>, Fault> {
        let mut tables = self.lock();
        let counted = tables.events.get(event).filter(|(_, expires)| *expires > now);
        if counted.is_none() {
            let is_last = tables.groups.get(&group.key).map(|(window, _)| window) == opening.last;
            if !is_last || tables.windows.contains_key(opening.window) {
                return Ok(None);
            }
            let tally = Tally::new(occurrence.at, occurrence.values);
            tables.groups.insert(group.key.clone(), (opening.window.clone(), opening.ends));
            tables.windows.insert(opening.window.clone(), Window { tally, closed: false });
        }
        Ok(Some(tables.count(event, group.role(0), now)))
    }

    async fn close(&self, window: &Key, _: Timestamp) -> Result<Option<Tally>, Fault> {
        let mut tables = self.lock();
        Ok(tables.windows.get_mut(window).map(|window| {
            window.closed = true;
            window.tally.clone()
        }))
    }

    async fn account_name(&self, account: &Key, now: Timestamp) -> Result<Option<AccountName>, Fault> {
        let tables = self.lock();
        let kept = tables.names.get(account).filter(|(_, expires)| *expires > now);
        Ok(kept.map(|(name, _)| name.clone()))
    }

    async fn keep_account_name(
        &self,
        account: &Key,
        name: &AccountName,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.lock().names.insert(account.clone(), (name.clone(), now + KEEP));
        Ok(())
    }
}
