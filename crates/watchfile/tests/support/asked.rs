//! A watcher that asks for every value of an event, and has a field for each: since the event exists, nothing of it can be
//! impossible.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::{Map, Value, json};

/// The watcher's file. What no two events share is left out, and texts that no pattern may be as long as.
pub(crate) fn watcher(event: &Value) -> String {
    let mut values = BTreeMap::<Vec<String>, Vec<Value>>::new();
    let mut paths = BTreeSet::<String>::new();
    collect(event, &mut Vec::new(), "$", &mut values, &mut paths);
    let mut pattern = Map::new();
    for (path, list) in values {
        insert(&mut pattern, &path, Value::Array(list));
    }
    let mut text = "title = \"T\"\nseverity = \"high\"\nchannels = [\"security\"]\n".to_owned();
    let names: Vec<String> = (0..paths.len()).map(|index| format!("{{{{f{index}}}}}")).collect();
    writeln!(text, "message = '''\n{}'''", names.join(" ")).unwrap();
    writeln!(text, "pattern = {}", quoted(&Value::Object(pattern).to_string())).unwrap();
    writeln!(text, "[fields]").unwrap();
    for (index, path) in paths.iter().enumerate() {
        writeln!(text, "f{index} = {}", quoted(path)).unwrap();
    }
    text
}

/// The event of a record of CloudTrail.
#[allow(dead_code, reason = "a fixture is an event already")]
pub(crate) fn event(record: &Value) -> Option<Value> {
    let source = record["eventSource"].as_str()?.strip_suffix(".amazonaws.com")?;
    let kind = match record["eventType"].as_str()? {
        "AwsApiCall" => "AWS API Call via CloudTrail",
        "AwsServiceEvent" => "AWS Service Event via CloudTrail",
        "AwsConsoleSignIn" => "AWS Console Sign In via CloudTrail",
        "AwsConsoleAction" => "AWS Console Action via CloudTrail",
        _ => return None,
    };
    Some(json!({"source": format!("aws.{source}"), "detail-type": kind, "detail": record}))
}

fn collect(
    value: &Value,
    path: &mut Vec<String>,
    text: &str,
    values: &mut BTreeMap<Vec<String>, Vec<Value>>,
    paths: &mut BTreeSet<String>,
) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                // A pattern has no other way to say a name with a dot.
                if key.contains('.') || ["id", "time", "version"].contains(&&**key) && path.is_empty() {
                    continue;
                }
                path.push(key.clone());
                collect(value, path, &format!("{text}[\"{key}\"]"), values, paths);
                path.pop();
            }
        }
        Value::Array(list) => {
            for value in list {
                collect(value, path, &format!("{text}[*]"), values, paths);
            }
        }
        value => {
            let is_short = value.as_str().is_none_or(|text| text.len() < 200);
            let list = values.entry(path.clone()).or_default();
            if is_short && !list.contains(value) {
                list.push(value.clone());
            }
            if list.is_empty() {
                values.remove(path);
            }
            paths.insert(text.to_owned());
        }
    }
}

fn insert(object: &mut Map<String, Value>, path: &[String], list: Value) {
    let [first, rest @ ..] = path else { return };
    if rest.is_empty() {
        object.entry(first).or_insert(list);
    } else if let Value::Object(below) = object.entry(first).or_insert_with(|| json!({})) {
        insert(below, rest, list);
    }
}

/// A text for TOML.
fn quoted(text: &str) -> String {
    // JSON's escapes are TOML's too, but for `\/`, which is not written.
    Value::String(text.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}
