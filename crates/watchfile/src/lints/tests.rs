//! Every lint is registered, and says what it says it does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use jiff::civil::date;

use super::{Lint, Options, all, files, lint, markdown};
use crate::declared;
use crate::finding::Finding;
use crate::keys::{CONFIG, Holds, Keys, WATCHER};
use crate::lint::Level;

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
    let names: BTreeSet<String> = super::all::TABLE.iter().map(|row| row.lint.name.to_owned()).collect();
    assert_eq!(stems, names, "each lint with code is a file of its name, and stands in lints/all/mod.rs");
}

#[test]
fn lints_are_told_apart_by_their_names() {
    let names: BTreeSet<&str> = all().iter().map(|lint| lint.name).collect();
    assert_eq!(names.len(), all().len());
    assert!(all().is_sorted_by_key(|lint| (std::cmp::Reverse(lint.level), lint.name)));
}

/// A finding refers to a lint, so it is enough that no lint is made elsewhere.
#[test]
fn every_lint_is_made_in_a_table() {
    let mut folders = vec![source_folder()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_table = path.ends_with("declared.rs") || path.parent().unwrap().ends_with("lints/all");
            let made = fs::read_to_string(&path).unwrap().matches(": Lint = Lint {").count();
            let expected = usize::from(is_table && !path.ends_with("mod.rs"));
            assert!(made == expected || path.ends_with("lints/tests.rs"), "{}: {made}", path.display());
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
        if let Some(folder) = name.strip_suffix('/') {
            fs::create_dir(root.join(folder)).unwrap();
            continue;
        }
        let file = root.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
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
        assert!(bad.iter().any(|finding| *finding.lint == **lint), "{}: {bad:#?}", lint.name);
        let good = run(lint, lint.good, "good");
        let wrong = good.iter().find(|finding| *finding.lint == **lint || finding.severity == Level::Error);
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

/// Keys that hold lists, in what table they stand.
fn lists(keys: &'static Keys, found: &mut BTreeSet<(&'static str, &'static str)>) {
    for key in keys.rows {
        match key.holds {
            Holds::Texts | Holds::Several(_) | Holds::Regions | Holds::Paths => {
                found.insert((keys.what, key.name));
            }
            Holds::Table(keys) | Holds::Tables(keys) => lists(keys(), found),
            _ => {}
        }
    }
}

/// Every key that holds a list, in a file in which it is empty, and what is said of that; nothing where it can be meant.
const EMPTY_LISTS: [(&str, &str, &str, Option<&str>); 13] = [
    ("the watcher", "channels", "channels = []\n", Some("a watcher without channels tells nobody")),
    // As if they were left out.
    ("the watcher", "tags", "tags = []\n", None),
    ("the watcher", "references", "references = []\n", None),
    ("the watcher", "fields", "[fields]\nbucket = []\n", Some("field `bucket` has no JSONPath")),
    (
        "[[case]]",
        "channels",
        "[[case]]\nwhen = \"eq region 'x'\"\nseverity = \"low\"\nchannels = []\n",
        Some("a case without channels tells nobody"),
    ),
    ("[group]", "by", "[group]\nby = []\nwindow = \"5m\"\n", Some("the group is by nothing")),
    // Nobody gets what is ignored.
    (
        "[[test]]",
        "channels",
        "[[test]]\nname = \"x\"\nevent = \"s3-bucket-deleted.json\"\nchannels = []\n",
        None,
    ),
    (
        "[[override]]",
        "watchers",
        "# account-watcher.toml\n[[override]]\nwatchers = []\nenabled = true\n",
        Some("the override is for no watcher"),
    ),
    (
        "[[override]]",
        "channels",
        "# account-watcher.toml\n[[override]]\nwatchers = [\"*\"]\nchannels = []\n",
        Some("a watcher without channels tells nobody"),
    ),
    (
        "[override.group]",
        "by",
        "# account-watcher.toml\n[[override]]\nwatchers = [\"*\"]\n[override.group]\nby = []\nwindow = \"5m\"\n",
        Some("the group is by nothing"),
    ),
    // None of the shipped watchers is on.
    ("[shipped]", "on", "# account-watcher.toml\n[shipped]\npath = \"account-watcher\"\non = []\n", None),
    (
        "[shipped]",
        "replaced",
        "# account-watcher.toml\n[shipped]\npath = \"account-watcher\"\nreplaced = []\n",
        None,
    ),
    // A stack that sees its own region only.
    ("[forward]", "regions", "# account-watcher.toml\n[forward]\nhome = \"eu-west-1\"\nregions = []\n", None),
];

#[test]
fn an_empty_list_is_a_fault_where_it_cannot_be_meant() {
    let mut found = BTreeSet::new();
    lists(&WATCHER, &mut found);
    lists(&CONFIG, &mut found);
    let known: BTreeSet<(&str, &str)> = EMPTY_LISTS.iter().map(|(what, key, ..)| (*what, *key)).collect();
    assert_eq!(found, known);
    for (index, (what, key, example, expected)) in EMPTY_LISTS.into_iter().enumerate() {
        let findings = run(&declared::INVALID_VALUE, example, &format!("list-{index}"));
        let said = findings.iter().find(|finding| finding.lint.name == "invalid-value");
        match expected {
            None => assert!(said.is_none(), "{what} {key}: {findings:#?}"),
            Some(expected) => {
                let said = said.unwrap_or_else(|| panic!("{what} {key}: {findings:#?}"));
                assert!(said.message.starts_with(expected), "{what} {key}: {said:#?}");
                assert_eq!(&said.source.text[said.span.clone()], "[]", "{what} {key}");
                assert!(said.help.is_some() && said.stops_build(), "{what} {key}");
            }
        }
    }
}

/// What a lint finds in any pattern, wherever it stands.
const IN_ANY_PATTERN: [(&str, &str); 3] = [
    ("cancelled-condition", r#"{"account": [{"exists": true}, "123456789012"]}"#),
    ("literal-star", r#"{"account": ["1234*"]}"#),
    ("repeated-key", r#"{"account": ["123456789012"], "account": ["111122223333"]}"#),
];

/// Where a pattern can stand, up to it.
const PATTERN_PLACES: [&str; 5] = [
    "pattern = ",
    "[[ignore]]\nreason = \"x\"\npattern = ",
    "# account-watcher.toml\n[[ignore]]\nreason = \"x\"\npattern = ",
    "# account-watcher.toml\n[[override]]\nwatchers = [\"*\"]\n[[override.ignore]]\nreason = \"x\"\npattern = ",
    "# account-watcher.toml\n[[route]]\nchannels = { security = \"account-email\" }\nwhen = ",
];

#[test]
fn lints_of_patterns_see_every_place_where_one_can_stand() {
    for (lint, json) in IN_ANY_PATTERN {
        for (index, place) in PATTERN_PLACES.iter().enumerate() {
            let example = format!("{place}'{json}'\n");
            let lint = super::find(lint).unwrap();
            let findings = run(lint, &example, &format!("pattern-{index}"));
            assert!(findings.iter().any(|finding| finding.lint == lint), "{place}: {findings:#?}");
        }
    }
}

/// Who looks at a watcher's ignores looks at those of `account-watcher.toml` too.
#[test]
fn lints_of_patterns_are_known() {
    for row in super::all::TABLE {
        let file = source_folder().join(format!("lints/all/{}.rs", row.lint.name.replace('-', "_")));
        let text = fs::read_to_string(file).unwrap();
        let is_listed = IN_ANY_PATTERN.iter().any(|(name, _)| *name == row.lint.name);
        assert_eq!(text.contains(".patterns"), is_listed, "{}", row.lint.name);
        let looks_at_ignores = text.contains("places.ignores");
        assert!(!looks_at_ignores || text.contains("config_file"), "{}", row.lint.name);
    }
}
