//! `[[route]]`: other channels for the alerts of some accounts, regions or sources.

use std::collections::BTreeMap;

use watcher::Route;

use crate::channels::Declared;
use crate::pattern;
use crate::places::PlacedPattern;
use crate::suggest::list;
use crate::table::{Span, Table, Text};

/// What a route may look at: it is decided for an event, whatever its record says.
const ENVELOPE: [&str; 4] = ["account", "region", "source", "detail-type"];

/// Where a route stands, and which channels it redirects.
#[derive(Clone, Debug)]
pub(crate) struct PlacedRoute {
    pub(crate) span: Span,
    pub(crate) when: PlacedPattern,
    /// The channels that it redirects, each with its place.
    pub(crate) from: Vec<(String, Span)>,
}

/// The routes; what is wrong is reported and left out.
pub(crate) fn routes(table: Table<'_>, declared: &Declared) -> (Vec<Route>, Vec<PlacedRoute>) {
    table.tables("route").into_iter().filter_map(|table| route(table, declared)).unzip()
}

fn route(table: Table<'_>, declared: &Declared) -> Option<(Route, PlacedRoute)> {
    let when = table.value("when").and_then(|when| pattern::read(table.report, when));
    let beyond =
        when.iter().flat_map(|when| &when.leaves).filter(|leaf| !ENVELOPE.contains(&leaf.path.as_str()));
    let mut on_envelope = true;
    for leaf in beyond {
        on_envelope = false;
        let message = format!("a route cannot look at `{}`", leaf.path);
        let help =
            format!("`when` takes {}; what depends on the record is a watcher's own matter", list(ENVELOPE));
        table.report.invalid_value(leaf.span.clone(), message, help);
    }
    table.value("channels")?;
    let channels = table.names("channels", "`channels`")?;
    if channels.entries.is_empty() {
        let help = "name the channel and the one that gets its alerts, for example `channels = { security = \"staging\" }`";
        table.report.invalid_value(channels.span(), "the route redirects no channel", help);
        return None;
    }
    let mut redirected = BTreeMap::new();
    let mut from = Vec::new();
    let mut sound = true;
    for (key, value) in channels.entries {
        let name: &str = key.get_ref();
        let Some(to) = table.report.string(name, value) else {
            sound = false;
            continue;
        };
        for named in [&Text { value: name, span: key.span() }, &to] {
            declared.check(table, named);
            sound &= declared.allows(named.value);
        }
        if name == to.value {
            let help = format!("delete the entry: without it, alerts for `{name}` go to `{name}`");
            table.report.invalid_value(to.span.clone(), format!("`{name}` is redirected to itself"), help);
            sound = false;
        }
        redirected.insert(name.to_owned(), to.value.to_owned());
        from.push((name.to_owned(), key.span()));
    }
    let when = when.filter(|_| sound && on_envelope)?;
    let route = Route { when: when.pattern.clone(), channels: redirected };
    Some((route, PlacedRoute { span: table.span(), when, from }))
}
