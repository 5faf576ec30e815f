//! What is known of a path into the event: what stands there, and which keys are below it.

use aws_facts::catalog::{Call, Part};
use aws_facts::fields::{self, Holds};

use crate::context::Context;
use crate::example;
use crate::markdown::{code, codes};
use crate::scope::Scope;

/// A key below a path, and where it is known from.
pub(crate) struct Below {
    pub(crate) name: String,
    pub(crate) from: String,
}

/// The keys below a path of names.
pub(crate) fn keys(names: &[&str], scope: &Scope, context: &Context<'_>) -> Vec<Below> {
    let mut found: Vec<Below> = Vec::new();
    let mut add = |name: &str, from: &str| {
        if !found.iter().any(|below| below.name == name) {
            found.push(Below { name: name.to_owned(), from: from.to_owned() });
        }
    };
    let path = names.join(".");
    for (call, key) in parameters(names, scope) {
        add(key, &format!("of {}", call.name));
    }
    if names.is_empty() {
        fields::envelope().for_each(|key| add(key, "of every event"));
    } else if scope.is_of_records() {
        fields::keys(&path).into_iter().flatten().for_each(|key| add(key, "of CloudTrail's record"));
    }
    if let Some(below) = names.split_first().filter(|(first, _)| **first == "detail").map(|(_, below)| below)
    {
        let prefix = prefix(below);
        for (event, (field, _)) in
            scope.native().iter().flat_map(|event| event.fields().map(move |it| (event, it)))
        {
            if let Some(rest) = field.strip_prefix(&prefix) {
                add(rest.split('.').next().unwrap_or_default(), &format!("of {}", event.detail_type));
            }
        }
    }
    for key in example::keys(context, names) {
        add(key, "in the example");
    }
    found
}

/// The parameters of the file's calls right below a path: `detail.requestParameters`, and one structure deeper.
fn parameters<'a>(names: &[&str], scope: &Scope) -> Vec<(&'static Call, &'a str)> {
    let [first, part, rest @ ..] = names else { return Vec::new() };
    let part = match (*first, *part) {
        ("detail", "requestParameters") => Part::Request,
        ("detail", "responseElements") => Part::Response,
        _ => return Vec::new(),
    };
    let prefix = prefix(rest);
    let below = |key: &'static str| key.strip_prefix(prefix.as_str()).filter(|rest| !rest.contains('.'));
    let calls = scope.calls().into_iter();
    calls
        .flat_map(|call| call.keys(part).into_iter().flatten().map(move |key| (call, key)))
        .filter_map(|(call, key)| Some((call, below(key)?)))
        .collect()
}

/// What the dotted names below these begin with.
fn prefix(names: &[&str]) -> String {
    names.iter().flat_map(|name| [name, "."]).collect()
}

/// What stands at a path of names, as Markdown.
pub(crate) fn about(names: &[&str], scope: &Scope, context: &Context<'_>) -> Option<String> {
    let (name, above) = names.split_last()?;
    let path = names.join(".");
    let mut lines = Vec::new();
    let mut calls: Vec<&str> = parameters(above, scope)
        .into_iter()
        .filter(|(_, key)| key == name)
        .map(|(call, _)| call.name)
        .collect();
    calls.dedup();
    if !calls.is_empty() {
        let what =
            if above.get(1) == Some(&"responseElements") { "In the answer of" } else { "A parameter of" };
        lines.push(format!("{what} {}.", codes(calls, 5)));
    }
    if (names.len() == 1 || scope.is_of_records())
        && let Some(field) = fields::at(&path)
    {
        let whose = if names.len() == 1 { "every event" } else { "CloudTrail's record" };
        let holds = match field.holds {
            Holds::Text => "A text",
            Holds::Boolean => "`true` or `false`",
            Holds::Object => "An object",
            Holds::Map => "An object whose keys depend on the call, or null",
            Holds::Anything => "A part",
        };
        let optional = if field.is_optional { "; some have none" } else { "" };
        lines.push(format!("{holds} of {whose}{optional}."));
        if !field.values.is_empty() {
            lines.push(format!("Known values: {}.", codes(field.values.iter().copied(), 20)));
        }
    }
    for event in scope.native() {
        let below = names.strip_prefix(&["detail"]).unwrap_or_default().join(".");
        if let Some((_, kind)) = event.fields().find(|(field, _)| *field == below) {
            lines.push(format!("A {kind} of {}.", code(event.detail_type)));
        }
    }
    if let Some(value) = example::found(context, names) {
        lines.push(format!("In the example: {}", code(&value)));
    }
    (!lines.is_empty()).then(|| format!("{}\n\n{}", code(&path), lines.join("\n\n")))
}
