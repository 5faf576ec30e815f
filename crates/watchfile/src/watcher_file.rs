//! A file of `watchers/`: from TOML to a checked watcher with its tests.

use std::sync::Arc;

use toml::Spanned;
use watcher::{Field, Group, Severity, Template, Watcher};

use crate::cases::{cases, severity};
use crate::channels::Declared;
use crate::declared::{INVALID_VALUE, NAME_NOT_KEBAB_CASE, UNKNOWN_VARIABLE};
use crate::duration;
use crate::fields::fields;
use crate::ignore::ignores;
use crate::pattern;
use crate::places::{PlacedText, Places};
use crate::source::Source;
use crate::table::{Span, Table, Text};
use crate::test_case::{self, TestCase};
use crate::texts::{is_known, known_variables, text};

/// A watcher and what its file says besides.
#[derive(Clone, Debug)]
pub struct WatcherFile {
    /// The file.
    pub source: Arc<Source>,
    /// What runs.
    pub watcher: Watcher,
    /// Whether it is deployed: `enabled = false` costs no rule.
    pub enabled: bool,
    /// For people to find it by, for example `cis-4.8`.
    pub tags: Vec<String>,
    /// Where to read more.
    pub references: Vec<String>,
    /// Its tests.
    pub tests: Vec<TestCase>,
    pub(crate) places: Places,
    pub(crate) state: State,
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
pub(crate) fn read(
    table: Table<'_>,
    declared: &Declared,
    events: &test_case::Events<'_>,
) -> Option<WatcherFile> {
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
    let channels = channels(table, declared);
    table.value("pattern");
    let (group, group_by) = table.table("group").and_then(|table| group(table, &fields)).unzip();
    let (ignores, placed_ignores) = ignores(table);
    let (tests, all_tests) = test_case::read_all(table, declared, events);
    let texts = |key: &str| -> Vec<String> {
        table.strings(key).unwrap_or_default().into_iter().map(|text| text.value.to_owned()).collect()
    };
    let (tags, references) = (texts("tags"), texts("references"));
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
    Some(WatcherFile { source, watcher, enabled, tags, references, tests, places, state })
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

fn channels(table: Table<'_>, declared: &Declared) -> Option<Vec<String>> {
    let texts = table.strings("channels")?;
    if texts.is_empty() {
        let help = "name at least one channel, or write `enabled = false`";
        table.report.invalid_value(
            table.get("channels")?.span(),
            "a watcher without channels tells nobody",
            help,
        );
    }
    for (index, text) in texts.iter().enumerate() {
        if let Some(earlier) = texts[..index].iter().find(|earlier| earlier.value == text.value) {
            let message = format!("channel `{}` is named twice", text.value);
            let finding = table.report.finding(&INVALID_VALUE, text.span.clone(), message);
            let finding = finding.related(&table.report.source, earlier.span.clone(), "first here");
            table.report.add(finding.help("a channel gets every message once: name it once"));
        }
        declared.check(table, text);
    }
    Some(texts.into_iter().map(|text| text.value.to_owned()).collect())
}

/// The group, and the places of the names that it is by.
fn group(table: Table<'_>, fields: &[Field]) -> Option<(Group, Vec<Span>)> {
    let by = table.strings("by");
    for text in by.iter().flatten().filter(|text| !is_known(text.value, fields)) {
        let finding = table.report.finding(
            &UNKNOWN_VARIABLE,
            text.span.clone(),
            format!("unknown variable `{}` in `by`", text.value),
        );
        table.report.add(finding.help(known_variables(text.value, fields)));
    }
    for (index, text) in by.iter().flatten().enumerate() {
        if by.iter().flatten().take(index).any(|earlier| earlier.value == text.value) {
            let message = format!("`{}` is named twice", text.value);
            table.report.invalid_value(text.span.clone(), message, "name it once");
        }
    }
    let window = table.string("window").and_then(|text| window(table, &text));
    let at_least = match table.integer("at-least") {
        None => 1,
        Some(value) => u32::try_from(*value.get_ref()).ok().filter(|n| *n > 0).or_else(|| {
            table.report.invalid_value(value.span(), "`at-least` counts events", "write a number from 1 on");
            None
        })?,
    };
    let (by, places) = by?.into_iter().map(|text| (text.value.to_owned(), text.span)).unzip();
    Some((Group { by, window: window?, at_least }, places))
}

/// `90s`, `15m`, `2h`: from one minute to one day.
fn window(table: Table<'_>, text: &Text<'_>) -> Option<u64> {
    let seconds = duration::seconds(text.value).filter(|s| (60..=86_400).contains(s));
    if seconds.is_none() {
        let help = "write a number and `s`, `m` or `h`, from one minute to one day, for example `15m`";
        table.report.invalid_value(text.span.clone(), format!("`{}` is not a window", text.value), help);
    }
    seconds
}
