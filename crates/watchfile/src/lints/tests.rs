//! Every lint is registered, and says what it says it does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use jiff::civil::date;

use super::{Lint, Options, all, files, find, lint, markdown};
use crate::finding::{Finding, Level};

fn source_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn every_file_is_in_the_table() {
    let stems: BTreeSet<String> = fs::read_dir(source_folder().join("lints/all"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().replace('_', "-"))
        .filter(|stem| stem != "mod")
        .collect();
    let names: BTreeSet<String> = all().iter().map(|lint| lint.name.to_owned()).collect();
    assert_eq!(stems, names, "each lint is a file of its name, and stands in lints/all/mod.rs");
    assert!(all().is_sorted_by_key(|lint| (std::cmp::Reverse(lint.level), lint.name)));
}

#[test]
fn every_lint_that_is_reported_is_in_the_table() {
    let mut folders = vec![source_folder()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.ends_with("lints/tests.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let calls = text.match_indices("finding(").chain(text.match_indices("Finding::new("));
            for (at, call) in calls {
                let first = text[at + call.len()..].trim_start().strip_prefix('"');
                if let Some(name) = first.and_then(|rest| rest.split('"').next()) {
                    assert!(find(name).is_some(), "{}: {name}", path.display());
                }
            }
        }
    }
}

/// The findings in an example.
fn run(lint_of: &Lint, example: &str, what: &str) -> Vec<Finding> {
    let root = env::temp_dir().join(format!("watchfile-{}-{}-{what}", std::process::id(), lint_of.name));
    for folder in ["watchers", "tests/events"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    let event = source_folder().join("../../../tests/events/s3-bucket-deleted.json");
    fs::copy(event, root.join("tests/events/s3-bucket-deleted.json")).unwrap();
    for (name, text) in files(example) {
        match name.strip_suffix('/') {
            Some(folder) => fs::create_dir(root.join(folder)).unwrap(),
            None => fs::write(root.join(name), text).unwrap(),
        }
    }
    let options = Options { today: date(2026, 1, 12), region: None };
    let (_, findings) = lint(&root, &options);
    fs::remove_dir_all(root).unwrap();
    findings
}

#[test]
fn every_example_is_what_it_says() {
    for lint in all() {
        let bad = run(lint, lint.bad, "bad");
        assert!(bad.iter().any(|finding| finding.lint == lint.name), "{}: {bad:#?}", lint.name);
        let good = run(lint, lint.good, "good");
        let wrong = good.iter().find(|finding| finding.lint == lint.name || finding.severity == Level::Error);
        assert!(wrong.is_none(), "{}: {wrong:#?}", lint.name);
    }
}

#[test]
fn the_documentation_is_not_stale() {
    let path = source_folder().join("../../../docs/lints.md");
    if env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        fs::write(&path, markdown()).unwrap();
    }
    let shown = fs::read_to_string(&path).unwrap_or_default();
    assert!(shown == markdown(), "docs/lints.md is stale: SNAPSHOTS=overwrite cargo test -p watchfile");
}
