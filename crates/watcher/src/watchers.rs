//! All watchers of a deployment: from an event to its deliveries.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::channels::Channel;
use crate::embedded::{self, Entry};
use crate::event::{Envelope, EventError};
use crate::matching::{Match, Matching};
use crate::redirect::Route;
use crate::routes::Routes;
use crate::watcher::{Ignore, Watcher};

/// The watchers of a deployment. Each is read, and its pattern compiled, when an event first needs it.
#[derive(Debug)]
pub struct Watchers {
    pub(crate) config: Config,
    entries: Vec<Entry>,
    routes: Routes,
}

/// What `account-watcher.toml` says, checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// The channels by name.
    pub channels: BTreeMap<String, Channel>,
    /// Names of accounts by id.
    pub accounts: BTreeMap<String, String>,
    /// Ignores that hold for every watcher.
    pub ignores: Vec<Ignore>,
    /// Whose alerts go to other channels than the watchers name; the first that matches decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
}

impl Watchers {
    /// Makes the set. Watchers that are switched off have no place in it.
    pub fn new(config: Config, watchers: Vec<Watcher>) -> Watchers {
        let routes = Routes::new(watchers.iter().map(|watcher| &watcher.pattern));
        Watchers { config, entries: watchers.into_iter().map(Entry::from).collect(), routes }
    }

    /// Reads the form that [`Watchers::to_embedded`] wrote.
    ///
    /// # Panics
    /// On any other bytes, now or when an event first needs the watcher: they are part of the binary.
    pub fn embedded(bytes: &'static [u8]) -> Watchers {
        let (config, routes, entries) = embedded::read(bytes);
        Watchers { config, entries, routes }
    }

    /// The form that is embedded in the function.
    ///
    /// # Panics
    /// When a watcher does not read back from it as it is.
    pub fn to_embedded(&self) -> Vec<u8> {
        embedded::write(&self.config, &self.routes, &self.entries)
    }

    /// The watchers, in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Watcher> {
        self.entries.iter().map(Entry::watcher)
    }

    /// The channel of that name.
    pub fn channel(&self, name: &str) -> Option<&Channel> {
        self.config.channels.get(name)
    }

    /// The names of all channels.
    pub fn channels(&self) -> impl Iterator<Item = &str> {
        self.config.channels.keys().map(String::as_str)
    }

    /// The watchers that match the event, in the order in which they were given, with their deliveries. `today`
    /// is the day in UTC, for ignores that end.
    ///
    /// # Errors
    /// When the event is not JSON or no EventBridge envelope.
    pub fn deliveries(&self, event: &[u8], today: Date) -> Result<Vec<Match<'_>>, EventError> {
        Ok(self.matching(event)?.matches(today, None))
    }

    /// The watchers that match the event. What they say of it is a second step, before which the caller can look up
    /// the account's name.
    ///
    /// # Errors
    /// As [`Watchers::deliveries`].
    pub fn matching<'a, 'e>(&'a self, event: &'e [u8]) -> Result<Matching<'a, 'e>, EventError> {
        let envelope = Envelope::read(event)?;
        let patterns = self.routes.patterns(envelope.source(), |index| self.entries[index].pattern());
        let matched = patterns.matches(event).map_err(|e| EventError::NotJson(e.to_string()))?;
        let parsed = if matched.is_empty() { None } else { Some(envelope.event()?) };
        Ok(Matching {
            watchers: self,
            matched: matched.into_iter().copied().collect(),
            text: event,
            event: parsed,
        })
    }

    /// The watcher at this place.
    pub(crate) fn watcher(&self, index: usize) -> &Watcher {
        self.entries[index].watcher()
    }

    /// The reason for which the watcher says nothing of the event, if it ignores it.
    pub(crate) fn ignored<'a>(&'a self, watcher: &'a Watcher, event: &[u8], today: Date) -> Option<&'a str> {
        let mut ignores = watcher.ignores.iter().chain(&self.config.ignores);
        ignores
            .find(|ignore| ignore.holds(today) && ignore.pattern.matches(event).unwrap_or(false))
            .map(|ignore| ignore.reason.as_str())
    }
}
