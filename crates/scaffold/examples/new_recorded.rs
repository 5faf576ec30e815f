//! Makes a watcher of each recorded event, lints and tests it, and says what is left of the event's own values.
//!
//!     cargo run -p scaffold --example new_recorded -- EVENTS.jsonl…
//!
//! Takes the lines that `catalog_shares` takes. A kept value is one of the event's account ids, addresses, keys or users
//! that is found in the new files.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on stops")]

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::{env, fs};

use jiff::civil::date;
use scaffold::{Draft, from_event};
use serde_json::Value;
use watchfile::{Elsewhere, Level, Options, lint_with, run};

#[path = "../tests/support/events.rs"]
mod events;

fn main() {
    let root = env::temp_dir().join(format!("new-recorded-{}", std::process::id()));
    fs::create_dir_all(root.join("watchers")).unwrap();
    fs::create_dir_all(root.join("tests/events")).unwrap();
    let config = "channels.security.slack.webhook = \"ssm:/account-watcher/slack/security\"\n";
    fs::write(root.join("account-watcher.toml"), config).unwrap();
    let (mut made, mut clean) = (0, 0);
    let mut lints = BTreeMap::new();
    for path in env::args().skip(1) {
        for line in fs::read_to_string(path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let event = line.get("record").or(line.get("event")).unwrap_or(&line);
            match events::event_of(&event.to_string()).and_then(|event| from_event(&event, None, "security"))
            {
                Err(why) => println!("none: {why}"),
                Ok((draft, _)) => {
                    made += 1;
                    let faults = faults(&root, &draft, &mut lints);
                    let is_real = line.get("kind").is_none_or(|kind| kind == "real");
                    let kept = if is_real { kept(event, &draft) } else { Vec::new() };
                    clean += usize::from(faults.is_empty() && kept.is_empty());
                    for fault in faults {
                        println!("{}: {fault}", draft.name);
                    }
                    for value in kept {
                        println!("{}: keeps {value}", draft.name);
                    }
                }
            }
        }
    }
    fs::remove_dir_all(root).unwrap();
    println!("{made} watchers, {clean} without findings, failed tests or kept values");
    for (lint, count) in lints {
        println!("{count} {lint}");
    }
}

fn faults(root: &std::path::Path, draft: &Draft, lints: &mut BTreeMap<&'static str, usize>) -> Vec<String> {
    let event = root.join(format!("tests/events/{}.json", draft.name));
    fs::write(&event, &draft.event).unwrap();
    let unsaved = [(format!("watchers/{}.toml", draft.name), draft.watcher.clone())].into();
    let options = Options { today: date(2026, 1, 12), region: None };
    let (project, findings) = lint_with(root, &options, &Elsewhere { config: None, unsaved });
    fs::remove_file(event).unwrap();
    let mut faults = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity > Level::Note) {
        *lints.entry(finding.lint.name).or_default() += 1;
        faults.push(finding.to_string());
    }
    for file in &project.files {
        for test in &file.tests {
            faults.extend(
                run(file, &project.config, test, options.today).iter().map(|failure| format!("{failure:?}")),
            );
            if test.message.as_ref().is_some_and(|text| text.contains("(none)")) {
                faults.push(format!("{:?}", test.message));
            }
        }
    }
    faults
}

/// Values of the event that should not be in the files.
fn kept(event: &Value, draft: &Draft) -> Vec<String> {
    let detail = event.get("detail").unwrap_or(event);
    let identity = &detail["userIdentity"];
    let values = [
        &event["account"],
        &detail["recipientAccountId"],
        &detail["eventID"],
        &detail["requestID"],
        &detail["sourceIPAddress"],
        &identity["accountId"],
        &identity["accessKeyId"],
        &identity["principalId"],
    ];
    let texts = values.into_iter().filter_map(Value::as_str);
    // Whether AWS gave it out: people write examples such as `YOUR_ACCOUNT_ID`.
    let is_example =
        |text: &str| text.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_documentation() || ip.is_unspecified());
    let is_real = |text: &str| text.chars().any(|c| c.is_ascii_digit()) && !text.contains(['*', '<', ' ']);
    let is_own = |text: &&str| {
        text.len() > 6
            && is_real(text)
            && !is_example(text)
            && !text.contains("EXAMPLE")
            && !["123456789012", "210987654321", "127.0.0.1"].contains(text)
            && (draft.event.contains(&format!("\"{text}\""))
                || draft.watcher.contains(&format!("\"{text}\"")))
    };
    texts.filter(is_own).map(str::to_owned).collect()
}
