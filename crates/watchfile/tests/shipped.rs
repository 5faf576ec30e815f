//! The watchers of this repository: no findings, all tests pass, each fixture arrives through exactly one rule.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use jiff::civil::date;
use rules::{Arrival, Rules};
use serde_json::Value;
use watcher::Watchers;
use watchfile::coverage::gaps;
use watchfile::{Level, Options, lint, load, outcome, run};

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

/// Those that report calls of any name: a few denied calls of one caller, the visit of the root user or of somebody with
/// the function's role, and a record that was cut are reported besides what was called.
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

/// No rule names the sources and detail-types that only watchers ask for which are off, and their events arrive as soon
/// as all are on.
#[test]
fn what_is_off_costs_no_rule() {
    let project = load(&root()).0;
    let on = Rules::generate(&project.watchers()).unwrap();
    let all = Rules::generate(&all_switched_on()).unwrap();
    let asked = |enabled: bool| {
        let files = project.files.iter().filter(move |file| file.enabled == enabled);
        let alternatives = files.flat_map(|file| file.watcher.pattern.alternatives());
        let texts = alternatives.flat_map(|one| {
            let values =
                ["source", "detail-type"].into_iter().filter_map(move |key| one.get(key).map(<[_]>::to_vec));
            values.flatten().filter_map(|value| value.as_str().map(|text| Value::from(text).to_string()))
        });
        texts.collect::<BTreeSet<String>>()
    };
    let only_off: Vec<String> = asked(false).difference(&asked(true)).cloned().collect();
    for word in ["\"CodeBuild Build State Change\"", "\"aws.batch\"", "\"aws.trustedadvisor\""] {
        assert!(
            only_off.iter().any(|only| only == word),
            "{word} is not only of watchers that are off: {only_off:?}"
        );
    }
    let named = |rules: &Rules, word: &str| rules.iter().any(|rule| rule.pattern.to_string().contains(word));
    for word in &only_off {
        assert!(!named(&on, word) && named(&all, word), "{word}");
    }
    for name in ["batch-job-command-replaced", "codebuild-build-failed", "trustedadvisor-check-failed"] {
        let event = fs::read(root().join(format!("tests/events/{name}.json"))).unwrap();
        assert_eq!(on.matching(&event).unwrap().len(), 0, "{name}");
        assert_eq!(all.matching(&event).unwrap().len(), 1, "{name}");
    }
}

/// Each field has a value in a test, each ignore ignores something, and each watcher matches and does not.
#[test]
fn the_tests_leave_nothing_out() {
    let project = load(&root()).0;
    for file in &project.files {
        let outcomes: Vec<_> =
            file.tests.iter().map(|test| outcome(file, &project.config, test, date(2026, 1, 12))).collect();
        assert_eq!(gaps(file, &outcomes), [], "{}", file.watcher.name);
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
