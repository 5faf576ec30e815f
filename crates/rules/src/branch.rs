//! One branch of a rule's `$or`: a conjunction of keys, and branches as a pattern's JSON.

use std::collections::{BTreeMap, BTreeSet};

use crate::absorb::absorb;
use crate::want::{EVENT_NAME, SOURCE, literal};

/// The candidates of a key, each as JSON text.
pub(super) type Values = BTreeSet<String>;

/// A conjunction: dotted path → candidates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Branch {
    pub(super) keys: BTreeMap<String, Values>,
}

impl Branch {
    /// With every source but these.
    pub(super) fn excluding(mut self, sources: &BTreeSet<&str>) -> Branch {
        if !sources.is_empty() {
            let list = literal(sources.iter().copied()).into_iter().collect::<Vec<_>>().join(",");
            self.keys.insert(SOURCE.to_owned(), Values::from([format!("{{\"anything-but\":[{list}]}}")]));
        }
        self
    }
}

/// Removes a key. `exists: false` looks only at what the keys sorted before it have fixed in an array; without
/// them it could match less than before, so it goes too where the two may share an array. `detail` is none.
pub(super) fn drop_key(keys: &mut BTreeMap<String, Values>, path: &str) {
    keys.remove(path);
    keys.retain(|other, values| !needs(other, values, path));
}

/// Whether a key matches less without another one.
pub(super) fn needs(key: &str, values: &Values, other: &str) -> bool {
    values.contains("{\"exists\":false}") && key > other && share_array(key, other)
}

fn share_array(a: &str, b: &str) -> bool {
    let shared = a.split('.').zip(b.split('.')).take_while(|(a, b)| a == b).count();
    let above = usize::from(a.starts_with("detail."));
    shared > above
}

/// Puts branches that differ in their event names only, or in their sources only, into one, and drops what others
/// take anyway. Takes no event more, and none less.
pub(super) fn merge(branches: Vec<Branch>) -> Vec<Branch> {
    merge_by(absorb(merge_by(branches, EVENT_NAME)), SOURCE)
}

/// Puts branches that differ in this key only into one; one without the key takes all.
fn merge_by(branches: Vec<Branch>, key: &str) -> Vec<Branch> {
    let mut merged: BTreeMap<BTreeMap<String, Values>, Option<Values>> = BTreeMap::new();
    for mut branch in branches {
        let values = branch.keys.remove(key);
        match merged.entry(branch.keys) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(values);
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let all = entry.get_mut().take().zip(values).map(|(a, b)| a.into_iter().chain(b).collect());
                entry.insert(all);
            }
        }
    }
    let with_key = |(mut keys, values): (BTreeMap<String, Values>, Option<Values>)| {
        keys.extend(values.map(|values| (key.to_owned(), values)));
        Branch { keys }
    };
    merged.into_iter().map(with_key).collect()
}

/// The branches as a pattern: what all share stands once, before the `$or`.
pub(super) fn json(branches: &[Branch]) -> String {
    let Some((first, rest)) = branches.split_first() else { return "{}".to_owned() };
    let mut common = first.keys.clone();
    common.retain(|path, values| rest.iter().all(|branch| branch.keys.get(path) == Some(values)));
    let own = |branch: &Branch| {
        let mut keys = branch.keys.clone();
        keys.retain(|path, _| !common.contains_key(path));
        keys
    };
    let own: BTreeSet<BTreeMap<String, Values>> = branches.iter().map(own).collect();
    let mut root = Object::from(&common);
    // A branch with nothing of its own takes all that the others take.
    if !own.iter().any(BTreeMap::is_empty) {
        let list: Vec<String> = own.iter().map(|keys| Object::from(keys).to_string()).collect();
        root.0.insert("$or".to_owned(), Node::Text(format!("[{}]", list.join(","))));
    }
    if root.0.is_empty() {
        // A pattern needs a key; every event has a source.
        root.insert(SOURCE, "[{\"exists\":true}]".to_owned());
    }
    root.to_string()
}

/// A pattern's length as EventBridge counts it, with other than ASCII written as `\uXXXX`.
pub(super) fn characters(json: &str) -> usize {
    json.chars().map(|c| if c.is_ascii() { 1 } else { 6 * c.len_utf16() }).sum()
}

struct Object(BTreeMap<String, Node>);

enum Node {
    Text(String),
    Object(Object),
}

impl Object {
    fn from(keys: &BTreeMap<String, Values>) -> Object {
        let mut object = Object(BTreeMap::new());
        for (path, values) in keys {
            let list = values.iter().map(String::as_str).collect::<Vec<_>>().join(",");
            object.insert(path, format!("[{list}]"));
        }
        object
    }

    /// Nests by the steps of the path. Below a key that has a list of its own, the rest of the path stays one
    /// dotted key: `{"a": […], "a.b": […]}`. Paths come sorted, so `a` is there before `a.b`.
    fn insert(&mut self, path: &str, list: String) {
        let Some((step, rest)) = path.split_once('.') else {
            self.0.insert(path.to_owned(), Node::Text(list));
            return;
        };
        let node = self.0.entry(step.to_owned()).or_insert_with(|| Node::Object(Object(BTreeMap::new())));
        match node {
            Node::Object(object) => object.insert(rest, list),
            Node::Text(_) => {
                self.0.insert(path.to_owned(), Node::Text(list));
            }
        }
    }
}

impl std::fmt::Display for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("{")?;
        for (index, (key, node)) in self.0.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            write!(f, "{comma}{}:", serde_json::Value::from(key.as_str()))?;
            match node {
                Node::Text(text) => f.write_str(text)?,
                Node::Object(object) => object.fmt(f)?,
            }
        }
        f.write_str("}")
    }
}
