//! Shows that recorded events render without `(none)` where they have the value.
//!
//!     cargo run -p scaffold --example rendered -- EVENTS.jsonl…
//!
//! Takes the lines that `catalog_shares` takes, and all watchers of this repository, also those that are switched off.
//! Lines with another `kind` than `real` are counted apart: people make up shapes that AWS does not send. Exit code 1
//! if a value was missed in a real event.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on stops")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use serde_json::Value;
use watchfile::load;

#[path = "../../watchfile/tests/support/rendered.rs"]
mod rendered;

#[path = "../tests/support/events.rs"]
mod events;

fn main() -> ExitCode {
    let project = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).0;
    let (mut events, mut unusable, mut texts, mut without) = (0, 0, 0, 0);
    let mut watchers = BTreeSet::new();
    let mut missed = [0, 0];
    for path in env::args().skip(1) {
        for (number, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let line: Value = serde_json::from_str(line).unwrap();
            let is_real = line.get("kind").is_none_or(|kind| kind == "real");
            let event = line.get("record").or(line.get("event")).unwrap_or(&line);
            let Ok(event) = events::event_of(&event.to_string()) else {
                unusable += 1;
                continue;
            };
            events += 1;
            for told in rendered::told(&project, &event) {
                texts += 1;
                watchers.insert(told.watcher.clone());
                for absent in &told.absent {
                    let Some(place) = &absent.elsewhere else {
                        without += 1;
                        let text = told.text.replace('\n', " / ");
                        println!(
                            "no value: {path}:{}: {}: {}: {text}",
                            number + 1,
                            told.watcher,
                            absent.name
                        );
                        continue;
                    };
                    missed[usize::from(!is_real)] += 1;
                    let kind = if is_real { "missed" } else { "missed in a made-up event" };
                    println!(
                        "{kind}: {path}:{}: {}: {} is at {place}\n{}\n",
                        number + 1,
                        told.watcher,
                        absent.name,
                        told.text
                    );
                }
            }
        }
    }
    println!("{events} events ({unusable} lines are none), {texts} texts of {} watchers", watchers.len());
    println!("(none) where the event has no value: {without}");
    println!("(none) where the event has the value: {}, in made-up events {}", missed[0], missed[1]);
    ExitCode::from(u8::from(missed[0] > 0))
}
