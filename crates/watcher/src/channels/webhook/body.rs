//! The body of a webhook: a template of JSON, its variables, and whether it makes JSON of every alert.

use handlebars::Context;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::super::text::{self, cut};
use crate::delivery::{Delivery, Facts};
use crate::runbook::Runbook;
use crate::severity::Severity;
use crate::template::{Expression, Node, ParsedTemplate, Template};

/// One fact; services allow more, a reader does not.
const FACT_LIMIT: usize = 200;

/// What a body can hold.
pub(super) const VARIABLES: &[&str] = &[
    "title",
    "message",
    "purpose",
    "severity",
    "level",
    "emoji",
    "watcher",
    "channel",
    "event_name",
    "event_id",
    "account",
    "account_id",
    "region",
    "actor",
    "origin",
    "time",
    "outcome",
    "link",
    "target",
    "target_link",
    "runbook",
    "runbook_link",
    "key",
    "token",
];

/// Those that an alert can lack; then they are empty.
const OPTIONAL: &[&str] = &[
    "event_name",
    "event_id",
    "account",
    "account_id",
    "region",
    "actor",
    "origin",
    "time",
    "outcome",
    "link",
    "target",
    "target_link",
    "runbook",
    "runbook_link",
    "token",
];

/// A value with all that could break out of a JSON string.
const HOSTILE: &str = "a\"}], \\\n{\"b\": {{title}}";

/// The variables of a delivery whose texts were cut.
pub(super) fn variables(delivery: &Delivery, title: &str, message: &str, token: &str) -> Map<String, Value> {
    let facts = &delivery.facts;
    let Facts { event_name, event_id, account, account_id, region, time, .. } = facts;
    let fact = |text: &str| cut(text::value(text).trim(), FACT_LIMIT, char::len_utf16);
    let optional = |text: &Option<String>| fact(text.as_deref().unwrap_or_default());
    let runbook = delivery.runbook.as_ref();
    let mut variables: Map<String, Value> = [
        ("title", title.to_owned()),
        ("message", message.to_owned()),
        ("purpose", delivery.purpose.as_str().to_owned()),
        ("severity", delivery.severity.as_str().to_owned()),
        ("emoji", delivery.severity.emoji().to_owned()),
        ("watcher", delivery.watcher.clone()),
        ("channel", delivery.channel.clone()),
        ("event_name", fact(event_name)),
        ("event_id", fact(event_id)),
        ("account", fact(account)),
        ("account_id", fact(account_id)),
        ("region", fact(region)),
        ("actor", optional(&facts.actor)),
        ("origin", optional(&facts.origin)),
        ("time", fact(time)),
        ("outcome", optional(&facts.outcome)),
        // Half a link leads nowhere.
        ("link", facts.link.clone().unwrap_or_default()),
        ("target", optional(&facts.target)),
        ("target_link", facts.target_link.clone().unwrap_or_default()),
        ("runbook", text::lines(runbook.map(Runbook::as_str).unwrap_or_default())),
        ("runbook_link", runbook.and_then(Runbook::link).unwrap_or_default().to_owned()),
        ("key", delivery.key()),
        ("token", token.to_owned()),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), Value::String(text)))
    .collect();
    variables.insert("level".to_owned(), level(delivery.severity).into());
    variables
}

/// From 1 for info to 5 for critical.
fn level(severity: Severity) -> usize {
    Severity::ALL.iter().take_while(|other| **other <= severity).count()
}

/// # Errors
/// Why it is not JSON.
pub(super) fn render(body: &Template, variables: &Map<String, Value>) -> Result<String, String> {
    let context = Context::wraps(variables).map_err(|e| e.to_string())?;
    let text = body.render_json(&context)?;
    serde_json::from_str::<IgnoredAny>(&text).map_err(|e| e.to_string())?;
    Ok(text)
}

/// Whether the template makes JSON of every alert: it is rendered for each severity with each set of the values that an
/// alert can lack, as far as it reads them, and with each text that it compares a value with.
///
/// # Errors
/// For which alert it does not, and why.
pub(super) fn check(parsed: &ParsedTemplate) -> Result<(), String> {
    // What is wrong with the template itself is said already.
    let Some(body) = &parsed.template else { return Ok(()) };
    let reads =
        |name: &&&str| parsed.paths.iter().any(|path| path.steps.first().is_some_and(|s| s.name == **name));
    let read: Vec<&str> = VARIABLES.iter().filter(reads).copied().collect();
    let optional: Vec<&str> = read.iter().filter(|name| OPTIONAL.contains(name)).copied().collect();
    for severity in Severity::ALL {
        for missing in 0..1_u32 << optional.len() {
            let is_missing = |at: usize| missing >> at & 1 == 1;
            let missing: Vec<&str> = optional
                .iter()
                .enumerate()
                .filter(|(at, _)| is_missing(*at))
                .map(|(_, name)| *name)
                .collect();
            let empty = missing.iter().map(|name| (*name, ""));
            try_with(body, severity, empty).map_err(|why| match missing.as_slice() {
                [] => format!("for severity `{}`: {why}", severity.as_str()),
                names => format!(
                    "for severity `{}` and an alert without `{}`: {why}",
                    severity.as_str(),
                    names.join("`, `")
                ),
            })?;
        }
    }
    let literals: Vec<&str> = parsed.all().flat_map(literals).collect();
    for (name, text) in read.iter().flat_map(|name| literals.iter().map(move |text| (*name, *text))) {
        try_with(body, Severity::High, [(name, text)].into_iter())
            .map_err(|why| format!("where `{name}` is \"{text}\": {why}"))?;
    }
    Ok(())
}

fn try_with<'a>(
    body: &Template,
    severity: Severity,
    values: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), String> {
    let hostile = || Value::String(HOSTILE.to_owned());
    let mut variables: Map<String, Value> =
        VARIABLES.iter().map(|name| ((*name).to_owned(), hostile())).collect();
    variables.insert("severity".to_owned(), severity.as_str().into());
    variables.insert("level".to_owned(), level(severity).into());
    for (name, value) in values.filter(|(name, _)| *name != "level") {
        variables.insert(name.to_owned(), value.into());
    }
    render(body, &variables).map(|_| ())
}

/// The texts that a tag compares with.
fn literals(node: &Node) -> Vec<&str> {
    match node {
        Node::Output(output) => output.expression.texts(),
        Node::Block(block) => block.call.inputs().flat_map(Expression::texts).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(source: &str) -> Option<String> {
        check(&Template::parse_all(source)).err()
    }

    #[test]
    fn a_template_that_makes_json_of_every_alert_is_right() {
        for source in [
            "{}",
            r#"{"text": "{{title}}: {{message}}", "level": {{level}}}"#,
            r#"{"a": 1 {{#if link}}, "url": "{{link}}"{{/if}}}"#,
            r#"{"a": "{{#if (eq severity "critical")}}critical{{else if (eq severity "high")}}error{{else}}info{{/if}}"}"#,
            r#"{"color": {{#if (gte level 4)}}15158332{{else}}3447003{{/if}}}"#,
        ] {
            assert_eq!(fault(source), None, "{source}");
        }
    }

    #[test]
    fn what_can_go_wrong_is_said() {
        for (source, expected) in [
            ("text: {{message}}", "for severity `info`: expected"),
            (r#"{"text": {{message}}}"#, "for severity `info`: expected value at line 1 column 10"),
            (
                r#"{"a": 1, {{#if link}}"url": "{{link}}"{{/if}}}"#,
                "for severity `info` and an alert without `link`: ",
            ),
            (
                r#"{"a": {{#if (eq severity "critical")}}{{else}}1{{/if}}}"#,
                "for severity `critical`: expected value",
            ),
            (
                r#"{"a": 1{{#if (eq region "us-east-1")}} "b": 2{{/if}}}"#,
                "where `region` is \"us-east-1\": expected",
            ),
            (r#"{"a": {{#if outcome}}{{#if link}}1{{/if}}{{else}}2{{/if}}}"#, "an alert without `link`: "),
        ] {
            let fault = fault(source).unwrap_or_default();
            assert!(fault.contains(expected), "{source}: {fault}");
        }
    }

    #[test]
    fn the_variables_are_those_that_are_told() {
        let delivery = crate::delivery::tests::delivery();
        let variables = variables(&delivery, "t", "m", "");
        let mut names: Vec<&str> = VARIABLES.to_vec();
        names.sort_unstable();
        assert_eq!(variables.keys().map(String::as_str).collect::<Vec<_>>(), names);
        assert_eq!(Severity::ALL.map(level), [1, 2, 3, 4, 5]);
    }
}
