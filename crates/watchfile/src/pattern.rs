//! Event patterns in TOML: as a table, or as a string with the JSON of the AWS console. TOML has no null, so a
//! pattern that needs it is a string.

use std::collections::HashMap;

use aws_facts::fields;
use event_pattern::{Condition, Fault, Parsed, Pattern, PatternError};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::declared::{INVALID_PATTERN, UNKNOWN_KEY};
use crate::fix::Fix;
use crate::json_text::{Holder, JsonText};
use crate::keys::is_of_watcher;
use crate::places::{Leaf, PlacedPattern, PlacedRepeat, one_line};
use crate::suggest::{did_you_mean, list, the_slip_of};
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
    // What is not a condition is left out, so that the rest is checked all the same.
    let json = JsonText::of(report, table, span.clone(), Holder::Pattern, &is_condition)?;
    let place = |key: &Span, _: &Span| json.place(key.start);
    let whole = |_: &PatternError| span.clone();
    let complete = !keys.contains(&Key::Unknown);
    placed(report, Pattern::parse_all(&json.text), span.clone(), complete, place, whole)
}

fn from_json(report: &Report, json: &str, span: Span) -> Option<PlacedPattern> {
    // The bytes of the file for bytes of the string's value.
    let in_file = |range: &Span| {
        let last = report.source.within(&span, range.end.saturating_sub(1).max(range.start));
        report.source.within(&span, range.start).start..last.end
    };
    let mut parsed = Pattern::parse_all(json);
    let mut complete = true;
    for (index, key) in parsed.keys.iter().enumerate() {
        if !parsed.keys[..index].iter().any(|earlier| earlier.name == key.name) {
            complete &= check_key(report, &key.name, in_file(&key.place)) == Key::Condition;
        }
    }
    let repeated = std::mem::take(&mut parsed.repeated);
    let place = |key: &Span, whole: &Span| in_file(&one_line(json, key, whole));
    let stopped = |error: &PatternError| report.source.within(&span, error.offset().saturating_sub(1));
    let placed = placed(report, parsed, span.clone(), complete, place, stopped)?;
    let repeated = repeated.into_iter().map(|one| PlacedRepeat {
        first: in_file(&one.first),
        next: in_file(&one.next),
        name: one.name,
        replaces: one.replaces,
    });
    Some(PlacedPattern { repeated: repeated.collect(), ..placed })
}

/// What of the pattern can be read, with its places in the file; the rest is reported. `place` turns the name of a
/// part and the whole part, in the pattern's text, into a place of the file; `elsewhere` is for faults that have none.
fn placed(
    report: &Report,
    parsed: Parsed,
    span: Span,
    complete: bool,
    place: impl Fn(&Span, &Span) -> Span,
    elsewhere: impl Fn(&PatternError) -> Span,
) -> Option<PlacedPattern> {
    for Fault { error, place: at, .. } in &parsed.faults {
        let at = at.as_ref().map_or_else(|| elsewhere(error), |at| place(&at.key, &at.whole));
        invalid(report, error, at);
    }
    let complete = complete && parsed.faults.is_empty();
    Some(PlacedPattern {
        pattern: parsed.pattern?,
        span,
        leaves: leaves(&parsed.conditions, place),
        complete,
        repeated: Vec::new(),
    })
}

/// The conditions with their places in the file. Of a name that stands twice in one object, the last one counts.
fn leaves(conditions: &[Condition], place: impl Fn(&Span, &Span) -> Span) -> Vec<Leaf> {
    let last: HashMap<&str, usize> =
        conditions.iter().enumerate().map(|(at, condition)| (&*condition.pointer, at)).collect();
    let counts = |(at, condition): &(usize, &Condition)| last.get(&*condition.pointer) == Some(at);
    let leaf = |(_, condition): (usize, &Condition)| Leaf {
        path: condition.path.clone(),
        span: place(&condition.place.key, &condition.place.whole),
        values: condition.candidates().map(|(one, at)| (one.clone(), place(&at, &at))).collect(),
    };
    let mut leaves: Vec<Leaf> = conditions.iter().enumerate().filter(counts).map(leaf).collect();
    leaves.sort_by_key(|leaf| leaf.span.start);
    leaves
}

/// What can stand in the place of a value in a pattern.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>
pub const OPERATORS: [&str; 8] =
    ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];

fn invalid(report: &Report, error: &PatternError, place: Span) {
    let reason = error.reason().lines().next().unwrap_or_default();
    let operator = reason.strip_prefix("Unrecognized match type ");
    let name = operator.and_then(|name| name.split_whitespace().next());
    let near = name.and_then(|name| did_you_mean(name, OPERATORS));
    let help = match near.as_deref().unwrap_or(error.allowed()) {
        "" => format!("EventBridge says: {reason}"),
        allowed => format!("{allowed} (EventBridge says: {reason})"),
    };
    let finding = report.finding(&INVALID_PATTERN, place, error.what()).help(help);
    report.add(match name {
        Some(name) => finding.respelt(name, OPERATORS),
        None => finding,
    });
}

/// The keys of an event's envelope, and the operator that may stand beside them.
fn envelope() -> impl Iterator<Item = &'static str> {
    fields::envelope().chain(["$or"])
}

fn is_of_envelope(key: &str) -> bool {
    envelope().any(|known| known == key)
}

/// A key of the envelope, or a path into `detail` as one key: in EventBridge `"detail.eventName"` is `eventName` in `detail`,
/// for `PutRule` takes both and both match the same events.
fn is_condition(key: &str) -> bool {
    is_of_envelope(key) || key.strip_prefix("detail.").is_some_and(|rest| !rest.is_empty())
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
    if is_condition(key) {
        return Key::Condition;
    }
    if is_of_watcher(key) {
        report.misplaced_key(key, span, "[pattern]");
        return Key::Misplaced;
    }
    let first = key.split('.').next().unwrap_or_default();
    let text = &report.source.text;
    let mut fix = None;
    let help = if fields::record().any(|known| known == key) {
        format!("CloudTrail's record stands in `detail`: write `detail.{key}`")
    } else if first != key && is_of_envelope(first) {
        format!("`{first}` has no keys below it")
    } else {
        fix = the_slip_of(key, envelope()).and_then(|right| Fix::rename(text, &span, key, right));
        did_you_mean(key, envelope()).unwrap_or_else(|| format!("an event has {}", list(envelope())))
    };
    let message = format!("no event has a key `{key}`");
    report.add(report.finding(&UNKNOWN_KEY, span, message).help(help).fix(fix));
    Key::Unknown
}
