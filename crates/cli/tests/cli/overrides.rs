//! `[[override]]`: every command shows what it makes of a watcher.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{check, path, run, scratch, watcher, write};

const OVERRIDES: &str = r#"
[[override]]
watchers = ["iam-*"]
enabled = true
channels = ["security"]

[[override]]
watchers = ["s3-bucket-deleted"]
severity = "critical"
group = { by = ["actor"], window = "30m" }

[[override.ignore]]
reason = "the sandbox account"
pattern.account = ["111122223333"]

[[override]]
watchers = ["severity:low"]
severity = "info"
"#;

/// The shop, with overrides.
fn shop(name: &str) -> PathBuf {
    let (from, to) = (path("projects/shop"), scratch(name));
    for folder in ["watchers", "tests/events"] {
        for entry in fs::read_dir(from.join(folder)).unwrap() {
            let entry = entry.unwrap();
            write(&to.join(folder).join(entry.file_name()), fs::read(entry.path()).unwrap());
        }
    }
    let config = fs::read_to_string(from.join("account-watcher.toml")).unwrap();
    write(&to.join("account-watcher.toml"), config + OVERRIDES);
    to
}

#[test]
fn the_list_says_where_a_value_comes_from() {
    let shop = shop("overrides-list");
    check("out/overrides-list.out", &shop, &["list"], "");
    check("out/overrides-list-json.out", &shop, &["list", "--format", "json"], "");
}

#[test]
fn what_is_tried_is_what_is_deployed() {
    let shop = shop("overrides-try");
    check("out/overrides-try.out", &shop, &["try", "tests/events/s3-bucket-deleted.json"], "");
}

/// Each of these leaves the watcher on, and nothing of what it is for is sent.
#[test]
fn ignores_that_silence_are_found_alone_and_together() {
    let project = shop("overrides-silencing");
    let name = "watchers/s3-bucket-deleted.toml";
    let file = fs::read_to_string(project.join(name))
        .unwrap()
        .replace("detail.errorCode = [{ exists = false }]\n", "");
    let tests = "[[test]]\nname = \"bob\"\nevent = \"s3-bucket-deleted.json\"\nwith.detail.userIdentity.userName = \"bob\"\n\
        [[test]]\nname = \"denied\"\nevent = \"s3-bucket-deleted.json\"\ndenied = \"AccessDenied\"\n";
    write(&project.join(name), format!("{file}\n{tests}"));
    let config = fs::read_to_string(path("projects/shop/account-watcher.toml")).unwrap();
    let ignores = |patterns: &[&str]| {
        let one =
            |pattern: &&str| format!("[[override.ignore]]\nreason = \"{}\"\n{pattern}\n", pattern.len());
        let ignores: String = patterns.iter().map(one).collect();
        format!("{config}\n[[override]]\nwatchers = [\"s3-bucket-deleted\"]\n{ignores}")
    };
    let alice = "pattern.detail.userIdentity.userName = [\"alice\"]";
    let others = "pattern.detail.userIdentity.userName = [{ anything-but = [\"alice\"] }]";
    let success = "pattern.detail.errorCode = [{ exists = false }]";
    let denied = "pattern.detail.errorCode = [\"AccessDenied\"]";
    let cases: [(&[&str], &[&str]); 5] = [
        (&[alice, others], &["this ignores with others every event"; 2]),
        (&[success], &["this ignores every success"]),
        (&["pattern.source = [\"aws.s3\"]"], &["this ignores every event"]),
        (&[alice], &[]),
        (&[denied], &[]),
    ];
    for (patterns, expected) in cases {
        write(&project.join("account-watcher.toml"), ignores(patterns));
        let output = run(watcher(&project, &["lint", "--format", "json"]), "");
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let found = found["findings"].as_array().unwrap().iter();
        let messages: Vec<&str> = found
            .filter(|finding| finding["lint"] == "silencing-ignore")
            .map(|finding| finding["message"].as_str().unwrap())
            .collect();
        let expected: Vec<String> = expected
            .iter()
            .map(|begin| format!("{begin} that the tests of `s3-bucket-deleted` show it for"))
            .collect();
        assert_eq!(messages, expected, "{patterns:?}");
    }
}

/// One that is off is tried as if it were on.
#[test]
fn a_backtest_of_a_watcher_that_is_off_counts_what_it_would_send() {
    let project = shop("overrides-off");
    let config = fs::read_to_string(path("projects/shop/account-watcher.toml")).unwrap();
    let off = "\n[[override]]\nwatchers = [\"s3-*\"]\nenabled = false\n";
    write(&project.join("account-watcher.toml"), config + off);
    let event = "tests/events/s3-bucket-deleted.json";
    let args = ["backtest", "--format", "json", "--watcher", "s3-bucket-deleted", event];
    let output = run(watcher(&project, &args), "");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["fate"]["matched"], &report["fate"]["read_only"]), (&json!(1), &json!(0)));
}

/// A file's tests are for what it says, so that an override fails none of them.
#[test]
fn tests_are_of_the_files() {
    let shop = shop("overrides-test");
    check("out/overrides-test.out", &shop, &["test"], "");
}
