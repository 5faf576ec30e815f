//! The state in memory: for local runs and tests, and for a stack without a table. It knows what one process did.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use watcher::Tally;

use super::{
    Claim, Counted, Fault, Group, Joined, KEEP, KEPT_VALUES, Key, Lease, Occurrence, Opening, Pace, Role,
    State,
};

/// The state of this process.
#[derive(Debug, Default)]
pub struct Memory {
    tables: Mutex<Tables>,
}

#[derive(Debug, Default)]
struct Tables {
    claims: HashMap<Key, Claimed>,
    paces: HashMap<Key, Paced>,
    events: HashMap<Key, (Role, Timestamp)>,
    groups: HashMap<Key, (Key, Timestamp)>,
    windows: HashMap<Key, Window>,
}

#[derive(Debug)]
struct Claimed {
    /// None: it is done.
    lease: Option<Lease>,
    slot: Option<Timestamp>,
    expires: Timestamp,
}

#[derive(Debug, Default)]
struct Paced {
    next: Timestamp,
    blocked: Timestamp,
}

#[derive(Debug)]
struct Window {
    tally: Tally,
    closed: bool,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
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
        let slot = match old {
            Some(Claimed { lease: None, .. }) => return Ok(Claim::Done),
            Some(Claimed { lease: Some(other), .. }) if other.until > now && other.owner != lease.owner => {
                return Ok(Claim::Leased { until: other.until });
            }
            Some(Claimed { slot, .. }) => *slot,
            None => None,
        };
        let claimed = Claimed { lease: Some(lease.clone()), slot, expires: now + KEEP };
        tables.claims.insert(key.clone(), claimed);
        Ok(Claim::Granted { slot })
    }

    async fn done(&self, key: &Key, now: Timestamp) -> Result<(), Fault> {
        self.lock().claims.insert(key.clone(), Claimed { lease: None, slot: None, expires: now + KEEP });
        Ok(())
    }

    async fn release(&self, key: &Key, lease: &Lease, slot: Option<Timestamp>) -> Result<(), Fault> {
        let mut tables = self.lock();
        if let Some(Claimed { lease: Some(held), slot: kept, .. }) = tables.claims.get_mut(key)
            && held.owner == lease.owner
        {
            held.until = Timestamp::UNIX_EPOCH;
            *kept = slot;
        }
        Ok(())
    }

    async fn slot(&self, pace: &Pace, by: Timestamp, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let mut tables = self.lock();
        let paced = tables.paces.entry(pace.key.clone()).or_default();
        let slot = paced.next.max(now);
        if slot > by {
            return Ok(None);
        }
        paced.next = slot + pace.interval;
        Ok(Some(slot))
    }

    async fn blocked(&self, pace: &Pace, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let blocked = self.lock().paces.get(&pace.key).map(|paced| paced.blocked);
        Ok(blocked.filter(|until| *until > now))
    }

    async fn block(&self, pace: &Pace, until: Timestamp) -> Result<(), Fault> {
        let mut tables = self.lock();
        let paced = tables.paces.entry(pace.key.clone()).or_default();
        paced.blocked = paced.blocked.max(until);
        paced.next = paced.next.max(until);
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
        window.tally.count += 1;
        window.tally.last = window.tally.last.max(occurrence.at);
        window.tally.first = window.tally.first.min(occurrence.at);
        for (name, value) in occurrence.values {
            let values = window.tally.values.entry(name.clone()).or_default();
            if values.len() < KEPT_VALUES {
                values.insert(value.clone());
            }
        }
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
            if tables.groups.get(&group.key).map(|(window, _)| window) != opening.last {
                return Ok(None);
            }
            let values = occurrence.values.iter().map(|(name, value)| (name.clone(), [value.clone()].into()));
            let tally =
                Tally { count: 1, first: occurrence.at, last: occurrence.at, values: values.collect() };
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
}
