//! What benchmarks list, as data with its source: numbers, ids, and for CIS words of our own.

use std::collections::BTreeMap;

use serde::Deserialize;

/// MITRE ATT&CK for infrastructure as a service. Watchers name its techniques in their tags.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// With its version.
    pub name: String,
    /// Where it stands.
    pub link: String,
    /// Names of techniques by id.
    pub techniques: BTreeMap<String, String>,
    /// Why no shipped watcher reports a technique: keys of [`Benchmarks::reasons`].
    pub reasons: BTreeMap<String, String>,
    /// The columns of the matrix.
    pub tactics: Vec<Tactic>,
}

/// A tactic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tactic {
    /// `TA0001`
    pub id: String,
    /// Its name.
    pub name: String,
    /// The ids of its techniques.
    pub techniques: Vec<String>,
}

/// The CIS AWS Foundations Benchmark.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cis {
    /// With its versions.
    pub name: String,
    /// Where it stands.
    pub link: String,
    /// Its items.
    pub items: Vec<CisItem>,
}

/// An item of the benchmark.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CisItem {
    /// Its number in 3.0; empty if it is not there.
    pub v3: String,
    /// Its number in 5.0; empty if it is not there.
    pub v5: String,
    /// What it is about, in words of ours.
    pub what: String,
    /// The shipped watchers that report a change of it, besides those that name it in their tags.
    #[serde(default)]
    pub watchers: Vec<String>,
    /// Why no shipped watcher does: a key of [`Benchmarks::reasons`].
    pub reason: Option<String>,
    /// What they leave out.
    pub lacks: Option<String>,
}

/// All of them.
#[derive(Debug)]
pub struct Benchmarks {
    /// MITRE ATT&CK.
    pub attack: Attack,
    /// CIS.
    pub cis: Cis,
    /// Why no shipped watcher reports something.
    pub reasons: BTreeMap<String, String>,
}

impl Benchmarks {
    /// Reads them.
    pub fn read() -> Benchmarks {
        let sound = "a test reads the same files";
        Benchmarks {
            attack: toml::from_str(include_str!("../benchmarks/attack.toml")).expect(sound),
            cis: toml::from_str(include_str!("../benchmarks/cis.toml")).expect(sound),
            reasons: toml::from_str(include_str!("../benchmarks/reasons.toml")).expect(sound),
        }
    }

    /// The reason in words.
    pub(crate) fn reason(&self, key: &str) -> String {
        self.reasons.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_technique_is_in_a_tactic_and_each_key_is_a_reason() {
        let benchmarks = Benchmarks::read();
        let attack = &benchmarks.attack;
        let listed: BTreeSet<&String> = attack.tactics.iter().flat_map(|tactic| &tactic.techniques).collect();
        assert_eq!(listed, attack.techniques.keys().collect());
        let keys = attack
            .reasons
            .values()
            .chain(benchmarks.cis.items.iter().filter_map(|item| item.reason.as_ref()));
        for key in keys {
            assert!(benchmarks.reasons.contains_key(key), "{key}");
        }
    }
}
