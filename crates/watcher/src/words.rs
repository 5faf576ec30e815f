//! Values as people say them: the settings of a request, the name in an ARN, a number of seconds.

use serde_json::Value;

use crate::statements::statements;

/// Keys that only wrap a value: EC2's `{"value": true}`, the query APIs' `item`s, S3's XML.
const WRAPPERS: [&str; 6] = ["value", "content", "item", "items", "member", "Member"];

/// The settings of an object by their names, `a.b: c; d: e`. What is null or empty was not set and is left out. A text may
/// be the JSON of an object; other values are what they are.
pub(crate) fn settings(value: &Value) -> Value {
    let parsed = object(value);
    match parsed.as_ref().unwrap_or(value) {
        object @ (Value::Object(_) | Value::Array(_)) => {
            let mut found = Vec::new();
            collect(object, "", &mut found);
            if found.is_empty() { Value::Null } else { Value::from(found.join("; ")) }
        }
        other => other.clone(),
    }
}

/// A value of an event where no template says how it reads: a policy as its statements, an object as its settings.
pub(crate) fn plain(value: &Value) -> Value {
    let parsed = object(value);
    let is_policy = parsed.as_ref().unwrap_or(value).get("Statement").is_some();
    match value {
        _ if is_policy => Value::from(statements(value).join("; ")),
        Value::Object(_) => settings(value),
        Value::Array(values) if values.iter().any(|value| value.is_object() || value.is_array()) => {
            settings(value)
        }
        _ if parsed.is_some() => settings(value),
        other => other.clone(),
    }
}

/// What an ARN or a queue's address names, without kind and without the id that AWS put behind it:
/// `arn:aws:ecs:eu-west-1:123456789012:service/shop/web` is `shop/web`. If `own` is an account, an ARN of another one stays
/// as it is: whose it is matters more than its name.
pub(crate) fn named(value: &Value, own: &str) -> Value {
    match value {
        Value::Array(values) => values.iter().map(|value| named(value, own)).collect(),
        Value::String(text) if is_foreign(text, own) => value.clone(),
        Value::String(text) => Value::from(name_of(text)),
        other => other.clone(),
    }
}

fn is_foreign(arn: &str, own: &str) -> bool {
    let account = arn.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(3));
    !own.is_empty() && account.is_some_and(|account| !account.is_empty() && account != own)
}

/// A number of seconds in the largest unit of which it is a multiple: `36 hours`.
pub(crate) fn duration(value: &Value) -> Value {
    let seconds = match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    };
    let Some(seconds) = seconds.filter(|&seconds| seconds > 0) else { return value.clone() };
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds % size == 0).unwrap_or((1, "second"));
    let count = seconds / size;
    Value::from(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }))
}

/// An ARN that stood in the path of a call's URL, which some services record as it stood there.
pub(crate) fn decoded(text: &str) -> Option<String> {
    text.strip_prefix("arn%3A").map(|rest| format!("arn:{}", rest.replace("%3A", ":").replace("%2F", "/")))
}

/// The object or list that a text holds.
fn object(value: &Value) -> Option<Value> {
    let text = value.as_str()?.trim_start();
    let parsed = text.starts_with(['{', '[']).then(|| serde_json::from_str(text).ok())??;
    matches!(parsed, Value::Object(_) | Value::Array(_)).then_some(parsed)
}

fn collect(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            let mut told = entries.iter().filter(|(key, _)| !is_markup(key));
            if let (Some((key, inner)), None) = (told.next(), told.next())
                && WRAPPERS.contains(&key.as_str())
            {
                return collect(inner, path, found);
            }
            // That the key is there is all that such an object says: `{"allow": {}}`.
            if entries.is_empty() && !path.is_empty() {
                found.push(path.to_owned());
            }
            for (key, inner) in entries.iter().filter(|(key, _)| !is_markup(key)) {
                collect(inner, &join(path, key), found);
            }
        }
        Value::Array(values) => {
            let are_plain = values.iter().all(|value| !value.is_object() && !value.is_array());
            match values.as_slice() {
                [] => {}
                values if are_plain => {
                    push(path, &values.iter().map(text_of).collect::<Vec<_>>().join(", "), found);
                }
                [one] => collect(one, path, found),
                several => {
                    for (index, one) in several.iter().enumerate() {
                        collect(one, &join(path, &(index + 1).to_string()), found);
                    }
                }
            }
        }
        Value::Null => {}
        other => push(path, &text_of(other), found),
    }
}

fn push(path: &str, text: &str, found: &mut Vec<String>) {
    match (path, text) {
        (_, "") => {}
        ("", text) => found.push(text.to_owned()),
        (path, text) => found.push(format!("{path}: {text}")),
    }
}

/// What the XML of S3's parameters leaves behind.
fn is_markup(key: &str) -> bool {
    key.starts_with("xmlns") || key.starts_with("xsi:")
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn name_of(text: &str) -> &str {
    if let Some(path) = text.strip_prefix("https://sqs.").and_then(|rest| rest.split_once('/')) {
        return path.1.rsplit('/').next().unwrap_or(text);
    }
    let Some(resource) = text.strip_prefix("arn:").and_then(|rest| rest.splitn(5, ':').nth(4)) else {
        return text;
    };
    // A kind stands before a slash or a colon; a bucket and a topic have none.
    let name = resource.split_once(['/', ':']).map_or(resource, |(_, name)| name);
    match name.rsplit_once(['/', ':']) {
        Some((name, id)) if is_id(id) => name,
        _ if name.is_empty() => text,
        _ => name,
    }
}

/// A UUID, or the 16 hexadecimal digits of a load balancer's parts.
fn is_id(text: &str) -> bool {
    let is_hex = |part: &str| part.chars().all(|c| c.is_ascii_hexdigit());
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [one] => one.len() == 16 && is_hex(one),
        parts => {
            parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(|part| is_hex(part))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_told_by_name_and_what_is_not_set_is_not() {
        let cases = [
            (json!({"a": 1, "b": null, "c": [], "d": "", "e": {"f": false}}), "a: 1; e.f: false"),
            (json!({"enableDnsHostnames": {"value": true}}), "enableDnsHostnames: true"),
            (json!({"Expiration": {"Days": 1}, "Filter": {"Prefix": ""}}), "Expiration.Days: 1"),
            (json!({"types": ["a", "b"], "n": [1]}), "n: 1; types: a, b"),
            (json!({"s": [{"x": 1}]}), "s.x: 1"),
            (json!({"s": [{"x": 1}, {"x": 2}]}), "s.1.x: 1; s.2.x: 2"),
            (json!({"allow": {}}), "allow"),
            (json!({"xmlns": "http://s3", "Block": true}), "Block: true"),
            (json!("{\"a\": {\"b\": 1}}"), "a.b: 1"),
            (json!(["a", "b"]), "a, b"),
            (json!("plain"), "plain"),
            (json!("{not JSON"), "{not JSON"),
        ];
        for (value, expected) in cases {
            assert_eq!(settings(&value), expected, "{value}");
        }
        for empty in [json!({}), json!({"a": null}), json!("{}"), json!([])] {
            assert_eq!(settings(&empty), Value::Null, "{empty}");
        }
        assert_eq!(settings(&json!(false)), json!(false));
    }

    #[test]
    fn a_name_is_what_stands_behind_the_kind() {
        let cases = [
            ("arn:aws:ecs:eu-west-1:123456789012:service/shop/web", "shop/web"),
            (
                "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/0a1b2c3d-1111-4222-8333-444444444444",
                "shop",
            ),
            (
                "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d-1111-4222-8333-444444444444",
                "0a1b2c3d-1111-4222-8333-444444444444",
            ),
            (
                "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/green/0123456789abcdef",
                "green",
            ),
            ("arn:aws:lambda:eu-west-1:123456789012:function:checkout", "checkout"),
            ("arn:aws:sns:eu-west-1:123456789012:alarms", "alarms"),
            ("arn:aws:s3:::demo", "demo"),
            ("arn:aws:iam::aws:policy/AdministratorAccess", "AdministratorAccess"),
            ("https://sqs.eu-west-1.amazonaws.com/123456789012/orders", "orders"),
            ("demo", "demo"),
            ("arn:", "arn:"),
        ];
        for (arn, expected) in cases {
            assert_eq!(named(&json!(arn), ""), expected, "{arn}");
        }
        assert_eq!(named(&json!(["arn:aws:s3:::a", 1]), ""), json!(["a", 1]));
        let arn = |account: &str| json!(format!("arn:aws:iam::{account}:role/x"));
        assert_eq!(named(&arn("123456789012"), "123456789012"), "x");
        assert_eq!(named(&arn("210987654321"), "123456789012"), arn("210987654321"));
        assert_eq!(named(&json!("arn:aws:s3:::demo"), "123456789012"), "demo");
    }

    #[test]
    fn seconds_are_told_in_the_largest_whole_unit() {
        let cases = [
            (129_600, "36 hours"),
            (86_400, "1 day"),
            (900, "15 minutes"),
            (61, "61 seconds"),
            (1, "1 second"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(duration(&json!(seconds)), expected);
            assert_eq!(duration(&json!(seconds.to_string())), expected);
        }
        assert_eq!((duration(&json!("soon")), duration(&json!(0))), (json!("soon"), json!(0)));
    }

    #[test]
    fn only_an_encoded_arn_is_decoded() {
        assert_eq!(decoded("arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx").as_deref(), Some("arn:aws:iam::1:role/x"));
        assert_eq!(decoded("a%3Ab"), None);
    }

    #[test]
    fn a_value_without_a_template_is_a_policy_an_object_or_itself() {
        let policy = json!({"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}});
        assert_eq!(plain(&policy), "Denies s3:* on all resources");
        assert_eq!(plain(&Value::from(policy.to_string())), "Denies s3:* on all resources");
        assert_eq!(plain(&json!({"a": {"b": 1}})), "a.b: 1");
        assert_eq!(plain(&json!([{"a": 1}, {"a": 2}])), "1.a: 1; 2.a: 2");
        assert_eq!(plain(&json!(["a", "b"])), json!(["a", "b"]));
        assert_eq!(plain(&json!("text")), "text");
    }
}
