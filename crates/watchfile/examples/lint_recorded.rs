//! Lints watchers made of recorded events: what was recorded cannot be an error.
//!
//!     cargo run --release -p watchfile --example lint_recorded -- EVENTS.jsonl…
//!
//! Takes the lines that `catalog_shares` takes. Each event makes a watcher that names its source, detail-type and
//! event, and reads every key of the record: those of its request, response and user in particular. What a log pipeline
//! added to a record (`service`, `evt`) is rightly told.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on stops")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs};

use jiff::civil::date;
use serde_json::{Value, json};
use watchfile::{Level, Options, lint};

fn main() {
    let root = env::temp_dir().join(format!("lint-recorded-{}", std::process::id()));
    fs::create_dir_all(root.join("watchers")).unwrap();
    fs::write(
        root.join("account-watcher.toml"),
        "channels.security.slack.webhook = \"ssm:/account-watcher/slack/security\"\n",
    )
    .unwrap();
    let mut made = 0;
    for path in env::args().skip(1).map(PathBuf::from) {
        for line in fs::read_to_string(path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            if line.get("kind").is_some_and(|kind| kind != "real") {
                continue;
            }
            let event = line.get("record").or(line.get("event")).unwrap_or(&line);
            if let Some(watcher) = watcher(event) {
                fs::write(root.join(format!("watchers/w{made}.toml")), watcher).unwrap();
                made += 1;
            }
        }
    }
    let (_, findings) = lint(&root, &Options { today: date(2026, 1, 12), region: None });
    fs::remove_dir_all(root).unwrap();
    // Made of the same events, many are the same; none has a test.
    let expected = ["duplicate-watcher", "no-match-test", "no-negative-test", "rule-budget"];
    let mut counts = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !expected.contains(&finding.lint.name)) {
        *counts.entry((std::cmp::Reverse(finding.severity), finding.lint.name)).or_insert(0) += 1;
        if finding.severity > Level::Note {
            println!("{finding}");
        }
    }
    println!("{made} watchers");
    for ((level, lint), count) in counts {
        println!("{:<8} {lint} {count}", level.0.as_str());
    }
}

fn watcher(event: &Value) -> Option<String> {
    let detail = event.get("detail").unwrap_or(event);
    let mut pattern = BTreeMap::new();
    let mut fields = String::new();
    if let (Some(source), Some(name)) = (detail["eventSource"].as_str(), detail["eventName"].as_str()) {
        let kind = match detail["eventType"].as_str()? {
            "AwsApiCall" => "AWS API Call via CloudTrail",
            "AwsServiceEvent" => "AWS Service Event via CloudTrail",
            "AwsConsoleSignIn" => "AWS Console Sign In via CloudTrail",
            _ => return None,
        };
        pattern.insert("source", json!([format!("aws.{}", source.strip_suffix(".amazonaws.com")?)]));
        pattern.insert("detail-type", json!([kind]));
        pattern.insert(
            "detail",
            json!({"eventSource": [source], "eventName": [name], "errorCode": [{"exists": false}]}),
        );
        let parts =
            ["", ".requestParameters", ".responseElements", ".userIdentity", ".userIdentity.sessionContext"];
        for part in parts {
            read(&mut fields, detail, part);
        }
    } else {
        pattern.insert("source", json!([event["source"]]));
        pattern.insert("detail-type", json!([event["detail-type"]]));
        read(&mut fields, detail, "");
    }
    let used: Vec<String> = (0..fields.lines().count()).map(|n| format!("{{{{f{n}}}}}")).collect();
    let used = used.concat();
    Some(format!(
        "title = \"T\"\nseverity = \"low\"\nchannels = [\"security\"]\nmessage = \"{used}\"\npattern = '''{}'''\n[fields]\n{fields}",
        json!(pattern)
    ))
}

/// A field for each key of that part of `detail`.
fn read(fields: &mut String, detail: &Value, part: &str) {
    let found = detail.pointer(&part.replace('.', "/")).and_then(Value::as_object);
    for key in found.into_iter().flat_map(|keys| keys.keys()) {
        writeln!(fields, "f{} = \"$.detail{part}['{key}']\"", fields.lines().count()).unwrap();
    }
}
