//! `cargo run -p watchfile --example lint_events FILE…`: lints a watcher for each event of files of JSON lines, which asks for
//! every value of it. An event is a line itself, or its `event` or `record`. Since these events exist, each finding of a
//! value is false, but for what is wrong in edited ones.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for maintainers, which may panic")]

use std::collections::BTreeMap;
use std::{env, fs, process};

use jiff::civil::date;
use serde_json::Value;
use watchfile::{Elsewhere, Options, lint_with};

#[path = "../tests/support/asked.rs"]
mod asked;

fn main() {
    let mut counts = BTreeMap::<String, usize>::new();
    let root = env::temp_dir().join(format!("lint-events-{}", process::id()));
    fs::create_dir_all(root.join("watchers")).unwrap();
    let mut events = 0;
    for file in env::args().skip(1) {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            let mut line: Value = serde_json::from_str(line).unwrap();
            let event = match (line.get_mut("event").map(Value::take), line.get("record")) {
                (Some(event), _) => Some(event),
                (None, Some(record)) => asked::event(record),
                _ => Some(line),
            };
            let Some(event) = event else { continue };
            events += 1;
            let config =
                "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n"
                    .to_owned();
            let unsaved = [
                ("account-watcher.toml".to_owned(), config),
                ("watchers/asked.toml".to_owned(), asked::watcher(&event)),
            ];
            let elsewhere = Elsewhere { unsaved: unsaved.into(), ..Elsewhere::default() };
            let options = Options { today: date(2026, 1, 12), region: None };
            for finding in lint_with(&root, &options, &elsewhere).1 {
                if ["no-match-test", "no-negative-test"].contains(&finding.lint.name) {
                    continue;
                }
                let name = format!("{}[{}]", finding.severity.as_str(), finding.lint.name);
                println!("{file}:{}: {name} {}; {:?}", number + 1, finding.message, finding.help);
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    fs::remove_dir_all(root).unwrap();
    println!("{events} events");
    for (name, count) in counts {
        println!("{count:6} {name}");
    }
}
