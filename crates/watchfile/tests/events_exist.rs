//! Whoever asks for what an event has asks for nothing impossible: a watcher for each fixture, which names every value of it
//! and reads each by a field, has no finding of a value, a field or a path.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::{env, fs, process};

use jiff::civil::date;
use serde_json::Value;
use watchfile::{Elsewhere, Options, lint_with};

#[path = "support/asked.rs"]
mod asked;

/// What is true of any such watcher, and has nothing to do with its values.
const BESIDES: [&str; 6] = [
    "global-event",
    "no-match-test",
    "no-negative-test",
    "read-only-event",
    "response-of-failed-call",
    "sign-in-region",
];

/// What is true of one fixture: another event of the call has the other name or the other shape.
const TRUE_OF: [(&str, &str); 6] = [
    ("cloudfront-distribution-changed.json", "two-names"),
    ("ec2-security-group-changed.json", "two-shapes"),
    ("ec2-security-group-opened.json", "two-shapes"),
    ("route53domains-auto-renew-disabled.json", "two-names"),
    ("route53domains-domain-transfer.json", "two-names"),
    ("route53domains-nameservers-changed.json", "two-names"),
];

#[test]
fn nothing_that_an_event_has_is_a_fault() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/events");
    let root = env::temp_dir().join(format!("watchfile-asked-{}", process::id()));
    fs::create_dir_all(root.join("watchers")).unwrap();
    let config = "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n";
    let mut wrong = Vec::new();
    let mut unused = TRUE_OF.to_vec();
    let mut events = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let Ok(event) = serde_json::from_str::<Value>(&text) else { continue };
        if event["source"].as_str().is_none_or(|source| !source.starts_with("aws.")) {
            continue;
        }
        events += 1;
        let unsaved = [
            ("account-watcher.toml".to_owned(), config.to_owned()),
            ("watchers/asked.toml".to_owned(), asked::watcher(&event)),
        ];
        let elsewhere = Elsewhere { unsaved: unsaved.into(), ..Elsewhere::default() };
        let (_, findings) = lint_with(&root, &Options { today: date(2026, 1, 12), region: None }, &elsewhere);
        let name = path.file_name().unwrap().to_str().unwrap();
        for finding in findings.iter().filter(|finding| !BESIDES.contains(&finding.lint.name)) {
            let exemption = (name, finding.lint.name);
            unused.retain(|one| *one != exemption);
            if !TRUE_OF.contains(&exemption) {
                wrong.push(format!("{name}: {finding}"));
            }
        }
    }
    fs::remove_dir_all(root).unwrap();
    assert!(events > 250, "{events}");
    assert!(wrong.is_empty(), "{} false findings:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unused.is_empty(), "no longer found: {unused:?}");
}
