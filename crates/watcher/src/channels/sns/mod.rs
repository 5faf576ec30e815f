//! An SNS topic: a delivery as subject, text and attributes. What the text looks like is a module for each format; a new
//! one is a module, and its lines in [`SnsFormat`].

mod amazon_q;
mod mail;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::text::{self, cut};
use super::{Key, Kind, Limits, Pace, Payload, Reference, Spec, Takes, Tested, TopicRef};
use crate::delivery::Delivery;
use crate::severity::Severity;

/// "UTF-8 text with no line breaks or control characters, and less than 100 characters long". What a character is nobody
/// says: in UTF-16 a text is as long as in code points, or longer.
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
    const WORDS: &[&str] = &["text", "q"];

    fn form(self) -> &'static Form {
        match self {
            SnsFormat::Text => &mail::FORM,
            SnsFormat::Q => &amazon_q::FORM,
        }
    }

    // By reference, as serde wants it.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature of skip_serializing_if")]
    fn is_text(&self) -> bool {
        *self == SnsFormat::Text
    }
}

/// What a format is.
struct Form {
    /// The text, in so many UTF-8 bytes.
    body: fn(&Delivery, usize) -> Body,
    limits: fn(Severity) -> Limits,
}

enum Body {
    /// For people.
    Text(String),
    /// For who reads JSON.
    Json(Value),
}

type Attributes = BTreeMap<&'static str, String>;

/// An SNS message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnsMessage {
    /// The mail's subject: printable ASCII, at most 99 characters.
    pub subject: String,
    /// The mail's text, or JSON for who reads that.
    pub message: String,
    /// Message attributes of type `String`, for filter policies.
    pub attributes: Attributes,
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
                takes: Takes::OneOf(SnsFormat::WORDS),
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
        let attributes = attributes(delivery);
        let message = match self.body(delivery, &attributes) {
            Body::Text(text) => text,
            Body::Json(value) => value.to_string(),
        };
        // Amazon Q reads the message only; the subject is for other subscribers of the topic.
        SnsMessage { subject: subject(delivery), message, attributes }
    }

    fn body(&self, delivery: &Delivery, attributes: &Attributes) -> Body {
        let used = attributes.iter().map(|(name, value)| name.len() + TYPE_NAME + value.len()).sum();
        (self.format.form().body)(delivery, MESSAGE_LIMIT.saturating_sub(used))
    }
}

impl Kind for Sns {
    fn spec(&self) -> &'static Spec {
        Sns::SPEC
    }

    fn payload(&self, delivery: &Delivery) -> Payload {
        let attributes = attributes(delivery);
        let (shown, body) = match self.body(delivery, &attributes) {
            Body::Text(text) => (json!(text), text),
            Body::Json(value) => {
                let body = format!("{value:#}\n");
                (value, body)
            }
        };
        let subject = subject(delivery);
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
        (self.format.form().limits)(severity)
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

fn subject(delivery: &Delivery) -> String {
    let subject = text::line(&delivery.title);
    let subject = if subject.trim().is_empty() { &delivery.watcher } else { subject.trim() };
    let size = |text: &str| text.chars().map(char::len_utf16).sum::<usize>();
    if size(subject) <= SUBJECT_LIMIT {
        return subject.to_owned();
    }
    let mut used = size(CUT);
    let kept = subject.chars().take_while(|c| {
        used += c.len_utf16();
        used <= SUBJECT_LIMIT
    });
    kept.chain(CUT.chars()).collect()
}

/// The end of a subject that was cut.
const CUT: &str = "...";

/// SNS refuses an attribute with an empty value.
fn attributes(delivery: &Delivery) -> Attributes {
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

    fn message(delivery: &Delivery) -> SnsMessage {
        Sns { topic: TopicRef::Env("TOPIC".to_owned()), format: SnsFormat::Text }.message(delivery)
    }

    #[test]
    fn each_word_is_a_format() {
        for word in SnsFormat::WORDS {
            serde_json::from_value::<SnsFormat>(json!(word)).unwrap();
        }
    }

    #[test]
    fn a_mail_says_the_message_and_the_facts() {
        let sent = message(&delivery());
        assert_eq!(sent.subject, "S3 bucket deleted");
        let expected = "Bucket \"demo\" was deleted by alice\n\n\
            Event: DeleteBucket\nOutcome: succeeded\nActor: alice\nFrom: 203.0.113.10, console, with MFA\nAccount: production (123456789012)\n\
            Region: eu-west-1\nTime: 2026-01-12 08:30:00 UTC\nSeverity: high\nWatcher: s3-bucket-deleted\n\
            Event id: 1\nCloudTrail: https://example.com/#/events/1\n\
            Resource: https://example.com/s3/buckets/demo";
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
            ("Bucket geändert\r\nBcc: x@example.com", "Bucket geändert  Bcc: x@example.com"),
            ("  \u{7} ", "\\u{7}"),
            ("  ", "s3-bucket-deleted"),
            ("🪣 バケット削除: demo", "🪣 バケット削除: demo"),
            ("a\u{202e}b\u{2028}c\u{85}", "a\\u{202e}b\\u{2028}c\\u{85}"),
        ];
        for (title, expected) in cases {
            let subject = message(&Delivery { title: title.to_owned(), ..delivery() }).subject;
            assert_eq!(subject, expected);
        }
        // In UTF-16, as Java counts: a pictogram is two.
        let long = [
            ("x".repeat(99), "x".repeat(99)),
            ("x".repeat(100), "x".repeat(96) + "..."),
            ("ü".repeat(99), "ü".repeat(99)),
            ("削".repeat(100), "削".repeat(96) + "..."),
            ("🪣".repeat(49), "🪣".repeat(49)),
            ("🪣".repeat(50), "🪣".repeat(48) + "..."),
        ];
        for (title, expected) in long {
            let subject = message(&Delivery { title, ..delivery() }).subject;
            assert_eq!(subject, expected);
            assert!(subject.encode_utf16().count() <= SUBJECT_LIMIT);
        }
    }

    #[test]
    fn a_long_message_is_cut_to_the_limit_in_bytes() {
        let sent = message(&Delivery { message: "ü".repeat(300_000), ..delivery() });
        let attributes: usize = sent.attributes.iter().map(|(k, v)| k.len() + "String".len() + v.len()).sum();
        assert!(sent.message.len() + attributes <= MESSAGE_LIMIT);
        assert!(sent.message.contains("more characters]\n\nEvent: DeleteBucket"));
    }
}
