//! Which calls are read-only: EventBridge drops them unless the rule asks for all management events. The catalog knows.

use crate::catalog::{Access, Catalog};

/// Whether EventBridge drops management events of this name from an ordinary rule, as far as is known.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>
pub fn is_read_only(source: Option<&str>, event_name: &str) -> bool {
    Catalog::get().access(source, event_name) == Access::Reads
}

/// Whether a watcher that names this call gets it through a rule that asks for all management events. Such a rule
/// delivers writes as well. So a call that the catalog does not know, because it is newer, goes there too: taken for a
/// write, it would never arrive if it is none. Events that are not AWS's have no such rules, whatever they are called.
pub fn needs_all_events(source: Option<&str>, event_name: &str) -> bool {
    match Catalog::get().access(source, event_name) {
        Access::Reads => true,
        Access::Writes => false,
        Access::Unknown => source.is_none_or(|source| source.starts_with("aws.")),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_read_only, needs_all_events};

    #[test]
    fn read_only_is_known_by_name() {
        for name in [
            "GetObjectLockConfiguration",
            "ListBuckets",
            "DescribeInstances",
            "LookupEvents",
            "AssumeRoleWithSAML",
            "Decrypt",
            "BatchGetSecretValue",
            "InvokeModel",
            "ValidatePolicy",
            "DescribeWhatIsNewerThanTheCatalog",
        ] {
            assert!(is_read_only(None, name), "{name}");
            assert!(needs_all_events(Some("aws.s3"), name), "{name}");
        }
        for name in ["DeleteBucket", "GetSessionToken", "ConsoleLogin", "Encrypt", "RotateKey"] {
            assert!(!is_read_only(None, name), "{name}");
            assert!(!needs_all_events(Some("aws.s3"), name), "{name}");
        }
        assert!(is_read_only(Some("aws.connect"), "GetFederationToken"));
        assert!(!is_read_only(Some("aws.sts"), "GetFederationToken"));
    }

    #[test]
    fn what_the_catalog_does_not_know_is_not_lost() {
        for name in ["PonderBucket", "listed", ""] {
            assert!(!is_read_only(None, name), "{name}");
            assert!(needs_all_events(Some("aws.s3"), name), "{name}");
            assert!(needs_all_events(None, name), "{name}");
            assert!(!needs_all_events(Some("shop.orders"), name), "{name}");
        }
    }
}
