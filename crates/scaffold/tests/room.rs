//! The rules of the shipped watchers leave room for as many again.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;

use aws_facts::catalog::{Call, Catalog, Service};
use rules::{Rules, limits};
use scaffold::Target;
use watcher::Watchers;
use watchfile::load;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Those too that ship with `enabled = false`: whoever switches one on gets what it says.
fn all_switched_on() -> Watchers {
    let project = load(&root()).0;
    Watchers::new(project.config, project.files.into_iter().map(|file| file.watcher).collect())
}

/// Of how many services the 200 more watchers are, besides those of the library. While a watcher names no source, as
/// that of the root user's calls, about a hundred sources can be named: the rule `Rest` lists them to exclude them.
const SERVICES: usize = 60;

/// New watchers of calls spread over the services with the most calls: so many that write, so many that read.
fn more(services: usize, writes: usize, reads: usize) -> Vec<watcher::Watcher> {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("more-{services}"));
    let _ = fs::remove_dir_all(&root);
    for folder in ["watchers", "tests/events"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    let config = fs::read_to_string(self::root().join("account-watcher.toml")).unwrap();
    fs::write(root.join("account-watcher.toml"), config).unwrap();
    let mut largest: Vec<&Service> = Catalog::get().services().iter().collect();
    largest.sort_by_key(|service| std::cmp::Reverse(service.calls.len()));
    for (is_read, number) in [(false, writes), (true, reads)] {
        let services = largest.iter().take(services);
        let calls = services.flat_map(|service| service.calls.iter().map(move |call| (service, call)));
        let is_event = |call: &Call| call.is_read_only() == is_read && !call.is_data_event();
        let calls: Vec<_> = calls.filter(|(_, call)| is_event(call)).collect();
        for (service, call) in calls.iter().step_by(calls.len() / number.max(1)).take(number) {
            let target = Target::calls(&format!("{}:{}", service.prefix(), call.name)).unwrap();
            let name = format!("more-{is_read}-{}", fs::read_dir(root.join("watchers")).unwrap().count());
            let draft = target.draft(Some(&name), "security");
            fs::write(root.join(format!("watchers/{name}.toml")), draft.watcher).unwrap();
            fs::write(root.join(format!("tests/events/{name}.json")), draft.event).unwrap();
        }
    }
    let (project, findings) = load(&root);
    assert!(findings.is_empty(), "{findings:#?}");
    assert_eq!(project.files.len(), writes + reads);
    project.files.into_iter().map(|file| file.watcher).collect()
}

#[test]
fn there_is_room_for_200_more_watchers() {
    let shipped = all_switched_on();
    let all: Vec<_> = shipped.iter().cloned().chain(more(SERVICES, 190, 10)).collect();
    let watchers = watcher::Watchers::new(load(&root()).0.config, all);
    let rules = Rules::generate(&watchers).unwrap();
    assert!(rules.iter().len() <= limits::RULES, "{}", rules.iter().len());
    for rule in rules.iter() {
        assert!(rule.characters() <= limits::PATTERN, "{}: {}", rule.id, rule.characters());
        assert!(rule.combinations() <= limits::COMBINATIONS, "{}: {}", rule.id, rule.combinations());
    }
    for fixture in fs::read_dir(root().join("tests/events")).unwrap() {
        let path = fixture.unwrap().path();
        assert_eq!(rules.matching(&fs::read(&path).unwrap()).unwrap().len(), 1, "{}", path.display());
    }
}
