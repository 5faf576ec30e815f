//! Whether a range of addresses is the internet.

use serde_json::Value;

/// Of length 0, whatever address stands before it: AWS makes `1.2.3.4/0` the whole internet too. A length of 1 is half of
/// it, and two halves are the whole.
pub(crate) fn is_world(cidr: &str) -> bool {
    cidr.rsplit_once('/').is_some_and(|(_, length)| matches!(length.trim(), "0" | "1"))
}

/// Whether one of the ranges is.
pub(crate) fn holds_world(value: &Value) -> bool {
    match value {
        Value::String(text) => is_world(text),
        Value::Array(values) => values.iter().any(holds_world),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn any_address_of_length_0_is_everywhere_and_1_is_half_of_it() {
        let world = [
            "0.0.0.0/0",
            "1.2.3.4/0",
            "::/0",
            "0::/0",
            "2001:db8::/0",
            "0.0.0.0/1",
            "128.0.0.0/1",
            "8000::/1",
        ];
        for cidr in world {
            assert!(is_world(cidr), "{cidr}");
        }
        for cidr in [
            "10.0.0.0/8",
            "10.0.0.0/10",
            "203.0.113.0/24",
            "203.0.113.10",
            "::1/128",
            "2001:db8::/31",
            "sg-0",
        ] {
            assert!(!is_world(cidr), "{cidr}");
        }
        assert!(holds_world(&json!(["10.0.0.0/8", "0.0.0.0/0"])) && !holds_world(&json!(["10.0.0.0/8", 0])));
    }
}
