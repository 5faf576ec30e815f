//! JSON Schemas of the two kinds of file, for editors: completion, descriptions, and what a schema can check. The
//! linter checks more.

use serde_json::{Value, json};
use watcher::{Channel, Key, Severity, Spec, Takes};

use crate::test_case::tested;

const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// Of a file in `watchers/`.
pub fn watcher() -> Value {
    let properties = json!({
        "title": text("Slack's header and the mail's subject; a Handlebars template."),
        "severity": {
            "description": "How bad it is.",
            "enum": Severity::ALL.map(Severity::as_str),
        },
        "channels": strings("The channels that get it, as account-watcher.toml declares them."),
        "message": text("The text; a Handlebars template over the fields and the standard variables, such as {{actor}}."),
        "attempt": text("What a failed call was about to do, behind 'tried to'; then title and message are made of it, and the severity is one step lower."),
        "tags": strings("For people to find it by, for example cis-4.8."),
        "references": strings("Where to read more."),
        "enabled": { "type": "boolean", "default": true, "description": "false: checked, but not deployed." },
        "pattern": pattern("Which events it takes: an EventBridge event pattern, as a table or as JSON in a string."),
        "fields": {
            "type": "object",
            "description": "Named values of the event, for the templates.",
            "propertyNames": { "pattern": "^[a-z][a-z0-9_]*$" },
            "additionalProperties": {
                "description": "A JSONPath (RFC 9535), or several: the first that finds something counts.",
                "anyOf": [path(), { "type": "array", "items": path(), "minItems": 1 }],
            },
        },
        "case": {
            "type": "array",
            "items": object("A fact that makes the alert better or worse. The first that holds counts.", &["when", "severity"], &json!({
                "when": text("A condition over fields and variables, as behind {{#if: gte score 9."),
                "severity": { "description": "How bad it is then.", "enum": Severity::ALL.map(Severity::as_str) },
                "channels": strings("Where it goes then; left out: to the watcher's channels."),
            })),
            "description": "Facts that make the alert better or worse than `severity` says.",
        },
        "group": object("Which alerts are told as one.", &["by", "window"], &json!({
            "by": strings("The fields and standard variables whose values make the group."),
            "window": { "type": "string", "pattern": "^[0-9]+[smh]$", "description": "How long a group stays open: 90s, 15m, 2h." },
            "at-least": { "type": "integer", "minimum": 1, "description": "How many events it takes before the first alert." },
        })),
        "ignore": ignores(),
        "test": { "type": "array", "items": test(), "description": "Events, and what the watcher makes of them." },
    });
    let required = ["title", "severity", "channels", "message", "pattern"];
    root("A watcher: which events are told to whom, and how.", &required, &properties)
}

/// Of `account-watcher.toml`.
pub fn config() -> Value {
    let channel = json!({
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
        "properties": Channel::KINDS.iter().map(|kind| (kind.name, self::kind(kind))).collect::<Value>(),
    });
    let properties = json!({
        "channels": { "type": "object", "additionalProperties": channel, "description": "Where alerts go, by name." },
        "accounts": {
            "type": "object",
            "description": "Names of accounts by id, shown instead of the id.",
            "propertyNames": { "pattern": "^[0-9]{12}$" },
            "additionalProperties": { "type": "string" },
        },
        "ignore": ignores(),
    });
    root("Where alerts go, and what all watchers share.", &[], &properties)
}

/// Of a channel of this kind.
fn kind(kind: &Spec) -> Value {
    let required: Vec<&str> = kind.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let value = |key: &Key| match key.takes {
        Takes::Secret => json!({
            "type": "string",
            "pattern": "^(ssm:/|secretsmanager:)account-watcher/[A-Za-z0-9/_.-]+$",
        }),
        Takes::Topic => json!({ "type": "string", "pattern": "^(env:[A-Za-z_][A-Za-z0-9_]*|arn:.+)$" }),
    };
    let described = |key: &Key| {
        let mut value = value(key);
        value["description"] = json!(key.description);
        (key.name, value)
    };
    object(kind.description, &required, &kind.keys.iter().map(described).collect())
}

fn root(description: &str, required: &[&str], properties: &Value) -> Value {
    let mut schema = object(description, required, properties);
    schema["$schema"] = json!(DRAFT);
    schema
}

fn object(description: &str, required: &[&str], properties: &Value) -> Value {
    json!({
        "type": "object",
        "description": description,
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn strings(description: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": description })
}

fn path() -> Value {
    json!({ "type": "string", "pattern": "^\\$" })
}

fn pattern(description: &str) -> Value {
    let values = |description: &str| json!({ "type": "array", "minItems": 1, "description": description });
    let envelope = json!({
        "source": values("Who sends it, for example aws.s3."),
        "detail-type": values("What it is, for example AWS API Call via CloudTrail."),
        "account": values("The account's id."),
        "region": values("The region."),
        "resources": values("ARNs."),
        "id": values("The event's id."),
        "time": values("When it was."),
        "version": values("The version of the envelope."),
        "detail": { "type": "object", "description": "The record of CloudTrail, or the service's own fields." },
        "$or": { "type": "array", "minItems": 2, "items": { "type": "object" }, "description": "One of these." },
    });
    let table = json!({ "type": "object", "minProperties": 1, "additionalProperties": false, "properties": envelope });
    json!({ "description": description, "anyOf": [table, { "type": "string" }] })
}

fn ignores() -> Value {
    let ignore = object(
        "What matches but is not sent.",
        &["reason", "pattern"],
        &json!({
            "reason": { "type": "string", "minLength": 1, "description": "Why, for those who find it in a year." },
            "until": { "description": "The last day on which it holds, UTC: 2027-01-31." },
            "pattern": pattern("Which events."),
        }),
    );
    json!({ "type": "array", "items": ignore, "description": "Events that match but are not sent." })
}

fn test() -> Value {
    let mut keys = json!({
            "name": text("What it shows."),
            "event": text("The name of a file in tests/events."),
            "matches": { "type": "boolean", "default": true, "description": "Whether the watcher matches." },
            "ignored": { "type": "boolean", "description": "Whether an ignore covers the event." },
            "title": text("The rendered title."),
            "message": text("The rendered message."),
            "fields": { "type": "object", "description": "Values of fields." },
            "channels": strings("The channels that get it."),
            "denied": text("The event as a denied call with this errorCode."),
            "with": payload("Changes of the event: a table, or JSON in a string, where null means null."),
    });
    for tested in tested() {
        keys[tested.name] = payload(tested.description);
    }
    let what = "An event, and what the watcher makes of it. What is left out is not checked.";
    object(what, &["name", "event"], &keys)
}

/// An object, or a string with its JSON.
fn payload(description: &str) -> Value {
    json!({ "anyOf": [{ "type": "object" }, { "type": "string" }], "description": description })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::{env, fs};

    use serde_json::Value;

    fn keys(schema: &Value) -> BTreeSet<&str> {
        schema["properties"].as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn the_schemas_have_the_keys_that_are_read() {
        let watcher = super::watcher();
        assert_eq!(keys(&watcher), crate::watcher_file::KEYS.into_iter().collect());
        let test = &watcher["properties"]["test"]["items"];
        assert_eq!(keys(test), crate::test_case::keys().into_iter().collect());
    }

    #[test]
    fn the_committed_schemas_are_not_stale() {
        for (name, schema) in [("watcher", super::watcher()), ("account-watcher", super::config())] {
            let path = format!("{}/../../schema/{name}.json", env!("CARGO_MANIFEST_DIR"));
            let text = format!("{schema:#}\n");
            if env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
                fs::write(&path, &text).unwrap();
            }
            let shown = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                shown == text,
                "schema/{name}.json is stale: SNAPSHOTS=overwrite cargo test -p watchfile"
            );
        }
    }
}
