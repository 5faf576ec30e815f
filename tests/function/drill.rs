//! A drill goes the whole way of a watcher and leaves no trace; nothing else passes as one.

use serde_json::{Value, json};
use watcher::Purpose;

use crate::support::{Answer, CONFIDENTIAL, Rig, event, own_event, watcher, watchers_and};

fn drill(watcher: &str, event: &Value) -> Value {
    json!({"account-watcher": {"drill": {"watcher": watcher, "event": event}}})
}

/// The answer, without how long it took.
async fn answer(rig: &Rig, payload: &Value) -> Value {
    let mut answer = rig.handle(payload).await.unwrap();
    for sent in answer["deliveries"].as_array_mut().unwrap() {
        assert!(sent.as_object_mut().unwrap().remove("milliseconds").unwrap().is_u64());
    }
    answer
}

fn sent(rig: &Rig) -> Vec<(String, String)> {
    let sent = rig.function.ports.channels.sent.borrow_mut().drain(..).collect::<Vec<_>>();
    let mut sent: Vec<_> = sent.into_iter().map(|delivery| (delivery.channel, delivery.title)).collect();
    sent.sort();
    sent
}

#[tokio::test]
async fn it_says_so_and_is_not_taken_for_the_event() {
    let rig = Rig::new();
    let expected = json!({"watcher": "bucket-deleted", "result": "matched", "others": [], "deliveries": [
        {"channel": "security", "outcome": "sent", "tries": 1},
        {"channel": "email", "outcome": "sent", "tries": 1},
    ]});
    let payload = drill("bucket-deleted", &event("DeleteBucket"));
    for _ in 0..2 {
        assert_eq!(answer(&rig, &payload).await, expected, "as often as one likes");
        for delivery in rig.function.ports.channels.sent.borrow().iter() {
            assert_eq!(
                (delivery.title.as_str(), delivery.purpose),
                ("DRILL: bucket-deleted", Purpose::Drill)
            );
            assert_eq!(
                delivery.message,
                format!(
                    "This is a drill: nothing has happened. What follows is made from an example.\n{CONFIDENTIAL} deleted \
                     a bucket"
                )
            );
        }
        assert_eq!(sent(&rig).len(), 2);
    }
    let lines = rig.lines();
    assert!(
        lines.iter().all(|line| line.contains("\"message\":\"drilled\"")),
        "nothing is counted: {lines:?}"
    );
    rig.handle(&event("DeleteBucket")).await.unwrap();
    let real = ["email", "security"].map(|channel| (channel.to_owned(), "bucket-deleted".to_owned()));
    assert_eq!(sent(&rig), real, "the event itself, with the same id, is news");
}

#[tokio::test]
async fn a_group_does_not_count_it() {
    let mut rig = Rig::new();
    let group = json!({"by": ["actor"], "window": 900, "at_least": 1});
    rig.function.watchers = watchers_and(vec![watcher("grouped", "Grouped", &["security"], &group)]);
    assert_eq!(answer(&rig, &drill("grouped", &event("Grouped"))).await["result"], "matched");
    assert_eq!(sent(&rig)[0].1, "DRILL: grouped");
    rig.handle(&event("Grouped")).await.unwrap();
    assert_eq!(sent(&rig)[0].1, "grouped");
}

#[tokio::test]
async fn it_goes_to_the_channel_that_is_asked_for() {
    let rig = Rig::new();
    let mut payload = drill("bucket-deleted", &event("DeleteBucket"));
    payload["account-watcher"]["drill"]["channel"] = "workflow".into();
    let answer = answer(&rig, &payload).await;
    assert_eq!(answer["deliveries"], json!([{"channel": "workflow", "outcome": "sent", "tries": 1}]));
    assert_eq!(sent(&rig), [("workflow".to_owned(), "DRILL: bucket-deleted".to_owned())]);
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_and_not_kept() {
    let cases = [
        (Answer::Never, "failed", "it cannot work"),
        (Answer::Panic, "failed", "the function panicked while it sent it; its log says where"),
    ];
    for (does, outcome, reason) in cases {
        let rig = Rig::new();
        rig.function.ports.channels.answer("security", &[does]);
        let answer = answer(&rig, &drill("bucket-deleted", &event("DeleteBucket"))).await;
        assert_eq!(
            answer["deliveries"][0],
            json!({"channel": "security", "outcome": outcome, "tries": 1, "reason": reason})
        );
        assert_eq!(answer["deliveries"][1]["outcome"], "sent", "the other channel does not suffer");
        assert_eq!(*rig.function.ports.queue.calls.borrow(), [], "whoever drills is waiting");
        assert!(rig.lines().last().unwrap().contains("\"level\":\"WARN\""), "{:?}", rig.lines());
    }
}

#[tokio::test]
async fn nothing_is_sent_for_what_makes_no_alert() {
    let refused = |watcher: &str, reason: &str| json!({"watcher": watcher, "result": "refused", "reason": reason, "others": [], "deliveries": []});
    let mut nowhere = drill("bucket-deleted", &event("DeleteBucket"));
    nowhere["account-watcher"]["drill"]["channel"] = "nowhere".into();
    let cases = [
        (
            drill("nobody", &event("DeleteBucket")),
            refused("nobody", "the deployed function has no such watcher"),
        ),
        (
            nowhere,
            refused(
                "bucket-deleted",
                "the deployed function has no such channel; it has email, hook, security, workflow",
            ),
        ),
        (
            drill("bucket-deleted", &json!({"source": "aws.s3"})),
            refused("bucket-deleted", "the event cannot be read: "),
        ),
        (
            drill("quiet", &event("DeleteBucket")),
            json!({"watcher": "quiet", "result": "unmatched", "others": ["bucket-deleted"], "deliveries": []}),
        ),
        (
            drill("quiet", &event("Noise")),
            json!({"watcher": "quiet", "result": "ignored", "reason": "it is noise", "others": [], "deliveries": []}),
        ),
        (
            drill("aws-logs", &own_event()),
            json!({"watcher": "aws-logs", "result": "self", "others": [], "deliveries": []}),
        ),
    ];
    for (payload, mut expected) in cases {
        let rig = Rig::new();
        let mut answer = answer(&rig, &payload).await;
        let (said, known) = (answer["reason"].take(), expected["reason"].take());
        let is_as_known = said.as_str().unwrap_or_default().starts_with(known.as_str().unwrap_or_default());
        assert!(is_as_known && said.is_string() == known.is_string(), "{said} is not {known}");
        assert_eq!(answer, expected);
        assert_eq!(sent(&rig), []);
    }
}

/// EventBridge sends its own envelope; what else an event, or a message of the queue, says makes no drill.
#[tokio::test]
async fn no_event_passes_as_a_drill() {
    let asked = drill("bucket-deleted", &event("DeleteBucket"))["account-watcher"].clone();
    let mut beside = event("DeleteBucket");
    beside["account-watcher"] = asked.clone();
    let mut within = event("DeleteBucket");
    within["detail"]["account-watcher"] = asked.clone();
    within["detail"]["purpose"] = "drill".into();
    let mut named = event("DeleteBucket");
    named["detail-type"] = "DRILL: AWS API Call via CloudTrail".into();
    for forged in [beside, within, named] {
        let rig = Rig::new();
        rig.handle(&forged).await.unwrap();
        let sent = rig.function.ports.channels.sent.borrow();
        assert!(sent.iter().all(|delivery| delivery.purpose == Purpose::Alert), "{sent:?}");
        assert_eq!(sent.len(), 2);
        assert_eq!(rig.written().1["Matched"], 1);
    }

    let body = json!({"account-watcher": asked}).to_string();
    let record = json!({
        "messageId": "m-1", "receiptHandle": "r-1", "body": body, "eventSource": "aws:sqs",
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1768206600000"},
    });
    let rig = Rig::new();
    rig.handle(&json!({"Records": [record]})).await.unwrap();
    assert_eq!(sent(&rig), [], "what the queue holds is never asked for by hand");
}

/// An attacker names a resource so that its alert looks like a drill.
#[tokio::test]
async fn an_alert_that_begins_as_a_drill_says_that_it_is_none() {
    let rig = Rig::new();
    let mut forged = event("DeleteBucket");
    let name = "This is a drill: nothing has happened. alice";
    forged["detail"]["userIdentity"]["userName"] = name.into();
    rig.handle(&forged).await.unwrap();
    let sent = rig.function.ports.channels.sent.borrow();
    assert_eq!(sent[0].message, format!("Not a drill: {name} deleted a bucket"));
}
