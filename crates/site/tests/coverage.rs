//! `docs/coverage.md`: what public catalogues list, and which watcher reports it or why none does. The catalogues are in
//! `benchmarks` and in `coverage/`, numbers and names only. `SNAPSHOTS=overwrite cargo test -p site --test coverage` writes the page.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{env, fs};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use site::benchmarks::{Benchmarks, CisItem};
use site::matrix::{self, Item, Named, State};
use watchfile::{WatcherFile, load};

#[path = "support/coverage_page.rs"]
mod coverage_page;

use coverage_page::{Covered, Page, Section};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = root().join("crates/site/tests/coverage").join(name);
    let text = fs::read_to_string(&path).unwrap();
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A catalogue of rules or attacks.
#[derive(Deserialize)]
struct Catalogue {
    name: String,
    what: String,
    link: String,
    items: BTreeMap<String, Told>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Told {
    /// The key of a reason.
    Not(String),
    By(Vec<String>),
    Partly {
        watchers: Vec<String>,
        lacks: String,
    },
}

/// What the matrices and this page need to know of the watchers.
fn library() -> Vec<Named> {
    let files = load(&root()).0.files;
    let named = |file: WatcherFile| Named { name: file.watcher.name, on: file.enabled, tags: file.tags };
    files.into_iter().map(named).collect()
}

fn page() -> Page {
    let library = library();
    let benchmarks = Benchmarks::read();
    let on: BTreeMap<&str, bool> = library.iter().map(|named| (named.name.as_str(), named.on)).collect();
    let is_on = |name: &str| *on.get(name).unwrap_or_else(|| panic!("there is no watcher {name}"));
    let mut used: BTreeSet<String> = benchmarks.attack.reasons.values().cloned().collect();
    used.extend(benchmarks.cis.items.iter().filter_map(|item| item.reason.clone()));
    benchmarks.cis.items.iter().flat_map(|item| &item.watchers).for_each(|name| {
        is_on(name);
    });
    let mut sections = vec![attack(&benchmarks, &library), cis(&benchmarks, &library)];
    for name in ["panther.toml", "elastic.toml", "sigma.toml", "stratus.toml"] {
        let catalogue: Catalogue = read(name);
        let by = |watchers: Vec<String>, lacks: Option<String>| {
            assert!(!watchers.is_empty(), "told by nobody, and no reason");
            Covered::By(watchers.into_iter().map(|name| (is_on(&name), name)).collect(), lacks)
        };
        let mut rows = Vec::new();
        for (id, told) in catalogue.items {
            let covered = match told {
                Told::Not(reason) => {
                    let words = benchmarks.reasons.get(&reason);
                    let words = words.unwrap_or_else(|| panic!("there is no reason {reason}")).clone();
                    used.insert(reason);
                    Covered::Not(words)
                }
                Told::By(watchers) => by(watchers, None),
                Told::Partly { watchers, lacks } => by(watchers, Some(lacks)),
            };
            rows.push((vec![format!("`{id}`")], covered));
        }
        sections.push(Section {
            title: format!("{}, {}", catalogue.name, catalogue.what),
            link: catalogue.link,
            columns: vec!["item"],
            rows,
        });
    }
    let unused: Vec<&String> = benchmarks.reasons.keys().filter(|key| !used.contains(*key)).collect();
    assert!(unused.is_empty(), "reasons that nothing has: {unused:?}");
    Page { sections }
}

/// An item has either watchers or a reason. `reason`: whether the benchmark's file has one.
fn covered(item: Item, reason: bool) -> Covered {
    let Item { what, watchers, state, .. } = item;
    assert!(!reason || watchers.is_empty(), "{what} has a reason and is reported by {watchers:?}");
    match state {
        State::Gap(Some(reason)) => Covered::Not(reason),
        State::Gap(None) => panic!("{what} has neither a watcher nor a reason"),
        State::Partly(lacks) => Covered::By(by(watchers), Some(lacks)),
        State::Covered | State::Off => Covered::By(by(watchers), None),
    }
}

fn by(watchers: BTreeMap<String, bool>) -> Vec<(bool, String)> {
    watchers.into_iter().map(|(name, on)| (on, name)).collect()
}

fn attack(benchmarks: &Benchmarks, library: &[Named]) -> Section {
    let attack = &benchmarks.attack;
    let wrong: Vec<&String> =
        attack.reasons.keys().filter(|id| !attack.techniques.contains_key(*id)).collect();
    assert!(wrong.is_empty(), "reasons of techniques that are not there: {wrong:?}");
    let row = |(id, item): (String, Item)| {
        let link = format!("[{id}](https://attack.mitre.org/techniques/{}/)", id.replace('.', "/"));
        (vec![link, item.what.clone()], covered(item, attack.reasons.contains_key(&id)))
    };
    Section {
        title: format!("{}, techniques in IaaS", attack.name),
        link: attack.link.clone(),
        columns: vec!["technique", "name"],
        rows: matrix::attack(benchmarks, library).into_iter().map(row).collect(),
    }
}

fn cis(benchmarks: &Benchmarks, library: &[Named]) -> Section {
    let cis = &benchmarks.cis;
    let row = |(item, listed): (Item, &CisItem)| {
        let mut cells: Vec<String> =
            item.numbers.iter().map(|number| number.clone().unwrap_or_else(|| "–".to_owned())).collect();
        cells.push(item.what.clone());
        (cells, covered(item, listed.reason.is_some()))
    };
    Section {
        title: cis.name.clone(),
        link: cis.link.clone(),
        columns: vec!["3.0", "5.0", "about"],
        rows: matrix::cis(benchmarks, library).into_iter().zip(&cis.items).map(row).collect(),
    }
}

#[test]
fn the_page_is_current() {
    let text = page().to_string();
    let path = root().join("docs/coverage.md");
    if env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        fs::write(&path, &text).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == text,
        "docs/coverage.md is stale: SNAPSHOTS=overwrite cargo test -p site --test coverage"
    );
}

/// A tag that is not in the list of techniques is a slip, or a technique of another platform.
#[test]
fn each_technique_that_a_watcher_names_exists() {
    let attack = Benchmarks::read().attack;
    // Of ATT&CK's other platforms: SaaS, identity providers, containers, and what a host or a network does.
    let elsewhere = ["T1005", "T1098.005", "T1098.006", "T1484.002", "T1496.004", "T1557", "T1609"];
    for Named { name, tags, .. } in &library() {
        for technique in tags.iter().filter_map(|tag| tag.strip_prefix("mitre-")) {
            assert!(
                attack.techniques.contains_key(technique) || elsewhere.contains(&technique),
                "{name}: {technique} is not a technique of IaaS"
            );
        }
    }
}
