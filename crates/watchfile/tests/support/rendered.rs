//! Where a rendered text says `(none)`, and whether the event has the value somewhere.

use event_pattern::Pattern;
use jiff::civil::date;
use serde_json::Value;
use watcher::Watchers;
use watchfile::{Project, WatcherFile};

/// What a watcher says of an event.
pub(crate) struct Told {
    pub(crate) watcher: String,
    /// Title and message.
    pub(crate) text: String,
    /// Fields and variables of the text that have no value.
    pub(crate) absent: Vec<Absent>,
}

/// A value that a text wanted.
pub(crate) struct Absent {
    pub(crate) name: String,
    /// Where the event has a value of the same key, if it has one.
    pub(crate) elsewhere: Option<String>,
}

/// What all watchers of a project say of an event, also those that are switched off.
pub(crate) fn told(project: &Project, event: &str) -> Vec<Told> {
    let value: Value = serde_json::from_str(event).unwrap();
    let matches = |pattern: &Pattern| pattern.matches(event.as_bytes()).unwrap();
    let files = project.files.iter().filter(|file| matches(&file.watcher.pattern));
    files.filter_map(|file| told_by(project, file, event, &value)).collect()
}

fn told_by(project: &Project, file: &WatcherFile, event: &str, value: &Value) -> Option<Told> {
    let watchers = Watchers::new(project.config.clone(), vec![file.watcher.clone()]);
    let matches = watchers.deliveries(event.as_bytes(), date(2026, 1, 12)).unwrap();
    let found = matches.first()?;
    let delivery = found.deliveries.first()?;
    let text = format!("{}\n{}", delivery.title, delivery.message);
    let mut absent = Vec::new();
    if text.contains("(none)") {
        let templates = format!("{} {}", file.watcher.title.source(), file.watcher.message.source());
        let is_told = |name: &str| templates.contains(&format!("{{{{{name}}}}}"));
        for field in file.watcher.fields.iter().filter(|field| is_told(&field.name)) {
            if !found.fields.contains_key(&field.name) {
                let elsewhere = field.paths.iter().find_map(|path| elsewhere(value, &text_of(path)));
                absent.push(Absent { name: field.name.clone(), elsewhere });
            }
        }
        let variables = [
            ("actor", delivery.facts.actor.is_none(), "/detail/userIdentity/principalId"),
            ("source_ip", value.pointer("/detail/sourceIPAddress").is_none(), "/detail/sourceIPAddress"),
            ("region", delivery.facts.region.is_empty(), "/region"),
        ];
        for (name, is_absent, pointer) in variables {
            if is_absent && is_told(name) {
                let elsewhere = value.pointer(pointer).map(|_| pointer.to_owned());
                absent.push(Absent { name: name.to_owned(), elsewhere });
            }
        }
    }
    Some(Told { watcher: file.watcher.name.clone(), text, absent })
}

/// A path with its names between dots: plain ones are kept as a list of steps.
fn text_of(path: &watcher::Path) -> String {
    match serde_json::to_value(path).unwrap() {
        Value::Array(steps) => {
            steps.iter().map(|step| step.as_str().unwrap_or("0")).collect::<Vec<_>>().join(".")
        }
        text => text.as_str().unwrap().to_owned(),
    }
}

/// Where the event has a value under the path's last key, letters small or not. Keys such as `name` are too common to
/// say anything.
fn elsewhere(event: &Value, path: &str) -> Option<String> {
    let key = path.rsplit(['.', '\'', '[', ']', '*']).find(|part| !part.is_empty())?;
    let too_common = ["name", "id", "arn", "type", "status", "value", "state", "description", "key"];
    if too_common.contains(&key.to_ascii_lowercase().as_str()) {
        return None;
    }
    let part = ["requestParameters", "responseElements"].into_iter().find(|part| path.contains(part));
    match part {
        Some(_) => ["/detail/requestParameters", "/detail/responseElements"]
            .into_iter()
            .find_map(|pointer| find(event.pointer(pointer)?, key, pointer)),
        None => find(event.get("detail")?, key, "/detail"),
    }
}

fn find(value: &Value, key: &str, place: &str) -> Option<String> {
    match value {
        Value::Object(entries) => entries.iter().find_map(|(name, value)| {
            let place = format!("{place}/{name}");
            let is_value = !value.is_null() && value.as_object().is_none_or(|object| !object.is_empty());
            if name.eq_ignore_ascii_case(key) && is_value { Some(place) } else { find(value, key, &place) }
        }),
        Value::Array(values) => {
            values.iter().enumerate().find_map(|(index, value)| find(value, key, &format!("{place}/{index}")))
        }
        _ => None,
    }
}
