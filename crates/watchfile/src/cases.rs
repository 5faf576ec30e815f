//! `[[case]]`: facts that make an alert better or worse than the watcher's `severity`.

use watcher::{Case, Condition, Field, ParsedCondition, Severity};

use crate::channels::Declared;
use crate::places::PlacedPath;
use crate::severity::severity_named;
use crate::table::{Table, Text};
use crate::texts::placed;

/// Bytes of a condition: handlebars' time grows with the square of the length.
const LONGEST: usize = 1_000;

/// A case, its condition with all its parts, and the paths that this reads.
pub(crate) type PlacedCase = (Case, ParsedCondition, Vec<PlacedPath>);

/// The cases; what is wrong is reported and left out.
pub(crate) fn cases(table: Table<'_>, fields: &[Field], declared: &Declared) -> Vec<PlacedCase> {
    table.tables("case").into_iter().filter_map(|table| case(table, fields, declared)).collect()
}

fn case(table: Table<'_>, fields: &[Field], declared: &Declared) -> Option<PlacedCase> {
    let when = table.string("when");
    let severity = severity(table);
    let channels = table.strings("channels");
    for channel in channels.iter().flatten() {
        declared.check(table, channel);
    }
    let when = when?;
    let report = table.report;
    if when.value.len() > LONGEST {
        let message = format!("`when` has {} characters, and {LONGEST} are the most", when.value.len());
        report.invalid_value(when.span, message, "ask one thing, in a case of its own");
        return None;
    }
    let place = |offset| report.source.within(&when.span, offset);
    let parsed = Condition::parse_all(when.value);
    for error in &parsed.errors {
        report.invalid_template(when.value, error, place(error.offset));
    }
    let condition = parsed.condition.clone()?;
    let paths = placed(table, "when", &when, &parsed.paths, fields)?;
    let names = |texts: Vec<Text<'_>>| texts.into_iter().map(|text| text.value.to_owned()).collect();
    let case = Case { when: condition, severity: severity?, channels: channels.map(names) };
    Some((case, parsed, paths))
}

/// The key `severity` of a watcher, a case or an override.
pub(crate) fn severity(table: Table<'_>) -> Option<Severity> {
    let text = table.string("severity")?;
    let named = severity_named(text.value);
    let names = || Severity::ALL.map(Severity::as_str);
    named
        .map_err(|(message, help)| table.report.unknown_value(text.span, text.value, names(), message, help))
        .ok()
}
