//! A path that leads through a list without saying which item.

use aws_facts::lists;
use aws_facts::parameters::Kind;
use event_pattern::Alternative;
use watcher::PathSelector;

use crate::finding::Finding;
use crate::fix::{Edit, Fix};
use crate::lint::{Level, Lint, Stage};
use crate::places::{FieldPath, PlacedPath};
use crate::table::Span;
use crate::watcher_file::WatcherFile;

use super::super::facts::{is_cloudtrail, only, parameter, part_of, services};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "path-through-list",
    level: Level::Warning,
    what: "a path that leads through a list without saying which item",
    why: "In a field and in a text a list has items and no names: the path finds nothing, and renders as `(none)`. Patterns look into every item by themselves.",
    bad: r#"message = "{{ids}} by {{actor}}: {{outcome}}"

[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["TerminateInstances"]

[fields]
ids = "$.detail.requestParameters.instancesSet.items.instanceId"
"#,
    good: r#"message = "{{ids}} by {{actor}}: {{outcome}}"

[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["TerminateInstances"]

[fields]
ids = "$.detail.requestParameters.instancesSet.items[*].instanceId"
"#,
    fix: Some("writes `[*]` behind the list's name in a field's path, which takes all items"),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for path in file.places.fields.iter().flat_map(|field| &field.paths) {
        if let Some((name, span, below)) = through(file, &steps(path)) {
            let text = &file.source.text;
            // Of a name in brackets the end is elsewhere.
            let is_plain = text[span.clone()] == *name && text[span.end..].starts_with('.');
            let fix = is_plain.then(|| Fix {
                title: "take all items".to_owned(),
                edits: vec![Edit { span: span.end..span.end, text: "[*]".to_owned() }],
            });
            findings.push(finding(file, name, span, format!("write `{name}[*].{below}`")).fix(fix));
        }
    }
    for path in &file.places.texts {
        if let Some((name, span, below)) = through(file, &below_event(path)) {
            let help = format!(
                "write `{{{{#each …{name}}}}}{{{{{below}}}}}{{{{/each}}}}`, or a field with `{name}[*].{below}`"
            );
            findings.push(finding(file, name, span, help));
        }
    }
    findings
}

fn finding(file: &WatcherFile, name: &str, span: &Span, help: String) -> Finding {
    let message = format!("`{name}` is a list: nothing is found without an item");
    Finding::new(&LINT, &file.source, span.clone(), message).help(help)
}

/// The steps of a field's path up to the first that is no name and no item, items as `*`.
fn steps(path: &FieldPath) -> Vec<(&str, &Span)> {
    let mut names = path.names.iter();
    let mut steps = Vec::new();
    for segment in &path.parsed.segments {
        match &*segment.selectors {
            [PathSelector::Name { .. }] if !segment.descends => {
                let Some((name, span)) = names.next() else { break };
                steps.push((name.as_str(), span));
            }
            _ => match steps.last() {
                Some((_, span)) if !segment.descends => steps.push(("*", span)),
                _ => break,
            },
        }
    }
    steps
}

/// The list that names lead through, and the name behind it.
fn through<'a>(file: &WatcherFile, names: &[(&'a str, &'a Span)]) -> Option<(&'a str, &'a Span, &'a str)> {
    (2..names.len()).find_map(|end| {
        let (below, _) = names[end];
        let is_index = below == "*" || below.bytes().all(|b| b.is_ascii_digit());
        let path: Vec<&str> =
            names[..end].iter().map(|(name, _)| *name).filter(|name| *name != "*").collect();
        let (name, span) = names[end - 1];
        (!is_index && name != "*" && below != "length" && is_list(file, &path)).then_some((name, span, below))
    })
}

/// The steps of a path of a text, as names from the event's root.
fn below_event(path: &PlacedPath) -> Vec<(&str, &Span)> {
    match path.steps.split_first() {
        Some((first, rest)) if first.0 == "event" => {
            rest.iter().map(|(name, span)| (name.as_str(), span)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a list stands at a path in all events that the pattern takes.
fn is_list(file: &WatcherFile, names: &[&str]) -> bool {
    let path = names.join(".");
    let Some(inner) = path.strip_prefix("detail.") else { return false };
    let pattern = &file.places.pattern;
    let alternatives = pattern.pattern.alternatives();
    if alternatives.is_empty() {
        return false;
    }
    if let Some((part, below)) = part_of(&path) {
        let is_of_objects = matches!(parameter(pattern, part, below), Some(Kind::Objects | Kind::List));
        return is_of_objects || alternatives.iter().all(|alternative| is_named_so(alternative, below));
    }
    alternatives.iter().all(|alternative| {
        if is_cloudtrail(alternative) { lists::in_record(inner) } else { is_of_native(alternative, inner) }
    })
}

/// Whether the services give this name to lists.
fn is_named_so(alternative: &Alternative, path: &str) -> bool {
    let services = services(alternative);
    let Some((_, name)) = path.rsplit_once('.') else { return false };
    is_cloudtrail(alternative)
        && !services.is_empty()
        && services.iter().all(|service| lists::is_name(service.prefix(), name))
}

fn is_of_native(alternative: &Alternative, path: &str) -> bool {
    let (Some(sources), Some(types)) = (only(alternative, "source"), only(alternative, "detail-type")) else {
        return false;
    };
    let is_of = |kind: &str| sources.iter().any(|source| lists::in_native(source, kind, path));
    !types.is_empty() && types.into_iter().all(is_of)
}
