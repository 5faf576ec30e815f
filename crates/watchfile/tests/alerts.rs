//! What the shipped watchers say: of each test in their files the alert as Slack shows it, in `alerts/WATCHER.txt`. A
//! change of many watchers, or of what all alerts share, is read as the diff of these files.
//! `SNAPSHOTS=overwrite cargo test -p watchfile --test alerts` accepts it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use jiff::civil::date;
use serde_json::Value;
use watcher::{Channel, Match, Watchers};
use watchfile::{Project, TestCase, WatcherFile, load};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_alerts_are_those_that_were_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/alerts");
    let project = load(&root()).0;
    let told =
        project.files.iter().map(|file| (format!("{}.txt", file.watcher.name), alerts(&project, file)));
    let told: BTreeMap<String, String> = told.collect();
    let overwrite = env::var("SNAPSHOTS").as_deref() == Ok("overwrite");
    let mut stale = Vec::new();
    for (name, text) in &told {
        let path = folder.join(name);
        if fs::read_to_string(&path).unwrap_or_default() != *text {
            if overwrite {
                fs::write(&path, text).unwrap();
            } else {
                stale.push(name.clone());
            }
        }
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !told.contains_key(&name) {
            if overwrite {
                fs::remove_file(&path).unwrap();
            } else {
                stale.push(name);
            }
        }
    }
    assert!(
        stale.is_empty(),
        "these differ from what is said now; see the diff after\n\
         SNAPSHOTS=overwrite cargo test -p watchfile --test alerts\n{stale:#?}"
    );
}

fn alerts(project: &Project, file: &WatcherFile) -> String {
    let watchers = Watchers::new(project.config.clone(), vec![file.watcher.clone()]);
    let told = |test: &TestCase| {
        let event = test.event.to_string();
        let matches = watchers.deliveries(event.as_bytes(), date(2026, 1, 12)).unwrap();
        format!(
            "# {}\n{}\n",
            test.name,
            matches.first().map_or("(no match)".to_owned(), |m| alert(project, m))
        )
    };
    file.tests.iter().map(told).collect::<Vec<_>>().join("\n")
}

/// Header, message and context line.
fn alert(project: &Project, found: &Match<'_>) -> String {
    if let Some(reason) = found.ignored {
        return format!("(ignored: {reason})");
    }
    let slack = |delivery: &watcher::Delivery| match &project.config.channels[&delivery.channel] {
        Channel::Slack(slack) => Some(slack.body(delivery)),
        _ => None,
    };
    let payload = found.deliveries.iter().find_map(slack).expect("each shipped watcher tells Slack");
    let texts = |pointer: &str| -> Vec<String> {
        let elements = payload.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
        elements.filter_map(|element| element["text"].as_str().map(str::to_owned)).collect()
    };
    let text = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let severity = found.deliveries[0].severity.as_str();
    format!(
        "{} [{severity}]\n{}\n-- {}",
        text("/blocks/0/text/text"),
        text("/blocks/1/text/text"),
        texts("/blocks/2/elements").join(" · ")
    )
}
