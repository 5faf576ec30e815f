//! Event patterns in TOML: as a table, or as a string with the JSON of the AWS console. TOML has no null, so a
//! pattern that needs it is a string.

use std::collections::HashMap;
use std::ops::Range;

use aws_facts::fields;
use event_pattern::{Pattern, PatternError};
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::declared::{INVALID_PATTERN, UNKNOWN_KEY};
use crate::json_places::{Place, one_line, places, step};
use crate::json_text::{Holder, JsonText};
use crate::keys::is_of_watcher;
use crate::places::PlacedPattern;
use crate::salvage::salvage;
use crate::suggest::{did_you_mean, list};
use crate::table::{Report, Span};

/// Reads a pattern; what is wrong is reported.
pub(crate) fn read(report: &Report, value: &Spanned<DeValue<'_>>) -> Option<PlacedPattern> {
    match value.get_ref() {
        DeValue::Table(table) => from_table(report, table, value.span()),
        DeValue::String(json) => from_json(report, json, value.span()),
        _ => {
            report.wrong_type("pattern", value, "a table, or a string with the pattern's JSON");
            None
        }
    }
}

fn from_table(report: &Report, table: &DeTable<'_>, span: Span) -> Option<PlacedPattern> {
    let keys: Vec<Key> = table.keys().map(|key| check_key(report, key.get_ref(), key.span())).collect();
    if !keys.is_empty() && !keys.contains(&Key::Condition) {
        return None;
    }
    // What is no condition is left out, so that the rest is checked all the same.
    let json = JsonText::of(report, table, span.clone(), Holder::Pattern, &is_of_envelope)?;
    let place = |error: &PatternError| nearest(&json.places, error.pointer());
    let (pattern, text, sound) = sound_part(report, &json.text, place)?;
    let exact: HashMap<&str, &Span> = json.places.iter().map(|(pointer, span)| (&**pointer, span)).collect();
    let place = |pointer: &str| exact.get(pointer).map_or(span.clone(), |span| (*span).clone());
    Some(PlacedPattern::new(pattern, span.clone(), &text, sound && !keys.contains(&Key::Unknown), place))
}

fn from_json(report: &Report, json: &str, span: Span) -> Option<PlacedPattern> {
    let places = places(json);
    // The bytes of the file for bytes of the string's value.
    let in_file = |range: &Span| {
        let last = report.source.within(&span, range.end.saturating_sub(1).max(range.start));
        report.source.within(&span, range.start).start..last.end
    };
    let envelope = places.iter().filter(|place| place.pointer.matches('/').count() == 1);
    let names: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let mut complete = true;
    for name in names.keys() {
        let pointer = format!("/{}", step(name));
        let place = envelope.clone().find(|place| place.pointer == pointer);
        let key = check_key(report, name, place.map_or(span.clone(), |place| in_file(&place.key)));
        complete &= key == Key::Condition;
    }
    let place = |error: &PatternError| {
        let mut named =
            places.iter().filter(|place| !error.pointer().is_empty() && place.pointer == error.pointer());
        match named.next_back() {
            Some(place) => in_file(&one_line(json, &place.key, &place.member)),
            None => report.source.within(&span, error.offset().saturating_sub(1)),
        }
    };
    let (pattern, text, sound) = sound_part(report, json, place)?;
    let exact: HashMap<&str, &Place> = places.iter().map(|place| (&*place.pointer, place)).collect();
    let place = |pointer: &str| {
        exact.get(pointer).map_or(span.clone(), |place| in_file(&one_line(json, &place.key, &place.member)))
    };
    let placed = PlacedPattern::new(pattern, span.clone(), &text, sound && complete, place);
    let repeated =
        repeated(&places).into_iter().map(|(name, first, next)| (name, in_file(first), in_file(next)));
    Some(PlacedPattern { repeated: repeated.collect(), ..placed })
}

/// The keys that stand twice in an object, with both places.
fn repeated(places: &[Place]) -> Vec<(String, &Range<usize>, &Range<usize>)> {
    let mut seen = HashMap::new();
    let mut above: Vec<&str> = Vec::new();
    let mut repeated = Vec::new();
    // Elements of lists have no keys, and what stands below a key that is there twice is not there twice itself.
    for place in places.iter().filter(|place| place.key != place.member) {
        let is_below =
            |above: &&str| place.pointer.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'));
        let Some(first) = seen.insert(&*place.pointer, &place.key) else { continue };
        if !above.iter().any(is_below) {
            let name = place.pointer.rsplit('/').next().unwrap_or_default();
            repeated.push((name.replace("~1", "/").replace("~0", "~"), first, &place.key));
            above.push(&place.pointer);
        }
    }
    repeated
}

/// What of the pattern can be read, its JSON, and whether that is all of it; the rest is reported.
fn sound_part(
    report: &Report,
    json: &str,
    place: impl Fn(&PatternError) -> Span,
) -> Option<(Pattern, String, bool)> {
    let (left, errors) = salvage(json);
    for error in &errors {
        invalid(report, error, place(error));
    }
    let (pattern, text) = left?;
    Some((pattern, text, errors.is_empty()))
}

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>
const OPERATORS: [&str; 8] =
    ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];

fn invalid(report: &Report, error: &PatternError, place: Span) {
    let reason = error.reason().lines().next().unwrap_or_default();
    let operator = reason.strip_prefix("Unrecognized match type ");
    let near = operator.and_then(|name| did_you_mean(name.split_whitespace().next()?, OPERATORS));
    let help = match near.as_deref().unwrap_or(error.allowed()) {
        "" => format!("EventBridge says: {reason}"),
        allowed => format!("{allowed} (EventBridge says: {reason})"),
    };
    report.add(report.finding(&INVALID_PATTERN, place, error.what()).help(help));
}

/// The keys of an event's envelope, and the operator that may stand beside them.
fn envelope() -> impl Iterator<Item = &'static str> {
    fields::envelope().chain(["$or"])
}

fn is_of_envelope(key: &str) -> bool {
    envelope().any(|known| known == key)
}

/// What a key of a pattern turns out to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Condition,
    /// A key of the watcher in the wrong place.
    Misplaced,
    Unknown,
}

/// An event has the keys of its envelope only: a pattern with any other key never matches.
fn check_key(report: &Report, key: &str, span: Span) -> Key {
    if is_of_envelope(key) {
        return Key::Condition;
    }
    if is_of_watcher(key) {
        report.misplaced_key(key, span, "[pattern]");
        return Key::Misplaced;
    }
    let first = key.split('.').next().unwrap_or_default();
    let help = if fields::record().any(|known| known == key) {
        format!("CloudTrail's record stands in `detail`: write `detail.{key}`")
    } else if first != key && is_of_envelope(first) {
        format!("in quotes the dots are part of the name: write `{key}` without quotes")
    } else {
        did_you_mean(key, envelope()).unwrap_or_else(|| format!("an event has {}", list(envelope())))
    };
    report.add(report.finding(&UNKNOWN_KEY, span, format!("no event has a key `{key}`")).help(help));
    Key::Unknown
}

/// The place of the pointer, or of the nearest pointer above it.
fn nearest(places: &[(String, Span)], pointer: &str) -> Span {
    let above = |prefix: &str| {
        pointer.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let found = places.iter().filter(|(prefix, _)| above(prefix)).max_by_key(|(prefix, _)| prefix.len());
    found.map_or(0..0, |(_, span)| span.clone())
}
