//! What can be read of a pattern that has faults: all of them are told at once, and the rest is linted all the same.

use event_pattern::{Pattern, PatternError};
use serde_json::{Map, Value};

/// A file with more faults in one pattern gets the others when some are mended.
const MANY: usize = 20;

/// The pattern without the conditions that EventBridge refuses, with its JSON, and what it refuses. No pattern if
/// nothing is left, or if the fault is none of a condition.
pub(crate) fn salvage(json: &str) -> (Option<(Pattern, String)>, Vec<PatternError>) {
    let mut errors = Vec::new();
    let mut text = json.to_owned();
    while errors.len() < MANY {
        match Pattern::parse(&text) {
            Ok(pattern) => return (Some((pattern, text)), errors),
            Err(error) => {
                let rest = without(&text, error.pointer());
                errors.push(error);
                match rest {
                    Some(rest) => text = rest,
                    None => break,
                }
            }
        }
    }
    (None, errors)
}

/// The pattern without the condition at or above the pointer.
fn without(json: &str, pointer: &str) -> Option<String> {
    let mut pattern: Map<String, Value> = serde_json::from_str(json).ok()?;
    let steps: Vec<String> = pointer
        .strip_prefix('/')?
        .split('/')
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect();
    remove(&mut pattern, &steps);
    (!pattern.is_empty()).then(|| Value::Object(pattern).to_string())
}

/// Removes the outermost member on the way that is no table, and the tables that are empty then. The keys stay where
/// they are, so that pointers go on to mean the same.
fn remove(table: &mut Map<String, Value>, steps: &[String]) {
    let Some((name, below)) = steps.split_first() else { return };
    let is_empty = match table.get_mut(name) {
        Some(Value::Object(inner)) if !below.is_empty() && !inner.is_empty() => {
            remove(inner, below);
            inner.is_empty()
        }
        Some(Value::Array(branches)) if name == "$or" => {
            let branch = below.first().and_then(|index| branches.get_mut(index.parse::<usize>().ok()?));
            match branch.and_then(Value::as_object_mut) {
                Some(branch) if below.len() > 1 => {
                    remove(branch, &below[1..]);
                    branch.is_empty()
                }
                _ => true,
            }
        }
        _ => true,
    };
    if is_empty {
        table.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::salvage;

    #[test]
    fn what_is_left_is_the_pattern_without_its_faults() {
        let cases = [
            (r#"{"a": [1]}"#, 0, Some(r#"{"a": [1]}"#)),
            (r#"{"a": 1, "b": [{"prefx": "x"}], "c": {"d": [2], "e": []}}"#, 3, Some(r#"{"c":{"d":[2]}}"#)),
            (r#"{"a": [1], "c": {"e": {}}}"#, 1, Some(r#"{"a":[1]}"#)),
            (
                r#"{"$or": [{"a": [1], "b": 2}, {"c": [{"exists": 1}], "d": [3]}]}"#,
                2,
                Some(r#"{"$or":[{"a":[1]},{"d":[3]}]}"#),
            ),
            (r#"{"a": [1], "$or": [{"a": [1]}, {"b": 2}]}"#, 1, Some(r#"{"a":[1]}"#)),
            (r#"{"a/b": 1, "c~": [[]], "d": [4]}"#, 2, Some(r#"{"d":[4]}"#)),
            (r#"{"a": 1}"#, 1, None),
            ("{}", 1, None),
            ("[]", 1, None),
            ("{", 1, None),
        ];
        for (json, faults, expected) in cases {
            let (left, errors) = salvage(json);
            assert_eq!(left.as_ref().map(|(_, text)| text.as_str()), expected, "{json}");
            assert_eq!(errors.len(), faults, "{json}: {errors:?}");
        }
    }
}
