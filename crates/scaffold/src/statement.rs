//! The sentence that a new watcher tells: what was done to what by whom.

use crate::json::Json;
use crate::subject::{Field, Subject};
use crate::words::{Name, human, is_plural, sentence, snake, stem};

/// Title and message of a new watcher.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) title: String,
    pub(super) message: String,
}

impl Statement {
    /// Without what the recorded event does not say.
    pub(super) fn without_missing(mut self, event: &Json) -> Statement {
        if event.text(&["detail", "sourceIPAddress"]).is_none() {
            self.message = self.message.replace(" from {{source_ip}}", "").replace(" by {{source_ip}}", "");
        }
        if event.at(&["detail", "userIdentity", "type"]).is_none() {
            self.message = self.message.replace(" by {{actor}}", "");
        }
        self
    }
}

/// Who did it, from where.
const BY: &str = "by {{actor}} from {{source_ip}}";

/// Of calls that succeeded: `Policy of bucket "{{bucket}}" was deleted by {{actor}}`.
pub(super) fn succeeded(
    service: &str,
    name: &Name,
    subject: Option<&Subject>,
    others: &[Field],
) -> Statement {
    let Some(done) = &name.done else {
        let fields = subject.into_iter().map(|subject| &subject.field).chain(others);
        let lines: String = fields.map(line).collect();
        return Statement {
            title: format!("{} called", title(service, name)),
            message: format!("{{{{event_name}}}} was called {BY}{lines}"),
        };
    };
    let (what, plural) = what(name, subject);
    let verb = if plural { "were" } else { "was" };
    let tail = tail(name, others);
    let lines: String = others.iter().filter(|field| !tail.1.contains(&field.name)).map(line).collect();
    Statement { title: title(service, name), message: format!("{what} {verb} {done}{} {BY}{lines}", tail.0) }
}

/// Of several calls that succeeded.
pub(super) fn several(service: &str, fields: &[Field]) -> Statement {
    let lines: String = fields.iter().map(line).collect();
    Statement {
        title: format!("{service}: {{{{event_name}}}}"),
        message: format!("{{{{event_name}}}} was called {BY}{lines}"),
    }
}

/// Of what may have failed, or always has.
pub(super) fn any_outcome(service: &str, name: &Name, fields: &[Field]) -> Statement {
    let lines: String = fields.iter().map(line).collect();
    let (title, what) = match name.done {
        Some(_) => (format!("{service} {{{{event_name}}}}"), "{{event_name}}".to_owned()),
        None => (title(service, name), sentence(&human(&name.object))),
    };
    Statement {
        title: format!("{}: {{{{outcome}}}}", title.trim_start()),
        message: format!("{what} {BY}: {{{{outcome}}}}{lines}"),
    }
}

/// Of what a service did itself, which CloudTrail records without an actor.
pub(super) fn by_service(service: &str, name: &Name, fields: &[Field]) -> Statement {
    let lines: String = fields.iter().map(line).collect();
    Statement {
        title: title(service, name),
        message: format!("{{{{event_name}}}} by {{{{source_ip}}}}{lines}"),
    }
}

/// Of an event that a service sends itself.
pub(super) fn native(detail_type: &str, fields: &[Field]) -> Statement {
    let lines: String = fields.iter().map(line).collect();
    // Its text, unless a template would read something else in it.
    let told = if detail_type.contains("{{") { "{{event_name}}" } else { detail_type };
    Statement { title: told.to_owned(), message: format!("{told} in {{{{region}}}}{lines}") }
}

/// `S3 bucket deleted`
fn title(service: &str, name: &Name) -> String {
    let mut words = human(&name.object);
    let mut service = service;
    // `Config rule`, not `Config config rule`.
    if service.is_empty() || name.object.first().is_some_and(|first| stem(first) == stem(service)) {
        words = sentence(&words);
        service = "";
    }
    let parts = [service, &words, name.done.as_deref().unwrap_or_default(), &human(&name.tail)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `Policy of bucket "{{bucket}}"`, and whether that is several.
fn what(name: &Name, subject: Option<&Subject>) -> (String, bool) {
    let plural = |words: &[String]| words.last().is_some_and(|word| is_plural(word));
    let Some(Subject { field, words }) = subject else {
        return (sentence(&human(&name.object)), plural(&name.object));
    };
    let value = format!("\"{{{{{}}}}}\"", field.name);
    let (object, rest) = name.object.split_at(words.end);
    if rest.is_empty() {
        // Of a trail: `Logging of "main" was stopped`.
        let of = if object.last().is_some_and(|word| word.ends_with("ing")) { " of" } else { "" };
        return (format!("{}{of} {value}", sentence(&human(object))), plural(object));
    }
    (format!("{} of {} {value}", sentence(&human(rest)), human(object)), plural(rest))
}

/// ` to group "{{group}}"`, and the names of the fields in it.
fn tail(name: &Name, others: &[Field]) -> (String, Vec<String>) {
    if name.tail.is_empty() {
        return (String::new(), Vec::new());
    }
    let text = format!(" {}", human(&name.tail));
    let about = snake(name.tail[1..].iter().map(|word| stem(word)));
    match others.iter().find(|field| field.name == about || field.name == format!("{about}_id")) {
        Some(field) => (format!("{text} \"{{{{{}}}}}\"", field.name), vec![field.name.clone()]),
        None => (text, Vec::new()),
    }
}

/// A line for a value that is not always there.
fn line(field: &Field) -> String {
    format!("{{{{#if {name}}}}}\n{label}: {{{{{name}}}}}{{{{/if}}}}", name = field.name, label = field.label)
}
