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
const LISTS: [&str; 4] = ["Records", "Events", "events", "logEvents"];

fn inner(text: &str, depth: u32, visit: &mut dyn FnMut(Result<Item<'_>, Fault>)) {
    // The usual one, without a look at anything but its head.
    if text.starts_with("{\"eventVersion\":\"") {
        let record =
            Head::of(text.as_bytes()).filter(|head| !head.kind.is_empty() || !head.source.is_empty());
        if let Some(head) = record {
            return visit(Ok(Item::Record(Record { text, head })));
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
    if is_text("eventSource") || is_text("eventVersion") && is_text("eventType") {
        return match Head::of(text.as_bytes()) {
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
    row(&object, visit);
}

/// One row of an export as JSON: `{"eventname": "…"}`. A cell that is not text stands for its JSON.
fn row(object: &Members<'_>, visit: &mut dyn FnMut(Result<Item<'_>, Fault>)) {
    if !table::is_table(object.iter().map(|(key, _)| key)) {
        return visit(Err(NEITHER.into()));
    }
    let cell = |key: &str, raw: &str| object.text(key).map_or_else(|| raw.to_owned(), Cow::into_owned);
    let cells: BTreeMap<&str, String> = object.iter().map(|(key, raw)| (key, cell(key, raw))).collect();
    of_row(cells.iter().map(|(key, cell)| (*key, cell.as_str())), visit);
}

/// Gives `visit` what is in a row of a table.
pub(crate) fn of_row<'a>(
    cells: impl Iterator<Item = (&'a str, &'a str)>,
    visit: &mut dyn FnMut(Result<Item<'_>, Fault>),
) {
    match table::row(cells) {
        // Places in a text that stands in a cell mean nothing to anybody.
        Ok(text) => inner(&text, DEEPEST - 1, &mut |item| {
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
