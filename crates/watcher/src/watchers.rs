//! All watchers of a deployment: from an event to its deliveries.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::caller::Caller;
use crate::channels::Channel;
use crate::channels::text::value;
use crate::delivery::{Delivery, Facts};
use crate::embedded::{self, Entry};
use crate::event::{Envelope, Event, EventError};
use crate::group::{Grouping, grouping};
use crate::origin::origin;
use crate::redirect::{Route, Routed, routed};
use crate::routes::Routes;
use crate::template::Template;
use crate::variables;
use crate::watcher::{Ignore, Watcher};
use crate::wording::wording;

/// The watchers of a deployment. Each is read, and its pattern compiled, when an event first needs it.
#[derive(Debug)]
pub struct Watchers {
    config: Config,
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

/// A watcher that matched an event, and what comes of it.
#[derive(Debug)]
pub struct Match<'a> {
    /// The watcher.
    pub watcher: &'a Watcher,
    /// The values of its fields; a field that found nothing is absent.
    pub fields: Map<String, Value>,
    /// The reason of the ignore that covers the event; then there are no deliveries.
    pub ignored: Option<&'a str>,
    /// Which alerts it is told together with; none when the watcher groups nothing, or ignores the event.
    pub grouping: Option<Grouping>,
    /// The channels: those that it names, and where the routes lead them. None when the event is ignored.
    pub routed: Vec<Routed<'a>>,
    /// One for each channel.
    pub deliveries: Vec<Delivery>,
}

/// What was found in an event.
#[derive(Debug, Default)]
pub struct Found<'a> {
    /// The watchers that match it, in the order in which they were given.
    pub matches: Vec<Match<'a>>,
    /// The role that did it; none when it was no role, and when no watcher matches.
    pub caller: Option<Caller>,
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
        self.find(event, today).map(|found| found.matches)
    }

    /// As [`Watchers::deliveries`], and what else the function has to know of the event.
    ///
    /// # Errors
    /// As [`Watchers::deliveries`].
    pub fn find(&self, event: &[u8], today: Date) -> Result<Found<'_>, EventError> {
        let envelope = Envelope::read(event)?;
        let patterns = self.routes.patterns(envelope.source(), |index| self.entries[index].pattern());
        let matched = patterns.matches(event).map_err(|e| EventError::NotJson(e.to_string()))?;
        if matched.is_empty() {
            return Ok(Found::default());
        }
        let parsed = envelope.event()?;
        let standard = variables::standard(&parsed, &self.config.accounts);
        let matches = matched.into_iter().map(|&index| {
            let watcher = self.entries[index].watcher();
            let fields = fields(watcher, parsed.value());
            let ignored = self.ignored(watcher, event, today);
            if ignored.is_some() {
                let (routed, deliveries) = (Vec::new(), Vec::new());
                return Match { watcher, fields, ignored, grouping: None, routed, deliveries };
            }
            let (routed, deliveries) =
                deliveries(watcher, &self.config.routes, event, &parsed, &fields, &standard);
            let severity = deliveries.first().map_or(watcher.severity, |delivery| delivery.severity);
            let grouping =
                grouping(watcher, severity, |name| variable(name, watcher, &parsed, &fields, &standard));
            Match { watcher, fields, ignored, grouping, routed, deliveries }
        });
        Ok(Found { matches: matches.collect(), caller: Caller::of(&parsed) })
    }

    fn ignored<'a>(&'a self, watcher: &'a Watcher, event: &[u8], today: Date) -> Option<&'a str> {
        let mut ignores = watcher.ignores.iter().chain(&self.config.ignores);
        ignores
            .find(|ignore| ignore.holds(today) && ignore.pattern.matches(event).unwrap_or(false))
            .map(|ignore| ignore.reason.as_str())
    }
}

/// The values of the watcher's fields. Several values of one field stay a list.
fn fields(watcher: &Watcher, event: &Value) -> Map<String, Value> {
    let value = |paths: &[crate::path::Path]| {
        let found = paths.iter().map(|path| path.find(event)).find(|found| !found.is_empty())?;
        Some(match found.as_slice() {
            [one] => (*one).clone(),
            many => many.iter().map(|value| (*value).clone()).collect(),
        })
    };
    watcher.fields.iter().filter_map(|field| Some((field.name.clone(), value(&field.paths)?))).collect()
}

/// `text` is the event as it came.
fn deliveries<'a>(
    watcher: &'a Watcher,
    routes: &'a [Route],
    text: &[u8],
    event: &Event,
    fields: &Map<String, Value>,
    standard: &Map<String, Value>,
) -> (Vec<Routed<'a>>, Vec<Delivery>) {
    let facts = facts(event, standard);
    let wording = wording(watcher, &facts, fields, &variables(watcher, event, fields, standard));
    let routed = routed(wording.channels, routes, text);
    let delivery = |routed: &Routed<'_>| Delivery {
        channel: routed.to.to_owned(),
        watcher: watcher.name.clone(),
        severity: wording.severity,
        title: wording.title.clone(),
        message: wording.message.clone(),
        facts: facts.clone(),
        render_error: wording.error.clone(),
    };
    let deliveries = routed.iter().map(delivery).collect();
    (routed, deliveries)
}

fn facts(event: &Event, standard: &Map<String, Value>) -> Facts {
    let known = |name: &str| standard.get(name).and_then(Value::as_str).map(value);
    Facts {
        event_id: value(event.id()),
        event_name: known("event_name").unwrap_or_default(),
        account: known("account").unwrap_or_default(),
        account_id: value(event.text("/account").unwrap_or_default()),
        region: known("region").unwrap_or_default(),
        actor: known("actor"),
        origin: origin(event).map(|origin| value(&origin)),
        time: known("time").unwrap_or_default(),
        outcome: known("outcome"),
        link: known("link"),
    }
}

/// One variable, as [`variables`] gives it to the templates.
fn variable(
    name: &str,
    watcher: &Watcher,
    event: &Event,
    fields: &Map<String, Value>,
    standard: &Map<String, Value>,
) -> Option<Value> {
    if watcher.fields.iter().any(|field| field.name == name) {
        return fields.get(name).cloned();
    }
    if name == "event" { Some(event.value().clone()) } else { standard.get(name).cloned() }
}

/// Fields win over standard variables. The event itself is copied only for a template that reads it.
fn variables(
    watcher: &Watcher,
    event: &Event,
    fields: &Map<String, Value>,
    standard: &Map<String, Value>,
) -> Value {
    let mut variables = standard.clone();
    let texts = [&watcher.title, &watcher.message].into_iter().chain(&watcher.attempt).map(Template::source);
    let conditions = watcher.cases.iter().map(|case| case.when.source());
    if texts.chain(conditions).any(|text| text.contains("event")) {
        variables.insert("event".to_owned(), event.value().clone());
    }
    // A declared field that found nothing hides the standard variable of its name too.
    for field in &watcher.fields {
        variables.remove(&field.name);
    }
    variables.extend(fields.clone());
    Value::Object(variables)
}
