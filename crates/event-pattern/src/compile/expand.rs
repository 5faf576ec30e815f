//! From the tree to sub-rules: each `$or` multiplies them by its branches.

use std::collections::HashMap;
use std::sync::Arc;

use super::tree::{Member, Object};
use crate::pattern::{Alternative, Field};

/// The service refuses more; 512 are accepted and 1,024 refused live, 1,000 is our reading of its
/// "over 1000".
pub(crate) const MAX_COMBINATIONS: usize = 1_000;

/// The sub-rules of a pattern in document order.
pub(crate) fn expand(tree: &Object) -> Vec<Alternative> {
    let rules = expand_object(tree, None, vec![SubRule::default()]);
    rules.into_iter().map(|rule| Alternative { fields: rule.fields }).collect()
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

/// `path` is `None` at the top.
fn expand_object(object: &Object, path: Option<&str>, mut rules: Vec<SubRule>) -> Vec<SubRule> {
    for member in &object.0 {
        match member {
            Member::Or(branches) => {
                rules =
                    branches.iter().flat_map(|branch| expand_object(branch, path, rules.clone())).collect();
            }
            Member::Nested(name, nested) => {
                let path = path.map_or_else(|| name.to_string(), |path| format!("{path}.{name}"));
                rules = expand_object(nested, Some(&path), rules);
            }
            Member::Leaf(name, candidates) => {
                let path: Arc<str> = match path {
                    // As in the service, a path that is empty so far leaves no dot behind.
                    None | Some("") => name.as_ref().into(),
                    Some(path) => format!("{path}.{name}").into(),
                };
                for rule in &mut rules {
                    rule.set(Field { path: Arc::clone(&path), candidates: Arc::clone(candidates) });
                }
            }
        }
    }
    rules
}
