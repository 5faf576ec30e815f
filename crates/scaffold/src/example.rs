//! Example values for parameters, by their names: AWS's documented example ids, and what no service would give out.

use aws_facts::names;
use serde_json::Value;

use crate::words::{kebab, split_key, stem};

/// The example account of AWS's documentation.
pub(super) const ACCOUNT: &str = "123456789012";

const UUID: &str = "11111111-2222-4333-8444-555555555555";

/// A value for a key of a service, in a region; `object` is what the call is about, for keys such as `name`.
pub(super) fn value(service: &str, region: &str, key: &str, object: &[String]) -> Value {
    let words: Vec<String> = split_key(key).iter().map(|word| stem(word)).collect();
    let (what, last) = match words.split_last() {
        Some((last, [])) if is_bare(last) => (object.iter().map(|word| stem(word)).collect(), last.as_str()),
        Some((last, what)) => (what.to_vec(), last.as_str()),
        None => (Vec::new(), ""),
    };
    let name = if what.is_empty() { "example".to_owned() } else { format!("example-{}", kebab(&what)) };
    let prefix = || names::id_prefix(&what.join(" "));
    Value::from(match (what.join(" ").as_str(), last) {
        ("instance type", _) => "t3.micro".to_owned(),
        ("cidr block", _) => "10.0.0.0/16".to_owned(),
        ("object", "name") => "reports/2026.csv".to_owned(),
        ("endpoint", "name") => "ops@example.com".to_owned(),
        ("access key", "id") => "AKIAIOSFODNN7EXAMPLE".to_owned(),
        ("account" | "owner" | "recipient account", "id") => ACCOUNT.to_owned(),
        (_, "arn") if ["policy", "role", "user", "group"].contains(&kebab(what.last()).as_str()) => {
            format!("arn:aws:iam::{ACCOUNT}:{}/example", kebab(what.last()))
        }
        (what, "arn") if what.contains("kms") => format!("arn:aws:kms:{region}:{ACCOUNT}:key/{UUID}"),
        (_, "arn") => format!("arn:aws:{service}:{region}:{ACCOUNT}:{}/{name}", kebab(&what)),
        (_, "id") if service == "ec2" && prefix().is_some() => {
            format!("{}-0123456789abcdef0", prefix().unwrap_or_default())
        }
        (_, "id" | "identifier" | "uuid") if service == "kms" => UUID.to_owned(),
        (_, "cidr" | "ip") => "203.0.113.0/24".to_owned(),
        (_, "id") => format!("{name}-0123456789"),
        (_, "name" | "identifier") => name,
        _ => format!("example-{}", kebab(&words)),
    })
}

/// How SQS's requests name a queue.
pub(super) fn queue_url(region: &str) -> Value {
    Value::from(format!("https://sqs.{region}.amazonaws.com/{ACCOUNT}/example-queue"))
}

/// A value of a native event's type.
pub(super) fn of_type(kind: &str, service: &str, region: &str, key: &str) -> Value {
    match kind {
        "number" | "integer" => Value::from(1),
        "boolean" => Value::from(true),
        "object" | "json" => serde_json::json!({}),
        _ if split_key(key)
            .last()
            .is_some_and(|word| ["time", "date", "at"].contains(&stem(word).as_str())) =>
        {
            Value::from("2026-01-12T08:30:00Z")
        }
        _ => value(service, region, key, &[]),
    }
}

/// Keys that name what the call is about without saying it.
pub(super) fn is_bare(word: &str) -> bool {
    ["name", "id", "arn", "identifier"].contains(&word)
}

/// Eight hexadecimal digits that tell the fixtures apart: FNV-1a of the name.
pub(super) fn digits(name: &str) -> String {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}
