//! An event that comes directly.

use std::time::Duration;

use account_watcher::function::Error;
use account_watcher::own::CALLS;
use serde_json::{Value, json};
use tokio::time::Instant;
use watcher::Watchers;

use crate::support::{
    Answer, CONFIDENTIAL, Call, OWN_FUNCTION, ROLE, Rig, assert_counts_add_up, counted, event, own_event,
    watcher_of_source, watchers_and,
};

#[tokio::test]
async fn every_event_is_counted_as_one_thing() {
    let cases = [
        (event("DeleteBucket"), "matched", json!({"Received": 1, "Matched": 1, "Sent": 2})),
        (event("Noise"), "ignored", json!({"Received": 1, "Ignored": 1})),
        (own_event(), "self", json!({"Received": 1, "Self": 1})),
        (event("CreateBucket"), "unmatched", json!({"Received": 1, "Unmatched": 1})),
        (json!({"source": "aws.s3"}), "malformed", json!({"Received": 1, "Malformed": 1})),
        (json!(null), "malformed", json!({"Received": 1, "Malformed": 1})),
        (json!({"Records": [{"s3": {}}]}), "malformed", json!({"Received": 1, "Malformed": 1})),
        (json!({"Records": 1}), "malformed", json!({"Received": 1, "Malformed": 1})),
    ];
    for (payload, outcome, counts) in cases {
        let rig = Rig::new();
        let answer = rig.handle(&payload).await;
        let (lines, metrics) = rig.written();
        assert_eq!(lines.len(), 1, "one line per event: {lines:?}");
        assert_eq!(lines[0]["message"], outcome, "{payload}");
        assert_eq!(counted(&metrics), counts, "{payload}");
        assert_counts_add_up(&metrics);
        assert_eq!(matches!(answer, Err(Error::Malformed(_))), outcome == "malformed", "{answer:?}");
    }
}

/// Only CloudTrail's ids are worth more than the envelope's: an application may give two events the same.
#[tokio::test]
async fn an_id_that_is_not_cloudtrails_makes_no_duplicate() {
    for (change, sent) in
        [(json!({"detail-type": "Object Deleted"}), 4), (json!({"source": "orders"}), 4), (json!({}), 2)]
    {
        let mut rig = Rig::new();
        rig.function.watchers = watchers_and(vec![watcher_of_source("orders")]);
        for id in ["1", "2"] {
            let mut event = event("DeleteBucket");
            event["id"] = id.into();
            for (key, value) in change.as_object().unwrap() {
                event[key] = value.clone();
            }
            rig.handle(&event).await.unwrap();
        }
        assert_eq!(rig.function.ports.channels.tried.borrow().len(), sent, "{change}");
    }
}

/// What the function's role does is the function's doing only if the function does such things, as itself.
#[tokio::test]
async fn only_what_the_function_does_itself_makes_no_alert() {
    let changes = [
        json!({}),
        json!({"errorCode": "AccessDenied"}),
        json!({"userIdentity": {"inScopeOf": {"credentialsIssuedTo": OWN_FUNCTION}}}),
        json!({"userIdentity": {"inScopeOf": {"credentialsIssuedTo": format!("{OWN_FUNCTION}:7")}}}),
    ];
    for change in changes {
        assert_eq!(said_of(&change).await, "self", "{change}");
    }
    let elsewhere = |arn: &str| arn.replace("123456789012", "210987654321");
    let role = ROLE.replace("iam", "sts").replace(":role/", ":assumed-role/");
    for change in [
        json!({"eventName": "DeleteBucket", "eventSource": "s3.amazonaws.com"}),
        json!({"eventSource": "s3.amazonaws.com"}),
        json!({"eventName": "DeleteLogStream"}),
        json!({"userIdentity": {"arn": format!("{role}/mallory")}}),
        json!({"userIdentity": {"arn": format!("{role}/x/account-watcher")}}),
        json!({"userIdentity": {"arn": null}}),
        json!({"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": format!("{ROLE}-2")}}}}),
        // The role of that name in an account that forwards.
        json!({"userIdentity": {
            "arn": elsewhere(&format!("{role}/account-watcher")),
            "sessionContext": {"sessionIssuer": {"arn": elsewhere(ROLE)}},
        }}),
        json!({"userIdentity": {"inScopeOf": {"credentialsIssuedTo": format!("{OWN_FUNCTION}-2")}}}),
    ] {
        assert_eq!(said_of(&change).await, "matched", "{change}");
    }
}

/// By the shipped watchers: each call that the function makes is dropped as its own, and is critical when somebody else
/// makes it in the role's name.
#[tokio::test]
async fn a_call_in_the_roles_name_that_is_not_the_functions_own_is_told_as_critical() {
    let shipped = || Watchers::embedded(include_bytes!(concat!(env!("OUT_DIR"), "/watchers.json")));
    let role = "account-watcher-FunctionRole-1A2B3C4D5E6F";
    let own = CALLS.iter().flat_map(|(service, calls)| calls.iter().map(move |call| (*service, *call)));
    let others = [("s3.amazonaws.com", "CreateBucket"), ("iam.amazonaws.com", "CreateUser")];
    for (session, calls) in [
        ("account-watcher", own.clone().collect::<Vec<_>>()),
        ("mallory", own.chain(others).collect()),
        ("account-watcher", others.to_vec()),
    ] {
        for (service, call) in calls {
            let mut rig = Rig::new();
            rig.function.watchers = shipped();
            rig.function.settings.role_arn = format!("arn:aws:iam::123456789012:role/{role}");
            let mut event = own_event();
            event["source"] = format!("aws.{}", service.split_once('.').unwrap().0).into();
            let detail = &mut event["detail"];
            detail["eventSource"] = service.into();
            detail["eventName"] = call.into();
            detail["managementEvent"] = true.into();
            detail["userIdentity"] = json!({
                "type": "AssumedRole",
                "arn": format!("arn:aws:sts::123456789012:assumed-role/{role}/{session}"),
                "sessionContext": {"sessionIssuer": {
                    "type": "Role", "arn": format!("arn:aws:iam::123456789012:role/{role}"), "userName": role,
                }},
            });
            rig.handle(&event).await.unwrap();
            let line = &rig.written().0[0];
            let is_own = session == "account-watcher" && others.iter().all(|(_, other)| *other != call);
            let watchers = line["watchers"].as_array();
            let told = watchers.is_some_and(|names| names.contains(&"account-watcher-role-used".into()));
            assert_eq!((line["message"] == "self", told), (is_own, !is_own), "{session} {call}: {line}");
            assert_eq!(
                rig.function.ports.channels.tried.borrow().is_empty(),
                is_own,
                "{session} {call}: {line}"
            );
        }
    }
}

/// What becomes of the function's own call with a change in its detail.
async fn said_of(change: &Value) -> String {
    let mut rig = Rig::new();
    rig.function.watchers = watchers_and(vec![watcher_of_source("aws.s3")]);
    let mut event = own_event();
    merge(&mut event["detail"], change);
    event["source"] =
        format!("aws.{}", event["detail"]["eventSource"].as_str().unwrap().split_once('.').unwrap().0).into();
    rig.handle(&event).await.unwrap();
    rig.written().0[0]["message"].as_str().unwrap().to_owned()
}

fn merge(into: &mut Value, from: &Value) {
    match from.as_object() {
        Some(from) if into.is_object() => from.iter().for_each(|(key, value)| merge(&mut into[key], value)),
        _ => *into = from.clone(),
    }
}

#[tokio::test]
async fn the_log_names_watchers_channels_and_outcomes() {
    let rig = Rig::new();
    rig.function.ports.channels.answer("security", &[Answer::Never]);
    rig.handle(&event("DeleteBucket")).await.unwrap();
    let expected = json!({
        "timestamp": "2026-01-12T08:30:00Z", "level": "ERROR", "message": "matched",
        "request_id": "request-1", "event_id": "event-1", "watchers": ["bucket-deleted"],
        "deliveries": [
            {"watcher": "bucket-deleted", "channel": "security", "outcome": "dead", "tries": 1, "reason": "it cannot work"},
            {"watcher": "bucket-deleted", "channel": "email", "outcome": "sent", "tries": 1},
        ],
    });
    assert_eq!(rig.written().0, [expected]);

    let rig = Rig::new();
    rig.function.ports.channels.answer("security", &[Answer::Strange]);
    rig.handle(&event("DeleteBucket")).await.unwrap();
    let (lines, metrics) = rig.written();
    assert_eq!(lines[0]["level"], "WARN");
    assert_eq!(lines[0]["deliveries"][0]["outcome"], "sent");
    assert_eq!(lines[0]["deliveries"][0]["reason"], "it answered strangely");
    assert_eq!(counted(&metrics), json!({"Received": 1, "Matched": 1, "Sent": 2, "Strange": 1}));

    let rig = Rig::new();
    rig.handle(&event("Noise")).await.unwrap();
    assert_eq!(rig.written().0[0]["ignored"], json!([{"watcher": "quiet", "reason": "it is noise"}]));
}

#[tokio::test]
async fn metrics_are_in_the_format_that_cloudwatch_reads() {
    let rig = Rig::new();
    rig.handle(&event("DeleteBucket")).await.unwrap();
    let (_, metrics) = rig.written();
    assert_eq!(metrics["FunctionName"], "account-watcher");
    assert_eq!(metrics["_aws"]["Timestamp"], 1_768_206_600_000_i64);
    let directive = &metrics["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(directive["Namespace"], "AccountWatcher");
    assert_eq!(directive["Dimensions"], json!([["FunctionName"]]));
    for metric in directive["Metrics"].as_array().unwrap() {
        assert!(metrics[metric["Name"].as_str().unwrap()].is_u64(), "{metric}");
    }
}

/// Slack's answers, try by try; what becomes of Slack's delivery. SNS takes its own at once, and only once.
#[tokio::test(start_paused = true)]
async fn only_what_failed_is_queued() {
    use Answer::{Hang, Lost, Never, Retry, Sent};
    let retry = || Retry(None);
    let cases: [(&[Answer], usize, Option<&str>); 8] = [
        (&[Sent], 1, None),
        (&[retry(), Sent], 2, None),
        (&[retry(), retry(), Sent], 3, None),
        (&[retry()], 3, Some("queued")),
        (&[retry(), Never], 2, Some("dead")),
        (&[Hang], 1, Some("queued")),
        (&[Lost], 1, Some("unanswered")),
        (&[retry(), Lost], 2, Some("unanswered")),
    ];
    for (answers, tries, kept) in cases {
        let rig = Rig::new();
        rig.function.ports.channels.answer("security", answers);
        rig.handle(&event("DeleteBucket")).await.unwrap();
        let tried = |channel: &str| {
            rig.function.ports.channels.tried.borrow().iter().filter(|name| *name == channel).count()
        };
        assert_eq!((tried("security"), tried("email")), (tries, 1), "{answers:?}");

        let calls = rig.function.ports.queue.calls.borrow();
        match kept {
            None => assert_eq!(*calls, []),
            Some(kept @ ("queued" | "unanswered")) => {
                let [Call::Retry { body, seconds: 20..=30 }] = calls.as_slice() else { panic!("{calls:?}") };
                assert_eq!(body["delivery"]["channel"], "security");
                assert_eq!(body["delivery"]["message"], format!("{CONFIDENTIAL} deleted a bucket"));
                assert!(body["first_failed"].as_str().unwrap().starts_with("2026-01-12T08:30:"), "{body}");
                assert!(body["once"].as_str().unwrap().starts_with("delivery#"), "{body}");
                let unanswered = usize::from(kept == "unanswered");
                assert_eq!(body["unanswered"].as_u64().unwrap_or_default(), unanswered as u64, "{body}");
                let keys = body.as_object().unwrap().len();
                assert_eq!(keys, 3 + unanswered, "a `reason` is for dead letters: {body}");
            }
            Some(_) => {
                let [Call::Bury { body, reason }] = calls.as_slice() else { panic!("{calls:?}") };
                let body: Value = serde_json::from_str(body).unwrap();
                assert_eq!(
                    (&body["delivery"]["channel"], &body["reason"]),
                    (&json!("security"), &json!(reason))
                );
            }
        }
    }
}

/// `Retry-After` in seconds, how long the function waits, and what it asks of the queue if it does not wait.
#[tokio::test(start_paused = true)]
async fn the_wait_that_a_service_asks_for_is_kept_here_or_in_the_queue() {
    for (after, expected) in [
        (2, None),
        (30, None),
        (49, None),
        (51, Some(51)),
        (600, Some(600)),
        (3_600, Some(3_600)),
        (u64::MAX, Some(u64::MAX)),
    ] {
        let rig = Rig::new();
        rig.function.ports.channels.answer("security", &[Answer::Retry(Some(after)), Answer::Sent]);
        let begin = Instant::now();
        rig.handle(&event("DeleteBucket")).await.unwrap();
        let waited = begin.elapsed();
        let calls = rig.function.ports.queue.calls.borrow();
        match (expected, calls.as_slice()) {
            (None, []) => assert!((after..after + 2).contains(&waited.as_secs()), "{after}: {waited:?}"),
            (Some(expected), [Call::Retry { seconds, body }]) if *seconds == expected => {
                assert_eq!(waited, Duration::ZERO);
                assert_eq!(body["not_before"].is_string(), after > 900, "{after}: {body}");
            }
            other => panic!("{after}: {other:?}"),
        }
    }
}

/// However long the services hang, ten seconds are left for queuing; of a short time limit a half.
#[tokio::test(start_paused = true)]
async fn time_is_kept_for_queuing() {
    for (remaining, sending) in [(60_000, 50_000), (20_000, 10_000), (3_000, 1_500), (0, 0)] {
        let rig = Rig::new();
        rig.function.ports.channels.answer("security", &[Answer::Hang]);
        rig.function.ports.channels.answer("email", &[Answer::Hang]);
        let begin = Instant::now();
        let payload = event("DeleteBucket").to_string();
        rig.function.handle(&payload, "request-1", Duration::from_millis(remaining)).await.unwrap();
        let over = begin.elapsed().saturating_sub(Duration::from_millis(sending));
        assert!(over < Duration::from_millis(5), "{remaining}: {:?}", begin.elapsed());
        assert_eq!(rig.function.ports.queue.calls.borrow().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_even_be_queued_fails_the_invocation_after_the_rest_was_sent() {
    for answer in [Answer::Retry(None), Answer::Never] {
        let rig = Rig::new();
        rig.function.ports.queue.down.set(true);
        rig.function.ports.channels.answer("security", std::slice::from_ref(&answer));
        rig.function
            .ports
            .channels
            .answer("email", &[Answer::Retry(None), Answer::Retry(None), Answer::Sent]);
        let error = rig.handle(&event("DeleteBucket")).await.unwrap_err();
        assert!(matches!(&error, Error::Stuck(why) if why.contains("the queue is down")), "{error:?}");
        let (lines, metrics) = rig.written();
        assert_eq!(lines[0]["deliveries"][0]["outcome"], "stuck");
        assert_eq!(lines[0]["deliveries"][1]["outcome"], "sent");
        assert_eq!(counted(&metrics), json!({"Received": 1, "Matched": 1, "Sent": 1}), "{answer:?}");
    }
}

#[tokio::test]
async fn a_panic_while_sending_costs_only_its_delivery() {
    let rig = Rig::new();
    rig.function.ports.channels.answer("security", &[Answer::Panic]);
    rig.handle(&event("DeleteBucket")).await.unwrap();
    assert_eq!(counted(&rig.written().1), json!({"Received": 1, "Matched": 1, "Sent": 1, "Dead": 1}));
    let calls = rig.function.ports.queue.calls.borrow();
    let [Call::Bury { reason, .. }] = calls.as_slice() else { panic!("{calls:?}") };
    assert!(reason.starts_with("the function panicked") && !reason.contains(CONFIDENTIAL), "{reason}");
}

#[tokio::test]
async fn a_panic_is_an_error_and_not_the_end() {
    let mut rig = Rig::new();
    rig.function.ports.write = Box::new(|line| panic!("{line}"));
    let error = rig.handle(&event("DeleteBucket")).await.unwrap_err();
    assert_eq!(error, Error::Panicked);
    let error = lambda_runtime::Diagnostic::from(error);
    assert_eq!(error.error_type, "Panicked");
    assert_eq!(error.error_message, "the function panicked; its log says where");
}

#[tokio::test]
async fn a_channel_can_be_tested_by_hand() {
    let test = |test: Value| json!({"account-watcher": test});
    let failed = |channel: &str, tries: u32, reason: &str| json!({"channel": channel, "outcome": "failed", "tries": tries, "reason": reason});
    let unknown = "account-watcher.toml has no such channel; it has email, hook, security, workflow";
    let cases = [
        ("security", Answer::Sent, json!({"channel": "security", "outcome": "sent", "tries": 1})),
        (
            "email",
            Answer::Strange,
            json!({"channel": "email", "outcome": "sent", "tries": 1, "reason": "it answered strangely"}),
        ),
        ("security", Answer::Never, failed("security", 1, "it cannot work")),
        ("nowhere", Answer::Sent, failed("nowhere", 0, unknown)),
    ];
    for (channel, answer, expected) in cases {
        let rig = Rig::new();
        rig.function.ports.channels.answer(channel, &[answer]);
        assert_eq!(rig.handle(&test(json!({"test-channel": channel}))).await.unwrap(), expected);
        assert_eq!(*rig.function.ports.queue.calls.borrow(), [], "whoever tests is waiting");
        assert!(rig.lines().last().unwrap().contains("\"message\":\"tested\""), "and nothing is counted");
        let level = match (&expected["outcome"], &expected["reason"]) {
            (outcome, _) if outcome == "failed" => "ERROR",
            (_, Value::Null) => "INFO",
            _ => "WARN",
        };
        assert!(rig.lines().last().unwrap().contains(level), "{level}: {:?}", rig.lines());
    }
    for wrong in [json!({}), json!({"test-chanel": "security"}), json!("security")] {
        let rig = Rig::new();
        let error = rig.handle(&test(wrong.clone())).await.unwrap_err();
        assert!(
            error.to_string().contains(r#"a test is {"account-watcher": {"test-channel": "NAME"}}"#),
            "{error}"
        );
    }
}

/// What the services would get.
#[test]
fn a_test_makes_a_message_that_is_taken() {
    let sim = crate::sim::run(
        || crate::sim::Sim::new(crate::support::watchers(), 1),
        |sim| async move {
            for channel in ["security", "workflow", "email"] {
                let test = json!({"account-watcher": {"test-channel": channel}});
                let answer = sim.invoke(&test.to_string()).await.unwrap().unwrap();
                assert_eq!(answer["outcome"], "sent");
            }
        },
    );
    let posts = sim.world.posts.borrow();
    let channel = sim.function.watchers.channel("security").unwrap();
    let payload = channel.kind().payload(&posts[0].delivery).json;
    assert_eq!(payload["blocks"][0]["text"]["text"], "ℹ️ Test of this channel");
    assert_eq!(
        payload["blocks"][1]["text"]["text"],
        "Account Watcher reaches the channel \"security\". Nothing has happened."
    );
    assert_eq!(posts[2].delivery.facts.time, "2026-01-12T08:30:00Z");
}
