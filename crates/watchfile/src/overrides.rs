//! `[[override]]`: what a project wants otherwise than the watchers' files say. Overrides hold from first to last: of a
//! key the last value counts, and ignores add up.

use toml::Spanned;
use watcher::{Ignore, Runbook, Severity, Watcher};

use crate::cases::severity;
use crate::channels::Declared;
use crate::group::{self, PlacedGroup};
use crate::ignore::ignores;
use crate::places::PlacedIgnore;
use crate::runbook::runbook;
use crate::selector::{Selector, parsed};
use crate::table::{Span, Table};

/// An override.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    /// Which watchers, each selector with its place.
    pub(crate) selectors: Vec<(Selector, Span)>,
    /// What is otherwise, with the places.
    pub(crate) settings: Vec<(Setting, Span)>,
}

/// A key that is otherwise.
#[derive(Clone, Debug)]
pub(crate) enum Setting {
    Enabled(bool),
    Severity(Severity),
    Channels(Vec<String>),
    Runbook(Runbook),
    Group(PlacedGroup),
    Ignore(Box<(Ignore, PlacedIgnore)>),
}

/// The overrides; what is wrong is reported and left out.
pub(crate) fn overrides(table: Table<'_>, declared: &Declared) -> Vec<Override> {
    table.tables("override").into_iter().filter_map(|table| read(table, declared)).collect()
}

fn read(table: Table<'_>, declared: &Declared) -> Option<Override> {
    let report = table.report;
    let selectors = table.strings("watchers").map(|texts| parsed(report, texts));
    let at = |key: &str| table.get(key).map_or(table.span(), Spanned::span);
    let mut settings = Vec::new();
    let mut add =
        |key: &str, setting: Option<Setting>| settings.extend(setting.map(|setting| (setting, at(key))));
    add("enabled", table.flag("enabled").map(Setting::Enabled));
    add("severity", severity(table).map(Setting::Severity));
    add("channels", declared.named(table).map(Setting::Channels));
    add("runbook", runbook(table).map(Setting::Runbook));
    let group = table.table("group").and_then(|table| group::read(table, |_| None));
    add("group", group.map(Setting::Group));
    let (ignores, places) = ignores(table);
    for (ignore, place) in ignores.into_iter().zip(places) {
        let span = place.span.clone();
        settings.push((Setting::Ignore(Box::new((ignore, place))), span));
    }
    if settings.is_empty() && report.is_clean() {
        let help = "say what is otherwise: `enabled`, `severity`, `channels`, `runbook`, `[override.group]` or `[[override.ignore]]`";
        report.invalid_value(table.span(), "the override changes nothing", help);
    }
    Some(Override { selectors: selectors?, settings })
}

impl Override {
    /// Whether it is for the watcher, as its file says it, with its tags.
    pub(crate) fn selects(&self, written: &Watcher, tags: &[String]) -> bool {
        self.selectors.iter().any(|(selector, _)| selector.selects(written, tags))
    }

    /// The group that it sets, if it does.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &PlacedGroup> {
        self.settings.iter().filter_map(|(setting, _)| match setting {
            Setting::Group(placed) => Some(placed),
            _ => None,
        })
    }

    /// The ignores that it adds.
    pub(crate) fn ignores(&self) -> impl Iterator<Item = (&Ignore, &PlacedIgnore)> {
        self.settings.iter().filter_map(|(setting, _)| match setting {
            Setting::Ignore(ignore) => Some((&ignore.0, &ignore.1)),
            _ => None,
        })
    }
}

impl Setting {
    /// The key in the file.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Setting::Enabled(_) => "enabled",
            Setting::Severity(_) => "severity",
            Setting::Channels(_) => "channels",
            Setting::Runbook(_) => "runbook",
            Setting::Group(_) => "group",
            Setting::Ignore(_) => "ignore",
        }
    }

    /// Makes the watcher what it is deployed as.
    pub(crate) fn apply(&self, watcher: &mut Watcher, enabled: &mut bool) {
        match self {
            Setting::Enabled(value) => *enabled = *value,
            Setting::Severity(severity) => watcher.severity = *severity,
            Setting::Channels(channels) => watcher.channels.clone_from(channels),
            Setting::Runbook(runbook) => watcher.runbook = Some(runbook.clone()),
            Setting::Group(placed) => watcher.group = Some(placed.group.clone()),
            Setting::Ignore(ignore) => watcher.ignores.push(ignore.0.clone()),
        }
    }
}
