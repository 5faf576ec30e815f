//! Event patterns in TOML: as a table, or as a string with the JSON of the AWS console. TOML has no null, so a
//! pattern that needs it is a string.

use std::ops::Range;

use event_pattern::{Pattern, PatternError};
use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::json_places::{places, step};
use crate::suggest::{did_you_mean, list};
use crate::table::{Report, Span};

/// The keys of an event's envelope, and the operator that may stand beside them.
const ENVELOPE: [&str; 10] =
    ["source", "detail-type", "account", "region", "resources", "id", "time", "version", "detail", "$or"];

/// The keys of CloudTrail's record that people look for outside `detail`.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
const RECORD: [&str; 12] = [
    "eventName",
    "eventSource",
    "eventType",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "userIdentity",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "recipientAccountId",
];

/// What belongs above `[pattern]`: in TOML, all keys below a header belong to it.
const WATCHER_KEYS: [&str; 9] =
    ["title", "severity", "channels", "message", "tags", "references", "enabled", "fields", "group"];

/// Reads a pattern; what is wrong is reported.
pub(crate) fn read(report: &Report, value: &Spanned<DeValue<'_>>) -> Option<Pattern> {
    match value.get_ref() {
        DeValue::Table(table) => from_table(report, table, value.span()),
        DeValue::String(json) => from_json(report, json, value.span()),
        _ => {
            report.wrong_type("pattern", value, "a table, or a string with the pattern's JSON");
            None
        }
    }
}

fn from_table(report: &Report, table: &DeTable<'_>, span: Span) -> Option<Pattern> {
    let mut known = true;
    for key in table.keys() {
        known &= check_key(report, key.get_ref(), key.span());
    }
    let mut json = Json { report, text: String::new(), places: vec![(String::new(), span)], sound: known };
    json.table(table, "");
    if !json.sound {
        return None;
    }
    let place = |error: &PatternError| nearest(&json.places, error.pointer());
    Pattern::parse(&json.text).map_err(|error| invalid(report, &error, place(&error))).ok()
}

fn from_json(report: &Report, json: &str, span: Span) -> Option<Pattern> {
    let places = places(json);
    // The bytes of the file for bytes of the string's value.
    let in_file = |range: &Span| {
        let last = report.source.within(&span, range.end.saturating_sub(1).max(range.start));
        report.source.within(&span, range.start).start..last.end
    };
    let envelope = places.iter().filter(|place| place.pointer.matches('/').count() == 1);
    let names: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let mut known = true;
    for name in names.keys() {
        let pointer = format!("/{}", step(name));
        let place = envelope.clone().find(|place| place.pointer == pointer);
        known &= check_key(report, name, place.map_or(span.clone(), |place| in_file(&place.key)));
    }
    let place = |error: &PatternError| {
        let mut named =
            places.iter().filter(|place| !error.pointer().is_empty() && place.pointer == error.pointer());
        match named.next_back() {
            Some(place) => in_file(&one_line(json, &place.key, &place.member)),
            None => report.source.within(&span, error.offset().saturating_sub(1)),
        }
    };
    let pattern = Pattern::parse(json).map_err(|error| invalid(report, &error, place(&error))).ok()?;
    known.then_some(pattern)
}

/// The key with its value, or the key alone if both do not stand on one line.
fn one_line(text: &str, key: &Span, member: &Span) -> Span {
    if text[member.clone()].contains('\n') { key.clone() } else { member.clone() }
}

fn invalid(report: &Report, error: &PatternError, place: Span) {
    let reason = error.reason().lines().next().unwrap_or_default();
    let help = match error.allowed() {
        "" => format!("EventBridge says: {reason}"),
        allowed => format!("{allowed} (EventBridge says: {reason})"),
    };
    report.add(report.finding("invalid-pattern", place, error.what()).help(help));
}

/// An event has the keys of its envelope only: a pattern with any other key never matches.
fn check_key(report: &Report, key: &str, span: Span) -> bool {
    if ENVELOPE.contains(&key) {
        return true;
    }
    if WATCHER_KEYS.contains(&key) || key == "ignore" || key == "test" {
        report.misplaced_key(key, span, "[pattern]");
    } else {
        let help = if RECORD.contains(&key) {
            format!("CloudTrail's record stands in `detail`: write `detail.{key}`")
        } else {
            did_you_mean(key, ENVELOPE).unwrap_or_else(|| format!("an event has {}", list(ENVELOPE)))
        };
        report.add(report.finding("unknown-key", span, format!("no event has a key `{key}`")).help(help));
    }
    false
}

/// The place of the pointer, or of the nearest pointer above it.
fn nearest(places: &[(String, Span)], pointer: &str) -> Span {
    let above = |prefix: &str| {
        pointer.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let found = places.iter().filter(|(prefix, _)| above(prefix)).max_by_key(|(prefix, _)| prefix.len());
    found.map_or(0..0, |(_, span)| span.clone())
}

/// A TOML value as JSON text, with the place of every part.
struct Json<'a> {
    report: &'a Report,
    text: String,
    places: Vec<(String, Range<usize>)>,
    sound: bool,
}

impl Json<'_> {
    fn table(&mut self, table: &DeTable<'_>, pointer: &str) {
        self.text.push('{');
        // In the order of the file: where a path stands twice, the last one counts.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            let name = key.get_ref();
            let pointer = format!("{pointer}/{}", step(name));
            self.text.push_str(&Value::String(name.to_string()).to_string());
            self.text.push(':');
            // A table under a header has no place of its own, so its key stands for it.
            let (from, to) = (key.span(), value.span());
            let place = if from.end <= to.start {
                one_line(&self.report.source.text, &from, &(from.start..to.end))
            } else {
                from
            };
            self.places.push((pointer.clone(), place));
            self.value(value, &pointer);
        }
        self.text.push('}');
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, pointer: &str) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, pointer),
            DeValue::Array(values) => {
                self.text.push('[');
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    let pointer = format!("{pointer}/{index}");
                    self.places.push((pointer.clone(), value.span()));
                    self.value(value, &pointer);
                }
                self.text.push(']');
            }
            DeValue::String(text) => self.text.push_str(&Value::String(text.to_string()).to_string()),
            DeValue::Boolean(b) => self.text.push_str(if *b { "true" } else { "false" }),
            DeValue::Integer(integer) => match i128::from_str_radix(integer.as_str(), integer.radix()) {
                Ok(integer) => self.text.push_str(&integer.to_string()),
                Err(_) => self.unfit(value, "a number of that size"),
            },
            DeValue::Float(float) => match float.as_str().parse().ok().and_then(Number::from_f64) {
                Some(number) => self.text.push_str(&number.to_string()),
                None => self.unfit(value, "`inf` or `nan`"),
            },
            DeValue::Datetime(_) => self.unfit(value, "a date: put it in quotes"),
        }
    }

    fn unfit(&mut self, value: &Spanned<DeValue<'_>>, what: &str) {
        self.sound = false;
        let message = format!("a pattern cannot hold {what}");
        self.report.add(self.report.finding("invalid-pattern", value.span(), message));
    }
}
