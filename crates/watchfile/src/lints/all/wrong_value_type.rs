//! A value of a parameter or of a native event's field that is of another type there.

use aws_facts::catalog::Native;
use aws_facts::native_values;
use aws_facts::parameters::Kind;
use event_pattern::{Alternative, Candidate};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::PlacedPattern;
use crate::watcher_file::WatcherFile;

use super::super::facts::{only, parameter, part_of};
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
            let native = || path.strip_prefix("detail.").and_then(|path| kind_of(alternative, path));
            let Some(kind) = parameter_type(pattern, path).or_else(native) else { continue };
            let (fits, what, help): (fn(&Candidate) -> bool, _, _) = match kind {
                "number" | "integer" => {
                    (is_number, "a number", "write numbers without quotes, or `{ numeric = [\">=\", 7] }`")
                }
                "boolean" => (is_boolean, "true or false", "write `true` or `false` without quotes"),
                "string" => (is_text, "a text", "compare it with a text in quotes"),
                "object" => (is_redacted, "an object", "name a key within it"),
                "objects" => (is_redacted, "a list of objects", "name a key within them"),
                _ => continue,
            };
            if !candidates.iter().any(|candidate| fits(candidate) || is_of_any_type(candidate)) {
                let span = pattern.at(path).next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
                let message = format!("`{path}` is {what} in these events: this never matches");
                let fix = match kind {
                    "boolean" => {
                        without_quotes(file, path, candidates, |text| matches!(text, "true" | "false"))
                    }
                    "string" => in_quotes(file, path, candidates),
                    "number" | "integer" => without_quotes(file, path, candidates, is_written_number),
                    _ => None,
                };
                findings.push(Finding::new(&LINT, &file.source, span, message).help(help).fix(fix));
            }
        }
    }
    findings.dedup();
    findings
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

/// The type of a field of `detail`, if all native events that are taken have the same.
fn kind_of(alternative: &Alternative, path: &str) -> Option<&'static str> {
    let (sources, types) = (only(alternative, "source")?, only(alternative, "detail-type")?);
    if sources.iter().any(|source| native_values::is_loose(source, path)) {
        return None;
    }
    let mut kinds = Vec::new();
    for kind in types {
        let events = sources.iter().filter_map(|source| Native::get().of(source)).flatten();
        let mut of_one = events
            .filter(|event| event.detail_type == kind)
            .map(|event| event.fields().find(|(known, _)| *known == path).map(|(_, kind)| kind));
        // What is one of some words is a text.
        let is_closed = || sources.iter().any(|source| native_values::of(source, kind, path).is_some());
        let known = of_one.next().flatten().filter(|kind| *kind != "any");
        kinds.push(known.or_else(|| is_closed().then_some("string"))?);
    }
    kinds.dedup();
    if let [kind] = kinds[..] { Some(kind) } else { None }
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

fn is_text(candidate: &Candidate) -> bool {
    !is_number(candidate) && !is_boolean(candidate)
}

/// What stands in the place of a parameter that is a secret, whatever it holds.
fn is_redacted(candidate: &Candidate) -> bool {
    candidate.as_str().is_some_and(|text| text.starts_with("HIDDEN") || text.starts_with("***"))
}

fn is_of_any_type(candidate: &Candidate) -> bool {
    matches!(candidate, Candidate::Exists(_) | Candidate::Null | Candidate::AnythingBut(_))
}
