//! What an SNS topic gets whose subscriber is Amazon Q Developer in chat applications: a custom notification, which it
//! posts to Slack, Microsoft Teams or Chime. A message of any other form it drops without a word, so each text keeps to the
//! length that AWS states. <https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html#parameter-details>

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::super::text::{self, cut};
use super::super::{Limit, Limits};
use super::{Body, Form};
use crate::delivery::Delivery;
use crate::runbook::Runbook;
use crate::severity::Severity;

pub(super) const FORM: Form = Form { body: |delivery, _| Body::Json(notification(delivery)), limits };

const TITLE_LIMIT: usize = 250;
const DESCRIPTION_LIMIT: usize = 8_000;
/// Of each step and each keyword.
const STEP_LIMIT: usize = 350;
const KEYWORD_LIMIT: usize = 75;
/// AWS states none for a text of `metadata`.
const METADATA_LIMIT: usize = 200;

/// What is left of the description beside what stands around the message.
const MESSAGE_LIMIT: usize = DESCRIPTION_LIMIT - FACTS_LIMIT - RUNBOOK_LIMIT - FENCES;
/// The steps or the link, with the word in front.
const RUNBOOK_LIMIT: usize = Runbook::LONGEST_TEXT + "\n\nRunbook: ".len();
const FACTS_LIMIT: usize = 1_000;
const FACT_LIMIT: usize = 200;
const FENCES: usize = "```\n\n```\n".len();
/// What a line of a message begins with that says what to do.
const STEP: &str = "Next: ";

/// The notification. What the alert does not have is left out: nothing says that an empty text is taken.
fn notification(delivery: &Delivery) -> Value {
    let facts = &delivery.facts;
    let title = title(delivery);
    let (steps, message): (Vec<&str>, Vec<&str>) =
        delivery.message.lines().partition(|line| line.starts_with(STEP));
    let steps = steps.iter().map(|line| one_line(&line[STEP.len()..], STEP_LIMIT));
    let keywords = [delivery.severity.as_str(), &delivery.watcher, &facts.event_name];
    let keywords = keywords.iter().map(|word| one_line(word, KEYWORD_LIMIT));
    let mut notification = json!({
        "version": "1.0",
        "source": "custom",
        "id": delivery.key(),
        "content": {
            "textType": "client-markdown",
            "title": title,
            "description": description(delivery, &message.join("\n")),
            "nextSteps": texts(steps),
            "keywords": texts(keywords),
        },
        "metadata": {
            "summary": title,
            "eventType": one_line(&facts.event_name, METADATA_LIMIT),
            "threadId": thread(delivery),
            "additionalContext": context(delivery),
        },
    });
    let is_empty = |value: &Value| *value == json!([]) || *value == json!("");
    for part in ["content", "metadata"] {
        notification[part].as_object_mut().expect("made above").retain(|_, value| !is_empty(value));
    }
    notification
}

fn texts(texts: impl Iterator<Item = String>) -> Vec<String> {
    texts.filter(|text| !text.is_empty()).collect()
}

/// The texts that it shows whole.
fn limits(severity: Severity) -> Limits {
    let sign: usize = sign(severity).chars().map(size).sum();
    let title = TITLE_LIMIT - sign;
    Limits {
        title: Limit {
            most: title,
            size,
            says: format!("a notification of Amazon Q takes {title} beside the sign of the severity"),
        },
        message: Some(Limit {
            most: MESSAGE_LIMIT,
            size,
            says: format!("a notification of Amazon Q shows {MESSAGE_LIMIT}"),
        }),
    }
}

fn sign(severity: Severity) -> String {
    format!("{} ", severity.emoji())
}

fn title(delivery: &Delivery) -> String {
    let title = text::line(&delivery.title);
    let title = if title.trim().is_empty() { &delivery.watcher } else { title.trim() };
    sign(delivery.severity) + &plain(&cut(title, limits(delivery.severity).title.most, size))
}

/// Message, steps and facts as a block of code, the one place of Markdown where a text is shown as it is; the links below it.
fn description(delivery: &Delivery, message: &str) -> String {
    let message = text::lines(message);
    let message = if message.trim().is_empty() { "(empty message)" } else { message.trim_end() };
    let runbook = delivery.runbook.as_ref();
    let steps = runbook.and_then(Runbook::text).map(|steps| format!("\n\nRunbook: {}", text::lines(steps)));
    let block = cut(message, MESSAGE_LIMIT, size)
        + &cut(&steps.unwrap_or_default(), RUNBOOK_LIMIT, size)
        + &cut(&facts(delivery), FACTS_LIMIT - 2 * LINK_LIMIT, size);
    let mut description = format!("```\n{}\n```", escaped(&block).replace("```", "'''"));
    for (name, link) in [("", &delivery.facts.link), ("Resource: ", &delivery.facts.target_link)] {
        let link = link.as_deref().map(|link| name.to_owned() + &escaped(&text::value(link)));
        if let Some(link) = link.filter(|link| link.len() < LINK_LIMIT) {
            let _ = write!(description, "\n{link}");
        }
    }
    // Percent-encoded, an `@` calls nobody and leads to the same page.
    if let Some(link) = runbook.and_then(Runbook::link) {
        let _ = write!(description, "\nRunbook: {}", link.replace('&', "&amp;").replace('@', "%40"));
    }
    description
}

/// A longer one is not shown: cut, it would lead nowhere.
const LINK_LIMIT: usize = 250;

/// What Slack's own channel says below the message.
fn facts(delivery: &Delivery) -> String {
    let facts = &delivery.facts;
    let account = facts.account_with_id();
    let time = facts.time_in_words();
    let lines = [
        ("Account", account.as_str()),
        ("Region", &facts.region),
        ("Actor", facts.actor.as_deref().unwrap_or_default()),
        ("From", facts.origin.as_deref().unwrap_or_default()),
        ("Time", &time),
    ];
    let mut text = "\n".to_owned();
    for (name, value) in lines {
        let value = cut(text::value(value).trim(), FACT_LIMIT, size);
        if !value.is_empty() {
            let _ = write!(text, "\n{name}: {value}");
        }
    }
    text
}

/// What an alert and the summary of its group have in common, so that the summary stands below the alert. The alerts of a
/// watcher have no thread in common: a channel shows that there is a new message, not that a thread grew.
fn thread(delivery: &Delivery) -> String {
    one_line(&format!("{} {}", delivery.watcher, delivery.facts.event_id), FACT_LIMIT)
}

/// For the variables of custom actions; it is not shown.
/// <https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-actions.html>
fn context(delivery: &Delivery) -> Value {
    let facts = &delivery.facts;
    let values = [
        ("severity", Some(delivery.severity.as_str())),
        ("watcher", Some(delivery.watcher.as_str())),
        ("event_name", Some(facts.event_name.as_str())),
        ("event_id", Some(facts.event_id.as_str())),
        ("account_id", Some(facts.account_id.as_str())),
        ("region", Some(facts.region.as_str())),
        ("actor", facts.actor.as_deref()),
        ("outcome", facts.outcome.as_deref()),
        ("time", Some(facts.time.as_str())),
    ];
    let values = values.into_iter().filter_map(|(name, value)| {
        let value = cut(text::value(value?).trim(), METADATA_LIMIT, char::len_utf16);
        (!value.is_empty()).then(|| (name.to_owned(), Value::from(value)))
    });
    Value::Object(values.collect::<Map<_, _>>())
}

fn one_line(text: &str, limit: usize) -> String {
    plain(&cut(text::line(text).trim(), limit, size))
}

/// What a character counts once it is escaped.
fn size(c: char) -> usize {
    match c {
        '&' => "&amp;".len(),
        '<' | '>' => "&lt;".len(),
        // A mention, and the blank that breaks it.
        '@' => 2,
        c => c.len_utf16(),
    }
}

/// Text that calls nobody: neither `<!channel>`, nor a link that says one address and leads to another, nor `@here`.
/// <https://docs.slack.dev/messaging/formatting-message-text#escaping>
fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        if before == '@' && c.is_alphanumeric() && !ends_with_word(&escaped) {
            escaped.push(' ');
        }
        escaped.push(c);
        before = c;
    }
    escaped
}

/// Whether the last `@` follows a word, as in a mail address.
fn ends_with_word(text: &str) -> bool {
    text.strip_suffix('@').and_then(|text| text.chars().next_back()).is_some_and(char::is_alphanumeric)
}

/// Text outside a block of code. Neither Slack nor Teams can escape what makes bold, italic, struck and code, so these stand
/// as letters that look like them; an underscore between letters makes nothing.
fn plain(text: &str) -> String {
    let text = escaped(text);
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let inside = before.is_alphanumeric() && chars.peek().is_some_and(|c| c.is_alphanumeric());
        plain.push(match c {
            '*' => '\u{2217}',
            '~' => '\u{223c}',
            '`' => '\u{2cb}',
            '_' if !inside => '\u{2cd}',
            c => c,
        });
        before = c;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::tests::delivery;

    #[test]
    fn a_notification_says_the_message_the_facts_and_what_to_do() {
        let alert = Delivery {
            message: "Bucket \"demo\" was deleted by alice\nNext: see what still uses its name.".to_owned(),
            ..delivery()
        };
        let expected = json!({
            "version": "1.0",
            "source": "custom",
            "id": alert.key(),
            "content": {
                "textType": "client-markdown",
                "title": "🟠 S3 bucket deleted",
                "description": "```\nBucket \"demo\" was deleted by alice\n\nAccount: production (123456789012)\n\
                    Region: eu-west-1\nActor: alice\nFrom: 203.0.113.10, console, with MFA\n\
                    Time: 2026-01-12 08:30:00 UTC\n```\nhttps://example.com/#/events/1\n\
                    Resource: https://example.com/s3/buckets/demo",
                "nextSteps": ["see what still uses its name."],
                "keywords": ["high", "s3-bucket-deleted", "DeleteBucket"],
            },
            "metadata": {
                "summary": "🟠 S3 bucket deleted",
                "eventType": "DeleteBucket",
                "threadId": "s3-bucket-deleted 1",
                "additionalContext": {
                    "severity": "high", "watcher": "s3-bucket-deleted", "event_name": "DeleteBucket", "event_id": "1",
                    "account_id": "123456789012", "region": "eu-west-1", "actor": "alice", "outcome": "succeeded",
                    "time": "2026-01-12T08:30:00Z",
                },
            },
        });
        assert_eq!(notification(&alert), expected);
    }

    #[test]
    fn markup_from_the_event_is_text() {
        let hostile = Delivery {
            title: "*a* _b_ ~c~ `d` snake_case <!here> @channel a@example.com".to_owned(),
            message: "``` <!channel> & <https://example.com|x> @here alice@example.com *b*".to_owned(),
            ..delivery()
        };
        let content = &notification(&hostile)["content"];
        assert_eq!(content["title"], "🟠 ∗a∗ ˍbˍ ∼c∼ ˋdˋ snake_case &lt;!here&gt; @ channel a@example.com");
        let description = content["description"].as_str().unwrap();
        let first = description.lines().nth(1).unwrap();
        assert_eq!(
            first,
            "''' &lt;!channel&gt; &amp; &lt;https://example.com|x&gt; @ here alice@example.com *b*"
        );
        assert_eq!(description.matches("```").count(), 2, "{description}");
    }

    #[test]
    fn texts_are_cut_when_they_are_longer_than_the_limits_say() {
        for severity in Severity::ALL {
            let limits = limits(severity);
            let message = limits.message.unwrap().most;
            for (more, is_cut) in [(0, false), (1, true)] {
                let long = Delivery {
                    severity,
                    title: "x".repeat(limits.title.most + more),
                    message: "y".repeat(message + more),
                    ..delivery()
                };
                let content = &notification(&long)["content"];
                let is = |key: &str| content[key].as_str().unwrap().contains("more characters]");
                assert_eq!((is("title"), is("description")), (is_cut, is_cut), "{severity:?}: {content}");
            }
        }
    }

    #[test]
    fn the_longest_values_fit() {
        let mut long = delivery();
        long.title = "&".repeat(5_000);
        long.message =
            "@a<".repeat(5_000) + "\nNext: " + &"y".repeat(1_000) + "\nNext: " + &"&".repeat(1_000);
        long.watcher = "w".repeat(200);
        for fact in [&mut long.facts.region, &mut long.facts.event_name, &mut long.facts.account] {
            *fact = "<".repeat(5_000);
        }
        long.facts.actor = Some("&".repeat(5_000));
        long.facts.origin = Some("@a".repeat(5_000));
        long.facts.link = Some(format!("https://example.com/{}", "a".repeat(LINK_LIMIT - 21)));
        long.facts.target_link = long.facts.link.clone();
        let content = &notification(&long)["content"];
        let units = |text: &Value| text.as_str().unwrap().encode_utf16().count();
        let longest = |key: &str| content[key].as_array().unwrap().iter().map(units).max().unwrap();
        assert!(units(&content["title"]) <= 250, "{content}");
        assert!(units(&content["description"]) <= 8_000, "{content}");
        assert!(longest("nextSteps") <= 350, "{content}");
        assert!(longest("keywords") <= 75, "{content}");
    }
}
