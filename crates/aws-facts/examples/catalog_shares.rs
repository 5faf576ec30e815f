//! How much of recorded events the catalog explains, and how long it takes to load.
//!
//!     cargo run --release -p aws-facts --example catalog_shares -- EVENTS.jsonl…
//!
//! Each line is a CloudTrail record, an EventBridge event, or an object with one of them as `record` or `event`.
//! A line with `"kind"` other than `real` is counted apart: people write examples with calls that do not exist.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on stops")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;
use std::{env, fs};

use aws_facts::catalog::{Catalog, Part};
use serde_json::Value;

#[derive(Default)]
struct Shares {
    /// By source and name: whether it is an API call, and whether it is known by hand only, if it is known.
    names: BTreeMap<(String, String), (bool, Option<bool>)>,
    keys: [(usize, usize); 2],
    unknown: BTreeSet<String>,
}

fn main() {
    let start = Instant::now();
    let catalog = Catalog::get();
    let names = start.elapsed();
    let call = catalog.service("iam.amazonaws.com").unwrap().call("CreateUser").unwrap();
    assert!(call.keys(Part::Request).is_some());
    println!("loading: names {names:.1?}, with parameters {:.1?}", start.elapsed());

    let (mut real, mut made_up) = (Shares::default(), Shares::default());
    for path in env::args().skip(1) {
        for line in fs::read_to_string(path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let is_real = line.get("kind").is_none_or(|kind| kind == "real");
            let event = line.get("record").or(line.get("event")).unwrap_or(&line);
            count(if is_real { &mut real } else { &mut made_up }, event.get("detail").unwrap_or(event));
        }
    }
    print("recorded events", &real);
    print("events that people made up or changed", &made_up);
}

fn count(shares: &mut Shares, record: &Value) {
    let (Some(source), Some(name)) = (record["eventSource"].as_str(), record["eventName"].as_str()) else {
        return;
    };
    let call = Catalog::get().service(source).and_then(|service| service.call(name));
    let is_call = record["eventType"] == "AwsApiCall";
    let by_hand = call.map(aws_facts::catalog::Call::is_by_hand);
    shares.names.insert((source.to_owned(), name.to_owned()), (is_call, by_hand));
    let parts = [("requestParameters", Part::Request), ("responseElements", Part::Response)];
    for (index, (key, part)) in parts.into_iter().enumerate() {
        let (Some(call), Some(values)) = (call, record[key].as_object()) else { continue };
        let known = call.keys(part).unwrap_or_default();
        for value in values.keys() {
            let (explained, all) = &mut shares.keys[index];
            *all += 1;
            if known.contains(&value.as_str()) {
                *explained += 1;
            } else {
                shares.unknown.insert(format!("{source} {name} {key}.{value}"));
            }
        }
    }
}

fn print(title: &str, shares: &Shares) {
    let all = shares.names.len();
    let found = shares.names.values().filter(|(_, found)| found.is_some()).count();
    let calls = shares.names.values().filter(|(is_call, _)| *is_call);
    let calls_found = calls.clone().filter(|(_, found)| *found == Some(false)).count();
    println!("\n{title}");
    println!("  API calls' names in the models  {}", share(calls_found, calls.count()));
    println!("  all names with the exceptions   {}", share(found, all));
    println!("  request keys explained          {}", share(shares.keys[0].0, shares.keys[0].1));
    println!("  response keys explained         {}", share(shares.keys[1].0, shares.keys[1].1));
    for ((source, name), _) in shares.names.iter().filter(|(_, (_, found))| found.is_none()) {
        println!("  unknown: {source} {name}");
    }
    for unknown in &shares.unknown {
        println!("  unknown: {unknown}");
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share for people")]
fn share(part: usize, all: usize) -> String {
    format!("{part} of {all}, {:.1} %", 100.0 * part as f64 / all.max(1) as f64)
}
