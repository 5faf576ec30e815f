//! `[group]`: which alerts are sent as one.

use watcher::{Field, Group};

use crate::declared::UNKNOWN_VARIABLE;
use crate::duration;
use crate::finding::Finding;
use crate::table::{Report, Span, Table, Text};
use crate::texts::{is_known, known_variables, variables};

/// A group, and the places of the names that it is by.
#[derive(Clone, Debug)]
pub(crate) struct PlacedGroup {
    pub(crate) group: Group,
    pub(crate) by: Vec<Span>,
}

/// Reads the group; what is wrong is reported. `check`: what is wrong with a name that it is by.
pub(crate) fn read(table: Table<'_>, check: impl Fn(&Text<'_>) -> Option<Finding>) -> Option<PlacedGroup> {
    let by = table.strings("by");
    for finding in by.iter().flatten().filter_map(check) {
        table.report.add(finding);
    }
    for (index, text) in by.iter().flatten().enumerate() {
        if by.iter().flatten().take(index).any(|earlier| earlier.value == text.value) {
            let message = format!("`{}` is named twice", text.value);
            table.report.invalid_value(text.span.clone(), message, "name it once");
        }
    }
    let window = table.string("window").and_then(|text| window(table, &text));
    let at_least = match table.integer("at-least") {
        None => 1,
        Some(value) => u32::try_from(*value.get_ref()).ok().filter(|n| *n > 0).or_else(|| {
            table.report.invalid_value(value.span(), "`at-least` counts events", "write a number from 1 on");
            None
        })?,
    };
    let (by, places) = by?.into_iter().map(|text| (text.value.to_owned(), text.span)).unzip();
    Some(PlacedGroup { group: Group { by, window: window?, at_least }, by: places })
}

/// That the watcher with these fields has no variable of that name.
pub(crate) fn unknown(report: &Report, name: &str, span: Span, fields: &[Field]) -> Option<Finding> {
    if is_known(name, fields) {
        return None;
    }
    let finding = report.finding(&UNKNOWN_VARIABLE, span, format!("unknown variable `{name}` in `by`"));
    Some(finding.help(known_variables(name, fields)).respelt(name, variables(fields)))
}

/// `90s`, `15m`, `2h`: from one minute to one day.
fn window(table: Table<'_>, text: &Text<'_>) -> Option<u64> {
    let seconds = duration::seconds(text.value).filter(|s| (60..=86_400).contains(s));
    if seconds.is_none() {
        let help = "write a number and `s`, `m` or `h`, from one minute to one day, for example `15m`";
        table.report.invalid_value(text.span.clone(), format!("`{}` is not a window", text.value), help);
    }
    seconds
}
