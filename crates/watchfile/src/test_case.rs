//! `[[test]]`: an event, and what the watcher makes of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use toml::Spanned;
use toml::de::DeValue;

use crate::channels::Declared;
use crate::declared::MISSING_TEST_EVENT;
use crate::json_text::{Holder, JsonText};
use crate::keys::tested;
use crate::suggest::did_you_mean;
use crate::table::{Span, Table, Text};

/// The fixtures by their name in `tests/events/`: the event, or why it cannot be read.
pub type Events = BTreeMap<String, Result<Value, String>>;

/// A test of a watcher. What is left out is not checked.
#[derive(Clone, Debug, PartialEq)]
pub struct TestCase {
    /// What it shows.
    pub name: String,
    /// The event, changed as `denied` and `with` say.
    pub event: Value,
    /// Whether the watcher matches it.
    pub matches: bool,
    /// Whether an ignore covers it.
    pub ignored: Option<bool>,
    /// The rendered title.
    pub title: Option<String>,
    /// The rendered message.
    pub message: Option<String>,
    /// Values of fields.
    pub fields: Map<String, Value>,
    /// The channels that get it.
    pub channels: Option<Vec<String>>,
    /// Parts of what the first channel gets that is tested under this key.
    pub payloads: BTreeMap<&'static str, Map<String, Value>>,
    /// Where it stands in the file.
    pub span: Span,
}

/// The tests, and whether they are all.
pub(crate) fn read_all(table: Table<'_>, declared: &Declared, events: &Events) -> (Vec<TestCase>, bool) {
    let tables = table.tables("test");
    let tests: Vec<TestCase> = tables.iter().filter_map(|table| read(*table, declared, events)).collect();
    let all = tests.len() == tables.len() && table.get("test").is_some() != tables.is_empty();
    (tests, all)
}

fn read(table: Table<'_>, declared: &Declared, events: &Events) -> Option<TestCase> {
    let report = table.report;
    let name = table.string("name");
    let event = table.string("event").and_then(|text| event(table, &text, events));
    let denied = table.string("denied");
    let with = table.get("with").map(|value| object(table, "with", value));
    let text = |key: &str| table.string(key).map(|text| text.value.to_owned());
    let (title, message) = (text("title"), text("message"));
    let fields = table.names("fields", "`fields` of a [[test]]").map(|fields| {
        fields
            .entries
            .iter()
            .filter_map(|(key, value)| {
                Some((key.get_ref().to_string(), JsonText::value_of(report, value, Holder::Event)?))
            })
            .collect()
    });
    let payload = |key: &'static str| match object(table, key, table.get(key)?) {
        Some(Value::Object(parts)) => Some((key, parts)),
        _ => None,
    };
    let payloads = tested().filter_map(|tested| payload(tested.name)).collect();
    let channels = table.strings("channels");
    channels.iter().flatten().for_each(|text| declared.check(table, text));
    let matches = table.flag("matches").unwrap_or(true);
    if !matches
        && let Some(key) = ["ignored", "title", "message", "fields", "channels"]
            .into_iter()
            .chain(tested().map(|tested| tested.name))
            .find(|key| table.get(key).is_some())
    {
        let message = format!("a test that expects no match cannot check `{key}`");
        report.invalid_value(table.get(key)?.span(), message, format!("remove `{key}` or `matches = false`"));
    }

    let mut event = event?;
    if let Some(code) = denied {
        deny(&mut event, code.value);
    }
    if let Some(with) = with {
        merge(&mut event, with?);
    }
    Some(TestCase {
        name: name?.value.to_owned(),
        event,
        matches,
        ignored: table.flag("ignored"),
        title,
        message,
        fields: fields.unwrap_or_default(),
        channels: channels.map(|channels| channels.into_iter().map(|text| text.value.to_owned()).collect()),
        payloads,
        span: table.span(),
    })
}

fn event(table: Table<'_>, text: &Text<'_>, events: &Events) -> Option<Value> {
    // Fixtures stand beside the folder of the watchers that they are for.
    let beside = table.report.source.path.rsplit_once("watchers/").map_or("", |(beside, _)| beside);
    let path = format!("{beside}tests/events/{}", text.value);
    let (message, help) = match events.get(text.value) {
        Some(Ok(event)) => return Some(event.clone()),
        Some(Err(why)) => (format!("{path} cannot be read: {why}"), None),
        None => {
            let near = did_you_mean(text.value, events.keys().map(String::as_str));
            let help = near
                .unwrap_or_else(|| "add the file, an EventBridge event or a CloudTrail record".to_owned());
            (format!("there is no {path}"), Some(help))
        }
    };
    let finding = table.report.finding(&MISSING_TEST_EVENT, text.span.clone(), message).maybe_help(help);
    let others = events.keys().map(String::as_str).filter(|name| *name != text.value);
    table.report.add(finding.respelt(text.value, others));
    None
}

/// A denied call as CloudTrail records it: parameters and response are null.
fn deny(event: &mut Value, code: &str) {
    merge(event, json!({"detail": {"errorCode": code, "requestParameters": null, "responseElements": null}}));
}

/// An object as a table, or as a string with JSON, in which null means null.
fn object(table: Table<'_>, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Value> {
    let changes = match value.get_ref() {
        DeValue::String(text) => serde_json::from_str(text).ok().filter(Value::is_object),
        DeValue::Table(_) => return JsonText::value_of(table.report, value, Holder::Event),
        _ => None,
    };
    if changes.is_none() {
        table.report.wrong_type(key, value, "a table, or a string with a JSON object");
    }
    changes
}

fn merge(event: &mut Value, changes: Value) {
    match (event, changes) {
        (Value::Object(event), Value::Object(changes)) => {
            for (key, change) in changes {
                merge(event.entry(key).or_insert(Value::Null), change);
            }
        }
        (event, changes) => *event = changes,
    }
}
