//! The table's keys. Whatever comes from an event is hashed: a key has a limit of length, and the table's keys stand
//! in places (metrics of hot keys, traces) where nothing of an event should.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use watcher::{Delivery, Facts};

use crate::random;

/// A key of the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// Of one delivery of an event; none for an event without an id, whose copies cannot be told apart.
    pub fn delivery(delivery: &Delivery) -> Option<Key> {
        let event = event(&delivery.facts)?;
        Some(hashed("delivery", &[&event, &delivery.watcher, &delivery.channel]))
    }

    /// Of the summary of a window for a channel.
    pub fn summary(window: &Key, channel: &str) -> Key {
        hashed("delivery", &[&window.0, channel])
    }

    /// Of an event that one watcher counts in a group. An event without an id is another one each time.
    pub fn counted(facts: &Facts, watcher: &str) -> Key {
        match event(facts) {
            Some(event) => hashed("event", &[&event, watcher]),
            None => unique("event"),
        }
    }

    /// Of the name of an account.
    pub fn account(id: &str) -> Key {
        hashed("account", &[id])
    }

    /// Of the group with this name.
    pub fn group(name: &str) -> Key {
        hashed("group", &[name])
    }

    /// Of a new window: never the same twice.
    pub fn window() -> Key {
        unique("window")
    }

    /// Of the pace of all channels that send to this destination, a webhook's reference for example.
    pub fn pace(destination: &str) -> Key {
        hashed("pace", &[destination])
    }

    /// A key that stands in the table.
    pub(super) fn read(text: &str) -> Key {
        Key(text.to_owned())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What all copies of an event have in common. CloudTrail's ids are unique; other services' `eventID` may be so only
/// within their account and region.
fn event(facts: &Facts) -> Option<String> {
    let Facts { event_id, account_id, region, .. } = facts;
    (!event_id.is_empty())
        .then(|| format!("{}:{account_id}{}:{region}{event_id}", account_id.len(), region.len()))
}

fn hashed(kind: &str, parts: &[&str]) -> Key {
    let mut hash = Sha256::new();
    for part in parts {
        // With their lengths, so that no two lists of parts read the same.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut key = format!("{kind}#");
    for byte in hash.finalize() {
        let _ = write!(key, "{byte:02x}");
    }
    Key(key)
}

fn unique(kind: &str) -> Key {
    Key(format!("{kind}#{}", random::name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use watcher::{Purpose, Severity};

    #[test]
    fn deliveries_share_a_key_only_when_they_are_the_same() {
        let delivery = |id: &str, account: &str, region: &str, watcher: &str, channel: &str| Delivery {
            channel: channel.to_owned(),
            watcher: watcher.to_owned(),
            severity: Severity::Low,
            title: String::new(),
            message: fastrand::u64(..).to_string(),
            runbook: None,
            facts: Facts {
                event_id: id.to_owned(),
                account_id: account.to_owned(),
                region: region.to_owned(),
                ..Facts::default()
            },
            purpose: Purpose::Alert,
            render_error: None,
        };
        let key = |delivery| Key::delivery(&delivery).unwrap();
        let first = key(delivery("e", "1", "r", "w", "c"));
        assert_eq!(first, key(delivery("e", "1", "r", "w", "c")), "whatever it says");
        for other in [
            delivery("f", "1", "r", "w", "c"),
            delivery("e", "2", "r", "w", "c"),
            delivery("e", "1", "s", "w", "c"),
            delivery("e", "1", "r", "x", "c"),
            delivery("e", "1", "r", "w", "d"),
            delivery("e", "1", "", "rw", "c"),
            delivery("re", "1", "", "w", "c"),
            delivery("e", "", "1r", "w", "c"),
        ] {
            assert_ne!(key(other.clone()), first, "{other:?}");
        }
        assert_eq!(Key::delivery(&delivery("", "1", "r", "w", "c")), None);
        let nameless = delivery("", "1", "r", "w", "c").facts;
        assert_ne!(Key::counted(&nameless, "w"), Key::counted(&nameless, "w"));
        assert_eq!(first.as_str().len(), "delivery#".len() + 64);
    }
}
