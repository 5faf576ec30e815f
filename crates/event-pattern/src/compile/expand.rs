//! From the tree to sub-rules: each `$or` multiplies them by its branches.

use std::collections::HashMap;
use std::sync::Arc;

use super::tree::{Member, OR, Object};
use crate::candidate::Candidate;
use crate::pattern::{Alternative, Field};

/// The service refuses more; 512 are accepted and 1,024 refused live, 1,000 is our reading of its
/// "over 1000".
pub(crate) const MAX_COMBINATIONS: usize = 1_000;

/// The sub-rules of a pattern in document order.
pub(crate) fn expand(tree: &Object) -> Vec<Alternative> {
    let mut rules = vec![SubRule::default()];
    expand_object(tree, &mut Path::default(), &mut rules);
    rules.into_iter().map(|rule| Alternative { fields: rule.fields }).collect()
}

/// The JSON pointer of the first list of values with a dotted path.
pub(crate) fn pointer(tree: &Object, path: &str) -> Option<String> {
    find(tree, path, &mut Path::default())
}

fn find(object: &Object, wanted: &str, path: &mut Path) -> Option<String> {
    object.0.iter().find_map(|member| match member {
        Member::Or(branches) => branches
            .iter()
            .enumerate()
            .find_map(|(at, branch)| find(branch, wanted, path).map(|inner| format!("/$or/{at}{inner}"))),
        Member::Nested(name, nested) => {
            let outside = path.enter(name);
            let found = find(nested, wanted, path);
            path.leave(outside);
            found.map(|inner| format!("/{}{inner}", pointer_step(name)))
        }
        Member::Leaf(name, _) => (*path.leaf(name) == *wanted).then(|| format!("/{}", pointer_step(name))),
    })
}

/// Removes the first list of values with a dotted path, objects that are empty then, and an `$or` that lost a branch.
/// The JSON pointer of what was removed.
pub(crate) fn remove(tree: &mut Object, path: &str) -> Option<String> {
    remove_below(tree, path, &mut Path::default())
}

fn remove_below(object: &mut Object, wanted: &str, path: &mut Path) -> Option<String> {
    let removed = object.0.iter_mut().enumerate().find_map(|(at, member)| match member {
        Member::Or(branches) => branches.iter_mut().enumerate().find_map(|(number, branch)| {
            let inner = remove_below(branch, wanted, path)?;
            Some(if branch.0.is_empty() {
                (Some(at), format!("/{OR}"))
            } else {
                (None, format!("/{OR}/{number}{inner}"))
            })
        }),
        Member::Nested(name, nested) => {
            let outside = path.enter(name);
            let inner = remove_below(nested, wanted, path);
            path.leave(outside);
            let step = pointer_step(name);
            inner.map(|inner| {
                if nested.0.is_empty() {
                    (Some(at), format!("/{step}"))
                } else {
                    (None, format!("/{step}{inner}"))
                }
            })
        }
        Member::Leaf(name, _) => {
            (*path.leaf(name) == *wanted).then(|| (Some(at), format!("/{}", pointer_step(name))))
        }
    });
    let (empty, pointer) = removed?;
    if let Some(at) = empty {
        object.0.remove(at);
    }
    Some(pointer)
}

/// A name as a step of a JSON pointer (RFC 6901).
pub(super) fn pointer_step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Fields in the order of their first occurrence. The last occurrence of a path wins.
#[derive(Clone, Default)]
struct SubRule {
    fields: Vec<Field>,
    places: HashMap<Arc<str>, usize>,
}

impl SubRule {
    fn set(&mut self, field: Field) {
        if let Some(place) = self.places.get(&field.path) {
            self.fields[*place] = field;
        } else {
            self.places.insert(Arc::clone(&field.path), self.fields.len());
            self.fields.push(field);
        }
    }
}

/// The names around an object.
#[derive(Default)]
struct Path {
    text: String,
    depth: usize,
}

impl Path {
    /// Steps into an object and returns what [`leave`](Self::leave) needs.
    fn enter(&mut self, name: &str) -> usize {
        let outside = self.text.len();
        if self.depth > 0 {
            self.text.push('.');
        }
        self.text.push_str(name);
        self.depth += 1;
        outside
    }

    fn leave(&mut self, outside: usize) {
        self.text.truncate(outside);
        self.depth -= 1;
    }

    /// As in the service, a path that is empty so far leaves no dot behind.
    fn leaf(&self, name: &str) -> Arc<str> {
        if self.text.is_empty() { name.into() } else { format!("{}.{name}", self.text).into() }
    }
}

fn expand_object(object: &Object, path: &mut Path, rules: &mut Vec<SubRule>) {
    for member in &object.0 {
        match member {
            Member::Or(branches) => expand_or(branches, path, rules),
            Member::Nested(name, nested) => {
                let outside = path.enter(name);
                expand_object(nested, path, rules);
                path.leave(outside);
            }
            Member::Leaf(name, candidates) => set_leaf(&path.leaf(name), candidates, rules),
        }
    }
}

fn expand_or(branches: &[Object], path: &mut Path, rules: &mut Vec<SubRule>) {
    let before = std::mem::take(rules);
    for branch in branches {
        let mut expanded = before.clone();
        expand_object(branch, path, &mut expanded);
        rules.append(&mut expanded);
    }
}

fn set_leaf(path: &Arc<str>, candidates: &Arc<[Candidate]>, rules: &mut [SubRule]) {
    for rule in rules {
        rule.set(Field { path: Arc::clone(path), candidates: Arc::clone(candidates) });
    }
}
