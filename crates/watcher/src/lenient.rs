//! Reading an event's JSON as a value, whatever its strings and numbers hold. The pattern has matched the text, so the
//! alert must go out; `serde_json` alone refuses half surrogate pairs, numbers beyond binary64 and deep nesting.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

/// The value of a JSON text. Half a surrogate pair becomes U+FFFD, a number beyond binary64 its text.
///
/// # Errors
/// Where it is not JSON at all.
pub(crate) fn value(text: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(text).or_else(|error| match std::str::from_utf8(text) {
        Ok(text) => parse(&fix(text)),
        Err(_) => Err(error),
    })
}

/// Without a limit to the nesting: matching has refused what is deeper than 1,024 levels.
fn parse(text: &str) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    let value = Value::deserialize(&mut deserializer)?;
    deserializer.end().map(|()| value)
}

fn fix(text: &str) -> String {
    let mut fixed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (part, len): (Cow<'_, str>, usize) = match first {
            '"' => {
                let len = string_len(rest);
                (Cow::Owned(mend_string(&rest[..len])), len)
            }
            '-' | '0'..='9' => {
                let len = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c))
                    .unwrap_or(rest.len());
                (mend_number(&rest[..len]), len)
            }
            _ => (Cow::Borrowed(&rest[..first.len_utf8()]), first.len_utf8()),
        };
        fixed.push_str(&part);
        rest = &rest[len..];
    }
    fixed
}

/// The length of the string that the text begins with, quotes included.
fn string_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn mend_string(text: &str) -> String {
    let mut fixed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        fixed.push_str(&rest[..at]);
        rest = &rest[at..];
        let len = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                fixed.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            (Some(_), _) => 6,
            (None, _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        fixed.push_str(&rest[..len]);
        rest = &rest[len..];
    }
    fixed + rest
}

/// The UTF-16 unit of the escape `\uXXXX` that the text begins with.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

fn mend_number(text: &str) -> Cow<'_, str> {
    match text.parse::<f64>() {
        Ok(number) if number.is_infinite() => Cow::Owned(format!("\"{text}\"")),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_serde_json_refuses_is_read_all_the_same() {
        let cases = [
            (r#"{"a":"x\ud800y"}"#, json!({"a": "x\u{fffd}y"})),
            (r#"{"a":"\udc00\ud83d\ude00\\ud800"}"#, json!({"a": "\u{fffd}😀\\ud800"})),
            (r#"{"a\ud800":[1e999,-1E999,1.5]}"#, json!({"a\u{fffd}": ["1e999", "-1E999", 1.5]})),
            (r#"{"a":"\ud800","b":"1e999 \" é"}"#, json!({"a": "\u{fffd}", "b": "1e999 \" é"})),
        ];
        for (text, expected) in cases {
            assert_eq!(value(text.as_bytes()).unwrap(), expected, "{text}");
        }
        let deep = format!("{}1{}", "[".repeat(1_000), "]".repeat(1_000));
        assert!(value(deep.as_bytes()).is_ok());
        for text in ["", "{", "\"\\", "\"\\ud8", "{\"a\":\"\\ud800\"", "[1e999", "\u{0}"] {
            assert!(value(text.as_bytes()).is_err(), "{text}");
        }
    }
}
