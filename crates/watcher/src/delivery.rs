//! A delivery: one (event, watcher, channel) with its rendered text, the unit that is sent, retried and counted.

use std::fmt::Write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::purpose::Purpose;
use crate::runbook::Runbook;
use crate::severity::Severity;

/// What is sent to one channel because one watcher matched one event. It is queued as it is, so that a retry
/// says the same even when the watcher has changed since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The channel's name.
    pub channel: String,
    /// The watcher's name.
    pub watcher: String,
    /// How bad it is.
    pub severity: Severity,
    /// The rendered title.
    pub title: String,
    /// The rendered message.
    pub message: String,
    /// What to do about it. Not in messages of former versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<Runbook>,
    /// Where, when and by whom.
    pub facts: Facts,
    /// Why it is sent.
    #[serde(default, skip_serializing_if = "Purpose::is_alert")]
    pub purpose: Purpose,
    /// Why a template could not be rendered; the texts above then say what is known without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub render_error: Option<String>,
}

/// So much of the title counts for a delivery's key; the queue can cut the rest.
const KEY_TITLE: usize = 200;

/// What every delivery says besides its message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// CloudTrail's event id, else the envelope's.
    pub event_id: String,
    /// The API call, or a native event's detail-type.
    pub event_name: String,
    /// The account's name, else its id.
    pub account: String,
    /// The account's id.
    pub account_id: String,
    /// The event's region.
    pub region: String,
    /// Who did it; none for a native event.
    pub actor: Option<String>,
    /// From where, with what client, and whether with MFA; none for a native event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// When, as the event says it: RFC 3339 in UTC.
    pub time: String,
    /// Whether the call succeeded; none for a native event.
    pub outcome: Option<String>,
    /// The event in the console.
    pub link: Option<String>,
    /// The resource that the event is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The resource in the console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_link: Option<String>,
}

impl Facts {
    /// `production (123456789012)`, or the id alone for an account without a name.
    pub(crate) fn account_with_id(&self) -> String {
        if self.account == self.account_id {
            self.account.clone()
        } else {
            format!("{} ({})", self.account, self.account_id)
        }
    }

    /// When, for people; what is not a time stands as it is.
    pub(crate) fn time_in_words(&self) -> String {
        self.time.parse().map_or_else(|_| self.time.clone(), in_words)
    }
}

/// `2026-01-12 08:30:00 UTC`
pub(crate) fn in_words(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

impl Delivery {
    /// The same for each try of this delivery and different for every other: by it a service can tell a repetition. A
    /// summary has another title than the alert whose event it carries.
    pub fn key(&self) -> String {
        let Facts { event_id, account_id, region, time, .. } = &self.facts;
        let mut hash = Sha256::new();
        let parts = [event_id, account_id, region, time, &self.watcher, &self.channel];
        let title = self.title.chars().take(KEY_TITLE).collect();
        for part in parts.into_iter().chain([&title]) {
            // With their lengths, so that no two lists of parts read the same.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut key = String::new();
        for byte in hash.finalize() {
            let _ = write!(key, "{byte:02x}");
        }
        key
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn delivery() -> Delivery {
        Delivery {
            channel: "security".to_owned(),
            watcher: "s3-bucket-deleted".to_owned(),
            severity: Severity::High,
            title: "S3 bucket deleted".to_owned(),
            message: "Bucket \"demo\" was deleted by alice".to_owned(),
            runbook: None,
            facts: Facts {
                event_id: "1".to_owned(),
                event_name: "DeleteBucket".to_owned(),
                account: "production".to_owned(),
                account_id: "123456789012".to_owned(),
                region: "eu-west-1".to_owned(),
                actor: Some("alice".to_owned()),
                origin: Some("203.0.113.10, console, with MFA".to_owned()),
                time: "2026-01-12T08:30:00Z".to_owned(),
                outcome: Some("succeeded".to_owned()),
                link: Some("https://example.com/#/events/1".to_owned()),
                target: Some("demo".to_owned()),
                target_link: Some("https://example.com/s3/buckets/demo".to_owned()),
            },
            purpose: Purpose::Alert,
            render_error: None,
        }
    }

    #[test]
    fn a_key_is_the_deliverys_own() {
        let first = delivery().key();
        assert_eq!((first.as_str(), first.len()), (delivery().key().as_str(), 64));
        let mut others: Vec<Delivery> = (0..6).map(|_| delivery()).collect();
        others[0].facts.event_id = "2".to_owned();
        others[1].facts.region = "eu-west-2".to_owned();
        others[2].facts.account_id = "210987654321".to_owned();
        others[3].watcher = "other".to_owned();
        others[4].channel = "other".to_owned();
        others[5].title = "7 more: S3 bucket deleted".to_owned();
        for other in others {
            assert_ne!(other.key(), first, "{other:?}");
        }
    }

    #[test]
    fn a_queued_delivery_comes_back_the_same() {
        let runbooks =
            [None, Some(Runbook::Link("https://x".to_owned())), Some(Runbook::Text("Ask.".to_owned()))];
        for runbook in runbooks {
            let sent = Delivery { runbook, ..delivery() };
            let text = serde_json::to_string(&sent).unwrap();
            assert_eq!(serde_json::from_str::<Delivery>(&text).unwrap(), sent);
            assert_eq!(
                text.contains("runbook"),
                sent.runbook.is_some(),
                "as earlier versions have it: {text}"
            );
        }

        let text = serde_json::to_string(&delivery()).unwrap();
        // What the version before queued says nothing of the resource.
        let mut older: serde_json::Value = serde_json::from_str(&text).unwrap();
        let facts = older["facts"].as_object_mut().unwrap();
        assert!(facts.remove("target").is_some() && facts.remove("target_link").is_some());
        let older: Delivery = serde_json::from_value(older).unwrap();
        assert_eq!((older.facts.target, older.facts.target_link), (None, None));
    }
}
