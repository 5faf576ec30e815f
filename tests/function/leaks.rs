//! Whatever fails, nothing that is written or answered holds a secret, a URL or what the event says.

use std::sync::Mutex;
use std::time::Duration;

use account_watcher::channels::{Post, Services, Sns};
use account_watcher::function::Function;
use account_watcher::ports::Ports;
use account_watcher::queue::Sqs;
use account_watcher::secrets::{Secrets, Ssm};
use account_watcher::state::DynamoDb;
use account_watcher::{http, log};
use futures_util::stream::{self, StreamExt};
use lambda_runtime::Diagnostic;
use serde_json::{Value, json};

use crate::aws::{config, env};
use crate::stub::{Answer, Stub};
use crate::support::{self, CONFIDENTIAL, event, function, settings, watcher, watchers_and};

const SECRET: &str = "s3cret";

fn answer(status: u16, body: &str) -> Answer {
    Answer::Http(status, "", body.replace("ECHO", &format!("{CONFIDENTIAL} https://x/{SECRET}")))
}

/// All that left the function, and how often Slack was asked.
struct Run {
    written: Vec<String>,
    posts: usize,
}

/// Invokes the real senders with these answers of Slack, SSM, and SNS, SQS and DynamoDB; gives all that leaves the
/// function, and why it says in the queues that something is there.
async fn run(payload: Value, slack: &Answer, ssm: &Answer, other: &Answer) -> Run {
    let slack = Stub::start([slack.clone()]).await;
    let ssm = match ssm {
        Answer::Http(200, header, _) => {
            let value = format!("{}/services/{SECRET}", slack.url);
            Answer::Http(200, header, json!({"Parameter": {"Value": value}}).to_string())
        }
        fault => fault.clone(),
    };
    let (ssm, other) = (Stub::start([ssm]).await, Stub::start([other.clone()]).await);
    let ssm_env = env("AWS_ENDPOINT_URL_SSM", &ssm);
    let other_env = env("AWS_ENDPOINT_URL", &other);
    let client = http::client_with_timeout(Duration::from_millis(200));
    let queue = Sqs::new(config(&other_env).await, other_env.clone(), &settings());
    let state = DynamoDb::new(config(&other_env).await, other_env.clone(), "state".to_owned());
    let (Function { settings, ports: Ports { accounts, now, write, .. }, .. }, lines) = function((), ());
    let warnings = lines.clone();
    let warn = Box::new(move |line: &str| warnings.borrow_mut().push(line.to_owned()));
    let services = Services {
        post: Post::new(client, Secrets::new(Ssm::new(config(&ssm_env).await, ssm_env)), support::now, warn),
        sns: Sns::new(config(&other_env).await, other_env.clone()),
    };
    let group = json!({"by": ["actor"], "window": 900, "at_least": 1});
    let watchers = watchers_and(vec![
        watcher("grouped", "Grouped", &["security", "email"], &group),
        watcher("hooked", "DeleteBucket", &["hook"], &Value::Null),
    ]);
    let function = Function {
        watchers,
        ports: Ports { channels: services, queue, state, accounts, now, write },
        settings,
    };
    // Enough that something is sent, and little enough that a test of all faults ends.
    let payload = payload.to_string();
    let answer = Box::pin(function.handle(&payload, "request-1", Duration::from_secs(6))).await;
    let mut written = lines.borrow().clone();
    for request in other.requests() {
        // A message of SQS holds what a channel shows; why it is there holds nothing of it.
        let message: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let body: Value =
            serde_json::from_str(message["MessageBody"].as_str().unwrap_or("0")).unwrap_or_default();
        written.push(format!("{} {}", body["reason"], message["MessageAttributes"]));
        // Nor does a key of the table.
        written.push(message["Key"].to_string());
    }
    written.push(match answer {
        Ok(answer) => answer.to_string(),
        Err(error) => format!("{:?}", Diagnostic::from(error)),
    });
    Run { written, posts: slack.requests().len() }
}

#[tokio::test]
async fn nothing_confidential_leaves_the_function() {
    let faults = [
        answer(200, "ok"),
        answer(200, "ECHO"),
        // What DynamoDB answers when a window is closed: then there is a summary to be sent.
        answer(200, r#"{"Attributes":{"count":{"N":"3"},"first":{"N":"0"},"last":{"N":"0"}}}"#),
        answer(302, "ECHO"),
        answer(400, "ECHO"),
        answer(403, r#"{"__type":"AccessDeniedException","message":"ECHO"}"#),
        answer(
            404,
            "<ErrorResponse><Error><Code>NotFound</Code><Message>ECHO</Message></Error></ErrorResponse>",
        ),
        answer(429, "ECHO"),
        answer(500, "ECHO"),
        Answer::Hang,
        Answer::Close,
        Answer::Break,
    ];
    let fine = answer(200, "ok");
    let mut runs = Vec::new();
    for fault in &faults {
        runs.push(run(event("DeleteBucket"), fault, &fine, &fine));
        runs.push(run(event("DeleteBucket"), fault, &fine, fault));
        runs.push(run(event("DeleteBucket"), &fine, fault, fault));
        runs.push(run(event("Grouped"), &fine, &fine, fault));
        runs.push(run(event("Grouped"), fault, fault, &fine));
        runs.push(run(batch(&timer()), fault, &fine, fault));
        for channel in ["security", "hook", "email", "nowhere"] {
            runs.push(run(json!({"account-watcher": {"test-channel": channel}}), fault, fault, fault));
            let drill =
                json!({"watcher": "bucket-deleted", "event": event("DeleteBucket"), "channel": channel});
            runs.push(run(json!({"account-watcher": {"drill": drill}}), fault, fault, fault));
        }
    }
    let malformed = [
        json!(CONFIDENTIAL),
        json!([CONFIDENTIAL]),
        json!({"source": "aws.s3", "detail-type": {CONFIDENTIAL: 1}, "detail": CONFIDENTIAL}),
        json!({"Records": [{"body": CONFIDENTIAL, "eventSource": CONFIDENTIAL}]}),
        json!({"Records": [CONFIDENTIAL]}),
        json!({"account-watcher": CONFIDENTIAL}),
        json!({"account-watcher": {CONFIDENTIAL: CONFIDENTIAL}}),
        json!({"account-watcher": {"drill": {"watcher": "bucket-deleted", "event": CONFIDENTIAL}}}),
        json!({"account-watcher": {"drill": {"watcher": "bucket-deleted", "event": {CONFIDENTIAL: CONFIDENTIAL}}}}),
        batch(&json!({"timer": {CONFIDENTIAL: CONFIDENTIAL}}).to_string()),
        batch(&format!("{{\"{CONFIDENTIAL}")),
        batch(&json!({"delivery": {CONFIDENTIAL: CONFIDENTIAL}}).to_string()),
        batch(&json!({"delivery": {"severity": CONFIDENTIAL}}).to_string()),
        batch(&json!({"requestContext": {}, "requestPayload": CONFIDENTIAL}).to_string()),
    ];
    for payload in malformed {
        runs.push(run(payload.clone(), &fine, &fine, &fine));
        runs.push(run(payload, &fine, &fine, &Answer::Close));
    }
    // Few at once: each has to get through in its time on a busy machine too.
    let runs: Vec<Run> = stream::iter(runs).buffer_unordered(8).collect().await;
    // Most faults are met with an event, a group's first alert, its end, and the test of a channel.
    let posting = runs.iter().filter(|run| run.posts > 0).count();
    assert!(posting >= 3 * faults.len(), "of {} runs only {posting} posted anything", runs.len());
    for text in runs.into_iter().flat_map(|run| run.written) {
        for forbidden in [CONFIDENTIAL, SECRET, "http://", "https://", "127.0.0.1"] {
            assert!(!text.contains(forbidden), "{forbidden} in {text}");
        }
    }
}

/// The end of a group whose first message says what nobody may see in a log.
fn timer() -> String {
    let facts = json!({
        "event_id": "1", "event_name": CONFIDENTIAL, "account": CONFIDENTIAL, "account_id": CONFIDENTIAL,
        "region": CONFIDENTIAL, "actor": CONFIDENTIAL, "time": CONFIDENTIAL, "outcome": null, "link": null,
    });
    let first = json!({
        "channel": "security", "watcher": "grouped", "severity": "high", "title": CONFIDENTIAL, "message": CONFIDENTIAL,
        "facts": facts,
    });
    let timer = json!({
        "window": "window#1", "due": "2026-01-12T08:29:00Z", "at_least": 1, "first": first,
        "channels": ["security", "email"],
    });
    json!({"timer": timer}).to_string()
}

fn batch(body: &str) -> Value {
    json!({"Records": [{"messageId": "m", "receiptHandle": "r", "body": body, "eventSource": "aws:sqs"}]})
}

/// The hook is the process's: no other test may be looked at while this one has it.
#[test]
fn a_panic_says_only_where() {
    static WRITTEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let before = std::panic::take_hook();
    log::quiet_panics(|line| WRITTEN.lock().unwrap().push(line.to_owned()));
    assert!(std::panic::catch_unwind(|| panic!("{CONFIDENTIAL}")).is_err());
    std::panic::set_hook(before);
    let written = WRITTEN.lock().unwrap().concat();
    assert!(written.contains("leaks.rs:") && !written.contains(CONFIDENTIAL), "{written}");
}
