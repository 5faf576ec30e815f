//! What services are called by people, and how ids begin.

use std::sync::LazyLock;

use crate::data::pairs;

/// What people call the service with this prefix: `EFS` for `elasticfilesystem`; where nothing else is known the prefix, a short
/// one in capitals, and words where it has hyphens: `S3`, `Lambda`.
pub fn service(prefix: &str) -> String {
    static NAMES: LazyLock<Vec<(&str, &str)>> =
        LazyLock::new(|| pairs(include_str!("../data/service-names.txt")));
    match NAMES.iter().find(|(known, _)| *known == prefix) {
        Some((_, name)) => (*name).to_owned(),
        None if prefix.len() <= 3 => prefix.to_ascii_uppercase(),
        None => {
            let (first, rest) = prefix.split_at(prefix.chars().next().map_or(0, char::len_utf8));
            format!("{}{}", first.to_uppercase(), rest.replace('-', " "))
        }
    }
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
        for (prefix, expected) in [
            ("elasticfilesystem", "EFS"),
            ("logs", "CloudWatch Logs"),
            ("s3", "S3"),
            ("lambda", "Lambda"),
            ("resource-groups", "Resource Groups"),
            ("ponder-pond", "Ponder pond"),
            ("", ""),
        ] {
            assert_eq!(service(prefix), expected);
        }
        assert_eq!(id_prefix("security group"), Some("sg"));
        assert_eq!(id_prefix("cloud"), None);
    }
}
