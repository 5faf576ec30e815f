//! New watchers for events that services send themselves.

use std::collections::BTreeSet;

use event_pattern::Pattern;
use serde_json::json;

use crate::file::{Plan, Test};
use crate::subject::{self, Candidate, Field};
use crate::{Draft, REGION, example, fixture, json_path, json_step, put, statement, words};
use aws_facts::catalog::NativeEvent;
use aws_facts::{lists, regions};

/// Last words of keys that people want to read, the best first.
const TELLING: [&str; 14] = [
    "title",
    "name",
    "status",
    "state",
    "result",
    "outcome",
    "severity",
    "reason",
    "message",
    "description",
    "type",
    "id",
    "arn",
    "identifier",
];

/// How many values a new watcher tells.
const MOST: usize = 4;

/// The new watcher.
pub(super) fn draft(source: &str, event: &NativeEvent, asked_name: Option<&str>, channel: &str) -> Draft {
    let prefix = source.strip_prefix("aws.").unwrap_or(source);
    let detail_type = event.detail_type;
    let name = asked_name.map_or_else(|| watcher_name(prefix, detail_type), str::to_owned);
    let mut fields = fields_of(source, event);
    subject::distinct(&mut fields);
    let mut detail = json!({});
    // The schema does not say what below the first level is a list, so an example of it could only be wrong.
    let is_read = |path: &str| {
        !path.contains('.')
            || fields.iter().any(|field| field.paths[0] == read_path(source, detail_type, path))
    };
    for (path, kind) in event.fields().filter(|(path, _)| is_read(path)) {
        let key = path.rsplit('.').next().unwrap_or(path);
        let steps: Vec<String> = steps(source, detail_type, path)
            .map(|(step, is_list)| step.to_owned() + in_list(is_list))
            .collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        put(&mut detail, &steps, example::of_type(kind, prefix, REGION, key));
    }
    let region = match Pattern::parse(&json!({"source": [source]}).to_string()) {
        Ok(pattern) if !regions::elsewhere(&pattern, &[REGION]).is_empty() => regions::GLOBAL,
        _ => REGION,
    };
    let used: BTreeSet<&String> = fields.iter().flat_map(|field| &field.paths).collect();
    let more = event
        .fields()
        .filter(|(path, _)| !path.contains('*'))
        .map(|(path, _)| read_path(source, detail_type, path))
        .filter(|path| !used.contains(path))
        .collect();
    let plan = Plan {
        asked: format!("--native \"{detail_type}\""),
        statement: statement::native(detail_type, &fields),
        severity: "medium",
        channel,
        pattern: vec![("source", vec![source.to_owned()]), ("detail-type", vec![detail_type.to_owned()])],
        allowed: Vec::new(),
        only_successes: false,
        event: fixture::native(&name, source, detail_type, region, &detail),
        more,
        fields,
        tests: vec![somebody_else()],
        name,
    };
    crate::finished(&plan, "the service sends one")
}

/// `ecs-task-state-change`
pub(super) fn watcher_name(prefix: &str, detail_type: &str) -> String {
    let kebab = words::kebab([detail_type.replace(['(', ')', '/'], " ").replace(' ', "-")]);
    let kebab =
        if kebab.starts_with(&words::kebab([prefix])) { kebab } else { words::kebab([prefix, &kebab]) };
    kebab.chars().take(64).collect::<String>().trim_end_matches('-').to_owned()
}

/// The fields of a native event that say most.
fn fields_of(source: &str, event: &NativeEvent) -> Vec<Field> {
    let is_scalar = |kind: &str| !["object", "json"].contains(&kind);
    let scalars = event.fields().filter(|(_, kind)| is_scalar(kind));
    telling(
        scalars.map(|(path, _)| {
            (path.rsplit('.').next().unwrap_or(path), paths(source, event.detail_type, path))
        }),
    )
}

/// Of values, given by key and paths, those that say most: near the top, and named like what people ask for.
pub(super) fn telling<'a>(values: impl Iterator<Item = (&'a str, Vec<String>)>) -> Vec<Field> {
    let rank = |key: &str| {
        let words = words::split_key(key);
        let last = words.last()?.to_ascii_lowercase();
        TELLING.iter().position(|word| *word == last).filter(|_| subject::is_telling(key))
    };
    let depth = |paths: &[String]| paths[0].matches(['.', '[']).count();
    let ranked = values.filter_map(|(key, paths)| Some(((depth(&paths), rank(key)?), key, paths)));
    let mut ranked: Vec<((usize, usize), &str, Vec<String>)> = ranked.collect();
    ranked.sort();
    let field = |(_, key, paths): ((usize, usize), &str, Vec<String>)| {
        subject::field(&Candidate { key: key.to_owned(), paths }, &[])
    };
    ranked.into_iter().take(MOST).map(field).collect()
}

/// Anybody can send an event of that name, under another source.
pub(super) fn somebody_else() -> Test {
    Test {
        name: "somebody else's event".to_owned(),
        change: "with.source = \"com.example.app\"".to_owned(),
        matches: false,
    }
}

/// Where a value stands. The schema does not say what is a list: where it is not known otherwise, both forms are read.
fn paths(source: &str, detail_type: &str, path: &str) -> Vec<String> {
    let plain = read_path(source, detail_type, path);
    match path.rsplit_once('.') {
        Some((parent, last)) if !lists::in_native(source, detail_type, parent) => {
            let item = format!("{}[*]", read_path(source, detail_type, parent));
            vec![plain, json_path(&[], last).replacen('$', &item, 1)]
        }
        _ => vec![plain],
    }
}

/// The path to a field, through all items of what is known to be a list.
fn read_path(source: &str, detail_type: &str, path: &str) -> String {
    let steps = steps(source, detail_type, path).map(|(step, is_list)| json_step(step) + in_list(is_list));
    format!("$.detail{}", steps.collect::<String>())
}

/// The steps of a path, and which of them lead into a list.
fn steps<'a>(source: &str, detail_type: &str, path: &'a str) -> impl Iterator<Item = (&'a str, bool)> {
    let mut end = 0;
    path.split('.').map(move |step| {
        end += step.len();
        let is_list = end < path.len() && lists::in_native(source, detail_type, &path[..end]);
        end += 1;
        (step, is_list)
    })
}

fn in_list(is_list: bool) -> &'static str {
    if is_list { "[*]" } else { "" }
}
