//! An SNS topic: a delivery as subject, text and attributes.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::amazon_q;
use super::text::{self, cut};
use super::{Key, Kind, Limit, Limits, Pace, Payload, Reference, Spec, Takes, Tested, TopicRef};
use crate::delivery::Delivery;
use crate::severity::Severity;

/// Fewer than 100 characters, printable ASCII, no line break, and it begins with a letter, digit or punctuation.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>
const SUBJECT_LIMIT: usize = 99;
/// Text and attributes together, in UTF-8 bytes. <https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html>
const MESSAGE_LIMIT: usize = 256 * 1024;
/// `String.Array` is the longest type name; each attribute counts with name, type and value.
const TYPE_NAME: usize = "String.Array".len();

/// SNS itself takes thousands of messages in a second; but a topic's mails are read by people. More than these of one watcher
/// are reported by a summary: so many at once, and one in this time.
const BURST: u32 = 20;
const INTERVAL: Duration = Duration::from_secs(10);

/// An SNS topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sns {
    /// Which topic.
    pub topic: TopicRef,
    /// What its messages look like.
    #[serde(default, skip_serializing_if = "SnsFormat::is_text")]
    pub format: SnsFormat,
}

/// For whom a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SnsFormat {
    /// People, by mail.
    #[default]
    Text,
    /// Amazon Q Developer in chat applications.
    Q,
}

impl SnsFormat {
    // By reference, as serde wants it.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature of skip_serializing_if")]
    fn is_text(&self) -> bool {
        *self == SnsFormat::Text
    }
}

/// An SNS message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnsMessage {
    /// The mail's subject: printable ASCII, at most 99 characters.
    pub subject: String,
    /// The mail's text, or JSON for who reads that.
    pub message: String,
    /// Message attributes of type `String`, for filter policies.
    pub attributes: BTreeMap<&'static str, String>,
}

impl Sns {
    pub(super) const SPEC: &Spec = &Spec {
        name: "sns",
        called: "SNS",
        description: "An SNS topic.",
        keys: &[
            Key {
                name: "topic",
                takes: Takes::Topic,
                required: true,
                example: "\"env:ACCOUNT_TOPIC_ARN\"",
                description: "env:NAME for a variable of the function, or the ARN of a standard topic.",
            },
            Key {
                name: "format",
                takes: Takes::OneOf(&["text", "q"]),
                required: false,
                example: "\"q\"",
                description: "text for mails, which it is when left out; q for Amazon Q Developer in chat applications.",
            },
        ],
        tested: &Tested {
            name: "sns",
            description: "What the first SNS channel gets: subject, message, attributes.",
        },
        secret_urls: &[],
    };

    /// What is published.
    pub fn message(&self, delivery: &Delivery) -> SnsMessage {
        match self.format {
            SnsFormat::Text => message(delivery),
            // The subject is for other subscribers of the topic; Amazon Q reads the message only.
            SnsFormat::Q => SnsMessage {
                subject: subject(delivery),
                message: amazon_q::notification(delivery).to_string(),
                attributes: attributes(delivery),
            },
        }
    }
}

impl Kind for Sns {
    fn spec(&self) -> &'static Spec {
        Sns::SPEC
    }

    fn payload(&self, delivery: &Delivery) -> Payload {
        let SnsMessage { subject, message, attributes } = self.message(delivery);
        let (shown, body) = match self.format {
            SnsFormat::Text => (json!(message), message),
            SnsFormat::Q => {
                let notification = amazon_q::notification(delivery);
                let body = format!("{notification:#}\n");
                (notification, body)
            }
        };
        let json = json!({"subject": subject, "message": shown, "attributes": attributes});
        let attributes: Vec<String> =
            attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Payload {
            json,
            heads: vec![("Subject", subject), ("Attributes", attributes.join(", "))],
            body,
            fault: None,
        }
    }

    fn limits(&self, severity: Severity) -> Limits {
        if self.format == SnsFormat::Q {
            return amazon_q::limits(severity);
        }
        let says = format!("the subject of a mail takes {SUBJECT_LIMIT}");
        // Whatever is not ASCII becomes one question mark.
        let title = Limit { most: SUBJECT_LIMIT, size: |_| 1, says };
        Limits { title, message: None }
    }

    fn pace(&self) -> Option<Pace> {
        let destination = match &self.topic {
            TopicRef::Env(name) => format!("env:{name}"),
            TopicRef::Arn { arn, .. } => arn.clone(),
        };
        Some(Pace { destination, interval: INTERVAL, burst: Some(BURST) })
    }

    fn secrets(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn variable(&self) -> Option<&str> {
        match &self.topic {
            TopicRef::Env(name) => Some(name),
            TopicRef::Arn { .. } => None,
        }
    }
}

fn message(delivery: &Delivery) -> SnsMessage {
    let attributes = attributes(delivery);
    let used: usize = attributes.iter().map(|(name, value)| name.len() + TYPE_NAME + value.len()).sum();
    let facts = facts(delivery);
    let text = text::lines(&delivery.message);
    let text = if text.trim().is_empty() { "(empty message)" } else { &text };
    let room = MESSAGE_LIMIT.saturating_sub(used + facts.len());
    SnsMessage { subject: subject(delivery), message: cut(text, room, char::len_utf8) + &facts, attributes }
}

fn subject(delivery: &Delivery) -> String {
    let subject: String =
        text::line(&delivery.title).chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
    let subject = if subject.trim().is_empty() { &delivery.watcher } else { subject.trim() };
    if subject.len() <= SUBJECT_LIMIT {
        subject.to_owned()
    } else {
        format!("{}...", &subject[..SUBJECT_LIMIT - 3])
    }
}

/// The lines below the message.
fn facts(delivery: &Delivery) -> String {
    let facts = &delivery.facts;
    let account = facts.account_with_id();
    let time = facts.time_in_words();
    let lines = [
        ("Event", Some(facts.event_name.as_str())),
        ("Outcome", facts.outcome.as_deref()),
        ("Actor", facts.actor.as_deref()),
        ("From", facts.origin.as_deref()),
        ("Account", Some(&account)),
        ("Region", Some(&facts.region)),
        ("Time", Some(&time)),
        ("Severity", Some(delivery.severity.as_str())),
        ("Watcher", Some(&delivery.watcher)),
        ("Event id", Some(&facts.event_id)),
        ("CloudTrail", facts.link.as_deref()),
    ];
    let mut text = "\n".to_owned();
    for (name, value) in lines {
        let value = cut(text::value(value.unwrap_or_default()).trim(), 1_000, |_| 1);
        if !value.is_empty() {
            let _ = write!(text, "\n{name}: {value}");
        }
    }
    text
}

/// SNS refuses an attribute with an empty value.
fn attributes(delivery: &Delivery) -> BTreeMap<&'static str, String> {
    [
        ("severity", delivery.severity.as_str()),
        ("watcher", &delivery.watcher),
        ("account", &delivery.facts.account_id),
        ("region", &delivery.facts.region),
    ]
    .into_iter()
    .map(|(name, value)| (name, cut(text::value(value).trim(), 1_000, |_| 1)))
    .filter(|(_, value)| !value.is_empty())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::tests::delivery;

    #[test]
    fn a_mail_says_the_message_and_the_facts() {
        let sent = message(&delivery());
        assert_eq!(sent.subject, "S3 bucket deleted");
        let expected = "Bucket \"demo\" was deleted by alice\n\n\
            Event: DeleteBucket\nOutcome: succeeded\nActor: alice\nFrom: 203.0.113.10, console, with MFA\nAccount: production (123456789012)\n\
            Region: eu-west-1\nTime: 2026-01-12 08:30:00 UTC\nSeverity: high\nWatcher: s3-bucket-deleted\n\
            Event id: 1\nCloudTrail: https://example.com/#/events/1";
        assert_eq!(sent.message, expected);
        let attributes: Vec<(&str, &str)> = sent.attributes.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let expected = [
            ("account", "123456789012"),
            ("region", "eu-west-1"),
            ("severity", "high"),
            ("watcher", "s3-bucket-deleted"),
        ];
        assert_eq!(attributes, expected);
    }

    #[test]
    fn every_title_makes_a_subject_that_sns_takes() {
        let cases = [
            ("Bucket geändert\r\nBcc: x@example.com", "Bucket ge?ndert  Bcc: x@example.com"),
            ("  \u{7} ", "\\u{7}"),
            ("  ", "s3-bucket-deleted"),
            ("🪣", "?"),
        ];
        for (title, expected) in cases {
            let subject = message(&Delivery { title: title.to_owned(), ..delivery() }).subject;
            assert_eq!(subject, expected);
        }
        let subject = message(&Delivery { title: "x".repeat(200), ..delivery() }).subject;
        assert_eq!(subject.len(), 99);
        assert!(subject.ends_with("..."));
    }

    #[test]
    fn a_long_message_is_cut_to_the_limit_in_bytes() {
        let sent = message(&Delivery { message: "ü".repeat(300_000), ..delivery() });
        let attributes: usize = sent.attributes.iter().map(|(k, v)| k.len() + "String".len() + v.len()).sum();
        assert!(sent.message.len() + attributes <= MESSAGE_LIMIT);
        assert!(sent.message.contains("more characters]\n\nEvent: DeleteBucket"));
    }
}
