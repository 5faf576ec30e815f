//! What services are called by people, and how ids begin.

use std::sync::LazyLock;

use crate::data::pairs;

/// What people call the service with this prefix, where its name is not just the prefix in capitals or with a capital:
/// `EFS` for `elasticfilesystem`.
pub fn service(prefix: &str) -> Option<&'static str> {
    static NAMES: LazyLock<Vec<(&str, &str)>> =
        LazyLock::new(|| pairs(include_str!("../data/service-names.txt")));
    NAMES.iter().find(|(known, _)| *known == prefix).map(|(_, name)| *name)
}

/// How EC2's ids of a thing begin: `sg` for `security group`.
pub fn id_prefix(thing: &str) -> Option<&'static str> {
    static PREFIXES: LazyLock<Vec<(&str, &str)>> =
        LazyLock::new(|| pairs(include_str!("../data/resource-ids.txt")));
    PREFIXES.iter().find(|(_, known)| *known == thing).map(|(prefix, _)| *prefix)
}

/// How the ids of access keys begin: of a user's, and of a session's.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
pub const ACCESS_KEYS: [&str; 2] = ["AKIA", "ASIA"];
/// How long such an id is.
pub const ACCESS_KEY_LENGTH: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ids_are_found() {
        assert_eq!(service("elasticfilesystem"), Some("EFS"));
        assert_eq!(service("logs"), Some("CloudWatch Logs"));
        assert_eq!(service("s3"), None);
        assert_eq!(id_prefix("security group"), Some("sg"));
        assert_eq!(id_prefix("cloud"), None);
    }
}
