//! Settings in words, as they are compared and shown.

use std::fmt::Write;

use serde_json::Value;
use watcher::{Case, Channel, Field, Group, Ignore, Route};

use crate::overrides::{Override, Setting};
use crate::suggest::and;

pub(super) fn case(case: &Case) -> String {
    let channels = case.channels.as_ref().map(|names| format!(" to {}", names.join(", ")));
    format!("{} when {}{}", case.severity.as_str(), case.when.source(), channels.unwrap_or_default())
}

pub(super) fn fields(fields: &[Field]) -> Vec<String> {
    let one = |field: &Field| {
        let paths: Vec<String> = field.paths.iter().map(ToString::to_string).collect();
        format!("{} = {}", field.name, paths.join(", "))
    };
    fields.iter().map(one).collect()
}

pub(super) fn group(group: Option<&Group>) -> Vec<String> {
    let one = |group: &Group| {
        let mut text = format!("by {} for {}", group.by.join(", "), group.window_in_units());
        if group.at_least > 1 {
            let _ = write!(text, ", from {} events on", group.at_least);
        }
        text
    };
    group.into_iter().map(one).collect()
}

pub(super) fn ignores(ignores: &[Ignore]) -> Vec<String> {
    ignores.iter().map(ignore).collect()
}

fn ignore(ignore: &Ignore) -> String {
    let until = ignore.until.map_or_else(String::new, |day| format!(" until {day}"));
    format!("{}{until}: {}", ignore.reason, ignore.pattern)
}

/// `s3-*, tag:cis: severity high`
pub(super) fn over(over: &Override) -> String {
    let selectors: Vec<&str> = over.selectors.iter().map(|(selector, _)| &*selector.text).collect();
    let settings: Vec<String> = over.settings.iter().map(|(setting, _)| self::setting(setting)).collect();
    format!("{}: {}", selectors.join(", "), settings.join("; "))
}

fn setting(setting: &Setting) -> String {
    match setting {
        Setting::Enabled(true) => "on".to_owned(),
        Setting::Enabled(false) => "off".to_owned(),
        Setting::Severity(severity) => format!("severity {}", severity.as_str()),
        Setting::Channels(channels) if channels.is_empty() => "no channels".to_owned(),
        Setting::Channels(channels) => format!("channels {}", and(channels.iter().map(String::as_str))),
        Setting::Runbook(runbook) => format!("runbook {}", runbook.as_str()),
        Setting::Group(placed) => format!("grouped {}", group(Some(&placed.group)).concat()),
        Setting::Ignore(placed) => format!("ignores {}", ignore(&placed.0)),
    }
}

/// `security → berlin, mail → audit for {"account":["222222222222"]}`
pub(super) fn route(route: &Route) -> String {
    let channels: Vec<String> = route.channels.iter().map(|(from, to)| format!("{from} → {to}")).collect();
    format!("{} for {}", channels.join(", "), route.when)
}

/// `security: slack, webhook ssm:/account-watcher/slack/security`
pub(super) fn channel(name: &str, channel: &Channel) -> String {
    let mut text = format!("{name}: {}", channel.kind().spec().name);
    if let Ok(Value::Object(form)) = serde_json::to_value(channel) {
        for (key, value) in form.values().filter_map(Value::as_object).flatten() {
            let _ = write!(text, ", {key} {}", shown(value));
        }
    }
    text
}

/// As the file writes it: `ssm:/account-watcher/slack/security`, an ARN.
fn shown(value: &Value) -> String {
    let reference = || {
        let (kind, what) = value.as_object().filter(|form| form.len() == 1)?.iter().next()?;
        match what {
            Value::String(name) => Some(format!("{kind}:{name}")),
            Value::Object(form) => Some(form.get("arn")?.as_str()?.to_owned()),
            _ => None,
        }
    };
    value.as_str().map(str::to_owned).or_else(reference).unwrap_or_else(|| value.to_string())
}
