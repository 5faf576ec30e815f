//! Which watchers see recorded events, also those that are switched off, and whether EventBridge would deliver them.
//!
//!     cargo run --release -p watchfile --example match_events -- EVENTS.jsonl…
//!
//! A line is an event, a CloudTrail record, or an object with either as `event` and a `name` to show. So other people's
//! catalogues of rules can be held against the library by the events that they test their rules with.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on stops")]

use std::path::PathBuf;
use std::{env, fs};

use jiff::civil::date;
use rules::{Arrival, Rules};
use serde_json::{Value, json};
use watcher::Watchers;
use watchfile::load;

fn main() {
    let project = load(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")).0;
    let off: Vec<String> =
        project.files.iter().filter(|file| !file.enabled).map(|file| file.watcher.name.clone()).collect();
    let watchers =
        Watchers::new(project.config, project.files.into_iter().map(|file| file.watcher).collect());
    let rules = Rules::generate(&watchers).unwrap();
    for path in env::args().skip(1) {
        for line in fs::read_to_string(path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let name = line.get("name").and_then(Value::as_str).unwrap_or_default();
            let event = as_event(line.get("event").unwrap_or(&line)).to_string();
            let arrives = matches!(rules.arrival(event.as_bytes()), Ok(Arrival::Through(_)));
            let seen = watchers.deliveries(event.as_bytes(), date(2026, 1, 12)).unwrap_or_default();
            let seen = seen.iter().map(|found| {
                let name = &found.watcher.name;
                let told =
                    found.deliveries.first().map(|delivery| (delivery.severity.as_str(), &delivery.title));
                json!({"watcher": name, "off": off.contains(name), "ignored": found.ignored, "told": told})
            });
            println!("{}", json!({"name": name, "arrives": arrives, "seen": seen.collect::<Vec<_>>()}));
        }
    }
}

/// A record of CloudTrail in the envelope in which EventBridge delivers it.
fn as_event(record: &Value) -> Value {
    if record.get("detail-type").is_some() {
        return record.clone();
    }
    let service = record["eventSource"].as_str().and_then(|host| host.split('.').next()).unwrap_or_default();
    let kind = match record["eventType"].as_str() {
        Some("AwsConsoleSignIn") => "AWS Console Sign In via CloudTrail",
        Some("AwsServiceEvent") => "AWS Service Event via CloudTrail",
        Some("AwsConsoleAction") => "AWS Console Action via CloudTrail",
        _ => "AWS API Call via CloudTrail",
    };
    json!({
        "version": "0",
        "id": record["eventID"],
        "detail-type": kind,
        "source": format!("aws.{service}"),
        "account": record["recipientAccountId"],
        "time": record["eventTime"],
        "region": record["awsRegion"],
        "resources": [],
        "detail": record,
    })
}
