//! `docs/coverage.md`: what public catalogues list, and which watcher reports it or why none does. The catalogues are in
//! `coverage/`, numbers and names only. `SNAPSHOTS=overwrite cargo test -p watchfile --test coverage` writes the page.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{env, fs};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use watchfile::load;

#[path = "support/coverage_page.rs"]
mod coverage_page;

use coverage_page::{Covered, Page, Section};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = root().join("crates/watchfile/tests/coverage").join(name);
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

/// MITRE ATT&CK: the watchers' tags say which technique they are for.
#[derive(Deserialize)]
struct Attack {
    name: String,
    link: String,
    techniques: BTreeMap<String, String>,
    reasons: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Cis {
    name: String,
    link: String,
    items: Vec<CisItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CisItem {
    /// Its number in 3.0 of the benchmark; empty if it is not there.
    v3: String,
    v5: String,
    what: String,
    #[serde(default)]
    watchers: Vec<String>,
    reason: Option<String>,
    lacks: Option<String>,
}

/// Whether each watcher is on, and its tags.
struct Library(BTreeMap<String, (bool, Vec<String>)>);

impl Library {
    fn read() -> Library {
        let files = load(&root()).0.files;
        Library(
            files.into_iter().map(|file| (file.watcher.name.clone(), (file.enabled, file.tags))).collect(),
        )
    }

    fn tagged(&self, tag: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(_, (_, tags))| tags.iter().any(|one| one == tag))
            .map(|(name, _)| name.clone())
            .collect()
    }

    fn is_on(&self, name: &str) -> bool {
        self.0.get(name).unwrap_or_else(|| panic!("there is no watcher {name}")).0
    }
}

fn page() -> Page {
    let library = Library::read();
    let reasons: BTreeMap<String, String> = read("reasons.toml");
    let mut used = BTreeSet::new();
    let mut not = |key: &str| {
        used.insert(key.to_owned());
        Covered::Not(reasons.get(key).unwrap_or_else(|| panic!("there is no reason {key}")).clone())
    };
    let by = |watchers: Vec<String>, lacks: Option<String>| {
        assert!(!watchers.is_empty(), "told by nobody, and no reason");
        Covered::By(watchers.into_iter().map(|name| (library.is_on(&name), name)).collect(), lacks)
    };
    let mut sections = vec![attack(&library, &mut not, &by), cis(&library, &mut not, &by)];
    for name in ["panther.toml", "elastic.toml", "sigma.toml", "stratus.toml"] {
        let catalogue: Catalogue = read(name);
        let mut rows = Vec::new();
        for (id, told) in catalogue.items {
            let covered = match told {
                Told::Not(reason) => not(&reason),
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
    let unused: Vec<&String> = reasons.keys().filter(|key| !used.contains(*key)).collect();
    assert!(unused.is_empty(), "reasons that nothing has: {unused:?}");
    Page { sections }
}

/// A technique is reported by the watchers that name it or one of its sub-techniques.
fn attack(
    library: &Library,
    not: &mut impl FnMut(&str) -> Covered,
    by: &impl Fn(Vec<String>, Option<String>) -> Covered,
) -> Section {
    let mut attack: Attack = read("attack.toml");
    let mut rows = Vec::new();
    for (id, name) in &attack.techniques {
        let of_it = |other: &&String| *other == id || other.starts_with(&format!("{id}."));
        let mut watchers: Vec<String> = attack
            .techniques
            .keys()
            .filter(of_it)
            .flat_map(|id| library.tagged(&format!("mitre-{id}")))
            .collect();
        watchers.sort_unstable();
        watchers.dedup();
        let covered = if let Some(reason) = attack.reasons.remove(id) {
            assert!(watchers.is_empty(), "{id} has a reason and is reported by {watchers:?}");
            not(&reason)
        } else {
            assert!(!watchers.is_empty(), "{id} has neither a watcher nor a reason");
            by(watchers, None)
        };
        let link = format!("[{id}](https://attack.mitre.org/techniques/{}/)", id.replace('.', "/"));
        rows.push((vec![link, name.clone()], covered));
    }
    assert!(attack.reasons.is_empty(), "reasons of techniques that are not there: {:?}", attack.reasons);
    Section {
        title: format!("{}, techniques in IaaS", attack.name),
        link: attack.link,
        columns: vec!["technique", "name"],
        rows,
    }
}

fn cis(
    library: &Library,
    not: &mut impl FnMut(&str) -> Covered,
    by: &impl Fn(Vec<String>, Option<String>) -> Covered,
) -> Section {
    let cis: Cis = read("cis.toml");
    let row = |item: CisItem| {
        let mut watchers = item.watchers;
        watchers.extend(library.tagged(&format!("cis-{}", item.v3)));
        let covered = match item.reason {
            Some(reason) => {
                assert!(watchers.is_empty(), "{} has a reason and is reported by {watchers:?}", item.what);
                not(&reason)
            }
            None => by(watchers, item.lacks),
        };
        let number = |number: String| if number.is_empty() { "–".to_owned() } else { number };
        (vec![number(item.v3), number(item.v5), item.what], covered)
    };
    Section {
        title: cis.name,
        link: cis.link,
        columns: vec!["3.0", "5.0", "about"],
        rows: cis.items.into_iter().map(row).collect(),
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
        "docs/coverage.md is stale: SNAPSHOTS=overwrite cargo test -p watchfile --test coverage"
    );
}

/// A tag that is not in the list of techniques is a slip, or a technique of another platform.
#[test]
fn each_technique_that_a_watcher_names_exists() {
    let attack: Attack = read("attack.toml");
    // Of ATT&CK's other platforms: SaaS, identity providers, containers, and what a host or a network does.
    let elsewhere = ["T1005", "T1098.005", "T1098.006", "T1484.002", "T1496.004", "T1557", "T1609"];
    for (name, (_, tags)) in &Library::read().0 {
        for technique in tags.iter().filter_map(|tag| tag.strip_prefix("mitre-")) {
            assert!(
                attack.techniques.contains_key(technique) || elsewhere.contains(&technique),
                "{name}: {technique} is not a technique of IaaS"
            );
        }
    }
}
