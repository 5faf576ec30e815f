//! A value of a parameter or of a native event's field that is of another type there.

use aws_facts::catalog::{Native, NativeEvent};
use aws_facts::native_values::Closed;
use aws_facts::parameters::Kind;
use aws_facts::{lists, native_values, whole_objects};
use event_pattern::{Alternative, Candidate};

use crate::finding::Finding;
use crate::fix::Fix;
use crate::lint::{Level, Lint, Stage};
use crate::places::PlacedPattern;
use crate::watcher_file::WatcherFile;

use super::super::facts::{is_below, only, parameter, part_of};
use super::super::repair::{in_quotes, without_quotes};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "wrong-value-type",
    level: Level::Warning,
    what: "a value of a parameter or of a native event's field that is of another type there",
    why: "A number never equals a text: nothing matches, and nobody is alerted. The types are those of the services' event schemas, and of the models of their calls.",
    bad: r#"message = "{{event_name}}"

[pattern]
source = ["aws.guardduty"]
detail-type = ["GuardDuty Finding"]
detail.severity = ["7", "8"]
"#,
    good: r#"message = "{{event_name}}"

[pattern]
source = ["aws.guardduty"]
detail-type = ["GuardDuty Finding"]
detail.severity = [{ numeric = [">=", 7] }]
"#,
    fix: Some("takes the quotes from numbers, `true` and `false`, or puts them around"),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives() {
        for (path, candidates) in alternative.fields() {
            let native = || path.strip_prefix("detail.").and_then(|path| kinds_of(alternative, path));
            let parameter = parameter_type(pattern, path).map(|kind| vec![kind]);
            let Some(kinds) = parameter.or_else(native) else { continue };
            let fits = |kind: &&str| {
                candidates.iter().any(|candidate| is_of_any_type(candidate) || is_of(candidate, kind))
            };
            if kinds.iter().any(fits) {
                continue;
            }
            let what: Vec<&str> = kinds.iter().map(|kind| named(kind)).collect();
            let message = format!("`{path}` is {} in these events: this never matches", what.join(" or "));
            let (help, fix) = match kinds[..] {
                [kind] => (help(alternative, path, candidates, kind), fix(file, path, candidates, kind)),
                _ => ("ask each event for what it has, in branches of an `$or`".to_owned(), None),
            };
            let span = pattern.at(path).next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
            findings.push(Finding::new(&LINT, &file.source, span, message).help(help).fix(fix));
        }
    }
    findings.dedup();
    findings
}

fn is_of(candidate: &Candidate, kind: &str) -> bool {
    match kind {
        "number" | "integer" => is_number(candidate),
        "boolean" => is_boolean(candidate),
        "string" => !is_number(candidate) && !is_boolean(candidate),
        "object" | "objects" => is_redacted(candidate),
        // What stands there is not known.
        _ => true,
    }
}

fn named(kind: &str) -> &'static str {
    match kind {
        "number" | "integer" => "a number",
        "boolean" => "true or false",
        "objects" => "a list of objects",
        "object" => "an object",
        _ => "a text",
    }
}

fn help(alternative: &Alternative, path: &str, candidates: &[Candidate], kind: &str) -> String {
    let below = || path.strip_prefix("detail.").and_then(|path| key_with(alternative, path, candidates));
    match kind {
        "number" | "integer" => "write numbers without quotes, or `{ numeric = [\">=\", 7] }`".to_owned(),
        "boolean" => "write `true` or `false` without quotes".to_owned(),
        "object" | "objects" => match below() {
            Some(key) => format!("compare `{path}.{key}`"),
            None if kind == "objects" => "name a key within them".to_owned(),
            None => "name a key within it".to_owned(),
        },
        _ => "compare it with a text in quotes".to_owned(),
    }
}

fn fix(file: &WatcherFile, path: &str, candidates: &[Candidate], kind: &str) -> Option<Fix> {
    match kind {
        "boolean" => without_quotes(file, path, candidates, |text| matches!(text, "true" | "false")),
        "string" => in_quotes(file, path, candidates),
        "number" | "integer" => without_quotes(file, path, candidates, is_written_number),
        _ => None,
    }
}

/// The type of a parameter of the calls.
fn parameter_type(pattern: &PlacedPattern, path: &str) -> Option<&'static str> {
    let (part, key) = part_of(path)?;
    if key.contains('.') {
        return None;
    }
    Some(match parameter(pattern, part, key)? {
        Kind::Text | Kind::Name | Kind::Json => "string",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
        Kind::Object | Kind::Body => "object",
        Kind::Objects => "objects",
        Kind::List => return None,
    })
}

/// The types of a field of `detail` in the native events that are taken, each once; none if one is not known.
fn kinds_of(alternative: &Alternative, path: &str) -> Option<Vec<&'static str>> {
    let (sources, types) = (only(alternative, "source")?, only(alternative, "detail-type")?);
    let is_open = |source: &&str| !source.starts_with("aws.") || native_values::is_loose(source, path);
    if sources.iter().any(is_open) {
        return None;
    }
    let mut kinds = Vec::new();
    for detail_type in types {
        let mut is_known = false;
        for source in &sources {
            let events = Native::get().of(source).unwrap_or_default();
            for event in events.iter().filter(|event| event.detail_type == detail_type) {
                kinds.push(kind_in(source, event, path)?);
                is_known = true;
            }
        }
        is_known.then_some(())?;
    }
    kinds.sort_unstable();
    kinds.dedup();
    (!kinds.is_empty()).then_some(kinds)
}

/// The type of a field in an event. What has fields below it is an object, though no line of the schema is about it.
fn kind_in(source: &str, event: &NativeEvent, path: &str) -> Option<&'static str> {
    let kind = event.fields().find(|(known, _)| *known == path).map(|(_, kind)| kind);
    if let Some(kind) = kind.filter(|kind| *kind != "any") {
        return Some(kind);
    }
    // What is one of some words is a text.
    if native_values::of(source, event.detail_type, path).is_some() {
        return Some("string");
    }
    let is_above = event.fields().any(|(known, _)| is_below(known, path));
    if kind.is_some() || !(is_above || whole_objects::of(source, event.detail_type, path).is_some()) {
        return None;
    }
    Some(if lists::in_native(source, event.detail_type, path) { "objects" } else { "object" })
}

/// The key of an object that can be what the candidates say.
fn key_with(alternative: &Alternative, path: &str, candidates: &[Candidate]) -> Option<&'static str> {
    let (sources, types) = (only(alternative, "source")?, only(alternative, "detail-type")?);
    let texts: Vec<&str> = candidates.iter().filter_map(Candidate::as_str).collect();
    let has = |values: &[&str]| !texts.is_empty() && texts.iter().all(|text| values.contains(text));
    let is_taken = |one: &&Closed| sources.contains(&one.source) && types.contains(&one.detail_type);
    let mut taken = native_values::all().iter().filter(is_taken);
    taken.find_map(|one| one.path.strip_prefix(path)?.strip_prefix('.').filter(|_| has(&one.values)))
}

/// Whether a text is a number as TOML and JSON write it.
fn is_written_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let whole = whole.strip_prefix('-').unwrap_or(whole);
    digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

fn is_number(candidate: &Candidate) -> bool {
    matches!(candidate, Candidate::Number(_) | Candidate::Numeric(_))
}

fn is_boolean(candidate: &Candidate) -> bool {
    matches!(candidate, Candidate::True | Candidate::False)
}

/// What stands in the place of a parameter that is a secret, whatever it holds.
fn is_redacted(candidate: &Candidate) -> bool {
    candidate.as_str().is_some_and(|text| text.starts_with("HIDDEN") || text.starts_with("***"))
}

fn is_of_any_type(candidate: &Candidate) -> bool {
    matches!(candidate, Candidate::Exists(_) | Candidate::Null | Candidate::AnythingBut(_))
}
