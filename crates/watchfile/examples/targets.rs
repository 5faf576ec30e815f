//! What the calls of recorded events are about, for reading, and how many say it.
//!
//!     cargo run -p watchfile --example targets -- EVENTS.jsonl…
//!
//! Each line is a CloudTrail record, or an object with one as `record`.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on stops")]

use std::{env, fs};

use serde_json::{Value, json};
use watcher::{Event, Target};

fn main() {
    let (mut with_parameters, mut named) = (0, 0);
    for path in env::args().skip(1) {
        for line in fs::read_to_string(path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let record = line.get("record").unwrap_or(&line);
            let Some(call) = record["eventName"].as_str() else { continue };
            let source = record["eventSource"].as_str().unwrap_or_default();
            let event =
                json!({"source": "aws.x", "detail-type": "AWS API Call via CloudTrail", "detail": record});
            let target = Target::of(&Event::parse(event.to_string().as_bytes()).unwrap());
            if record["requestParameters"].as_object().is_some_and(|parameters| !parameters.is_empty()) {
                with_parameters += 1;
                named += usize::from(target.is_some());
            }
            let found = target
                .map_or("-".to_owned(), |target| format!("{} {}", target.thing, target.names.join(", ")));
            println!("{source} {call}: {found}");
        }
    }
    println!("{named} of {with_parameters} calls with parameters have a target");
}
