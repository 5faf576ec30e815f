//! What stands at a parameter, as far as it can be a name, an id or an ARN.

use serde_json::{Map, Value};

use super::words::key;
use crate::words::decoded;

/// The longest ARN that AWS documents has 2,048 characters; what people can read has less.
pub(super) const LONGEST: usize = 512;
/// What CloudTrail writes in the place of what it does not tell.
const HIDDEN: [&str; 3] = ["HIDDEN_DUE_TO_SECURITY_REASONS", "REDACTED", "***"];

/// The parameters of a call. EC2 wraps those of its newer calls once more: `{"DeleteVpcEndpointsRequest": {…}}`.
pub(super) fn parameters(value: &Value) -> Option<&Map<String, Value>> {
    let entries = value.as_object()?;
    let mut all = entries.iter();
    match (all.next(), all.next()) {
        (Some((key, Value::Object(inner))), None)
            if ["Request", "Req", "Input", "Response"].iter().any(|end| key.ends_with(end)) =>
        {
            Some(inner)
        }
        _ => Some(entries),
    }
}

/// The names at a parameter: a text, a list of texts, or what the objects of a list have of the same thing as the call.
pub(super) fn names(value: &Value, thing: &str) -> Vec<String> {
    match value {
        Value::String(text) => name(text).into_iter().collect(),
        Value::Array(values) => values.iter().flat_map(|value| of_element(value, thing)).collect(),
        Value::Object(entries) => match inner(entries) {
            Some(inner) => names(inner, thing),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// All names at a path within a value; it goes through lists.
pub(super) fn inside(value: &Value, path: &str, thing: &str) -> Vec<String> {
    if let Value::Array(values) = value {
        return values.iter().flat_map(|value| inside(value, path, thing)).collect();
    }
    match path.split_once('.') {
        Some((step, rest)) => value.get(step).map(|inner| inside(inner, rest, thing)).unwrap_or_default(),
        None => value.get(path).map(|value| names(value, thing)).unwrap_or_default(),
    }
}

/// An element of a list: a name, or an object that says it under a key of its own.
fn of_element(value: &Value, thing: &str) -> Vec<String> {
    let Value::Object(entries) = value else { return names(value, thing) };
    if let Some(inner) = inner(entries) {
        return names(inner, thing);
    }
    let mut found = entries.iter().filter(|(name, _)| {
        let (of, names) = key(name);
        names && of == thing
    });
    let text = found.next().and_then(|(_, value)| value.as_str());
    text.and_then(name).into_iter().collect()
}

/// EC2's `{"items": […]}`, and the XML of its newer requests: `{"tag": 1, "content": "vpc-1"}`.
fn inner(entries: &Map<String, Value>) -> Option<&Value> {
    ["items", "content"].into_iter().find_map(|key| entries.get(key))
}

/// A text that can be a name. JSON, sentences and what was hidden are none.
pub(super) fn name(text: &str) -> Option<String> {
    let text = decoded(text).unwrap_or_else(|| text.trim().to_owned());
    let can_be = !text.is_empty()
        && text != "*"
        && text.len() <= LONGEST
        && !text.starts_with(['{', '[', '<'])
        && !text.contains('\n')
        && !HIDDEN.contains(&text.as_str());
    can_be.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_read_out_of_what_wraps_them() {
        let cases = [
            (json!("demo"), vec!["demo"]),
            (json!("arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"), vec!["arn:aws:iam::1:role/x"]),
            (json!(["a", "b"]), vec!["a", "b"]),
            (
                json!({"items": [{"instanceId": "i-1"}, {"instanceId": "i-2", "imageId": "ami-1"}]}),
                vec!["i-1", "i-2"],
            ),
            (json!({"tag": 1, "content": "vpce-1"}), vec!["vpce-1"]),
            (json!([{"tag": 1, "content": "vpce-1"}]), vec!["vpce-1"]),
            (json!([{"imageId": "ami-1"}]), vec![]),
            (json!({"instanceId": "i-1"}), vec![]),
            (json!("{\"Statement\": []}"), vec![]),
            (json!("HIDDEN_DUE_TO_SECURITY_REASONS"), vec![]),
            (json!("two\nlines"), vec![]),
            (json!("x".repeat(LONGEST + 1)), vec![]),
            (json!("*"), vec![]),
            (json!(5), vec![]),
            (json!(null), vec![]),
        ];
        for (value, expected) in cases {
            assert_eq!(names(&value, "instance"), expected, "{value}");
        }
    }
}
