//! What an event shows that an ignore can go by, as the keys of a pattern.

use std::fmt::Write;

use jiff::civil::Date;
use serde_json::Value;
use toml_edit::Key;
use watcher::{Field, Path, PathSelector, identity};

use crate::file::quoted;

/// Something that an event shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// `who`, `call`, `account`, `region`, `from`, or the name of a watcher's field.
    pub name: String,
    /// What the event says.
    pub value: String,
    /// The path of the pattern, as TOML writes it: `detail.userIdentity.arn`.
    key: String,
    /// The condition, as TOML.
    condition: String,
}

/// The facts of the event, those that every event has first. A field that the event lacks, that has several values, or
/// whose path no pattern can have, is none.
pub fn facts(event: &Value, fields: &[Field]) -> Vec<Fact> {
    let text = |pointer: &str| event.pointer(pointer).filter(|value| !value.is_null());
    let at = |name: &str, steps: &[&str]| {
        let value = text(&format!("/{}", steps.join("/")))?;
        Fact::of(name, steps.iter().map(|step| (*step).to_owned()), value)
    };
    let standard = [
        who(event),
        at("call", &["detail", "eventName"]),
        at("account", &["account"]),
        at("region", &["region"]),
        at("from", &["detail", "sourceIPAddress"]),
    ];
    let own = fields.iter().filter_map(|field| {
        let path = field.paths.iter().find(|path| !path.find(event).is_empty())?;
        let [value] = path.find(event)[..] else { return None };
        Fact::of(&field.name, steps(path)?.into_iter(), value)
    });
    let mut facts: Vec<Fact> = standard.into_iter().flatten().collect();
    for fact in own {
        // A watcher may call something else by a standard name; that is what its reader means.
        facts.retain(|standard| standard.name != fact.name);
        facts.push(fact);
    }
    facts
}

/// The ignore of a watcher's file, as TOML without its header.
pub fn ignore(facts: &[&Fact], reason: &str, until: Date) -> String {
    let mut text = format!("reason = {}\nuntil = {until}\n", quoted(reason));
    for Fact { key, condition, .. } in facts {
        let _ = writeln!(text, "pattern.{key} = [{condition}]");
    }
    text
}

/// Who did it: a role in all its sessions, but a person who comes through one from IAM Identity Center alone.
fn who(event: &Value) -> Option<Fact> {
    let user = event.pointer("/detail/userIdentity")?;
    let key = |key: &str| ["detail", "userIdentity", key].map(str::to_owned).into_iter();
    let Some(arn) = user.get("arn").and_then(Value::as_str) else {
        // A service in its own name.
        return Fact::of("who", key("invokedBy"), user.get("invokedBy")?);
    };
    let identity = identity(arn);
    let mut fact = Fact::of("who", key("arn"), &Value::from(identity))?;
    if identity != arn {
        fact.condition = format!("{{ prefix = {} }}", quoted(identity));
    }
    Some(fact)
}

impl Fact {
    fn of(name: &str, steps: impl Iterator<Item = String>, value: &Value) -> Option<Fact> {
        let condition = match value {
            Value::String(text) => quoted(text),
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => number.as_i64()?.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let keys: Vec<String> = steps.map(|step| Key::new(step).display_repr().into_owned()).collect();
        Some(Fact { name: name.to_owned(), value: shown, key: keys.join("."), condition })
    }
}

/// The names on the way; a pattern looks into lists by itself. None if there is more than names and lists, or a name
/// that would be a way of its own.
fn steps(path: &Path) -> Option<Vec<String>> {
    let parsed = Path::parse_all(&path.to_string());
    let mut steps = Vec::new();
    for segment in &parsed.segments {
        match &segment.selectors[..] {
            _ if segment.descends => return None,
            [PathSelector::Name { text, .. }] if !text.contains('.') => steps.push(text.clone()),
            [PathSelector::Index(_) | PathSelector::Wildcard] => {}
            _ => return None,
        }
    }
    (!steps.is_empty()).then_some(steps)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn field(name: &str, path: &str) -> Field {
        Field { name: name.to_owned(), paths: vec![Path::parse(path).unwrap()] }
    }

    fn toml(event: &Value, fields: &[Field]) -> String {
        let facts = facts(event, fields);
        ignore(&facts.iter().collect::<Vec<_>>(), "planned", date(2026, 2, 1))
    }

    #[test]
    fn a_call() {
        let event = json!({"account": "123456789012", "region": "eu-west-1", "detail": {
            "eventName": "DeleteBucket", "sourceIPAddress": "203.0.113.10",
            "userIdentity": {"arn": "arn:aws:sts::123456789012:assumed-role/deployer/run-1"},
            "requestParameters": {"bucketName": "it's", "x-y": {"n": 7, "on": true}, "names": ["a"], "two": ["a", "b"],
                "a.b": "c", "none": null},
        }});
        let fields = [
            ("bucket", "$.detail.requestParameters.bucketName"),
            ("number", "$.detail.requestParameters['x-y'].n"),
            ("flag", "$.detail.requestParameters['x-y'].on"),
            ("name", "$.detail.requestParameters.names[*]"),
            ("two", "$.detail.requestParameters.two[*]"),
            ("dotted", "$.detail.requestParameters['a.b']"),
            ("none", "$.detail.requestParameters.none"),
            ("deep", "$..bucketName"),
        ];
        let expected = r#"reason = "planned"
until = 2026-02-01
pattern.detail.userIdentity.arn = [{ prefix = "arn:aws:sts::123456789012:assumed-role/deployer/" }]
pattern.detail.eventName = ["DeleteBucket"]
pattern.account = ["123456789012"]
pattern.region = ["eu-west-1"]
pattern.detail.sourceIPAddress = ["203.0.113.10"]
pattern.detail.requestParameters.bucketName = ["it's"]
pattern.detail.requestParameters.x-y.n = [7]
pattern.detail.requestParameters.x-y.on = [true]
pattern.detail.requestParameters.names = ["a"]
"#;
        assert_eq!(toml(&event, &fields.map(|(name, path)| field(name, path))), expected);
    }

    #[test]
    fn who_it_is_depends_on_who_it_is() {
        for (user, expected) in [
            (
                json!({"arn": "arn:aws:iam::123456789012:user/team/alice"}),
                "pattern.detail.userIdentity.arn = [\"arn:aws:iam::123456789012:user/team/alice\"]\n",
            ),
            (
                json!({"arn": "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice@example.com"}),
                "pattern.detail.userIdentity.arn = [\"arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice@example.com\"]\n",
            ),
            (
                json!({"type": "AWSService", "invokedBy": "backup.amazonaws.com"}),
                "pattern.detail.userIdentity.invokedBy = [\"backup.amazonaws.com\"]\n",
            ),
            (json!({"type": "Unknown"}), ""),
        ] {
            let toml = toml(&json!({"detail": {"userIdentity": user}}), &[]);
            assert_eq!(toml, format!("reason = \"planned\"\nuntil = 2026-02-01\n{expected}"));
        }
    }
}
