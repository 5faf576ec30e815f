//! Whatever an event holds, its alert is one that Slack and SNS take: lengths, blanks, mark-up, control characters.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::Pattern;
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};
use watcher::{
    Channel, Config, Delivery, Field, Group, Grouping, Mention, Mentions, Path, Purpose, Reference, Runbook,
    Severity, Slack, SlackWorkflow, Sns, SnsFormat, SnsMessage, Tally, Template, TopicRef, Watcher, Watchers,
    summary,
};

/// EventBridge delivers no event of this size; no text is too long all the same.
const LONGEST: usize = 10 * 1024 * 1024;

/// A message that shows all that it can.
const EVERYTHING: &str = "{{x}} {{actor}} {{event.detail}}";

/// All that a webhook's body can hold.
const BODY: &str = r#"{"a": ["{{title}}", "{{message}}", "{{watcher}}", "{{event_name}} {{event_id}} {{account}} {{account_id}}",
    "{{region}} {{actor}} {{time}} {{outcome}} {{link}} {{runbook}} {{runbook_link}} {{key}}", "{{{message}}}"], "level": {{level}}}"#;

/// What people and programs could choose to break a message.
const PIECES: [&str; 13] = [
    "<!channel>",
    "<!subteam^S0123ABCD> <@U0123ABCD>",
    "evil.example/#",
    "https://evil.example/?",
    "\n\r\t",
    "\u{0}\u{7}\u{1b}[31m",
    "\u{202e}drawkcab\u{2066}",
    ":skull: *bold* _it_ `c` ~s~ <https://example.com|x>",
    "👩‍👩‍👧‍👦🏳️‍🌈",
    "&amp;<>\"'",
    "``` @here",
    " ",
    "{{event}}",
];

fn sns(format: SnsFormat) -> Channel {
    Channel::Sns(Sns { topic: TopicRef::Env("TOPIC".to_owned()), format })
}

/// Whom the Slack channel mentions, which begins with this word.
const CALLED: &str = "<!subteam^S0000CALL>";

fn watchers(message: &str) -> Watchers {
    watchers_of(message, Severity::High, Some(Runbook::Text("Ask #storage.\nRestore it.".to_owned())))
}

fn watchers_of(message: &str, severity: Severity, runbook: Option<Runbook>) -> Watchers {
    let mention = Mentions::from_iter([(Severity::Info, Mention::Group("S0000CALL".to_owned()))]);
    let quiet = Slack { webhook: Reference::Ssm("/x".to_owned()), host: None, mention: Mentions::default() };
    let reference = Reference::Ssm("/account-watcher/x".to_owned());
    let channels = BTreeMap::from([
        ("slack".to_owned(), Channel::Slack(Slack { mention, ..quiet.clone() })),
        ("quiet".to_owned(), Channel::Slack(quiet)),
        ("workflow".to_owned(), Channel::SlackWorkflow(SlackWorkflow { trigger: reference, host: None })),
        (
            "webhook".to_owned(),
            serde_json::from_value(json!({"webhook": {"url": {"ssm": "/x"}, "body": BODY}})).unwrap(),
        ),
        ("mail".to_owned(), sns(SnsFormat::Text)),
        ("q".to_owned(), sns(SnsFormat::Q)),
    ]);
    let watcher = Watcher {
        name: "hostile".to_owned(),
        title: Template::parse("{{event_name}} {{x}}").unwrap(),
        severity,
        cases: Vec::new(),
        channels: channels.keys().cloned().collect(),
        message: Template::parse(message).unwrap(),
        attempt: Some(Template::parse(message).unwrap()),
        runbook,
        pattern: Pattern::parse(r#"{"source": [{"exists": true}]}"#).unwrap(),
        fields: vec![Field { name: "x".to_owned(), paths: vec![Path::parse("$.detail.x").unwrap()] }],
        ignores: Vec::new(),
        group: Some(Group { by: vec!["region".to_owned()], window: 900, at_least: 1 }),
    };
    Watchers::new(Config { channels, ..Config::default() }, vec![watcher])
}

fn text() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof![9 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned), 1 => "\\PC{0,20}"];
    (proptest::collection::vec(piece, 0..6), prop_oneof![4 => Just(1_usize), 1 => 50..3_000_usize])
        .prop_map(|(pieces, times)| pieces.concat().repeat(times))
}

fn event() -> impl Strategy<Value = Value> {
    prop::array::uniform(text()).prop_map(event_of)
}

fn event_of([x, name, user, id, region, account, time]: [String; 7]) -> Value {
    json!({
        "id": id.clone(), "source": "custom.app", "detail-type": name.clone() + " via CloudTrail", "account": account,
        "region": region, "time": time,
        "detail": {"x": x, "eventName": name, "eventID": id, "errorCode": user.clone(),
                   "userIdentity": {"type": "IAMUser", "userName": user}},
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
fn check_slack(payload: &Value, mention: Option<&str>, runbook: Option<&Runbook>) {
    assert!(is_shown(&payload["text"]) && units(&payload["text"]) <= 40_000);
    let fallback = payload["text"].as_str().unwrap();
    let fallback = match mention {
        Some(mention) => fallback.strip_prefix(mention).unwrap().strip_prefix(' ').unwrap(),
        None => fallback,
    };
    assert!(!fallback.contains('<') && !fallback.contains('>'), "{fallback}");
    let blocks = payload["blocks"].as_array().unwrap();
    assert!((2..=50).contains(&blocks.len()));
    let mut mentioned = Vec::new();
    let mut links = Vec::new();
    for block in blocks {
        match block["type"].as_str().unwrap() {
            "section" if block["text"]["type"] == "mrkdwn" => {
                assert_eq!(block["text"]["verbatim"], true);
                mentioned.push(block["text"]["text"].as_str().unwrap());
            }
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
                for button in block["elements"].as_array().unwrap() {
                    check_text(&button["text"], 75);
                    links.push(button["url"].as_str().unwrap());
                }
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(mentioned, Vec::from_iter(mention), "a mention stands alone");
    assert_eq!(
        links.iter().filter(|url| Some(**url) == runbook.and_then(Runbook::link)).count(),
        usize::from(runbook.is_some_and(|runbook| runbook.link().is_some()))
    );
    for url in links.iter().filter(|url| Some(**url) != runbook.and_then(Runbook::link)) {
        check_console(url);
    }
}

/// A link of an alert leads to AWS, whatever the event says.
fn check_console(url: &str) {
    let host = url.strip_prefix("https://").unwrap().split(['/', '?', '#', '@', '\\']).next().unwrap();
    assert!(host == "console.aws.amazon.com" || host.ends_with(".console.aws.amazon.com"), "{url}");
    assert!(url.len() <= 3_000, "{url}");
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
        (1..100).contains(&subject.encode_utf16().count()) && !subject.chars().any(char::is_control),
        "{subject:?}"
    );
    assert!(!subject.contains(['\u{2028}', '\u{2029}']) && subject.trim() == subject, "{subject:?}");
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

/// The schema of a custom notification: names, types, lengths and what is required, as the page has them, and nothing else.
/// <https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html#parameter-details>
fn check_q(notification: &Value) {
    let object = |value: &Value, allowed: &[&str]| {
        for (name, value) in value.as_object().unwrap() {
            assert!(allowed.contains(&name.as_str()), "{name}: {value}");
        }
    };
    let texts = |key: &str, limit: usize| {
        let texts = notification["content"].get(key).into_iter().flat_map(|texts| texts.as_array().unwrap());
        texts.for_each(|text| check_q_text(text, limit));
    };
    object(notification, &["version", "source", "id", "content", "metadata"]);
    assert_eq!((&notification["version"], &notification["source"]), (&json!("1.0"), &json!("custom")));
    check_q_text(&notification["id"], 64);
    let content = &notification["content"];
    object(content, &["textType", "title", "description", "nextSteps", "keywords"]);
    assert_eq!(content["textType"], "client-markdown");
    check_q_text(&content["title"], 250);
    let description = content["description"].as_str().unwrap();
    assert!(description.starts_with("```\n") && description.matches("```").count() == 2, "{description}");
    assert!(!description.contains(['<', '>']) && units(&content["description"]) <= 8_000, "{description}");
    texts("keywords", 75);
    texts("nextSteps", 350);
    let metadata = &notification["metadata"];
    let known =
        ["threadId", "summary", "eventType", "relatedResources", "additionalContext", "enableCustomActions"];
    object(metadata, &known);
    assert_eq!(metadata["summary"], content["title"]);
    for name in ["threadId", "eventType"] {
        metadata.get(name).into_iter().for_each(|text| check_q_text(text, 200));
    }
    for (name, value) in metadata["additionalContext"].as_object().unwrap() {
        assert!(is_shown(value) && units(value) <= 200, "{name}: {value}");
    }
}

/// A line that is Markdown, and nothing in it is markup.
fn check_q_text(text: &Value, limit: usize) {
    assert!(is_shown(text) && units(text) <= limit, "{text}");
    let text = text.as_str().unwrap();
    assert!(!text.contains(['<', '>', '*', '~', '`', '\n']) && !text.contains("@here"), "{text}");
}

fn check(watchers: &Watchers, delivery: &Delivery) {
    match watchers.channel(&delivery.channel).unwrap() {
        Channel::Slack(slack) => {
            let is_called = delivery.channel == "slack" && delivery.purpose == Purpose::Alert;
            check_slack(&slack.body(delivery), is_called.then_some(CALLED), delivery.runbook.as_ref());
        }
        Channel::SlackWorkflow(workflow) => {
            for value in workflow.body(delivery).as_object().unwrap().values() {
                assert!(units(value) <= 3_000, "{value}");
            }
        }
        Channel::Webhook(webhook) => {
            let body = webhook.body(delivery, "").unwrap();
            let body: Value = serde_json::from_str(&body).unwrap();
            let level =
                Severity::ALL.iter().position(|severity| *severity == delivery.severity).unwrap() as u64 + 1;
            assert_eq!((body.as_object().unwrap().len(), body["level"].as_u64()), (2, Some(level)), "{body}");
            let texts = body["a"].as_array().unwrap();
            assert_eq!(texts.len(), 6, "{body}");
            assert!(is_shown(&texts[0]) && units(&texts[0]) <= 150 && units(&texts[1]) <= 3_000, "{body}");
            let (_, key) = webhook.idempotency(delivery);
            assert!(key.len() == 64 && key.bytes().all(|b| b.is_ascii_hexdigit()), "{key}");
        }
        Channel::Sns(sns) => {
            let message = sns.message(delivery);
            check_sns(&message);
            if sns.format == SnsFormat::Q {
                check_q(&serde_json::from_str(&message.message).unwrap());
            }
        }
    }
}

/// The alerts of an event and what its group remembers of it.
fn alerts(watchers: &Watchers, event: &Value) -> (Vec<Delivery>, Grouping) {
    let text = event.to_string();
    let mut matches = watchers.deliveries(text.as_bytes(), date(2026, 1, 12)).unwrap();
    let found = matches.remove(0);
    assert_eq!(found.deliveries.len(), watchers.channels().count());
    let grouping = found.grouping.unwrap();
    for (name, text) in &grouping.values {
        assert!(is_shown(&text.as_str().into()) && text.chars().count() <= 100, "{name}: {text}");
    }
    (found.deliveries, grouping)
}

/// The summaries of a group of these events; `first` is an alert of the first.
fn summaries(first: &Delivery, channels: &[String], groups: &[Grouping]) -> Vec<Delivery> {
    let mut values = BTreeMap::<_, BTreeSet<_>>::new();
    for (name, value) in groups.iter().flat_map(|group| &group.values) {
        values.entry(name.clone()).or_default().insert(value.clone());
    }
    let tally = Tally { count: u64::MAX, first: Timestamp::MIN, last: Timestamp::MAX, values };
    channels.iter().map(|channel| summary(first, channel, &tally, 1).unwrap()).collect()
}

/// Some events of one group: the alerts of each, and the summary at the end.
fn check_all(watchers: &Watchers, events: &[Value]) {
    let (alerts, groups): (Vec<_>, Vec<_>) = events.iter().map(|event| alerts(watchers, event)).unzip();
    let channels: Vec<String> = watchers.channels().map(str::to_owned).collect();
    let summaries = summaries(&alerts[0][0], &channels, &groups);
    assert_eq!(summaries.len(), channels.len());
    for delivery in alerts.iter().flatten().chain(&summaries) {
        check(watchers, delivery);
    }
}

/// The longest runbooks that the linter lets pass, as channels' escapes make them: each is shown whole by every kind of
/// channel, of every severity, below whatever message.
#[test]
fn every_kind_of_channel_shows_every_runbook_at_every_severity() {
    let link = format!("https://wiki.example.com/{}", "x".repeat(Runbook::LONGEST_LINK - 25));
    let text = "Ask #storage.\n".repeat(70) + &"y".repeat(Runbook::LONGEST_TEXT - 980);
    let runbooks = [None, Some(Runbook::Link(link)), Some(Runbook::Text(text))];
    let texts = ["", &PIECES.concat(), &PIECES.concat().repeat(40)].map(|x| {
        let piece = PIECES.concat();
        event_of([x, &piece, &piece, &piece, &piece, &piece, &piece].map(str::to_owned))
    });
    for (severity, runbook) in
        Severity::ALL.iter().flat_map(|severity| runbooks.iter().map(move |it| (*severity, it)))
    {
        let watchers = watchers_of(EVERYTHING, severity, runbook.clone());
        check_all(&watchers, &texts);
        let (alerts, _) = alerts(&watchers, &texts[2]);
        for delivery in &alerts {
            let whole = runbook.as_ref().map_or("wiki.example.com", Runbook::as_str);
            let shown = shown(&watchers, delivery);
            assert_eq!(
                shown.iter().any(|text| text.contains(whole)),
                runbook.is_some(),
                "{}: {shown:?}",
                delivery.channel
            );
        }
    }
}

/// All that a channel shows of a delivery, as texts.
fn shown(watchers: &Watchers, delivery: &Delivery) -> Vec<String> {
    fn collect(value: &Value, texts: &mut Vec<String>) {
        match value {
            Value::String(text) => texts.push(text.clone()),
            Value::Array(values) => values.iter().for_each(|value| collect(value, texts)),
            Value::Object(entries) => entries.values().for_each(|value| collect(value, texts)),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    collect(&watchers.channel(&delivery.channel).unwrap().kind().payload(delivery).json, &mut texts);
    texts
}

fn lines(texts: &[String]) -> Vec<usize> {
    texts.iter().map(|text| text.matches('\n').count()).collect()
}

/// What forges a line, hides itself or turns the direction of writing.
const UNSEEN: &[char] = &[
    '\n',
    '\r',
    '\t',
    '\u{b}',
    '\u{c}',
    '\u{1b}',
    '\u{85}',
    '\u{ad}',
    '\u{61c}',
    '\u{200b}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202a}',
    '\u{202e}',
    '\u{2060}',
    '\u{2066}',
    '\u{2069}',
    '\u{feff}',
    '\u{3164}',
    '\u{e0041}',
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// No value of an event makes a line in any channel, in an alert or a summary, nor is any of it unseen.
    #[test]
    fn a_value_is_one_line_that_is_seen(
        parts in prop::collection::vec((prop::sample::select(UNSEEN), "[a-z]{0,3}"), 1..6),
        triple in any::<bool>(),
    ) {
        let forged: Vec<String> =
            parts.iter().map(|(unseen, text)| format!("{unseen}Outcome: failed{text}")).collect();
        let message = if triple { "{{{x}}}\nby {{{actor}}}" } else { "{{x}}\nby {{actor}}" };
        let watchers = watchers(message);
        let of = |text: &str| {
            let event = event_of(["x", "n", "u", "i", "r", "a", "t"].map(|name| format!("{name}{text}{name}")));
            let (mut deliveries, grouping) = alerts(&watchers, &event);
            let channels: Vec<String> = watchers.channels().map(str::to_owned).collect();
            deliveries.extend(summaries(&deliveries[0], &channels, &[grouping]));
            deliveries
        };
        for (delivery, honest) in of(&forged.concat()).iter().zip(&of("z")) {
            let (texts, expected) = (shown(&watchers, delivery), shown(&watchers, honest));
            prop_assert_eq!(lines(&texts), lines(&expected), "{:?}", texts);
            for text in &texts {
                let unseen = text.chars().find(|c| *c != '\n' && UNSEEN.contains(c));
                prop_assert_eq!(unseen, None, "{}", text);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn every_event_and_group_makes_messages_that_are_taken(events in prop::collection::vec(event(), 1..4)) {
        check_all(&watchers(EVERYTHING), &events);
    }
}

/// All pieces together, in the title, the message and the summary; a test's build takes a second for each time that a
/// text of this size is looked through.
#[test]
fn ten_megabytes_make_messages_that_are_taken() {
    let text = PIECES.concat();
    let mut texts = [const { String::new() }; 7];
    texts[0] = text.repeat(LONGEST / text.len() + 1);
    check_all(&watchers("{{x}}"), &[event_of(texts)]);
}

#[test]
fn an_event_that_only_its_text_can_hold_is_not_lost() {
    let deep = format!("{}1{}", "[".repeat(140), "]".repeat(140));
    for odd in [deep.as_str(), r#""\ud800""#, "1e999"] {
        let event = format!(
            r#"{{"source": "custom.app", "detail-type": "t", "detail": {{"x": "seen", "odd": {odd}}}}}"#
        );
        let watchers = watchers(EVERYTHING);
        let matches = watchers.deliveries(event.as_bytes(), date(2026, 1, 12)).unwrap();
        assert!(matches[0].deliveries[0].message.starts_with("seen (none) "), "{odd}");
        assert_eq!(matches[0].deliveries[0].render_error, None);
    }
}
