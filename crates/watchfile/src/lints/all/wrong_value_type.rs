//! A value of a parameter or of a native event's field that is of another type there.

use aws_facts::native_values::{self, Closed};
use event_pattern::{Alternative, Candidate};

use crate::finding::Finding;
use crate::fix::Fix;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::only;
use super::super::repair::{in_quotes, without_quotes};
use super::super::types::{self, Type};
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
            let Some(types) = types::at(pattern, alternative, path) else { continue };
            if types.iter().any(|one| candidates.iter().any(|candidate| one.takes(candidate))) {
                continue;
            }
            let what: Vec<&str> = types.iter().map(|one| one.named()).collect();
            let message = format!("`{path}` is {} in these events: this never matches", what.join(" or "));
            let (help, fix) = match types[..] {
                [one] => (help(alternative, path, candidates, one), fix(file, path, candidates, one)),
                _ => ("ask each event for what it has, in branches of an `$or`".to_owned(), None),
            };
            let span = pattern.at(path).next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
            findings.push(Finding::new(&LINT, &file.source, span, message).help(help).fix(fix));
        }
    }
    findings.dedup();
    findings
}

fn help(alternative: &Alternative, path: &str, candidates: &[Candidate], one: Type) -> String {
    let within = |them: &str| {
        let key = path.strip_prefix("detail.").and_then(|path| key_with(alternative, path, candidates));
        key.map_or_else(|| format!("name a key within {them}"), |key| format!("compare `{path}.{key}`"))
    };
    match one {
        Type::Number => "write numbers without quotes, or `{ numeric = [\">=\", 7] }`".to_owned(),
        Type::Boolean => "write `true` or `false` without quotes".to_owned(),
        Type::Text => "compare it with a text in quotes".to_owned(),
        Type::Object => within("it"),
        Type::Objects => within("them"),
    }
}

fn fix(file: &WatcherFile, path: &str, candidates: &[Candidate], one: Type) -> Option<Fix> {
    match one {
        Type::Number => without_quotes(file, path, candidates, is_written_number),
        Type::Boolean => without_quotes(file, path, candidates, |text| matches!(text, "true" | "false")),
        Type::Text => in_quotes(file, path, candidates),
        Type::Object | Type::Objects => None,
    }
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
