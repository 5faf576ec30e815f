//! What a JSON object holds: a record, an event, or something that has them in it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::head::Head;
use crate::item::{Fault, Item, Record};
use crate::members::Members;
use crate::table;

/// So many objects stand in one another at most: a log file in a line in a log group.
const DEEPEST: u32 = 4;

/// Gives `visit` what is in a JSON object, or why nothing is.
pub fn unwrap(text: &str, visit: &mut dyn FnMut(Result<Item<'_>, Fault>)) {
    inner(text, DEEPEST, visit);
}

/// Lists that hold records, events, or objects that hold them.
const LISTS: [&str; 5] = ["Records", "Events", "events", "logEvents", "Messages"];

fn inner(text: &str, depth: u32, visit: &mut dyn FnMut(Result<Item<'_>, Fault>)) {
    // The usual one, without a look at anything but its head.
    if text.starts_with("{\"eventVersion\":\"") {
        match Head::of(text) {
            Some(head)
                if (!head.kind.is_empty() || !head.source.is_empty()) && !is_notification(&head.source) =>
            {
                return visit(Ok(Item::Record(Record { text, head })));
            }
            _ => {}
        }
    }
    let object = match Members::parse(text) {
        Ok(object) => object,
        Err(error) => return visit(Err(broken(&error))),
    };
    // Two of the three are enough: whoever reads the event says what it lacks.
    let parts = [("source", '"'), ("detail-type", '"'), ("detail", '{')];
    if parts.into_iter().filter(|(key, first)| object.starting(key, *first).is_some()).count() >= 2 {
        return visit(Ok(Item::Event(text)));
    }
    let is_text = |key: &str| object.starting(key, '"').is_some();
    let is_notification = object.text("eventSource").is_some_and(|source| is_notification(&source));
    if is_text("eventSource") && !is_notification || is_text("eventVersion") && is_text("eventType") {
        return match Head::of(text) {
            Some(head) => visit(Ok(Item::Record(Record { text, head }))),
            None => visit(Err("the keys of the record are not what CloudTrail writes".into())),
        };
    }
    if object.get("digestStartTime").is_some() {
        return visit(Ok(Item::Digest));
    }
    if depth == 0 {
        return visit(Err("objects stand in one another too deep".into()));
    }
    if let Some(list) = LISTS.into_iter().find_map(|key| object.starting(key, '[')) {
        return each(list, depth, visit);
    }
    if let Some(rows) = object.starting("QueryResultRows", '[') {
        return self::rows(rows, visit);
    }
    if let Some(rows) = object.starting("results", '[') {
        return fields(rows, visit);
    }
    if let Some(set) = object.starting("ResultSet", '{') {
        return result_set(set, visit);
    }
    let strings = ["CloudTrailEvent", "eventJson", "message"];
    if let Some(text) = strings.into_iter().find_map(|key| object.text(key)) {
        return match text.trim() {
            // Places in a text within the text mean nothing to anybody.
            text if text.starts_with('{') => inner(text, depth - 1, &mut |item| {
                visit(item.map_err(|fault| Fault { at: None, ..fault }));
            }),
            _ => visit(Err("its text is not an event".into())),
        };
    }
    if is_notification && object.get("body").is_none() {
        return visit(Err(
            "this is a notification of S3 or of another service, not a record of CloudTrail".into()
        ));
    }
    row(&object, depth, visit);
}

/// A notification of S3 or a queue's message, whose keys are a record's too: `aws:s3`.
fn is_notification(source: &str) -> bool {
    source.starts_with("aws:")
}

/// One row of an export as JSON: `{"eventname": "…"}`. A cell that is not text stands for its JSON.
fn row(object: &Members<'_>, depth: u32, visit: &mut dyn FnMut(Result<Item<'_>, Fault>)) {
    if !table::is_table(object.iter().map(|(key, _)| key)) {
        return visit(Err(NEITHER.into()));
    }
    let cell = |key: &str, raw: &str| object.text(key).map_or_else(|| raw.to_owned(), Cow::into_owned);
    let cells: BTreeMap<&str, String> = object.iter().map(|(key, raw)| (key, cell(key, raw))).collect();
    within(cells.iter().map(|(key, cell)| (*key, cell.as_str())), depth, visit);
}

/// Gives `visit` what is in a row of a table.
pub(crate) fn of_row<'a>(
    cells: impl Iterator<Item = (&'a str, &'a str)>,
    visit: &mut dyn FnMut(Result<Item<'_>, Fault>),
) {
    within(cells, DEEPEST, visit);
}

fn within<'a>(
    cells: impl Iterator<Item = (&'a str, &'a str)>,
    depth: u32,
    visit: &mut dyn FnMut(Result<Item<'_>, Fault>),
) {
    match table::row(cells) {
        // Places in a text that stands in a cell mean nothing to anybody.
        Ok(text) => inner(&text, depth - 1, &mut |item| {
            visit(item.map_err(|fault| Fault { at: None, ..fault }));
        }),
        Err(fault) => visit(Err(fault)),
    }
}

pub(crate) const NEITHER: &str = "this is neither an EventBridge event (with `source`, `detail-type` and `detail`) nor a CloudTrail record (with `eventSource` and `eventName`)";

/// What is not JSON.
pub(crate) fn broken(error: &serde_json::Error) -> Fault {
    let whole = error.to_string();
    let why = format!("this is not JSON: {}", whole.split(" at line ").next().unwrap_or_default());
    Fault { why, at: (error.line() > 0).then(|| (error.line(), error.column())) }
}

fn each(list: &str, depth: u32, visit: &mut dyn FnMut(Result<Item<'_>, Fault>)) {
    match serde_json::from_str::<Vec<&RawValue>>(list) {
        Ok(values) => values.into_iter().for_each(|value| inner(value.get(), depth - 1, visit)),
        Err(error) => visit(Err(broken(&error))),
    }
}

/// Rows of CloudTrail Lake: `[[{"eventName": "…"}, {"eventTime": "…"}], …]`.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html>
fn rows(list: &str, visit: &mut dyn FnMut(Result<Item<'_>, Fault>)) {
    match serde_json::from_str::<Vec<Vec<BTreeMap<String, Option<String>>>>>(list) {
        Err(error) => visit(Err(broken(&error))),
        Ok(rows) => {
            for row in rows {
                let cells = row.iter().flatten();
                of_row(cells.map(|(key, value)| (key.as_str(), value.as_deref().unwrap_or_default())), visit);
            }
        }
    }
}

/// What a log group's query gave: `[[{"field": "@message", "value": "{…}"}, …], …]`.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html>
fn fields(list: &str, visit: &mut dyn FnMut(Result<Item<'_>, Fault>)) {
    match serde_json::from_str::<Vec<Vec<BTreeMap<String, String>>>>(list) {
        Err(error) => visit(Err(broken(&error))),
        Ok(rows) => {
            for row in rows {
                let cell = |field: &'_ BTreeMap<String, String>| {
                    Some((field.get("field")?.clone(), field.get("value")?.clone()))
                };
                let cells: Vec<(String, String)> = row.iter().filter_map(cell).collect();
                of_row(cells.iter().map(|(key, value)| (key.as_str(), value.as_str())), visit);
            }
        }
    }
}

/// What a query of Athena gave; the first row has the columns' names.
/// <https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html>
fn result_set(set: &str, visit: &mut dyn FnMut(Result<Item<'_>, Fault>)) {
    let rows = Members::of(set).and_then(|set| set.starting("Rows", '['));
    let rows = rows.map(serde_json::from_str::<Vec<BTreeMap<String, Vec<BTreeMap<String, String>>>>>);
    let rows = match rows {
        None => return visit(Err("the result set has no rows".into())),
        Some(Err(error)) => return visit(Err(broken(&error))),
        Some(Ok(rows)) => rows,
    };
    let mut rows = rows.iter().map(|row| {
        let cells = row.get("Data").into_iter().flatten();
        cells.map(|cell| cell.get("VarCharValue").map_or("", String::as_str)).collect::<Vec<_>>()
    });
    let columns = rows.next().unwrap_or_default();
    if !table::is_table(columns.iter().copied()) {
        return visit(Err("the first row of the result set does not name a record's columns".into()));
    }
    for row in rows {
        of_row(columns.iter().copied().zip(row), visit);
    }
}
