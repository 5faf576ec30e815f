//! From an event that watchers match to what they say of it.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::caller::Caller;
use crate::channels::text::value;
use crate::delivery::{Delivery, Facts};
use crate::event::Event;
use crate::group::{Grouping, grouping};
use crate::origin::origin;
use crate::purpose::Purpose;
use crate::redirect::{Route, Routed, routed};
use crate::template::Template;
use crate::variables;
use crate::watcher::Watcher;
use crate::watchers::Watchers;
use crate::wording::wording;

/// An event, and the watchers that match it.
#[derive(Debug)]
pub struct Matching<'a, 'e> {
    pub(crate) watchers: &'a Watchers,
    pub(crate) matched: Vec<usize>,
    pub(crate) text: &'e [u8],
    /// None when no watcher matches: then nobody reads it.
    pub(crate) event: Option<Event>,
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

impl<'a> Matching<'a, '_> {
    /// Whether a watcher matches.
    pub fn is_any(&self) -> bool {
        !self.matched.is_empty()
    }

    /// The id of the event's account, if a watcher matches and `[accounts]` does not name it.
    pub fn unnamed_account(&self) -> Option<&str> {
        let id = self.event.as_ref()?.text("/account")?;
        (!self.watchers.config.accounts.contains_key(id)).then_some(id)
    }

    /// The role that did it; none when it was not a role, and when no watcher matches.
    pub fn caller(&self) -> Option<Caller> {
        self.event.as_ref().and_then(Caller::of)
    }

    /// What the watchers say of the event, in the order in which they were given. `today` is the day in UTC, for ignores that end; `name` is the name of an
    /// [unnamed account](Matching::unnamed_account).
    pub fn matches(self, today: Date, name: Option<&str>) -> Vec<Match<'a>> {
        let Matching { watchers, matched, text, event: Some(event) } = self else { return Vec::new() };
        let config = &watchers.config;
        let id = event.text("/account");
        let named = id.and_then(|id| config.accounts.get(id)).map(String::as_str);
        let standard = variables::standard(&event, named.or(name).or(id));
        let matches = matched.into_iter().map(|index| {
            let watcher = watchers.watcher(index);
            let fields = fields(watcher, event.value());
            let ignored = watchers.ignored(watcher, text, today);
            if ignored.is_some() {
                let (routed, deliveries) = (Vec::new(), Vec::new());
                return Match { watcher, fields, ignored, grouping: None, routed, deliveries };
            }
            let facts = facts(&event, &standard);
            let (routed, deliveries) =
                deliveries(watcher, &config.routes, text, &event, &facts, &fields, &standard);
            let severity = deliveries.first().map_or(watcher.severity, |delivery| delivery.severity);
            let grouping = grouping(watcher, severity, &routed, &facts, |name| {
                variable(name, watcher, &event, &fields, &standard)
            });
            Match { watcher, fields, ignored, grouping, routed, deliveries }
        });
        matches.collect()
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
    facts: &Facts,
    fields: &Map<String, Value>,
    standard: &Map<String, Value>,
) -> (Vec<Routed<'a>>, Vec<Delivery>) {
    let wording = wording(watcher, facts, fields, &variables(watcher, event, fields, standard));
    let routed = routed(wording.channels, routes, text);
    let delivery = |routed: &Routed<'_>| Delivery {
        channel: routed.to.to_owned(),
        watcher: watcher.name.clone(),
        severity: wording.severity,
        title: wording.title.clone(),
        message: wording.message.clone(),
        runbook: watcher.runbook.clone(),
        facts: facts.clone(),
        purpose: Purpose::Alert,
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
        target: known("target"),
        target_link: known("target_link"),
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
