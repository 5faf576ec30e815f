//! Lints other people's event patterns, each as a watcher: what works elsewhere is not an error here.
//!
//!     cargo run --release -p watchfile --example lint_patterns -- [--list LINT] FILE.jsonl…
//!
//! A file has a pattern a line as JSON, or one pattern, or a list of them. A line may also be an object with a key
//! `pattern` and, to show where it is from, a key `name`. Of a CloudTrail record, an event, or an object that has one as
//! `record` or `event`, the pattern is what anybody would write who wants it: source, detail-type, event source and name.
//! Prints how many findings of each lint there are, and the errors and warnings with the place of the pattern; with `--list`
//! only those of that lint, also notes. Exit code 1 if there was an error: each is to be looked at.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on stops")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs};

use jiff::civil::date;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use watchfile::{Level, Options, lint};

fn main() -> ExitCode {
    let root = env::temp_dir().join(format!("lint-patterns-{}", std::process::id()));
    fs::create_dir_all(root.join("watchers")).unwrap();
    let config = "channels.security.slack.webhook = \"ssm:/account-watcher/slack/security\"\n";
    fs::write(root.join("account-watcher.toml"), config).unwrap();
    let mut names = BTreeMap::new();
    let mut args: Vec<String> = env::args().skip(1).collect();
    let listed = (args.first().is_some_and(|arg| arg == "--list")).then(|| args.drain(..2).nth(1).unwrap());
    let mut nothing = 0;
    for path in args.into_iter().map(PathBuf::from) {
        let text = fs::read_to_string(&path).unwrap();
        for (number, (name, pattern)) in patterns(&text).into_iter().enumerate() {
            let Some(pattern) = pattern else {
                nothing += 1;
                continue;
            };
            let file = format!("p{}", names.len());
            fs::write(root.join(format!("watchers/{file}.toml")), watcher(&pattern)).unwrap();
            let place = name.unwrap_or_else(|| format!("{}:{}", path.display(), number + 1));
            names.insert(format!("watchers/{file}.toml"), place);
        }
    }
    let (_, findings) = lint(&root, &Options { today: date(2026, 1, 12), region: None });
    fs::remove_dir_all(root).unwrap();
    // What only a watcher has, and what only so many of them together have.
    let expected = ["duplicate-watcher", "no-match-test", "no-negative-test", "rule-budget"];
    let mut counts = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !expected.contains(&finding.lint.name)) {
        *counts.entry((std::cmp::Reverse(finding.severity), finding.lint.name)).or_insert(0) += 1;
        let is_listed = match &listed {
            Some(lint) => finding.lint.name == lint,
            None => finding.severity > Level::Note,
        };
        if is_listed {
            let place = names.get(&finding.source.path).map_or("", String::as_str);
            println!("{place}: {} {finding}", finding.severity.as_str());
        }
    }
    println!("{} patterns; {nothing} records that are no event", names.len());
    for ((level, lint), count) in &counts {
        println!("{:<8} {lint} {count}", level.0.as_str());
    }
    let errors = counts.keys().any(|(level, _)| level.0 == Level::Error);
    ExitCode::from(u8::from(errors))
}

/// The patterns of a file as their text, so that keys that stand twice stay, with their names.
fn patterns(text: &str) -> Vec<(Option<String>, Option<String>)> {
    if let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(text) {
        return list.into_iter().map(|one| named(one.get())).collect();
    }
    if serde_json::from_str::<&RawValue>(text).is_ok() {
        return vec![named(text.trim())];
    }
    text.lines().filter(|line| !line.trim().is_empty()).map(named).collect()
}

/// The name and the pattern; none of a record that arrives as no event.
fn named(text: &str) -> (Option<String>, Option<String>) {
    let entries = serde_json::from_str::<BTreeMap<String, &RawValue>>(text).unwrap_or_default();
    if let Some(pattern) = entries.get("pattern") {
        let name = entries.get("name").and_then(|name| serde_json::from_str(name.get()).ok());
        // A pattern in a string, as templates have it.
        let text = serde_json::from_str(pattern.get()).unwrap_or_else(|_| pattern.get().to_owned());
        return (name, Some(text));
    }
    let value = serde_json::from_str::<Value>(text).unwrap_or_default();
    let event = value.get("record").or(value.get("event")).unwrap_or(&value);
    let is_recorded = event
        .get("eventName")
        .or(event.get("detail"))
        .is_some_and(|part| part.is_string() || part["eventName"].is_string());
    // In a pattern a detail-type is a list.
    if is_recorded || event.get("detail-type").is_some_and(Value::is_string) {
        return (None, obvious(event).map(|pattern| pattern.to_string()));
    }
    (None, Some(text.to_owned()))
}

/// What anybody would write who wants this record or event.
fn obvious(event: &Value) -> Option<Value> {
    let detail = event.get("detail").unwrap_or(event);
    let (Some(event_source), Some(name)) = (detail["eventSource"].as_str(), detail["eventName"].as_str())
    else {
        return Some(json!({"source": [event["source"]], "detail-type": [event["detail-type"]]}));
    };
    let detail_type = match detail["eventType"].as_str() {
        Some("AwsApiCall") => "AWS API Call via CloudTrail",
        Some("AwsServiceEvent") => "AWS Service Event via CloudTrail",
        Some("AwsConsoleSignIn") => "AWS Console Sign In via CloudTrail",
        Some("AwsConsoleAction") => "AWS Console Action via CloudTrail",
        _ => event.get("detail-type")?.as_str()?,
    };
    let source = format!("aws.{}", event_source.strip_suffix(".amazonaws.com")?);
    Some(json!({
        "source": [source],
        "detail-type": [detail_type],
        "detail": {"eventSource": [event_source], "eventName": [name]},
    }))
}

/// A watcher that says nothing that needs a fact of the pattern.
fn watcher(pattern: &str) -> String {
    let pattern = Value::from(pattern).to_string();
    format!(
        "title = \"T\"\nseverity = \"low\"\nchannels = [\"security\"]\nmessage = \"{{{{event_name}}}}: {{{{outcome}}}}\"\npattern = {pattern}\n"
    )
}
