//! A delivery as a message of a queue: its size, its characters, its age.

use account_watcher::queue::Queued;
use jiff::{SignedDuration, Timestamp};

use crate::support::{event, now};

/// A delivery for Slack that first failed so long ago.
pub(crate) fn queued(age: SignedDuration, reason: Option<&str>) -> Queued {
    let matches = crate::support::watchers();
    let text = event("DeleteBucket").to_string();
    let today = jiff::civil::date(2026, 1, 12);
    let delivery = matches.deliveries(text.as_bytes(), today).unwrap()[0].deliveries[0].clone();
    Queued {
        delivery,
        first_failed: now() - age,
        once: None,
        not_before: None,
        unanswered: 0,
        reason: reason.map(str::to_owned),
    }
}

pub(crate) fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

#[test]
fn a_queued_delivery_fits_into_a_message_of_sqs() {
    let delivery = queued(hours(0), None).delivery;
    for text in ["ä", "\"", "\\", "\n", "\u{1}", "\u{7f}", "\u{ffff}", "\u{1f4a9}", "\u{1}\"ä"] {
        let long = || text.repeat(10_000);
        let mut huge = delivery.clone();
        (huge.title, huge.message, huge.render_error) = (long(), text.repeat(600_000), Some(long()));
        let facts = &mut huge.facts;
        (facts.event_id, facts.event_name, facts.time, facts.region) = (long(), long(), long(), long());
        (facts.account, facts.account_id) = (long(), long());
        (facts.actor, facts.outcome, facts.link) = (Some(long()), Some(long()), Some(long()));
        (facts.origin, facts.target, facts.target_link) = (Some(long()), Some(long()), Some(long()));
        let dead = Queued::new(&huge, None, None, now()).dead(&long());
        // With 4 KiB for the reason as an attribute.
        assert!(dead.to_body().len() < 1020 * 1024, "{text:?}: {}", dead.to_body().len());
        let delivery = dead.delivery;
        if !text.chars().all(char::is_control) || text == "\n" {
            for cut in [&delivery.message, &delivery.title, delivery.facts.actor.as_ref().unwrap()] {
                assert!(cut.ends_with(" more characters]"), "{text:?}");
            }
        }
        let links = (delivery.facts.link, delivery.facts.target_link);
        assert_eq!(links, (None, None), "half a link leads nowhere");
    }
}

#[test]
fn what_a_channel_can_show_comes_through_the_queue_whole() {
    let mut delivery = queued(hours(0), None).delivery;
    for text in ["\"", "ä", "\u{ffff}", "\n"] {
        delivery.message = text.repeat(256 * 1024 / text.len());
        delivery.facts.actor = Some(text.repeat(1_000));
        assert!(Queued::new(&delivery, None, None, now()).delivery == delivery, "{text:?}");
    }
    delivery.message = "\u{1}a\tb\u{7f}".to_owned();
    assert_eq!(
        Queued::new(&delivery, None, None, now()).delivery.message,
        "a\tb",
        "no channel shows the others"
    );
}

#[test]
fn a_queued_delivery_can_be_read_again_and_has_no_character_that_sqs_refuses() {
    let mut queued = queued(hours(1), Some("why"));
    queued.delivery.message = "\u{0}\u{1}\u{7f}\u{fffe}\u{ffff}\"\\\u{1f4a9}".to_owned();
    let body = queued.to_body();
    assert_eq!(serde_json::from_str::<Queued>(&body).unwrap(), queued);
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(body.chars().all(allowed), "{body:?}");
}

#[test]
fn a_delivery_counts_from_its_first_failure() {
    let sent: Timestamp = "2026-01-13T00:00:00Z".parse().unwrap();
    assert_eq!(queued(hours(5), None).since(Some(sent)), now() - hours(5));
    assert_eq!(queued(hours(5), Some("dead")).since(Some(sent)), sent);
    assert_eq!(queued(hours(5), Some("dead")).since(None), now() - hours(5));
}

/// What the version before wrote into the queues, where it can wait for two weeks.
#[test]
fn a_message_of_a_former_version_is_read() {
    let body = r#"{"delivery":{"channel":"security","watcher":"bucket-deleted","severity":"high","title":"t","message":"a\nb",
        "facts":{"event_id":"event-1","event_name":"DeleteBucket","account":"production","account_id":"123456789012",
        "region":"eu-west-1","actor":"alice","time":"2026-01-12T08:29:00Z","outcome":"succeeded","link":null}},
        "first_failed":"2026-01-12T08:30:00Z"}"#;
    let queued: Queued = serde_json::from_str(body).unwrap();
    assert_eq!(queued.delivery.facts.actor.as_deref(), Some("alice"));
    assert_eq!((queued.first_failed, queued.once.is_none()), (now(), true));
    let watchers = crate::support::watchers();
    let payload = watchers.channel(&queued.delivery.channel).unwrap().kind().payload(&queued.delivery);
    assert_eq!(payload.json["blocks"][1]["text"]["text"], "a\nb");
}
