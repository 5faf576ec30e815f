//! What a watcher makes of its own example, the event of its first test.

use serde_json::Value;
use watcher::{Template, Watchers};

use crate::context::Context;

/// The event of the first test that expects an alert.
pub(crate) fn event<'a>(context: &Context<'a>) -> Option<&'a Value> {
    context.file?.tests.iter().find(|test| test.matches).map(|test| &test.event)
}

/// What a template prints in an alert of the example, exactly as the function would.
pub(crate) fn printed(context: &Context<'_>, template: &str) -> Option<String> {
    let event = event(context)?.to_string();
    let mut watcher = context.file?.written().clone();
    watcher.message = Template::parse(template).ok()?;
    watcher.title = Template::default();
    (watcher.attempt, watcher.group) = (None, None);
    watcher.cases.clear();
    watcher.ignores.clear();
    watcher.channels = vec!["example".to_owned()];
    let mut config = context.project.config.clone();
    config.ignores.clear();
    config.routes.clear();
    let watchers = Watchers::new(config, vec![watcher]);
    let matches = watchers.deliveries(event.as_bytes(), context.today).ok()?;
    let delivery = matches.first()?.deliveries.first()?;
    delivery.render_error.is_none().then(|| delivery.message.clone())
}

/// What stands at a path of names in the example, as JSON.
pub(crate) fn found(context: &Context<'_>, names: &[&str]) -> Option<String> {
    let found = names.iter().try_fold(event(context)?, |value, name| element(value).get(name))?;
    Some(found.to_string())
}

/// The keys that the example has below a path of names.
pub(crate) fn keys<'a>(context: &Context<'a>, names: &[&str]) -> Vec<&'a str> {
    let at = |event| names.iter().try_fold(event, |value, name| element(value).get(name));
    let object = event(context).and_then(at).and_then(|value| element(value).as_object());
    object.map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// Of a list its first element: paths are read with lists left out.
fn element(value: &Value) -> &Value {
    value.get(0).unwrap_or(value)
}
