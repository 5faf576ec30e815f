//! Every lint is registered, and says what it says it does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use jiff::civil::date;

use super::{Lint, Options, all, files, lint, markdown};
use crate::finding::Finding;
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
