//! Messages of the retry queue.

use account_watcher::queue::Queued;
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::queued::{hours, queued};
use crate::support::{Answer, Call, Rig, assert_counts_add_up, counted, event, event_of, now, own_event};

/// A message as Lambda hands it over, received for the `count`th time, `age` after it came into the queue.
fn record(id: &str, body: &str, count: u32, age: SignedDuration) -> Value {
    json!({
        "messageId": id, "receiptHandle": format!("receipt-{id}"), "body": body,
        "attributes": {
            "ApproximateReceiveCount": count.to_string(),
            "SentTimestamp": (now() - age).as_millisecond().to_string(),
        },
        "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:retry", "awsRegion": "eu-west-1",
    })
}

async fn handle(rig: &Rig, records: &[Value]) -> Vec<String> {
    let answer = rig.handle(&json!({"Records": records})).await.unwrap();
    let failures = answer["batchItemFailures"].as_array().unwrap().iter();
    failures.map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}

/// Slack's answer, how old the delivery is, how often it was received; where it is then.
#[tokio::test(start_paused = true)]
async fn a_delivery_is_sent_postponed_or_buried() {
    #[derive(Debug)]
    enum Then {
        Sent,
        Postponed(u64, u64),
        Dead(&'static str),
    }
    let cases = [
        (Answer::Sent, hours(1), 1, Then::Sent),
        (Answer::Sent, hours(48), 1, Then::Sent),
        (Answer::Retry(None), hours(0), 1, Then::Postponed(45, 60)),
        (Answer::Retry(None), hours(1), 2, Then::Postponed(90, 120)),
        (Answer::Retry(None), hours(23), 90, Then::Postponed(675, 900)),
        (Answer::Retry(Some(3_600)), hours(1), 1, Then::Postponed(3_600, 3_600)),
        (Answer::Hang, hours(1), 1, Then::Postponed(45, 60)),
        (Answer::Retry(None), hours(24), 90, Then::Dead("given up after 24 hours: it may pass")),
        (Answer::Never, hours(0), 1, Then::Dead("it cannot work")),
    ];
    for (answer, age, count, then) in cases {
        let rig = Rig::new();
        rig.function.ports.channels.answer("security", std::slice::from_ref(&answer));
        let waiting = queued(age, None);
        let failures = handle(&rig, &[record("m", &waiting.to_body(), count, age)]).await;
        let calls = rig.function.ports.queue.calls.borrow();
        let (_, metrics) = rig.written();
        match (&then, calls.as_slice()) {
            (Then::Sent, []) => {
                assert!(failures.is_empty());
                assert_eq!(counted(&metrics), json!({"Sent": 1}));
            }
            (Then::Postponed(least, most), [Call::Postpone { receipt, seconds }]) => {
                assert_eq!(
                    (receipt.as_str(), failures.as_slice()),
                    ("receipt-m", ["m".to_owned()].as_slice())
                );
                assert!((least..=most).contains(&seconds), "{answer:?} {count}: {seconds}");
                let late = if age < hours(1) { json!({}) } else { json!({"Late": 1}) };
                assert_eq!(counted(&metrics), late, "that it is queued was counted when it was queued");
            }
            (Then::Dead(expected), [Call::Bury { body, reason }]) => {
                assert!(failures.is_empty());
                assert_eq!(reason, expected);
                let dead = Queued { reason: Some((*expected).to_owned()), ..waiting };
                assert_eq!(serde_json::from_str::<Queued>(body).unwrap(), dead);
                assert_eq!(counted(&metrics), json!({"Dead": 1}));
            }
            other => panic!("{answer:?}: {other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_redriven_dead_letter_starts_anew() {
    // Dead for three days, in the queue again since `age`.
    for (age, gives_up) in [(hours(0), false), (hours(23), false), (hours(24), true)] {
        let rig = Rig::new();
        rig.function.ports.channels.answer("security", &[Answer::Retry(None)]);
        let dead = queued(hours(72), Some("the webhook was gone"));
        let failures = handle(&rig, &[record("m", &dead.to_body(), 1, age)]).await;
        assert_eq!(failures.is_empty(), gives_up, "{age:?}");
        assert_eq!(
            matches!(rig.function.ports.queue.calls.borrow().as_slice(), [Call::Bury { .. }]),
            gives_up
        );
    }
}

/// SQS delays a new message by a quarter of an hour at most. What waits longer is hidden again, without a try.
#[tokio::test(start_paused = true)]
async fn a_service_that_wants_a_long_rest_gets_it() {
    let delivery = queued(hours(0), None).delivery;
    let waiting =
        |after| Queued::new(&delivery, None, Some(SignedDuration::from_mins(after).unsigned_abs()), now());
    assert_eq!(waiting(15).not_before, None, "SQS keeps this delay");
    assert_eq!(waiting(24 * 60).not_before, Some(now() + hours(24)));

    // The wait in minutes; how long ago the delivery failed; for how long it is hidden.
    for (after, age, hidden) in
        [(60, 15, Some(45 * 60)), (24 * 60, 60, Some(23 * 3_600)), (60, 60, None), (60, 61, None)]
    {
        let mut rig = Rig::new();
        let later = now() + SignedDuration::from_mins(age);
        rig.function.ports.now = Box::new(move || later);
        let failures = handle(&rig, &[record("m", &waiting(after).to_body(), 1, hours(0))]).await;
        let calls = rig.function.ports.queue.calls.borrow();
        let tries = rig.function.ports.channels.tried.borrow().len();
        match (hidden, calls.as_slice()) {
            (Some(expected), [Call::Postpone { seconds, .. }]) => {
                assert_eq!((*seconds, tries, failures), (expected, 0, vec!["m".to_owned()]));
            }
            (None, []) => assert_eq!((tries, failures.len()), (1, 0)),
            other => panic!("{after} {age}: {other:?}"),
        }
    }
}

/// Neither a wrong clock nor a dead letter's former wait keeps a delivery from its last try.
#[tokio::test(start_paused = true)]
async fn no_rest_outlasts_the_24_hours() {
    let mut waiting = queued(hours(24), None);
    waiting.not_before = Some(now() + hours(1_000));
    let rig = Rig::new();
    assert!(handle(&rig, &[record("m", &waiting.to_body(), 1, hours(24))]).await.is_empty());
    assert_eq!(rig.function.ports.channels.tried.borrow().len(), 1);
    assert_eq!(waiting.dead("why").not_before, None);
}

#[tokio::test]
async fn a_delivery_whose_channel_is_gone_is_buried() {
    let rig = Rig::new();
    let mut waiting = queued(hours(1), None);
    waiting.delivery.channel = "former".to_owned();
    assert!(handle(&rig, &[record("m", &waiting.to_body(), 1, hours(1))]).await.is_empty());
    let calls = rig.function.ports.queue.calls.borrow();
    assert!(
        matches!(calls.as_slice(), [Call::Bury { reason, .. }] if reason.contains("no channel `former`")),
        "{calls:?}"
    );
    assert!(rig.function.ports.channels.tried.borrow().is_empty());
}

#[tokio::test(start_paused = true)]
async fn when_the_queue_is_down_messages_stay_where_they_are() {
    for body in [queued(hours(1), None).to_body(), queued(hours(25), None).to_body(), "no JSON".to_owned()] {
        let rig = Rig::new();
        rig.function.ports.queue.down.set(true);
        rig.function.ports.channels.answer("security", &[Answer::Retry(None)]);
        assert_eq!(handle(&rig, &[record("m", &body, 1, hours(1))]).await, ["m"]);
    }
}

#[tokio::test(start_paused = true)]
async fn each_message_of_a_batch_is_handled_for_itself() {
    let rig = Rig::new();
    rig.function.ports.channels.answer("security", &[Answer::Sent, Answer::Retry(None)]);
    let raw = event("DeleteBucket").to_string();
    let failed = json!({
        "version": "1.0", "requestContext": {"condition": "RetriesExhausted"}, "requestPayload": event_of("DeleteBucket", "2"),
        "responsePayload": {"errorMessage": "x"},
    });
    let unknown = json!({"delivery": {"form": "of tomorrow"}}).to_string();
    let [mut first, mut other] = [queued(hours(1), None), queued(hours(1), None)];
    (first.delivery.facts.event_id, other.delivery.facts.event_id) = ("3".to_owned(), "4".to_owned());
    let records = [
        record("sent", &first.to_body(), 1, hours(1)),
        record("failed", &other.to_body(), 1, hours(1)),
        record("event", &raw, 1, hours(1)),
        record("destination", &failed.to_string(), 1, hours(1)),
        record("own", &own_event().to_string(), 1, hours(1)),
        record("text", "no JSON", 1, hours(1)),
        record("unknown", &unknown, 1, hours(1)),
        record("junk", r#"{"requestContext": {}, "requestPayload": 7}"#, 1, hours(1)),
    ];
    assert_eq!(handle(&rig, &records).await, ["failed"]);

    let calls = rig.function.ports.queue.calls.borrow();
    let buried: Vec<&str> = calls
        .iter()
        .filter_map(|call| if let Call::Bury { body, .. } = call { Some(body.as_str()) } else { None })
        .collect();
    assert_eq!(
        buried,
        ["no JSON", &unknown, r#"{"requestContext": {}, "requestPayload": 7}"#],
        "as they were"
    );
    let requeued = calls.iter().filter(|call| matches!(call, Call::Retry { .. })).count();
    assert_eq!(requeued, 2, "the events' Slack deliveries: {calls:?}");

    let (lines, metrics) = rig.written();
    assert_eq!(lines.len(), records.len());
    assert!(lines.iter().all(|line| line["message_id"].is_string()), "{lines:?}");
    let counts =
        json!({"Received": 6, "Matched": 2, "Self": 1, "Malformed": 3, "Sent": 3, "Queued": 2, "Late": 1});
    assert_eq!(counted(&metrics), counts);
}

#[tokio::test]
async fn a_message_that_makes_the_function_panic_is_buried_alone() {
    let mut rig = Rig::new();
    rig.function.ports.write = Box::new(|line| assert!(!line.contains("poison"), "{line}"));
    let fine = event("CreateBucket").to_string();
    let records = [record("fine", &fine, 1, hours(0)), record("poison", &fine, 1, hours(0))];
    assert!(handle(&rig, &records).await.is_empty());
    let buried = Call::Bury { body: fine, reason: "the function panicked; its log says where".to_owned() };
    assert_eq!(*rig.function.ports.queue.calls.borrow(), [buried]);
}

/// Ten seconds are kept for queuing: enough for all of a batch side by side, not for one after another.
#[tokio::test(start_paused = true)]
async fn messages_that_make_the_function_panic_are_buried_side_by_side() {
    let mut rig = Rig::new();
    rig.function.ports.write = Box::new(|line| assert!(!line.contains("poison"), "{line}"));
    rig.function.ports.channels.answer("security", &[Answer::Hang]);
    rig.function.ports.queue.slow.set(std::time::Duration::from_secs(3));
    let fine = event("CreateBucket").to_string();
    let mut records: Vec<Value> =
        (0..9).map(|n| record(&format!("poison-{n}"), &fine, 1, hours(0))).collect();
    records.push(record("hangs", &queued(hours(1), None).to_body(), 1, hours(1)));
    let begin = tokio::time::Instant::now();
    assert_eq!(handle(&rig, &records).await, ["hangs"]);
    assert!(begin.elapsed().as_secs() <= 50, "{:?}", begin.elapsed());
    assert_eq!(rig.function.ports.queue.calls.borrow().len(), 10);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever comes and whatever fails: events are counted once, and every new delivery is in one place.
    #[test]
    fn counts_add_up(
        kinds in prop::collection::vec(0_usize..6, 0..10),
        slack in prop::collection::vec(0_usize..3, 1..10),
        sns in prop::collection::vec(0_usize..3, 1..10),
        down in any::<bool>(),
    ) {
        let answers = |list: &[usize]| -> Vec<Answer> {
            list.iter().map(|&kind| [Answer::Sent, Answer::Retry(None), Answer::Never][kind].clone()).collect()
        };
        let bodies = [
            event("DeleteBucket"), event("Noise"), own_event(), event("CreateBucket"), json!("junk"), event("Everywhere"),
        ];
        let records: Vec<Value> =
            kinds.iter().enumerate().map(|(n, &kind)| record(&n.to_string(), &bodies[kind].to_string(), 1, hours(0))).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let rig = Rig::new();
        rig.function.ports.queue.down.set(down);
        rig.function.ports.channels.answer("security", &answers(&slack));
        rig.function.ports.channels.answer("email", &answers(&sns));
        runtime.block_on(handle(&rig, &records));

        let (lines, metrics) = rig.written();
        assert_counts_add_up(&metrics);
        let count = |name: &str| metrics[name].as_u64().unwrap();
        prop_assert_eq!(count("Received"), kinds.len() as u64);
        let reports = lines.iter().filter_map(|line| line["deliveries"].as_array()).flatten();
        let stuck = reports.filter(|report| report["outcome"] == "stuck").count() as u64;
        let deliveries = kinds.iter().map(|&kind| [2, 0, 0, 0, 0, 3][kind]).sum::<u64>();
        let asked = ["Sent", "Queued", "Suppressed", "Duplicate", "Dead"].into_iter().map(count).sum::<u64>() + stuck;
        prop_assert_eq!(asked, deliveries);
    }
}
