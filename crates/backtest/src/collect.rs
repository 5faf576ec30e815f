//! Takes what is read, one item after the other, and keeps what the report needs of it.

use std::collections::{BTreeMap, HashMap};

use event_pattern::Pattern;
use foldhash::fast::RandomState;
use jiff::Timestamp;
use jiff::tz::Offset;
use records::{Category, Head, Item, Record};
use redact::{Kind, Known};
use rules::{Arrival, Rules};
use watcher::{Match, Watchers, identity};

use crate::alert::{Alert, Group, Said, event};
use crate::miss::{EXPLAINED, EXPLAINED_FAR, NearMiss, miss, nearer};
use crate::names::Names;
use crate::place::Place;
use crate::want::{Answer, Of, Wants};

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub struct Deployment<'a> {
    /// The watchers that are on.
    pub watchers: &'a Watchers,
    /// Their rules.
    pub rules: &'a Rules,
}

/// Which events count.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// From then on.
    pub since: Option<Timestamp>,
    /// Before then.
    pub until: Option<Timestamp>,
    /// Of these accounts; of all if there is none.
    pub accounts: Vec<String>,
    /// Of these regions; of all if there is none.
    pub regions: Vec<String>,
}

/// What became of the events that were read, as far as one event can tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fates {
    pub(crate) matched: u64,
    pub(crate) ignored: u64,
    pub(crate) unmatched: u64,
    pub(crate) read_only: u64,
    pub(crate) data: u64,
    pub(crate) insights: u64,
    pub(crate) network_activity: u64,
    pub(crate) unknown_type: u64,
    pub(crate) digests: u64,
    pub(crate) filtered: u64,
    pub(crate) faults: u64,
}

/// What a watcher has seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Why events were ignored, and how many.
    pub(crate) ignored: BTreeMap<String, u64>,
    /// Matches of read-only calls, which its rule does not get.
    pub(crate) undelivered: u64,
    /// Events whose names it wants, and that do not match.
    pub(crate) missed: u64,
    pub(crate) nearest: Option<NearMiss>,
    /// Title and message of its first alert.
    pub(crate) example: Option<(Timestamp, Place, String, String)>,
    pub(crate) failed_renders: u64,
}

/// Why a watcher that matches an event says nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Quiet {
    /// For this reason.
    Ignored(String),
    /// It is a read-only call that its rule does not get.
    NotDelivered,
}

/// Collects what is read.
#[derive(Debug)]
pub struct Collector<'a> {
    pub(crate) deployment: Deployment<'a>,
    filter: &'a Filter,
    patterns: Vec<&'a Pattern>,
    wants: Wants,
    /// How many misses of the file were explained, by watcher.
    explained: Vec<u32>,
    cell: String,
    /// Who did what from where, if it must not be told.
    pub(crate) known: Option<Known>,
    pub(crate) numbers: HashMap<&'a str, u32>,
    pub(crate) names: Names,
    pub(crate) alerts: Vec<Alert>,
    pub(crate) fates: Fates,
    pub(crate) seen: Vec<Seen>,
    /// Whether what the alerts say is kept too.
    keeps_texts: bool,
    /// Why a watcher that matches says nothing; only where texts are kept.
    pub(crate) quiet: HashMap<(Place, u32), Quiet>,
    /// Events by day, account and region, which a line break parts.
    pub(crate) cells: HashMap<String, u64, RandomState>,
}

impl<'a> Collector<'a> {
    /// One that has nothing.
    pub fn new(deployment: Deployment<'a>, filter: &'a Filter) -> Collector<'a> {
        let watchers = || deployment.watchers.iter();
        Collector {
            deployment,
            filter,
            patterns: watchers().map(|watcher| &watcher.pattern).collect(),
            wants: Wants::default(),
            explained: watchers().map(|_| 0).collect(),
            cell: String::new(),
            known: None,
            numbers: watchers().map(|watcher| watcher.name.as_str()).zip(0..).collect(),
            names: Names::default(),
            alerts: Vec::new(),
            fates: Fates::default(),
            seen: watchers().map(|_| Seen::default()).collect(),
            keeps_texts: false,
            quiet: HashMap::new(),
            cells: HashMap::default(),
        }
    }

    /// It learns from every event what must not be told, for [`redactor`](crate::redactor); that takes a look at all of it.
    #[must_use]
    pub fn learning(self) -> Collector<'a> {
        Collector { known: Some(Known::default()), ..self }
    }

    /// One that also keeps what the alerts say, for [`compare`](crate::compare()).
    #[must_use]
    pub fn keeping_texts(self) -> Collector<'a> {
        Collector { keeps_texts: true, ..self }
    }

    /// Another file begins.
    pub fn file(&mut self) {
        self.explained.fill(0);
    }

    /// Something could not be read.
    pub fn fault(&mut self) {
        self.fates.faults += 1;
    }

    /// Takes what was read.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn take(&mut self, place: Place, item: &Item<'_>) -> Result<(), String> {
        if let (Some(known), Item::Record(Record { text, .. }) | Item::Event(text)) = (&mut self.known, item)
        {
            known.learn(text);
        }
        let taken = match item {
            Item::Digest => {
                self.fates.digests += 1;
                Ok(())
            }
            Item::Record(record) => self.record(place, record),
            Item::Event(text) => {
                let head = Head::of_event(text);
                match self.admits(&head) {
                    Ok(true) => {
                        let wanted = self.wants.of(Of::Event, &head, &self.patterns);
                        self.event(place, &head, text, &wanted)
                    }
                    Ok(false) => Ok(()),
                    Err(why) => Err(why),
                }
            }
        };
        if taken.is_err() {
            self.fault();
        }
        taken
    }

    fn record(&mut self, place: Place, record: &Record<'_>) -> Result<(), String> {
        let head = &record.head;
        if !self.admits(head)? {
            return Ok(());
        }
        if head.detail_type().is_none() {
            self.fates.unknown_type += 1;
            return Ok(());
        }
        let wanted = self.wants.of(Of::Record, head, &self.patterns);
        if wanted.watchers.is_empty() {
            self.unmatched(head, wanted.read_only);
            return Ok(());
        }
        let is_far = !wanted.can_match(record.text);
        if is_far && wanted.watchers.iter().all(|number| self.explained[*number as usize] >= EXPLAINED_FAR) {
            for number in &wanted.watchers {
                self.seen[*number as usize].missed += 1;
            }
            self.unmatched(head, wanted.read_only);
            return Ok(());
        }
        let event = record.to_event()?;
        self.event(place, head, &event, &wanted)
    }

    /// Whether the filter admits it; then it is counted.
    fn admits(&mut self, head: &Head<'_>) -> Result<bool, String> {
        let Filter { since, until, accounts, regions } = self.filter;
        let day = head.time.get(..10).filter(|_| head.time.len() > 10).ok_or("the event has no time")?;
        let among =
            |names: &[String], name: &str| names.is_empty() || names.iter().any(|other| other == name);
        let mut admitted = among(accounts, &head.account) && among(regions, &head.region);
        if admitted && (since.is_some() || until.is_some()) {
            let at = time(head)?;
            admitted = since.is_none_or(|since| since <= at) && until.is_none_or(|until| at < until);
        }
        if !admitted {
            self.fates.filtered += 1;
            return Ok(false);
        }
        self.cell.clear();
        for part in [day, "\n", &head.account, "\n", &head.region] {
            self.cell.push_str(part);
        }
        // A text is made only for the first event of a cell.
        if let Some(count) = self.cells.get_mut(&self.cell) {
            *count += 1;
        } else {
            time(head)?;
            self.cells.insert(self.cell.clone(), 1);
        }
        Ok(true)
    }

    /// Why an event that no watcher matches would never have come, if it would not.
    fn unmatched(&mut self, head: &Head<'_>, read_only: bool) {
        let fates = &mut self.fates;
        let fate = match head.category {
            Category::Insight => &mut fates.insights,
            Category::NetworkActivity => &mut fates.network_activity,
            Category::Data => &mut fates.data,
            Category::Management if read_only => &mut fates.read_only,
            Category::Management => &mut fates.unmatched,
        };
        *fate += 1;
    }

    fn event(&mut self, place: Place, head: &Head<'_>, text: &str, wanted: &Answer) -> Result<(), String> {
        let at = time(head)?;
        let Deployment { watchers, rules } = self.deployment;
        let day = Offset::UTC.to_datetime(at).date();
        let matches = watchers.deliveries(text.as_bytes(), day).map_err(|e| e.to_string())?;
        for number in &wanted.watchers {
            let name = |found: &Match<'_>| self.numbers.get(found.watcher.name.as_str()) == Some(number);
            if !matches.iter().any(name) {
                self.missed(*number, head, text, at, place);
            }
        }
        if matches.is_empty() {
            self.unmatched(head, wanted.read_only);
            return Ok(());
        }
        let arrives =
            matches!(rules.arrival(text.as_bytes()).map_err(|e| e.to_string())?, Arrival::Through(_));
        if !arrives {
            self.fates.read_only += 1;
        } else if matches.iter().all(|found| found.ignored.is_some()) {
            self.fates.ignored += 1;
        } else {
            self.fates.matched += 1;
        }
        for found in &matches {
            let number = self.numbers.get(found.watcher.name.as_str()).copied().unwrap_or_default();
            let seen = &mut self.seen[number as usize];
            let quiet = if !arrives {
                seen.undelivered += 1;
                Quiet::NotDelivered
            } else if let Some(reason) = found.ignored {
                *seen.ignored.entry(reason.to_owned()).or_default() += 1;
                Quiet::Ignored(reason.to_owned())
            } else {
                self.alert(number, at, place, found, text);
                continue;
            };
            if self.keeps_texts {
                self.quiet.insert((place, number), quiet);
            }
        }
        Ok(())
    }

    fn missed(&mut self, number: u32, head: &Head<'_>, text: &str, at: Timestamp, place: Place) {
        let seen = &mut self.seen[number as usize];
        seen.missed += 1;
        let explained = &mut self.explained[number as usize];
        if *explained < EXPLAINED {
            *explained += 1;
            let found = miss(self.patterns[number as usize], text, &head.name, at, place);
            seen.nearest = nearer(seen.nearest.take(), found);
        }
    }

    fn alert(&mut self, watcher: u32, at: Timestamp, place: Place, found: &Match<'_>, text: &str) {
        let Some(first) = found.deliveries.first() else { return };
        let seen = &mut self.seen[watcher as usize];
        if seen.example.as_ref().is_none_or(|(time, read, ..)| (at, place) < (*time, *read)) {
            seen.example = Some((at, place, first.title.clone(), first.message.clone()));
        }
        seen.failed_renders += u64::from(first.render_error.is_some());
        let arn = Head::arn_in_event(text);
        let names = &mut self.names;
        let facts = &first.facts;
        if let Some(known) = &mut self.known {
            let actor = facts.actor.as_deref().unwrap_or_default();
            known.name(actor, Kind::Actor);
            known.name(&facts.account, Kind::AccountName);
        }
        let said = self.keeps_texts.then(|| {
            Box::new(Said {
                event: names.number(&facts.event_name),
                event_id: facts.event_id.clone(),
                region: names.number(&facts.region),
                account_id: names.number(&facts.account_id),
                title: names.number(&first.title),
                message: names.number(&first.message),
                severity: first.severity,
            })
        });
        self.alerts.push(Alert {
            at,
            place,
            watcher,
            event: event(facts),
            group: found.grouping.as_ref().map(Group::from),
            channels: found.deliveries.iter().map(|delivery| names.number(&delivery.channel)).collect(),
            actor: names.number(facts.actor.as_deref().unwrap_or_default()),
            account: names.number(&facts.account),
            identity: names.number(identity(&arn)),
            severity: if first.severity == found.watcher.severity { u32::MAX } else { first.severity as u32 },
            said,
        });
    }
}

fn time(head: &Head<'_>) -> Result<Timestamp, String> {
    head.time.parse().map_err(|_| format!("`{}` is not a time like `2026-01-12T08:30:00Z`", head.time))
}
