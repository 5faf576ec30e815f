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

/// What a machine reads or a template left behind, of every alert of every watcher.
#[test]
fn an_alert_has_nothing_that_only_a_machine_reads() {
    let project = load(&root()).0;
    let mut found = Vec::new();
    for file in &project.files {
        let name = &file.watcher.name;
        let text = alerts(&project, file);
        for line in text.lines().filter(|line| !line.starts_with("# ") && !line.starts_with("-> ")) {
            let allowed = ALLOWED.iter().any(|(watcher, part, _)| watcher == name && line.contains(part));
            found.extend(
                faults(line).into_iter().filter(|_| !allowed).map(|fault| format!("{name}: {fault}: {line}")),
            );
        }
    }
    for (watcher, part, _) in ALLOWED {
        let file = project.files.iter().find(|file| file.watcher.name == *watcher);
        let text = file.map(|file| alerts(&project, file)).unwrap_or_default();
        assert!(text.contains(part), "{watcher} does not say `{part}` any more");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A watcher, a part of a line that it may say, and why.
const ALLOWED: &[(&str, &str, &str)] = &[];

fn faults(line: &str) -> Vec<&'static str> {
    let parts = [
        ("{\"", "JSON"),
        ("{}", "JSON"),
        ("[{", "JSON"),
        ("[\"", "JSON"),
        ("[]", "JSON"),
        ("[object", "JSON"),
        ("%3A", "an address as it stands in a URL"),
        ("%2F", "an address as it stands in a URL"),
        ("(none)", "a value that is not there"),
        ("()", "nothing in brackets"),
        ("\"\"", "nothing in quotes"),
        ("  ", "two blanks"),
        (" ,", "a blank before a comma"),
        (" ;", "a blank before a semicolon"),
        (" : ", "a blank before a colon"),
        (" )", "a blank before a bracket"),
        ("( ", "a blank behind a bracket"),
        (" . ", "a blank before a full stop"),
        (",,", "two commas"),
        (": ,", "nothing behind a colon"),
    ];
    let mut found: Vec<&str> =
        parts.into_iter().filter(|(part, _)| line.contains(part)).map(|(_, fault)| fault).collect();
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_word = |word: &str| word.chars().all(char::is_alphabetic);
    if words.windows(2).any(|two| is_word(two[0]) && two[0].eq_ignore_ascii_case(two[1])) {
        found.push("a word twice");
    }
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    if words.iter().any(|word| ["null", "None", "undefined", "NaN"].contains(&bare(word).as_str())) {
        found.push("a value that is not there");
    }
    if words.iter().any(|word| is_dated(&bare(word))) {
        found.push("a call's name with the date of its API");
    }
    if line.ends_with([' ', ':', ',', ';', '(']) || line.ends_with(" .") {
        found.push("the end of the line is missing");
    }
    found
}

/// `CreateFunction20150331`, `UpdateFunctionCode20150331v2`: as CloudTrail writes the calls of Lambda and `CloudFront`.
fn is_dated(word: &str) -> bool {
    let name = word.trim_end_matches("v2").replace('_', "");
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    name.len() == letters.len() + 8 && letters.len() > 3 && letters.chars().all(|c| c.is_ascii_alphabetic())
}

#[test]
fn faults_of_a_line_are_found() {
    let lines = [
        "alice set it to {\"a\":1}",
        "alice  deleted it",
        "alice deleted the the queue",
        "codes: (none)",
        "role arn%3Aaws%3Aiam%3A%3A1",
        "called UpdateFunctionCode20150331v2 on x",
        "It is null",
        "Next:",
    ];
    for line in lines {
        assert!(!faults(line).is_empty(), "{line}");
    }
    for line in [
        "image alpine, command ./run",
        "key 20150331",
        "i-0123456789abcdef0 [high]",
        "It had that that-clause",
    ] {
        assert!(faults(line).is_empty(), "{line}: {:?}", faults(line));
    }
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

/// Header, message, context line, and the address of the resource in the console.
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
    let page = found.deliveries[0].facts.target_link.as_deref().map(|link| format!("\n-> {link}"));
    format!(
        "{} [{severity}]\n{}\n-- {}{}",
        text("/blocks/0/text/text"),
        text("/blocks/1/text/text"),
        texts("/blocks/2/elements").join(" · "),
        page.unwrap_or_default(),
    )
}
