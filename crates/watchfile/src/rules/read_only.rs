//! Which calls are read-only: EventBridge drops them unless the rule asks for all management events.

/// Whether EventBridge drops management events of this name from an ordinary rule.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>
pub fn is_read_only(event_name: &str) -> bool {
    const PREFIXES: [&str; 7] = ["Get", "List", "Describe", "Lookup", "Search", "Simulate", "AssumeRole"];
    const NAMES: [&str; 8] = [
        "Decrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateRandom",
        "GetSecretValue",
        "BatchGetSecretValue",
    ];
    // STS's two that arrive all the same.
    const EXCEPTIONS: [&str; 2] = ["GetFederationToken", "GetSessionToken"];
    if EXCEPTIONS.contains(&event_name) {
        return false;
    }
    PREFIXES.iter().any(|prefix| event_name.starts_with(prefix)) || NAMES.contains(&event_name)
}

#[cfg(test)]
mod tests {
    use super::is_read_only;

    #[test]
    fn read_only_is_known_by_name() {
        for name in [
            "GetObject",
            "ListBuckets",
            "DescribeInstances",
            "LookupEvents",
            "AssumeRoleWithSAML",
            "Decrypt",
            "BatchGetSecretValue",
        ] {
            assert!(is_read_only(name), "{name}");
        }
        for name in
            ["DeleteBucket", "GetSessionToken", "GetFederationToken", "ConsoleLogin", "Encrypt", "listed"]
        {
            assert!(!is_read_only(name), "{name}");
        }
    }
}
