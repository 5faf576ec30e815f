//! What `watcher backtest` says of a record is what the built function sent for it: `tests/e2e/expected` holds, exactly, what
//! the end-to-end tests got from the function in Lambda's emulator.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::backtest::{log, shipped};
use crate::support::{run, scratch, watcher, write};

/// A text that the expectations have as a list of its lines.
fn text(value: &Value) -> String {
    match value {
        Value::Array(lines) => lines.iter().map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n"),
        other => other.as_str().unwrap().to_owned(),
    }
}

/// Title and message of each alert in Slack: the title stands behind the sign of its severity.
fn sent(expected: &Value) -> BTreeSet<(String, String)> {
    let posts = expected["slack"].as_array().unwrap().iter();
    posts
        .map(|post| {
            let title = text(&post["blocks"][0]["text"]["text"]);
            (title.split_once(' ').unwrap().1.to_owned(), text(&post["blocks"][1]["text"]["text"]))
        })
        .collect()
}

#[test]
fn backtest_foretells_what_the_function_sends() {
    let mut compared = 0;
    for entry in fs::read_dir(shipped().join("tests/e2e/expected")).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        // The end-to-end tests have watchers of their own, and events that no log has.
        let Ok(event) = fs::read_to_string(shipped().join(format!("tests/events/{name}.json"))) else {
            continue;
        };
        let event: Value = serde_json::from_str(&event).unwrap();
        if !event["detail-type"].as_str().unwrap().ends_with(" via CloudTrail") {
            continue;
        }
        let mut record = event["detail"].clone();
        record["recipientAccountId"] = event["account"].clone();
        let folder = scratch(&format!("foretold-{name}"));
        write(&folder.join("AWSLogs/123456789012/CloudTrail/us-east-1/a.json.gz"), log(&[record]));
        let output =
            run(watcher(&shipped(), &["backtest", "--format", "json", folder.to_str().unwrap()]), "");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let expected: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let watchers = report["watchers"].as_array().unwrap().iter();
        let foretold: BTreeSet<(String, String)> = watchers
            .filter(|watcher| watcher["alerts"] != 0)
            .map(|watcher| (text(&watcher["example"]["title"]), text(&watcher["example"]["message"])))
            .collect();
        assert_eq!(foretold, sent(&expected), "{name}");
        let messages = |channel: &str| {
            let all = report["channels"].as_array().unwrap();
            all.iter()
                .find(|found| found["name"] == channel)
                .map_or(json!(0), |found| found["messages"].clone())
        };
        let of_shipped = |message: &&Value| !message.to_string().contains("\"Watcher: e2e-");
        let count = |kind: &str| json!(expected[kind].as_array().unwrap().iter().filter(of_shipped).count());
        assert_eq!(
            (messages("security"), messages("account-email")),
            (count("slack"), count("sns")),
            "{name}"
        );
        compared += 1;
    }
    assert!(compared >= 8, "only {compared} of the expectations were compared");
}
