//! The watchers of this repository: no findings, all tests pass, each fixture arrives through exactly one rule.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;

use jiff::civil::date;
use rules::{Arrival, Rules};
use watcher::Watchers;
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

/// Those that tell of calls of any name: a few denied calls of one caller, the visit of the root user or of somebody with
/// the function's role, and a record that was cut are told besides what was called.
const OF_ANY_CALL: [&str; 4] =
    ["account-watcher-role-used", "root-api-call", "unauthorized-api-call", "iam-call-oversized"];

#[test]
fn nothing_is_told_twice() {
    let watchers = all_switched_on();
    let mut told = 0;
    for file in &load(&root()).0.files {
        for test in &file.tests {
            let matches = watchers.deliveries(test.event.to_string().as_bytes(), date(2026, 1, 12)).unwrap();
            let names = matches.iter().filter(|found| !found.deliveries.is_empty());
            let mut names: Vec<&str> = names.map(|found| found.watcher.name.as_str()).collect();
            names.retain(|name| !OF_ANY_CALL.contains(name));
            assert!(names.len() < 2, "{}: {}: told by {names:?}", file.watcher.name, test.name);
            told += names.len();
        }
    }
    assert!(told > load(&root()).0.files.len(), "{told}");
}

/// No watcher that is on asks for these kinds of events; of Trusted Advisor's source none at all.
#[test]
fn what_is_off_costs_no_rule() {
    let on = Rules::generate(&load(&root()).0.watchers()).unwrap();
    let all = Rules::generate(&all_switched_on()).unwrap();
    let cases = [
        ("codebuild-build-failed", "CodeBuild Build State Change"),
        ("trustedadvisor-check-failed", "Trusted Advisor Check Item Refresh Notification"),
        ("trustedadvisor-check-failed", "trustedadvisor"),
    ];
    for (name, word) in cases {
        let event = fs::read(root().join(format!("tests/events/{name}.json"))).unwrap();
        assert_eq!(on.matching(&event).unwrap().len(), 0, "{name}");
        assert_eq!(all.matching(&event).unwrap().len(), 1, "{name}");
        let named = |rules: &Rules| rules.iter().any(|rule| rule.pattern.to_string().contains(word));
        assert!(!named(&on) && named(&all), "{name}: {word}");
    }
}

#[test]
fn every_item_of_cis_section_4_is_watched() {
    let project = load(&root()).0;
    for item in 1..=16 {
        let tag = format!("cis-4.{item}");
        let watched = project.files.iter().any(|file| file.enabled && file.tags.contains(&tag));
        assert!(watched, "no watcher that is on has the tag {tag}");
    }
}

#[test]
fn what_is_embedded_comes_back() {
    let watchers = load(&root()).0.watchers();
    let embedded = watchers.to_embedded();
    assert_eq!(watcher::Watchers::embedded(embedded.clone().leak()).to_embedded(), embedded);
}
