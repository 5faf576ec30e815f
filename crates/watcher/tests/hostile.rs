//! Whatever an event holds, its alert is one that Slack and SNS take: lengths, blanks, mark-up, control characters.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use event_pattern::Pattern;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};
use watcher::{
    Channel, Config, Field, Path, Payload, Reference, Severity, SnsMessage, Template, TopicRef, Watcher,
    Watchers,
};

fn watchers() -> Watchers {
    let reference = Reference::Ssm("/account-watcher/x".to_owned());
    let channels = BTreeMap::from([
        ("slack".to_owned(), Channel::Slack { webhook: reference.clone() }),
        ("workflow".to_owned(), Channel::SlackWorkflow { trigger: reference }),
        ("mail".to_owned(), Channel::Sns { topic: TopicRef::Env("TOPIC".to_owned()) }),
    ]);
    let watcher = Watcher {
        name: "hostile".to_owned(),
        title: Template::parse("{{event_name}} {{x}}").unwrap(),
        severity: Severity::High,
        channels: channels.keys().cloned().collect(),
        message: Template::parse("{{x}} {{actor}} {{event.detail}}").unwrap(),
        pattern: Pattern::parse(r#"{"source": [{"exists": true}]}"#).unwrap(),
        fields: vec![Field { name: "x".to_owned(), paths: vec![Path::parse("$.detail.x").unwrap()] }],
        ignores: Vec::new(),
        group: None,
    };
    Watchers::new(Config { channels, ..Config::default() }, vec![watcher])
}

/// Texts that people and programs could choose to break a message.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<!channel>".to_owned()),
        Just("\n\r\t".to_owned()),
        Just("\u{0}\u{7}\u{1b}[31m".to_owned()),
        Just("\u{202e}drawkcab\u{2066}".to_owned()),
        Just(":skull: *bold* _it_ `c` ~s~ <https://example.com|x>".to_owned()),
        Just("👩‍👩‍👧‍👦🏳️‍🌈".to_owned()),
        Just("&amp;<>\"'".to_owned()),
        Just(" ".to_owned()),
        Just("{{event}}".to_owned()),
        "\\PC{0,20}",
    ];
    (proptest::collection::vec(piece, 0..6), prop_oneof![4 => Just(1_usize), 1 => 50..3_000_usize])
        .prop_map(|(pieces, times)| pieces.concat().repeat(times))
}

fn event() -> impl Strategy<Value = Value> {
    (text(), text(), text(), text(), text(), text(), text()).prop_map(|(x, name, user, id, region, account, time)| {
        json!({
            "id": id.clone(), "source": "custom.app", "detail-type": name.clone() + " via CloudTrail", "account": account,
            "region": region, "time": time,
            "detail": {"x": x, "eventName": name, "eventID": id, "errorCode": user.clone(),
                       "userIdentity": {"type": "IAMUser", "userName": user}},
        })
    })
}

fn units(text: &Value) -> usize {
    text.as_str().unwrap().encode_utf16().count()
}

fn is_shown(text: &Value) -> bool {
    text.as_str().is_some_and(|text| {
        !text.trim().is_empty() && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
    })
}

/// <https://docs.slack.dev/reference/block-kit/blocks>
fn check_slack(payload: &Value) {
    assert!(is_shown(&payload["text"]) && units(&payload["text"]) <= 40_000);
    let fallback = payload["text"].as_str().unwrap();
    assert!(!fallback.contains('<') && !fallback.contains('>'), "{fallback}");
    let blocks = payload["blocks"].as_array().unwrap();
    assert!((2..=50).contains(&blocks.len()));
    for block in blocks {
        match block["type"].as_str().unwrap() {
            "header" => check_text(&block["text"], 150),
            "section" => check_text(&block["text"], 3_000),
            "context" => {
                let elements = block["elements"].as_array().unwrap();
                assert!((1..=10).contains(&elements.len()));
                for element in elements {
                    if element["type"] == "mrkdwn" {
                        let text = element["text"].as_str().unwrap();
                        assert!(
                            text.starts_with("<!date^") && element["verbatim"] == true && text.len() < 100
                        );
                    } else {
                        check_text(element, 3_000);
                    }
                }
            }
            "actions" => {
                let url = block["elements"][0]["url"].as_str().unwrap();
                assert!(url.starts_with("https://") && url.len() <= 3_000, "{url}");
            }
            other => panic!("{other}"),
        }
    }
}

fn check_text(text: &Value, limit: usize) {
    assert_eq!(text["type"], "plain_text");
    assert_eq!(text["emoji"], false);
    assert!(is_shown(&text["text"]) && units(&text["text"]) <= limit, "{text}");
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>
fn check_sns(message: &SnsMessage) {
    let subject = &message.subject;
    assert!(
        (1..100).contains(&subject.len()) && subject.bytes().all(|b| (b' '..=b'~').contains(&b)),
        "{subject:?}"
    );
    assert!(!subject.starts_with(' '), "{subject:?}");
    let attributes: usize =
        message.attributes.iter().map(|(name, value)| name.len() + "String".len() + value.len()).sum();
    assert!(message.message.len() + attributes <= 256 * 1024);
    assert!(
        message
            .attributes
            .values()
            .all(|value| !value.trim().is_empty() && !value.chars().any(char::is_control))
    );
    assert!(!message.message.trim().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_event_makes_a_message_that_is_taken(event in event()) {
        let watchers = watchers();
        let text = event.to_string();
        let matches = watchers.deliveries(text.as_bytes(), date(2026, 1, 12)).unwrap();
        prop_assert_eq!(matches[0].deliveries.len(), 3);
        for delivery in &matches[0].deliveries {
            match delivery.payload(watchers.channel(&delivery.channel).unwrap()) {
                Payload::Slack(payload) => check_slack(&payload),
                Payload::SlackWorkflow(payload) => {
                    for value in payload.as_object().unwrap().values() {
                        assert!(units(value) <= 3_000, "{value}");
                    }
                }
                Payload::Sns(message) => check_sns(&message),
            }
        }
    }
}

#[test]
fn an_event_that_only_its_text_can_hold_is_not_lost() {
    let deep = format!("{}1{}", "[".repeat(140), "]".repeat(140));
    for odd in [deep.as_str(), r#""\ud800""#, "1e999"] {
        let event = format!(
            r#"{{"source": "custom.app", "detail-type": "t", "detail": {{"x": "seen", "odd": {odd}}}}}"#
        );
        let watchers = watchers();
        let matches = watchers.deliveries(event.as_bytes(), date(2026, 1, 12)).unwrap();
        assert!(matches[0].deliveries[0].message.starts_with("seen (none) "), "{odd}");
        assert_eq!(matches[0].deliveries[0].render_error, None);
    }
}
