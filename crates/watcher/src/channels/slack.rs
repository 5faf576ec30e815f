//! A Slack incoming webhook: a delivery as Block Kit.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::text::{self, cut};
use super::{Key, Kind, Limit, Limits, Mention, Mentions, Pace, Payload, Reference, Spec, Takes, Tested};
use crate::delivery::Delivery;
use crate::runbook::Runbook;
use crate::severity::Severity;

/// Header text. <https://docs.slack.dev/reference/block-kit/blocks/header-block>
pub(super) const HEADER_LIMIT: usize = 150;
/// Section text. <https://docs.slack.dev/reference/block-kit/blocks/section-block>
pub(super) const SECTION_LIMIT: usize = 3_000;
/// One fact of the context line; Slack allows more, a reader does not.
pub(super) const FACT_LIMIT: usize = 200;
/// Of a button. <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
const URL_LIMIT: usize = 3_000;
/// A text longer than 40,000 characters is truncated; the fallback is for notifications, which show a line.
/// <https://docs.slack.dev/reference/methods/chat.postMessage>
const FALLBACK_LIMIT: usize = 3_000;
/// <https://docs.slack.dev/apis/web-api/rate-limits#posting-messages>
const INTERVAL: Duration = Duration::from_secs(1);

/// A Slack incoming webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Slack {
    /// Where the webhook's URL is kept.
    pub webhook: Reference,
    /// The only host that the URL may be of, where that is not Slack's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Whom alerts mention.
    #[serde(default, skip_serializing_if = "Mentions::is_empty")]
    pub mention: Mentions,
}

/// Both kinds that are Slack's.
pub(super) const TESTED: Tested = Tested {
    name: "slack",
    description: "What the first Slack channel gets; keys that are left out are not checked.",
};

/// The key for those who reach Slack by a proxy, or mean a service that speaks its protocol.
pub(super) const HOST: Key = Key {
    name: "host",
    takes: Takes::Host { own: Slack::HOSTS },
    required: false,
    example: "\"proxy.example.com\"",
    description: "The only host that the URL may be of, where that is not Slack's.",
};

impl Slack {
    /// Slack's own, and that of its government cloud. <https://docs.slack.dev/govslack>
    pub const HOSTS: &[&str] = &["hooks.slack.com", "hooks.slack-gov.com"];

    pub(super) const SPEC: &Spec = &Spec {
        name: "slack",
        called: "Slack webhook",
        description: "A Slack incoming webhook.",
        keys: &[
            Key {
                name: "webhook",
                takes: Takes::Secret,
                required: true,
                example: "\"ssm:/account-watcher/slack/security\"",
                description: "Where the URL is kept: ssm:/account-watcher/NAME or secretsmanager:account-watcher/NAME.",
            },
            HOST,
            Key {
                name: "mention",
                takes: Takes::Mentions,
                required: false,
                example: "{ high = \"S0123ABCD\", critical = \"here\" }",
                description: "Whom alerts mention, from a severity on: here, channel, or the id of a user group or of a person.",
            },
        ],
        tested: &TESTED,
        secret_urls: Slack::HOSTS,
    };

    /// What is posted.
    pub fn body(&self, delivery: &Delivery) -> Value {
        body(delivery, self.mention.of(delivery))
    }
}

impl Kind for Slack {
    fn spec(&self) -> &'static Spec {
        Slack::SPEC
    }

    fn payload(&self, delivery: &Delivery) -> Payload {
        Payload::json(self.body(delivery))
    }

    fn limits(&self, severity: Severity) -> Limits {
        limits(severity)
    }

    fn pace(&self) -> Option<Pace> {
        Some(Pace { destination: self.webhook.to_string(), interval: INTERVAL, burst: None })
    }

    fn secrets(&self) -> Vec<&Reference> {
        vec![&self.webhook]
    }

    fn variable(&self) -> Option<&str> {
        None
    }
}

/// All that comes from the event stands in `plain_text`, which parses nothing;
/// only the time is mrkdwn, for each reader's own time zone, and who is mentioned; and `text` is escaped.
fn body(delivery: &Delivery, mention: Option<&Mention>) -> Value {
    let facts = &delivery.facts;
    let title = title(delivery);
    let message = message(delivery);

    let mut context = vec![plain(&facts.account_with_id(), FACT_LIMIT), plain(&facts.region, FACT_LIMIT)];
    context.extend(facts.actor.as_deref().map(|actor| plain(actor, FACT_LIMIT)));
    context.extend(facts.origin.as_deref().map(|origin| plain(origin, FACT_LIMIT)));
    context.push(time(&facts.time));
    context.retain(|element| element["text"].as_str().is_some_and(|text| !text.trim().is_empty()));

    let mut blocks = vec![
        json!({"type": "header", "text": {"type": "plain_text", "text": limited(&title, HEADER_LIMIT), "emoji": false}}),
        json!({"type": "section", "text": {"type": "plain_text", "text": limited(&message, SECTION_LIMIT), "emoji": false}}),
    ];
    // Not in the section of the message: neither is cut for the other.
    if let Some(steps) = delivery.runbook.as_ref().and_then(Runbook::text) {
        let text = limited(&format!("Runbook: {}", text::lines(steps)), SECTION_LIMIT);
        blocks.push(json!({"type": "section", "text": {"type": "plain_text", "text": text, "emoji": false}}));
    }
    // In a section: a header shows a mention as text.
    if let Some(mention) = mention {
        let text = json!({"type": "mrkdwn", "text": mention.mrkdwn(), "verbatim": true});
        blocks.push(json!({"type": "section", "text": text}));
    }
    if !context.is_empty() {
        blocks.push(json!({"type": "context", "elements": context}));
    }
    let links = [
        ("Open in CloudTrail", facts.link.as_deref()),
        ("Open the resource", facts.target_link.as_deref()),
        ("Runbook", delivery.runbook.as_ref().and_then(Runbook::link)),
    ];
    let buttons: Vec<Value> = links.into_iter().filter_map(|(words, url)| button(words, url?)).collect();
    if !buttons.is_empty() {
        blocks.push(json!({"type": "actions", "elements": buttons}));
    }
    // In front, where nothing is cut: what notifies people is taken from here too.
    let mention = mention.map(|mention| mention.mrkdwn() + " ").unwrap_or_default();
    let text = limited(&escape(&format!("{title}: {message}")), FALLBACK_LIMIT);
    json!({"text": mention + &text, "blocks": blocks})
}

/// None of a link that Slack does not take: cut, it would lead nowhere.
fn button(text: &str, url: &str) -> Option<Value> {
    let text = json!({"type": "plain_text", "text": text, "emoji": false});
    (url.len() <= URL_LIMIT).then(|| json!({"type": "button", "text": text, "url": url}))
}

/// The title with the sign of its severity takes a header, the message a section.
pub(super) fn limits(severity: Severity) -> Limits {
    let sign: usize = prefix(severity).chars().map(char::len_utf16).sum();
    let title = HEADER_LIMIT - sign;
    Limits {
        title: Limit {
            most: title,
            size: char::len_utf16,
            says: format!("a header of Slack takes {title} beside the sign of the severity"),
        },
        message: Some(Limit {
            most: SECTION_LIMIT,
            size: char::len_utf16,
            says: format!("Slack shows {SECTION_LIMIT}"),
        }),
    }
}

fn prefix(severity: Severity) -> String {
    format!("{} ", severity.emoji())
}

pub(super) fn title(delivery: &Delivery) -> String {
    let title = text::line(&delivery.title);
    let title = if title.trim().is_empty() { &delivery.watcher } else { title.trim() };
    prefix(delivery.severity) + title
}

/// Slack refuses an empty section.
pub(super) fn message(delivery: &Delivery) -> String {
    let message = text::lines(&delivery.message);
    if message.trim().is_empty() { "(empty message)".to_owned() } else { message }
}

fn plain(text: &str, limit: usize) -> Value {
    json!({"type": "plain_text", "text": limited(&text::value(text), limit), "emoji": false})
}

/// `<!date^…>` shows the time in each reader's own zone; the text behind `|` is for clients that cannot.
/// <https://docs.slack.dev/messaging/formatting-message-text#date-formatting>
fn time(time: &str) -> Value {
    match time.parse::<Timestamp>() {
        Ok(at) => {
            let text = format!("<!date^{}^{{date_short_pretty}} {{time_secs}}|{at}>", at.as_second());
            json!({"type": "mrkdwn", "text": text, "verbatim": true})
        }
        Err(_) => plain(time, FACT_LIMIT),
    }
}

/// Slack counts characters; counting UTF-16 units is never less.
pub(super) fn limited(text: &str, limit: usize) -> String {
    cut(text, limit, char::len_utf16)
}

/// Only these three: <https://docs.slack.dev/messaging/formatting-message-text#escaping>
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::tests::delivery;
    use crate::purpose::Purpose;

    fn sent(delivery: &Delivery) -> Value {
        body(delivery, None)
    }

    #[test]
    fn a_webhook_gets_block_kit() {
        let expected = json!({
            "text": "🟠 S3 bucket deleted: Bucket \"demo\" was deleted by alice",
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "🟠 S3 bucket deleted", "emoji": false}},
                {"type": "section", "text": {"type": "plain_text", "text": "Bucket \"demo\" was deleted by alice", "emoji": false}},
                {"type": "context", "elements": [
                    {"type": "plain_text", "text": "production (123456789012)", "emoji": false},
                    {"type": "plain_text", "text": "eu-west-1", "emoji": false},
                    {"type": "plain_text", "text": "alice", "emoji": false},
                    {"type": "plain_text", "text": "203.0.113.10, console, with MFA", "emoji": false},
                    {"type": "mrkdwn", "verbatim": true,
                     "text": "<!date^1768206600^{date_short_pretty} {time_secs}|2026-01-12T08:30:00Z>"},
                ]},
                {"type": "actions", "elements": [
                    {"type": "button", "url": "https://example.com/#/events/1",
                     "text": {"type": "plain_text", "text": "Open in CloudTrail", "emoji": false}},
                    {"type": "button", "url": "https://example.com/s3/buckets/demo",
                     "text": {"type": "plain_text", "text": "Open the resource", "emoji": false}},
                ]},
            ],
        });
        assert_eq!(sent(&delivery()), expected);
    }

    #[test]
    fn a_runbook_is_a_button_or_a_section_of_its_own() {
        let link = Runbook::Link("https://wiki.example.com/runbooks/s3?a=1&b=2".to_owned());
        let payload = sent(&Delivery { runbook: Some(link), ..delivery() });
        let buttons = payload["blocks"][3]["elements"].as_array().unwrap();
        assert_eq!(buttons.len(), 3);
        assert_eq!(buttons[2]["text"]["text"], "Runbook");
        assert_eq!(buttons[2]["url"], "https://wiki.example.com/runbooks/s3?a=1&b=2");

        let text = Runbook::Text("Ask #storage.\nThen restore <it>.".to_owned());
        let long = "x".repeat(SECTION_LIMIT);
        let payload = sent(&Delivery { message: long.clone(), runbook: Some(text), ..delivery() });
        assert_eq!(payload["blocks"][1]["text"]["text"], long, "the message is whole");
        let steps = json!({"type": "plain_text", "text": "Runbook: Ask #storage.\nThen restore <it>.", "emoji": false});
        assert_eq!(payload["blocks"][2], json!({"type": "section", "text": steps}));
    }

    #[test]
    fn markup_from_the_event_is_text() {
        let mut hostile = delivery();
        hostile.message = "<!channel> & <https://example.com|x>".to_owned();
        hostile.facts.actor = Some("<!here>".to_owned());
        hostile.facts.time = "<!everyone>".to_owned();
        let payload = sent(&hostile);
        assert_eq!(
            payload["text"],
            "🟠 S3 bucket deleted: &lt;!channel&gt; &amp; &lt;https://example.com|x&gt;"
        );
        for element in payload["blocks"][2]["elements"].as_array().unwrap() {
            assert_eq!(element["type"], "plain_text", "{element}");
        }
    }

    #[test]
    fn an_alert_mentions_from_a_severity_on_and_nothing_else_does() {
        let form = json!({
            "webhook": {"ssm": "/account-watcher/x"},
            "mention": {"medium": "here", "high": {"group": "S0123ABCD"}},
        });
        let slack: Slack = serde_json::from_value(form).unwrap();
        let cases = [
            (Severity::Low, None),
            (Severity::Medium, Some("<!here>")),
            (Severity::High, Some("<!subteam^S0123ABCD>")),
            (Severity::Critical, Some("<!subteam^S0123ABCD>")),
        ];
        for (severity, expected) in cases {
            for purpose in Purpose::ALL {
                let delivery = Delivery { severity, purpose, ..delivery() };
                let payload = slack.body(&delivery);
                match expected.filter(|_| purpose == Purpose::Alert) {
                    Some(mention) => {
                        let text = json!({"type": "mrkdwn", "text": mention, "verbatim": true});
                        assert_eq!(payload["blocks"][2], json!({"type": "section", "text": text}));
                        let plain = sent(&delivery)["text"].as_str().unwrap().to_owned();
                        assert_eq!(payload["text"], format!("{mention} {plain}"));
                    }
                    None => assert_eq!(payload, sent(&delivery)),
                }
            }
        }
        assert_eq!(Mention::Channel.mrkdwn(), "<!channel>");
        assert_eq!(Mention::User("U0123ABCD".to_owned()).mrkdwn(), "<@U0123ABCD>");
    }

    #[test]
    fn a_title_is_cut_when_it_is_longer_than_the_limit_says() {
        for severity in Severity::ALL {
            let most = limits(severity).title.most;
            for (length, is_cut) in [(most, false), (most + 1, true)] {
                let long = Delivery { severity, title: "x".repeat(length), ..delivery() };
                let payload = sent(&long);
                let header = payload["blocks"][0]["text"]["text"].as_str().unwrap();
                assert_eq!(header.ends_with("more characters]"), is_cut, "{severity:?}: {header}");
            }
        }
    }

    #[test]
    fn limits_hold_and_nothing_is_empty() {
        let mut long = delivery();
        long.title = "🪣\n".repeat(500);
        long.message = "\u{0}".repeat(10) + &"𝕏".repeat(5_000);
        let payload = sent(&long);
        let units = |text: &Value| text.as_str().unwrap().encode_utf16().count();
        assert!(units(&payload["blocks"][0]["text"]["text"]) <= HEADER_LIMIT);
        assert!(units(&payload["blocks"][1]["text"]["text"]) <= SECTION_LIMIT);
        assert!(payload["blocks"][1]["text"]["text"].as_str().unwrap().ends_with("more characters]"));

        let mut empty = delivery();
        empty.title = " ".to_owned();
        empty.message = "\n".to_owned();
        let payload = sent(&empty);
        assert_eq!(payload["blocks"][0]["text"]["text"], "🟠 s3-bucket-deleted");
        assert_eq!(payload["blocks"][1]["text"]["text"], "(empty message)");
    }
}
