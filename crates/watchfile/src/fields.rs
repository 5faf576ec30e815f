//! `[fields]`: named paths into the event.

use toml::Spanned;
use toml::de::DeValue;
use watcher::{Field, ParsedPath, Path};

use crate::declared::INVALID_PATH;
use crate::keys::is_of_watcher;
use crate::places::{FieldPath, PlacedField};
use crate::table::{Report, Span, Table, Text};

/// Reads the fields; what is wrong is reported.
pub(crate) fn fields(table: Table<'_>) -> (Vec<Field>, Vec<PlacedField>) {
    let Some(fields) = table.names("fields", "[fields]") else { return (Vec::new(), Vec::new()) };
    let mut entries: Vec<_> = fields.entries.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let (mut read, mut placed) = (Vec::new(), Vec::new());
    for (key, value) in entries {
        let name = key.get_ref();
        if is_of_watcher(name) && !is_path(value.get_ref()) {
            table.report.misplaced_key(name, key.span(), "[fields]");
            continue;
        }
        let placed_paths = if is_variable_name(name) {
            paths(table.report, name, value)
        } else {
            table.report.invalid_value(key.span(), format!("`{name}` is not a field name"), name_help(name));
            Vec::new()
        };
        // A field with a fault stays known, so that its name in a template is not a second fault.
        let paths = placed_paths.iter().filter_map(|path| path.parsed.path.clone()).collect();
        read.push(Field { name: name.to_string(), paths });
        placed.push(PlacedField { name: name.to_string(), span: key.span(), paths: placed_paths });
    }
    (read, placed)
}

/// Whether the value means to be a path, or paths.
fn is_path(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::String(text) => text.starts_with('$'),
        DeValue::Array(values) => values.iter().any(|value| is_path(value.get_ref())),
        _ => false,
    }
}

fn name_help(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && snake.ends_with(|c: char| c.is_ascii_lowercase()) {
            snake.push('_');
        }
        snake.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    let rule = "lower-case letters, digits and `_`, beginning with a letter, and no word of Handlebars";
    if is_variable_name(&snake) { format!("write `{snake}`: {rule}") } else { format!("use {rule}") }
}

fn paths(report: &Report, name: &str, value: &Spanned<DeValue<'_>>) -> Vec<FieldPath> {
    let texts = match value.get_ref() {
        DeValue::String(path) => vec![Text { value: path, span: value.span() }],
        DeValue::Array(values) if values.is_empty() => {
            let help = "write a JSONPath, for example `\"$.detail.requestParameters.bucketName\"`";
            report.invalid_value(value.span(), format!("field `{name}` has no JSONPath"), help);
            Vec::new()
        }
        DeValue::Array(_) => report.strings(name, value).unwrap_or_default(),
        _ => {
            report.wrong_type(
                name,
                value,
                "a JSONPath, or a list of JSONPaths: the first that finds something counts",
            );
            Vec::new()
        }
    };
    texts.iter().map(|text| path(report, text)).collect()
}

fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !["this", "else", "true", "false", "null", "undefined", "as"].contains(&name)
}

fn path(report: &Report, text: &Text<'_>) -> FieldPath {
    let place = |offset| report.source.within(&text.span, offset);
    let mut parsed = Path::parse_all(text.value);
    for error in &parsed.errors {
        report.add(report.finding(&INVALID_PATH, place(error.offset), &error.message));
    }
    if parsed.path.is_some()
        && let Some((offset, what)) = beyond_the_standard(text.value, &parsed)
    {
        let message = format!("no JSONPath of RFC 9535: {what}");
        let help =
            "the library takes it, but only what the standard has keeps its meaning: write the path out";
        report.add(report.finding(&INVALID_PATH, place(offset), message).help(help));
        parsed.path = None;
    }
    let in_file = |range: Span| place(range.start).start..place(range.end).start;
    let names = parsed.names().map(|(name, range)| (name.to_owned(), in_file(range))).collect();
    FieldPath { span: text.span.clone(), parsed, names }
}

/// What the other JSONPath library, which passes the whole compliance suite, says of a path that ours accepts:
/// functions of the wrong type as in `$[?length(@.a)]`, and functions that no standard has. Ours also gets a filter
/// within a filter wrong.
/// <https://github.com/jsonpath-standard/jsonpath-compliance-test-suite>
fn beyond_the_standard(text: &str, parsed: &ParsedPath) -> Option<(usize, String)> {
    if let Err(error) = serde_json_path::JsonPath::parse(text) {
        return Some((error.position().min(text.len()), error.message().to_owned()));
    }
    let inner = parsed.filters().find_map(|filter| filter.inner)?;
    Some((inner, "a filter within a filter is not supported".to_owned()))
}
