//! The title and the message of a watcher: templates whose variables are known.

use watcher::{Field, ReadPath, STANDARD_VARIABLES, Step, Template};

use crate::declared::UNKNOWN_VARIABLE;
use crate::places::{PlacedPath, PlacedText};
use crate::suggest::{did_you_mean, list};
use crate::table::{Table, Text};

/// Characters of a title or message: more than any channel takes. handlebars' time grows with the square of the length.
const LONGEST_TEXT: usize = 16_000;

/// Reads the text of a key, with the paths in it.
pub(crate) fn text(table: Table<'_>, key: &str, fields: &[Field]) -> Option<(PlacedText, Vec<PlacedPath>)> {
    let text = table.string(key)?;
    let report = table.report;
    let place = |offset| report.source.within(&text.span, offset);
    let length = text.value.chars().count();
    if length > LONGEST_TEXT {
        let message = format!("`{key}` has {length} characters, and {LONGEST_TEXT} are the most");
        report.invalid_value(text.span.clone(), message, "Slack shows 3,000: say it shorter");
        return None;
    }
    let parsed = Template::parse_all(text.value);
    for error in &parsed.errors {
        report.invalid_template(text.value, error, place(error.offset));
    }
    parsed.template.as_ref()?;
    let paths = placed(table, key, &text, &parsed.paths, fields)?;
    Some((PlacedText { span: text.span.clone(), parsed }, paths))
}

/// The paths of a text with their places; none if one names what is not there: a misspelt field would seem to be unused
/// as well.
pub(crate) fn placed(
    table: Table<'_>,
    key: &str,
    text: &Text<'_>,
    paths: &[ReadPath],
    fields: &[Field],
) -> Option<Vec<PlacedPath>> {
    let report = table.report;
    let place = |offset| report.source.within(&text.span, offset);
    let step = |step: &Step| {
        let start = place(step.range.start).start;
        (step.name.clone(), start..place(step.range.end).start.max(start + 1))
    };
    let mut placed = Vec::new();
    let mut all_known = true;
    for path in paths {
        let path = PlacedPath { steps: path.steps.iter().map(step).collect(), inherited: path.inherited };
        if let Some((name, span)) = path.variable().filter(|(name, _)| !is_known(name, fields)) {
            all_known = false;
            let message = format!("unknown variable `{name}` in `{key}`");
            let finding = report.finding(&UNKNOWN_VARIABLE, span.clone(), message);
            let known = variables(fields);
            report.add(finding.help(known_variables(name, fields)).respelt(name, known));
        }
        placed.push(path);
    }
    all_known.then_some(placed)
}

/// Whether a text may name it.
pub(crate) fn is_known(name: &str, fields: &[Field]) -> bool {
    STANDARD_VARIABLES.contains(&name) || fields.iter().any(|field| field.name == name)
}

/// What a text may name instead.
pub(crate) fn known_variables(name: &str, fields: &[Field]) -> String {
    did_you_mean(name, variables(fields))
        .unwrap_or_else(|| format!("declare it in `[fields]`, or use {}", list(variables(fields))))
}

/// What a text may name.
pub(crate) fn variables(fields: &[Field]) -> impl Iterator<Item = &str> {
    fields.iter().map(|field| field.name.as_str()).chain(STANDARD_VARIABLES.iter().copied())
}
