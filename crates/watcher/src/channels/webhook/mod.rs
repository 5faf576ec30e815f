//! A webhook of any service that takes JSON over HTTPS: the channel says how its body looks.

mod body;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::text::{self, cut};
use super::{Key, Kind, Limit, Limits, Pace, Payload, Reference, Spec, Takes, Tested};
use crate::delivery::Delivery;
use crate::severity::Severity;
use crate::template::Template;

/// As Slack's: one message in a second is what most services take for long.
const INTERVAL: u64 = 1;
/// What nearly all services show of a title.
const TITLE_LIMIT: usize = 150;
/// What nearly all services show of a message.
const MESSAGE_LIMIT: usize = 3_000;
/// <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>
const IDEMPOTENCY_HEADER: &str = "Idempotency-Key";

/// A webhook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Webhook {
    /// Where the URL is kept.
    pub url: Reference,
    /// Where headers are kept, a `Name: value` on each line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Reference>,
    /// Where the secret is kept that the body holds as `{{token}}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Reference>,
    /// A template of JSON.
    body: Box<Template>,
    /// Seconds between two messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pace: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title_limit: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message_limit: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    idempotency_header: Option<String>,
}

impl Webhook {
    pub(super) const SPEC: &Spec = &Spec {
        name: "webhook",
        called: "webhook",
        description: "A webhook of any service that takes JSON.",
        keys: &[
            Key {
                name: "url",
                takes: Takes::Secret,
                required: true,
                example: "\"ssm:/account-watcher/teams\"",
                description: "Where the URL is kept: ssm:/account-watcher/NAME or secretsmanager:account-watcher/NAME.",
            },
            Key {
                name: "body",
                takes: Takes::Body { variables: body::VARIABLES, check: body::check },
                required: true,
                example: "'{\"text\": \"{{message}}\"}'",
                description: "What is posted: a Handlebars template of JSON, in which each value is escaped for a JSON string.",
            },
            Key {
                name: "headers",
                takes: Takes::Secret,
                required: false,
                example: "\"ssm:/account-watcher/opsgenie-headers\"",
                description: "Where headers are kept, one `Name: value` on each line, for example an Authorization.",
            },
            Key {
                name: "token",
                takes: Takes::Secret,
                required: false,
                example: "\"ssm:/account-watcher/pagerduty\"",
                description: "Where a secret is kept that stands in the body, as {{token}}.",
            },
            Key {
                name: "pace",
                takes: Takes::Seconds { least: 1, most: 3_600 },
                required: false,
                example: "\"1s\"",
                description: "The time between two messages: 1s unless it says otherwise.",
            },
            Key {
                name: "title-limit",
                takes: Takes::Number { least: 20, most: 10_000 },
                required: false,
                example: "150",
                description: "How many characters of a title the service takes: 150 unless it says otherwise.",
            },
            Key {
                name: "message-limit",
                takes: Takes::Number { least: 100, most: 100_000 },
                required: false,
                example: "3000",
                description: "How many characters of a message the service takes: 3000 unless it says otherwise.",
            },
            Key {
                name: "idempotency-header",
                takes: Takes::Header,
                required: false,
                example: "\"Idempotency-Key\"",
                description: "The header that is the same for each try of an alert: Idempotency-Key unless it says otherwise.",
            },
        ],
        tested: &Tested {
            name: "webhook",
            description: "What the first webhook gets; keys that are left out are not checked.",
        },
        secret_urls: &[
            "discord.com/api/webhooks/",
            "discordapp.com/api/webhooks/",
            "webhook.office.com/webhookb2/",
            "events.pagerduty.com/integration/",
        ],
    };

    /// What is posted; `token` is the secret of that name.
    ///
    /// # Errors
    /// Why the template does not make JSON of this delivery.
    pub fn body(&self, delivery: &Delivery, token: &str) -> Result<String, String> {
        let short = |text: &str, limit| cut(text, limit, char::len_utf16);
        let title = text::line(&delivery.title);
        let title = if title.trim().is_empty() { &delivery.watcher } else { title.trim() };
        let message = text::lines(&delivery.message);
        let message = if message.trim().is_empty() { "(empty message)" } else { &message };
        let title = short(title, self.title_limit.unwrap_or(TITLE_LIMIT));
        let message = short(message, self.message_limit.unwrap_or(MESSAGE_LIMIT));
        body::render(&self.body, &body::variables(delivery, &title, &message, token))
    }

    /// The header that is the same for each try of the delivery.
    pub fn idempotency(&self, delivery: &Delivery) -> (&str, String) {
        (self.idempotency_header.as_deref().unwrap_or(IDEMPOTENCY_HEADER), delivery.key())
    }
}

impl Kind for Webhook {
    fn spec(&self) -> &'static Spec {
        Webhook::SPEC
    }

    /// With the places of the secrets for the secrets.
    fn payload(&self, delivery: &Delivery) -> Payload {
        let token = self.token.as_ref().map(ToString::to_string).unwrap_or_default();
        let (json, body, fault) = match self.body(delivery, &token) {
            Ok(body) => (serde_json::from_str(&body).unwrap_or_default(), body, None),
            Err(fault) => (Value::Null, String::new(), Some(fault)),
        };
        let (header, key) = self.idempotency(delivery);
        let mut heads = vec![("POST", self.url.to_string()), ("Header", format!("{header}: {key}"))];
        heads.extend(self.headers.as_ref().map(|headers| ("Headers", headers.to_string())));
        Payload { json, heads, body, fault }
    }

    fn limits(&self, _: Severity) -> Limits {
        let limit = |most: usize, what: &str| Limit {
            most,
            size: char::len_utf16,
            says: format!("the webhook's {what} is {most}"),
        };
        Limits {
            title: limit(self.title_limit.unwrap_or(TITLE_LIMIT), "`title-limit`"),
            message: Some(limit(self.message_limit.unwrap_or(MESSAGE_LIMIT), "`message-limit`")),
        }
    }

    fn pace(&self) -> Option<Pace> {
        let interval = Duration::from_secs(self.pace.unwrap_or(INTERVAL));
        Some(Pace { destination: self.url.to_string(), interval, burst: None })
    }

    fn secrets(&self) -> Vec<&Reference> {
        [Some(&self.url), self.headers.as_ref(), self.token.as_ref()].into_iter().flatten().collect()
    }

    fn variable(&self) -> Option<&str> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::tests::delivery;
    use serde_json::json;

    fn webhook(keys: &Value) -> Webhook {
        let mut form = json!({
            "url": {"ssm": "/account-watcher/x"},
            "body": "{\"title\": \"{{emoji}} {{title}}\", \"text\": \"{{message}}\", \"level\": {{level}}}",
        });
        form.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        serde_json::from_value(form).unwrap()
    }

    #[test]
    fn a_body_is_the_template_with_the_values_escaped() {
        let alert = Delivery { message: "a \"b\"\n\\c".to_owned(), ..delivery() };
        let payload = webhook(&json!({})).payload(&alert);
        assert_eq!(payload.body, r#"{"title": "🟠 S3 bucket deleted", "text": "a \"b\"\n\\c", "level": 4}"#);
        assert_eq!(
            payload.json,
            json!({"title": "🟠 S3 bucket deleted", "text": "a \"b\"\n\\c", "level": 4})
        );
        let expected = [
            ("POST", "ssm:/account-watcher/x".to_owned()),
            ("Header", format!("Idempotency-Key: {}", alert.key())),
        ];
        assert_eq!(payload.heads, expected);
    }

    #[test]
    fn texts_are_cut_where_the_limits_say() {
        let webhook = webhook(&json!({"title-limit": 20, "message-limit": 100}));
        let limits = webhook.limits(Severity::Low);
        for (over, is_cut) in [(0, false), (1, true)] {
            let title = "x".repeat(limits.title.most + over);
            let message = "y".repeat(limits.message.as_ref().unwrap().most + over);
            let body = webhook.payload(&Delivery { title, message, ..delivery() }).json;
            for text in [&body["title"], &body["text"]] {
                assert_eq!(text.as_str().unwrap().ends_with("more characters]"), is_cut, "{text}");
            }
        }
    }

    #[test]
    fn secrets_are_named_by_their_places() {
        let keys = json!({
            "headers": {"ssm": "/account-watcher/headers"}, "token": {"secretsmanager": "account-watcher/key"},
            "body": "{\"k\": \"{{token}}\"}", "pace": 6, "idempotency-header": "X-Request-Id",
        });
        let webhook = webhook(&keys);
        let payload = webhook.payload(&delivery());
        assert_eq!(payload.json, json!({"k": "secretsmanager:account-watcher/key"}));
        assert_eq!(payload.heads[1], ("Header", format!("X-Request-Id: {}", delivery().key())));
        assert_eq!(payload.heads[2], ("Headers", "ssm:/account-watcher/headers".to_owned()));
        assert_eq!(webhook.secrets().len(), 3);
        assert_eq!(webhook.pace().unwrap().interval, Duration::from_secs(6));
    }

    #[test]
    fn a_body_that_is_not_json_is_not_sent() {
        let webhook = webhook(&json!({"body": "{\"text\": {{message}}}"}));
        let fault = webhook.body(&delivery(), "").unwrap_err();
        assert_eq!(fault, "expected value at line 1 column 10");
        assert_eq!(webhook.payload(&delivery()).fault, Some(fault));
    }
}
