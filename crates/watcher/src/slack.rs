//! A delivery as Slack shows it: Block Kit for incoming webhooks, flat strings for workflow triggers.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::delivery::Delivery;
use crate::payload::{clean, cut};

/// Header text. <https://docs.slack.dev/reference/block-kit/blocks/header-block>
const HEADER_LIMIT: usize = 150;
/// Section text. <https://docs.slack.dev/reference/block-kit/blocks/section-block>
const SECTION_LIMIT: usize = 3_000;
/// One fact of the context line; Slack allows more, a reader does not.
const FACT_LIMIT: usize = 200;
/// A text longer than 40,000 characters is truncated; the fallback is for notifications, which show a line.
/// <https://docs.slack.dev/reference/methods/chat.postMessage>
const FALLBACK_LIMIT: usize = 3_000;

/// The body for an incoming webhook. All that comes from the event stands in `plain_text`, which parses nothing;
/// only the time is mrkdwn, for each reader's own time zone, and `text` is escaped.
pub(crate) fn webhook(delivery: &Delivery) -> Value {
    let facts = &delivery.facts;
    let title = title(delivery);
    let message = message(delivery);

    let mut context = vec![plain(&facts.account_with_id(), FACT_LIMIT), plain(&facts.region, FACT_LIMIT)];
    context.extend(facts.actor.as_deref().map(|actor| plain(actor, FACT_LIMIT)));
    context.push(time(&facts.time));
    context.retain(|element| element["text"].as_str().is_some_and(|text| !text.trim().is_empty()));

    let mut blocks = vec![
        json!({"type": "header", "text": {"type": "plain_text", "text": limited(&title, HEADER_LIMIT), "emoji": false}}),
        json!({"type": "section", "text": {"type": "plain_text", "text": limited(&message, SECTION_LIMIT), "emoji": false}}),
    ];
    if !context.is_empty() {
        blocks.push(json!({"type": "context", "elements": context}));
    }
    if let Some(link) = &facts.link {
        let text = json!({"type": "plain_text", "text": "Open in CloudTrail", "emoji": false});
        blocks.push(json!({"type": "actions", "elements": [{"type": "button", "text": text, "url": link}]}));
    }
    json!({"text": limited(&escape(&format!("{title}: {message}")), FALLBACK_LIMIT), "blocks": blocks})
}

/// The body for a workflow trigger. A workflow reads named variables, and only strings; which ones it declares is
/// its own choice. <https://slack.com/help/articles/360041352714>
pub(crate) fn workflow(delivery: &Delivery) -> Value {
    let facts = &delivery.facts;
    let text = |text: &str| Value::String(limited(&clean(text, false), FACT_LIMIT));
    json!({
        "text": limited(&message(delivery), SECTION_LIMIT),
        "title": limited(&title(delivery), HEADER_LIMIT),
        "severity": delivery.severity.as_str(),
        "watcher": delivery.watcher,
        "event_name": text(&facts.event_name),
        "account": text(&facts.account),
        "account_id": text(&facts.account_id),
        "region": text(&facts.region),
        "actor": text(facts.actor.as_deref().unwrap_or_default()),
        "time": text(&facts.time),
        "outcome": text(facts.outcome.as_deref().unwrap_or_default()),
        "link": facts.link.as_deref().unwrap_or_default(),
    })
}

fn title(delivery: &Delivery) -> String {
    let title = clean(&delivery.title, false);
    let title = if title.trim().is_empty() { &delivery.watcher } else { title.trim() };
    format!("{} {title}", delivery.severity.emoji())
}

/// Slack refuses an empty section.
fn message(delivery: &Delivery) -> String {
    let message = clean(&delivery.message, true);
    if message.trim().is_empty() { "(empty message)".to_owned() } else { message }
}

fn plain(text: &str, limit: usize) -> Value {
    json!({"type": "plain_text", "text": limited(&clean(text, false), limit), "emoji": false})
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
fn limited(text: &str, limit: usize) -> String {
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
                    {"type": "mrkdwn", "verbatim": true,
                     "text": "<!date^1768206600^{date_short_pretty} {time_secs}|2026-01-12T08:30:00Z>"},
                ]},
                {"type": "actions", "elements": [{
                    "type": "button", "url": "https://example.com/#/events/1",
                    "text": {"type": "plain_text", "text": "Open in CloudTrail", "emoji": false},
                }]},
            ],
        });
        assert_eq!(webhook(&delivery()), expected);
    }

    #[test]
    fn a_workflow_gets_flat_strings() {
        let payload = workflow(&delivery());
        assert!(payload.as_object().unwrap().values().all(Value::is_string), "{payload}");
        assert_eq!(payload["text"], "Bucket \"demo\" was deleted by alice");
        assert_eq!(payload["severity"], "high");
    }

    #[test]
    fn markup_from_the_event_is_text() {
        let mut hostile = delivery();
        hostile.message = "<!channel> & <https://example.com|x>".to_owned();
        hostile.facts.actor = Some("<!here>".to_owned());
        hostile.facts.time = "<!everyone>".to_owned();
        let payload = webhook(&hostile);
        assert_eq!(
            payload["text"],
            "🟠 S3 bucket deleted: &lt;!channel&gt; &amp; &lt;https://example.com|x&gt;"
        );
        for element in payload["blocks"][2]["elements"].as_array().unwrap() {
            assert_eq!(element["type"], "plain_text", "{element}");
        }
    }

    #[test]
    fn limits_hold_and_nothing_is_empty() {
        let mut long = delivery();
        long.title = "🪣\n".repeat(500);
        long.message = "\u{0}".repeat(10) + &"𝕏".repeat(5_000);
        let payload = webhook(&long);
        let units = |text: &Value| text.as_str().unwrap().encode_utf16().count();
        assert!(units(&payload["blocks"][0]["text"]["text"]) <= HEADER_LIMIT);
        assert!(units(&payload["blocks"][1]["text"]["text"]) <= SECTION_LIMIT);
        assert!(payload["blocks"][1]["text"]["text"].as_str().unwrap().ends_with("more characters]"));

        let mut empty = delivery();
        empty.title = " ".to_owned();
        empty.message = "\n".to_owned();
        let payload = webhook(&empty);
        assert_eq!(payload["blocks"][0]["text"]["text"], "🟠 s3-bucket-deleted");
        assert_eq!(payload["blocks"][1]["text"]["text"], "(empty message)");
    }
}
