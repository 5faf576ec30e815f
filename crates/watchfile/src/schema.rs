//! JSON Schemas of the two kinds of file, for editors: completion, descriptions, and what a schema can check. The
//! linter checks more.

use serde_json::{Value, json};
use watcher::{Channel, Key, Mention, Severity, Spec, Takes};

use crate::keys::{self, CONFIG, Holds, Keys, Need, WATCHER};

const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// Of a file in `watchers/`.
pub fn watcher() -> Value {
    root(&WATCHER)
}

/// Of `account-watcher.toml`.
pub fn config() -> Value {
    root(&CONFIG)
}

fn root(keys: &Keys) -> Value {
    let mut schema = table(keys);
    schema["$schema"] = json!(DRAFT);
    schema
}

/// Of a table with these keys.
fn table(keys: &Keys) -> Value {
    let needed = keys.rows.iter().filter(|key| !matches!(key.need, Need::Optional));
    let needed: Vec<&str> = needed.map(|key| key.name).collect();
    object(keys.about, &needed, &keys.rows.iter().map(|key| (key.name, value(key))).collect())
}

/// Of the value of a key.
fn value(key: &keys::Key) -> Value {
    let mut value = match key.holds {
        Holds::Text => json!({ "type": "string" }),
        Holds::Filled => json!({ "type": "string", "minLength": 1 }),
        Holds::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Holds::Several(_) => json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 }),
        Holds::Severity => json!({ "enum": Severity::ALL.map(Severity::as_str) }),
        Holds::Flag(None) => json!({ "type": "boolean" }),
        Holds::Flag(Some(default)) => json!({ "type": "boolean", "default": default }),
        Holds::Count => json!({ "type": "integer", "minimum": 1 }),
        Holds::Window => json!({ "type": "string", "pattern": "^[0-9]+[smh]$" }),
        // A date of TOML is not a type of JSON.
        Holds::Day => json!({}),
        Holds::Pattern => pattern(),
        Holds::Payload => json!({ "anyOf": [{ "type": "object" }, { "type": "string" }] }),
        Holds::Values => json!({ "type": "object" }),
        Holds::Paths => paths(),
        Holds::Accounts => json!({
            "type": "object",
            "propertyNames": { "pattern": "^[0-9]{12}$" },
            "additionalProperties": { "type": "string" },
        }),
        Holds::Channels => json!({ "type": "object", "additionalProperties": channel() }),
        Holds::Region => region(),
        Holds::Regions => json!({ "type": "array", "items": region() }),
        Holds::Redirects => json!({
            "type": "object",
            "minProperties": 1,
            "additionalProperties": { "type": "string" },
        }),
        Holds::Table(keys) => table(keys()),
        Holds::Tables(keys) => json!({ "type": "array", "items": table(keys()) }),
    };
    value["description"] = json!(key.about);
    value
}

fn region() -> Value {
    json!({ "type": "string", "pattern": "^[a-z]+(-[a-z]+)+-[0-9]+$" })
}

/// Of `[fields]`.
fn paths() -> Value {
    let path = json!({ "type": "string", "pattern": "^\\$" });
    json!({
        "type": "object",
        "propertyNames": { "pattern": "^[a-z][a-z0-9_]*$" },
        "additionalProperties": {
            "description": "A JSONPath (RFC 9535), or several: the first that finds something counts.",
            "anyOf": [path, { "type": "array", "items": path, "minItems": 1 }],
        },
    })
}

/// Of one channel, of whatever kind.
fn channel() -> Value {
    json!({
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": false,
        "properties": Channel::KINDS.iter().map(|kind| (kind.name, self::kind(kind))).collect::<Value>(),
    })
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
        Takes::Body { .. } => json!({ "type": "string" }),
        Takes::Seconds { .. } => json!({ "type": "string", "pattern": "^[0-9]+[smh]$" }),
        Takes::Number { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Takes::Mentions => {
            let id = format!("[A-Z0-9]{{{},{}}}", Mention::ID_LENGTH.start(), Mention::ID_LENGTH.end());
            let mention = json!({
                "type": "string",
                "pattern": format!("^({}|[SUW]{})$", Mention::WORDS.join("|"), id),
                "examples": Mention::WORDS,
                "description": "here, channel, or the id of a user group or of a person.",
            });
            let by_severity = Severity::ALL.map(|severity| (severity.as_str(), mention.clone()));
            json!({
                "type": "object",
                "minProperties": 1,
                "additionalProperties": false,
                "properties": by_severity.into_iter().collect::<Value>(),
            })
        }
        Takes::OneOf(words) => json!({ "enum": words }),
        Takes::Header => json!({ "type": "string", "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }),
        Takes::Host { own } => json!({
            "type": "string",
            "pattern": "^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$",
            "not": { "enum": own },
        }),
    };
    let described = |key: &Key| {
        let mut value = value(key);
        value["description"] = json!(key.description);
        (key.name, value)
    };
    object(kind.description, &required, &kind.keys.iter().map(described).collect())
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

/// Of an event pattern.
fn pattern() -> Value {
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
    json!({ "anyOf": [table, { "type": "string" }] })
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
    fn a_pattern_has_the_keys_of_the_envelope() {
        let pattern = super::pattern();
        let known: BTreeSet<&str> = aws_facts::fields::envelope().chain(["$or"]).collect();
        assert_eq!(keys(&pattern["anyOf"][0]), known);
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
