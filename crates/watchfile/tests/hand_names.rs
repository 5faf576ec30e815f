//! Event names that only `exceptions.toml` has: each says how it is known and from where, the linter takes it, and finds a
//! slip in it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use aws_facts::catalog::Catalog;
use jiff::civil::date;
use watchfile::{Level, Options, lint};

/// What `known` may say; the file's head says what each means.
const KNOWN: [&str; 4] = ["recorded", "page", "action", "unconfirmed"];

/// Sources and names, in the order of the file.
fn names() -> Vec<(String, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../aws-facts/catalog/exceptions.toml");
    let file: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let mut names = Vec::new();
    for event in file["event"].as_array().unwrap() {
        let text = |key: &str| event.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let texts = |key: &str| event[key].as_array().unwrap().iter().map(|text| text.as_str().unwrap());
        assert!(KNOWN.contains(&text("known")), "{event}: `known` is one of {KNOWN:?}");
        assert!(!text("from").is_empty(), "{event}: `from` says where it stands");
        let is_recorded = text("known") == "recorded";
        assert!(
            is_recorded || text("from").starts_with("https://docs.aws.amazon.com/"),
            "{event}: an address of AWS's"
        );
        for source in texts("sources") {
            names.extend(texts("names").map(|name| (source.to_owned(), name.to_owned())));
        }
    }
    names
}

#[test]
fn each_name_is_taken_and_a_slip_in_it_is_found() {
    let names = names();
    assert!(names.len() > 300, "{}", names.len());
    let mut slips = Vec::new();
    for (source, name) in &names {
        let service = Catalog::get().service(source).unwrap_or_else(|| panic!("{source} is in the catalog"));
        assert!(service.call(name).is_some(), "{source}: {name}: run generate.py");
        let slip = slip(name);
        if service.call(&slip).is_none() {
            slips.push((source.clone(), slip));
        }
    }
    let found = findings("names", &names);
    let wrong: Vec<&(String, String)> = names.iter().filter(|name| found.contains_key(*name)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let found = findings("slips", &slips);
    let unseen: Vec<&(String, String)> = slips.iter().filter(|slip| !found.contains_key(*slip)).collect();
    assert!(unseen.is_empty(), "{unseen:#?}");
    let errors = found.values().filter(|level| **level == Level::Error).count();
    assert!(errors * 10 > slips.len() * 9, "{errors} of {} slips are errors", slips.len());
}

/// Two letters in the middle change their places.
fn slip(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let start = letters.len() / 2;
    let at = (start..letters.len() - 1).find(|&at| letters[at] != letters[at + 1]).unwrap_or(start);
    letters.swap(at, at + 1);
    letters.into_iter().collect()
}

/// Of a watcher for each source and name, the worst that is said of the name.
fn findings(folder: &str, names: &[(String, String)]) -> BTreeMap<(String, String), Level> {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hand-names").join(folder);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("watchers")).unwrap();
    fs::write(root.join("account-watcher.toml"), "channels.c.slack.webhook = \"ssm:/account-watcher/c\"\n")
        .unwrap();
    for (number, (source, name)) in names.iter().enumerate() {
        let prefix = source.strip_suffix(".amazonaws.com").unwrap();
        fs::write(
            root.join(format!("watchers/w{number}.toml")),
            format!(
                "title = \"T\"\nseverity = \"low\"\nchannels = [\"c\"]\nmessage = \"{{{{call}}}}: {{{{outcome}}}}\"\n\
                 [pattern]\nsource = [\"aws.{prefix}\"]\ndetail.eventSource = [\"{source}\"]\n\
                 detail.eventName = [\"{name}\"]\n"
            ),
        )
        .unwrap();
    }
    let (_, found) = lint(&root, &Options { today: date(2026, 1, 12), region: None });
    let mut worst = BTreeMap::new();
    for finding in found.iter().filter(|finding| finding.lint.name == "unknown-event-name") {
        let stem = Path::new(&finding.source.path).file_stem().unwrap().to_str().unwrap();
        let key = names[stem[1..].parse::<usize>().unwrap()].clone();
        let level = worst.entry(key).or_insert(finding.severity);
        *level = (*level).max(finding.severity);
    }
    worst
}
