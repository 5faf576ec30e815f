//! The watchers of this repository: no findings, all tests pass, each fixture arrives through exactly one rule.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;

use jiff::civil::date;
use watcher::Watchers;
use watchfile::rules::{Arrival, Rules};
use watchfile::{Level, Options, lint, load, run};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Those too that ship with `enabled = false`: whoever switches one on gets what it says.
fn all_switched_on() -> Watchers {
    let project = load(&root()).0;
    Watchers::new(project.config, project.files.into_iter().map(|file| file.watcher).collect())
}

#[test]
fn they_have_no_findings_and_pass_their_tests() {
    let options = Options { today: date(2026, 1, 12), region: None };
    let (project, findings) = lint(&root(), &options);
    let wrong = findings.iter().find(|finding| finding.severity > Level::Note);
    assert!(wrong.is_none(), "{wrong:#?}");
    assert!(!project.files.is_empty());
    for file in &project.files {
        assert!(!file.tests.is_empty(), "{} has no test", file.watcher.name);
        for test in &file.tests {
            let failures = run(file, &project.config, test, date(2026, 1, 12));
            assert!(failures.is_empty(), "{}: {}: {failures:#?}", file.watcher.name, test.name);
        }
    }
}

#[test]
fn every_fixture_arrives_through_one_rule() {
    let watchers = all_switched_on();
    let rules = Rules::generate(&watchers).unwrap();
    let fixtures: Vec<PathBuf> =
        fs::read_dir(root().join("tests/events")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(!fixtures.is_empty());
    for fixture in fixtures {
        let event = fs::read(&fixture).unwrap();
        assert_eq!(rules.matching(&event).unwrap().len(), 1, "{}", fixture.display());
        assert!(matches!(rules.arrival(&event), Ok(Arrival::Through(_))), "{}", fixture.display());
        assert!(!watchers.deliveries(&event, date(2026, 1, 12)).unwrap().is_empty(), "{}", fixture.display());
    }
}

#[test]
fn what_is_embedded_comes_back() {
    let watchers = load(&root()).0.watchers();
    let embedded = watchers.to_embedded();
    assert_eq!(watcher::Watchers::embedded(&embedded).to_embedded(), embedded);
}
