//! A file of `watchers/`: from TOML to a checked watcher with its tests.

use std::sync::Arc;

use toml::Spanned;
use watcher::{Severity, Template, Watcher};

use crate::cases::{cases, severity};
use crate::channels::Declared;
use crate::declared::NAME_NOT_KEBAB_CASE;
use crate::fields::fields;
use crate::group;
use crate::ignore::ignores;
use crate::overrides::Override;
use crate::pattern;
use crate::places::{PlacedText, Places};
use crate::runbook::runbook;
use crate::source::Source;
use crate::table::{Span, Table, Text};
use crate::test_case::{self, TestCase};
use crate::texts::text;

/// A watcher and what its file says besides.
#[derive(Clone, Debug)]
pub struct WatcherFile {
    /// The file.
    pub source: Arc<Source>,
    /// What runs. What its file says where the configuration overrides it is [`written`](Self::written).
    pub watcher: Watcher,
    /// Whether it is deployed, by its file or else by an override: `enabled = false` costs no rule.
    pub enabled: bool,
    /// For people to find it by, for example `cis-4.8`.
    pub tags: Vec<String>,
    /// Where to read more.
    pub references: Vec<String>,
    /// Its tests.
    pub tests: Vec<TestCase>,
    pub(crate) places: Places,
    pub(crate) state: State,
    pub(crate) overridden: Option<Box<Overridden>>,
}

impl WatcherFile {
    /// The watcher as its file says: what its tests are for, and what overrides select.
    pub fn written(&self) -> &Watcher {
        self.overridden.as_ref().map_or(&self.watcher, |overridden| &overridden.written)
    }

    /// Whether it is deployed by its file.
    pub(crate) fn written_enabled(&self) -> bool {
        self.overridden.as_ref().map_or(self.enabled, |overridden| overridden.enabled)
    }

    /// Whether it is of the folder that `[shipped]` names.
    pub fn is_shipped(&self) -> bool {
        !self.source.path.starts_with("watchers/")
    }

    /// Whether the override is for it.
    pub(crate) fn is_selected(&self, by: &Override) -> bool {
        by.selects(self.written(), &self.tags)
    }

    /// What the configuration overrides, by key, and where it stands there.
    pub(crate) fn origins(&self) -> impl Iterator<Item = &(&'static str, Span)> {
        self.overridden.iter().flat_map(|overridden| &overridden.origins)
    }
}

/// What was overridden of a watcher.
#[derive(Clone, Debug)]
pub(crate) struct Overridden {
    /// The watcher as its file says.
    pub(crate) written: Watcher,
    /// Whether its file says that it is deployed.
    pub(crate) enabled: bool,
    /// Where what is otherwise stands in the configuration: of each key the one that counts, and all ignores.
    pub(crate) origins: Vec<(&'static str, Span)>,
}

/// How much of a watcher could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// All of it, without a fault.
    Sound,
    /// All that the lints look at; something else has a fault.
    Whole,
    /// The pattern and the fields. What is missing is empty.
    Part,
}

/// Reads a watcher. All faults are reported. One with a fault comes back for the lints only, so that all findings of a
/// file come together; none without a pattern, since there is little to say then.
pub(crate) fn read(table: Table<'_>, declared: &Declared, events: &test_case::Events) -> Option<WatcherFile> {
    let report = table.report;
    let name = name(table);
    // First what may hold keys that are looked for afterwards.
    let (fields, placed_fields) = fields(table);
    let pattern = table.get("pattern").and_then(|value| pattern::read(report, value));
    let (title, title_paths) = text(table, "title", &fields).unzip();
    let (message, message_paths) = text(table, "message", &fields).unzip();
    let (attempt, attempt_paths) = text(table, "attempt", &fields).unzip();
    let severity = severity(table);
    let (mut cases, mut conditions, mut case_paths) = (Vec::new(), Vec::new(), Vec::new());
    for (case, condition, paths) in self::cases(table, &fields, declared) {
        cases.push(case);
        conditions.push(condition);
        case_paths.extend(paths);
    }
    let channels = declared.named(table);
    table.value("pattern");
    let names = |name: &Text<'_>| group::unknown(report, name.value, name.span.clone(), &fields);
    let group = table.table("group").and_then(|table| group::read(table, names));
    let (group, group_by) = group.map(|placed| (placed.group, placed.by)).unzip();
    let (ignores, placed_ignores) = ignores(table);
    let (tests, all_tests) = test_case::read_all(table, declared, events);
    let texts = |key: &str| -> Vec<String> {
        table.strings(key).unwrap_or_default().into_iter().map(|text| text.value.to_owned()).collect()
    };
    let (tags, references) = (texts("tags"), texts("references"));
    let runbook = runbook(table);
    let enabled = table.flag("enabled").unwrap_or(true);
    let pattern = pattern?;
    let unusable = |key: &str| PlacedText {
        span: table.get(key).map_or(table.span(), Spanned::span),
        ..PlacedText::default()
    };
    let has_group = group.is_some() == table.get("group").is_some();
    let has_attempt = attempt.is_some() == table.get("attempt").is_some();
    let texts = title.is_some() && message.is_some() && has_attempt;
    let is_whole = texts && channels.is_some() && has_group && all_tests && pattern.complete;
    let state = match () {
        () if report.is_clean() => State::Sound,
        () if is_whole => State::Whole,
        () => State::Part,
    };
    let watcher = Watcher {
        name,
        title: template(title.as_ref()),
        severity: severity.unwrap_or(Severity::Info),
        cases,
        channels: channels.unwrap_or_default(),
        message: template(message.as_ref()),
        attempt: attempt.as_ref().map(|text| template(Some(text))),
        runbook,
        pattern: pattern.pattern.clone(),
        fields,
        ignores,
        group,
    };
    let places = Places {
        start: table.entries.get_key_value("title").map_or(table.span(), |(key, _)| key.span()),
        title: title.unwrap_or_else(|| unusable("title")),
        message: message.unwrap_or_else(|| unusable("message")),
        attempt: attempt.or_else(|| table.get("attempt").map(|_| unusable("attempt"))),
        conditions,
        texts: [title_paths, message_paths, attempt_paths, Some(case_paths)]
            .into_iter()
            .flatten()
            .flatten()
            .collect(),
        pattern,
        fields: placed_fields,
        ignores: placed_ignores,
        group_by: group_by.unwrap_or_default(),
    };
    let source = Arc::clone(&report.source);
    Some(WatcherFile { source, watcher, enabled, tags, references, tests, places, state, overridden: None })
}

/// What runs; an empty one in the place of a template with a fault.
fn template(text: Option<&PlacedText>) -> Template {
    text.and_then(|text| text.parsed.template.clone()).unwrap_or_default()
}

/// The file's stem.
fn name(table: Table<'_>) -> String {
    let path = &table.report.source.path;
    let stem = path.rsplit('/').next().and_then(|file| file.strip_suffix(".toml")).unwrap_or(path);
    let is_kebab = stem
        .split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    if !is_kebab || stem.len() > 64 {
        let message = format!("the watcher's name `{stem}` is not kebab-case");
        let help = "rename the file: up to 64 lower-case letters and digits, words joined by `-`, like `s3-bucket-deleted.toml`";
        table.report.add(table.report.finding(&NAME_NOT_KEBAB_CASE, table.span(), message).help(help));
    }
    stem.to_owned()
}

/// The names of watchers among those of files.
pub(crate) fn stems(names: &[String]) -> impl Iterator<Item = &str> + Clone {
    names.iter().filter_map(|name| name.strip_suffix(".toml"))
}
