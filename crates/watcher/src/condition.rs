//! A condition over fields and variables: what stands between `{{#if ` and `}}` in a template.

use handlebars::Context;
use serde::{Deserialize, Serialize};

use crate::template::{ReadPath, Template, TemplateError};

/// `gte score 9`, `eq identity_type "Root"`, or the name of a field: it holds when that is no null, `false`, 0 or "".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    source: String,
    template: Template,
}

/// What the template says when the condition holds.
const HOLDS: &str = "holds";

impl Condition {
    /// Parses a condition.
    ///
    /// # Errors
    /// As [`Template::parse`], with the byte of the condition.
    pub fn parse(source: &str) -> Result<Condition, TemplateError> {
        let (before, after) = around(source);
        let error = |error: TemplateError| TemplateError {
            offset: error.offset.saturating_sub(before.len()).min(source.len()),
            ..error
        };
        // Braces could close the `{{#if` and say something else.
        if let Some(offset) = source.find(['{', '}']) {
            let message = "a condition has no braces: write what stands behind `{{#if `".to_owned();
            return Err(TemplateError { offset, message });
        }
        let template =
            Template::parse(&format!("{before}{source}{after}{HOLDS}{{{{/if}}}}")).map_err(error)?;
        Ok(Condition { source: source.to_owned(), template })
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// As [`Template::paths`], with the bytes of the condition.
    pub fn paths(&self) -> Vec<ReadPath> {
        let before = around(&self.source).0.len();
        let mut paths = self.template.paths();
        for step in paths.iter_mut().flat_map(|path| &mut path.steps) {
            step.range = step.range.start.saturating_sub(before)..step.range.end.saturating_sub(before);
        }
        paths
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn holds(&self, variables: &Context) -> Result<bool, String> {
        self.template.render(variables).map(|text| text == HOLDS)
    }
}

/// A call stands in parentheses in a template; here they may be left out.
fn around(source: &str) -> (&'static str, &'static str) {
    let is_call = source.trim().contains(char::is_whitespace) && !source.trim_start().starts_with('(');
    if is_call { ("{{#if (", ")}}") } else { ("{{#if ", "}}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn holds(source: &str, variables: &Value) -> bool {
        Condition::parse(source).unwrap().holds(&Context::wraps(variables).unwrap()).unwrap()
    }

    #[test]
    fn a_condition_is_an_if_without_its_braces() {
        let cases = [
            ("score", json!({"score": 1}), true),
            ("score", json!({"score": 0}), false),
            ("score", json!({}), false),
            ("gte score 9", json!({"score": 9.5}), true),
            ("gte score 9", json!({"score": 8.9}), false),
            ("gte score 9", json!({}), false),
            ("(gte score 9)", json!({"score": 9}), true),
            ("eq who \"Root\"", json!({"who": "Root"}), true),
            ("and (eq who \"Root\") (not key)", json!({"who": "Root"}), true),
        ];
        for (source, variables, expected) in cases {
            assert_eq!(holds(source, &variables), expected, "{source} {variables}");
        }
    }

    #[test]
    fn an_error_says_where() {
        let cases = [
            ("gte score", 0, "`gte` takes 2"),
            ("is score 9", 0, "no helper `is`"),
            ("a}}x", 1, "no braces"),
        ];
        for (source, offset, expected) in cases {
            let error = Condition::parse(source).unwrap_err();
            assert_eq!(error.offset, offset, "{source}: {}", error.message);
            assert!(error.message.contains(expected), "{source}: {}", error.message);
        }
        for source in ["", "(", "a (", "eq a 'b"] {
            assert!(Condition::parse(source).is_err(), "{source}");
        }
        let paths = Condition::parse("gte score 9").unwrap().paths();
        assert_eq!(paths[0].steps[0].range, 4..9);
    }
}
