//! A policy in words: one sentence for each statement.

use serde_json::Value;

use crate::policy::{all, texts};
use crate::words;

/// What each statement of a policy says, `Allows account 210987654321: s3:GetObject on arn:aws:s3:::demo/*`. What is not a
/// policy with statements is told by its settings, or as it stands.
pub(crate) fn statements(policy: &Value) -> Vec<String> {
    let found = all(policy);
    if !found.is_empty() {
        return found.iter().map(statement).collect();
    }
    match words::settings(policy) {
        Value::Null if policy.is_null() => Vec::new(),
        Value::Null => vec!["An empty policy".to_owned()],
        Value::String(settings) if settings.starts_with("Version: ") && !settings.contains(';') => {
            vec!["A policy without statements".to_owned()]
        }
        Value::String(settings) => vec![settings],
        other => vec![other.to_string()],
    }
}

fn statement(statement: &Value) -> String {
    let effect = match statement["Effect"].as_str() {
        Some("Deny") => "Denies",
        _ => "Allows",
    };
    let who = named(statement, "Principal", principals);
    let actions = named(statement, "Action", |value| list(value, "all actions")).unwrap_or_default();
    let resources = named(statement, "Resource", |value| list(value, "all resources"));
    let conditions = conditions(&statement["Condition"]);
    let mut text = effect.to_owned();
    if let Some(who) = who {
        text = format!("{text} {who}:");
    }
    text = format!("{text} {actions}");
    if let Some(resources) = resources {
        text = format!("{text} on {resources}");
    }
    if conditions.is_empty() { text } else { format!("{text}, if {}", conditions.join(" and ")) }
}

/// What stands under a key, or everything but what stands under its opposite, `NotAction`.
fn named(statement: &Value, key: &str, words: impl Fn(&Value) -> String) -> Option<String> {
    let opposite = format!("Not{key}");
    let everything = match key {
        "Principal" => "everybody",
        "Action" => "all actions",
        _ => "all resources",
    };
    match (&statement[key], &statement[opposite.as_str()]) {
        (Value::Null, Value::Null) => None,
        (Value::Null, not) => Some(format!("{everything} but {}", words(not))),
        (value, _) => Some(words(value)),
    }
}

/// `*` is everybody; the root of an account stands for the account.
fn principals(principal: &Value) -> String {
    let of = |text: &String| match text.as_str() {
        "*" => "everybody".to_owned(),
        text => match text.strip_suffix(":root").and_then(|arn| arn.rsplit_once(':')) {
            Some((_, account)) => format!("account {account}"),
            None if text.len() == 12 && text.chars().all(|c| c.is_ascii_digit()) => format!("account {text}"),
            None => text.to_owned(),
        },
    };
    let found: Vec<String> = match principal {
        Value::Object(kinds) => kinds.values().flat_map(texts).collect(),
        other => texts(other),
    };
    found.iter().map(of).collect::<Vec<_>>().join(", ")
}

fn list(value: &Value, everything: &str) -> String {
    match texts(value).as_slice() {
        [one] if one == "*" => everything.to_owned(),
        several => several.join(", "),
    }
}

fn conditions(condition: &Value) -> Vec<String> {
    let operators = condition.as_object().into_iter().flatten();
    let keys = operators.flat_map(|(operator, keys)| {
        keys.as_object().into_iter().flatten().map(move |(key, values)| {
            let values = match values {
                Value::String(_) | Value::Array(_) => texts(values).join(" or "),
                other => other.to_string(),
            };
            format!("{key} {operator} {values}")
        })
    });
    keys.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_statement_is_a_sentence() {
        let cases = [
            (json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}), "Allows s3:* on all resources"),
            (
                json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
                "Allows all actions on all resources",
            ),
            (
                json!({"Effect": "Allow", "Principal": "*", "Action": ["sqs:ReceiveMessage"], "Resource": ["q"]}),
                "Allows everybody: sqs:ReceiveMessage on q",
            ),
            (
                json!({"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::210987654321:root", "210987654321"],
                       "Service": "sns.amazonaws.com"}, "Action": ["kms:Decrypt", "kms:Encrypt"]}),
                "Allows account 210987654321, account 210987654321, sns.amazonaws.com: kms:Decrypt, kms:Encrypt",
            ),
            (
                json!({"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::1:role/x"}, "NotAction": "iam:*",
                       "NotResource": "r"}),
                "Denies everybody but arn:aws:iam::1:role/x: all actions but iam:* on all resources but r",
            ),
            (
                json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "b",
                       "Condition": {"Bool": {"aws:SecureTransport": "false"},
                                     "IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}}}),
                "Denies everybody: s3:* on b, if aws:SecureTransport Bool false and aws:SourceIp IpAddress \
                 192.0.2.0/24 or 198.51.100.0/24",
            ),
        ];
        for (statement, expected) in cases {
            let policy = json!({"Version": "2012-10-17", "Statement": statement});
            assert_eq!(statements(&policy), [expected]);
            assert_eq!(statements(&Value::from(policy.to_string())), [expected]);
        }
    }

    #[test]
    fn what_has_no_statements_is_told_too() {
        let cases = [
            (json!({"Version": "2012-10-17", "Statement": []}), "A policy without statements"),
            (json!("{}"), "An empty policy"),
            (
                json!({"tags": {"team": {"tag_key": {"@@assign": "Team"}}}}),
                "tags.team.tag_key.@@assign: Team",
            ),
            (json!("arn:aws:iam::aws:policy/ReadOnlyAccess"), "arn:aws:iam::aws:policy/ReadOnlyAccess"),
            (json!("{cut off"), "{cut off"),
        ];
        for (policy, expected) in cases {
            assert_eq!(statements(&policy), [expected], "{policy}");
        }
        assert!(statements(&Value::Null).is_empty());
    }
}
