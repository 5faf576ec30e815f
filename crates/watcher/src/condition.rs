//! A condition over fields and variables: what stands between `{{#if ` and `}}` in a template.

use handlebars::Context;
use serde::{Deserialize, Serialize};

use crate::template::{Node, ParsedTemplate, ReadPath, Template, TemplateError};

/// `gte score 9`, `eq identity_type "Root"`, or the name of a field: it holds when that is not null, `false`, 0 or "".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    source: String,
    template: Template,
}

/// What [`Condition::parse_all`] finds in a text.
#[derive(Clone, Debug)]
pub struct ParsedCondition {
    /// The condition; nothing if it has a fault.
    pub condition: Option<Condition>,
    /// All faults, with the bytes of the condition, in the order of the text.
    pub errors: Vec<TemplateError>,
    /// The paths that it reads, with the bytes of the condition.
    pub paths: Vec<ReadPath>,
    nodes: Vec<Node>,
}

/// What the template says when the condition holds.
const HOLDS: &str = "holds";

impl Condition {
    /// Parses a condition.
    ///
    /// # Errors
    /// The first fault, with the byte of the condition.
    pub fn parse(source: &str) -> Result<Condition, TemplateError> {
        let ParsedCondition { condition, errors, .. } = Condition::parse_all(source);
        condition.ok_or_else(|| errors.into_iter().next().expect("what is not a condition has a fault"))
    }

    /// Reads a condition to its end: every fault, and the paths that it reads with their places. For linters.
    pub fn parse_all(source: &str) -> ParsedCondition {
        // Braces could close the `{{#if` and say something else.
        if let Some(offset) = source.find(['{', '}']) {
            let message = "a condition has no braces: write what stands behind `{{#if `".to_owned();
            let errors = vec![TemplateError { offset, message }];
            return ParsedCondition { condition: None, errors, paths: Vec::new(), nodes: Vec::new() };
        }
        let (before, after) = around(source);
        let parsed = Template::parse_all(&format!("{before}{source}{after}{HOLDS}{{{{/if}}}}"));
        let ParsedTemplate { template, mut errors, mut paths, nodes, .. } = parsed;
        let own = |at: usize| at.saturating_sub(before.len()).min(source.len());
        for error in &mut errors {
            error.offset = own(error.offset);
        }
        errors.dedup_by_key(|error| error.offset);
        for step in paths.iter_mut().flat_map(|path| &mut path.steps) {
            step.range = own(step.range.start)..own(step.range.end);
        }
        let condition = template.map(|template| Condition { source: source.to_owned(), template });
        ParsedCondition { condition, errors, paths, nodes }
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub fn holds(&self, variables: &Context) -> Result<bool, String> {
        self.template.render(variables).map(|text| text == HOLDS)
    }
}

impl ParsedCondition {
    /// As [`Expression::mentions`](crate::Expression::mentions).
    pub fn mentions(&self, name: &str) -> bool {
        self.nodes.iter().any(|node| matches!(node, Node::Block(block) if block.call.mentions(name)))
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
        let parsed = Condition::parse_all("gte score 9");
        assert_eq!(parsed.paths[0].steps[0].range, 4..9);
        assert!(parsed.mentions("score") && !parsed.mentions("gte"));
        let faults = Condition::parse_all("and (is a) (eq b)").errors;
        assert_eq!(faults.iter().map(|error| error.offset).collect::<Vec<_>>(), [5, 12]);
    }
}
