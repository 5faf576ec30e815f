//! Whatever fails, nothing that is written or answered holds a secret, a URL or what the event says.

use std::sync::Mutex;
use std::time::Duration;

use account_watcher::channels::{Services, Slack, Sns};
use account_watcher::queue::Sqs;
use account_watcher::secrets::{Secrets, Ssm};
use account_watcher::{http, log};
use futures_util::future::join_all;
use lambda_runtime::Diagnostic;
use serde_json::{Value, json};

use crate::aws::{config, env};
use crate::stub::{Answer, Stub};
use crate::support::{CONFIDENTIAL, event, function, settings};

const SECRET: &str = "s3cret";

fn answer(status: u16, body: &str) -> Answer {
    Answer::Http(status, "", body.replace("ECHO", &format!("{CONFIDENTIAL} https://x/{SECRET}")))
}

/// Invokes the real senders with these answers of Slack, SSM, and SNS and SQS; gives all that leaves the function.
async fn run(payload: Value, slack: &Answer, ssm: &Answer, other: &Answer) -> Vec<String> {
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
    let services = Services {
        slack: Slack::new(client, Secrets::new(Ssm::new(config(&ssm_env).await, ssm_env))),
        sns: Sns::new(config(&other_env).await, other_env),
    };
    let (function, lines) = function(services, queue);
    // So little time that there is one try of each.
    let answer = function.handle(&payload.to_string(), "request-1", Duration::from_millis(700)).await;
    let mut written = lines.borrow().clone();
    written.push(match answer {
        Ok(answer) => answer.to_string(),
        Err(error) => format!("{:?}", Diagnostic::from(error)),
    });
    written
}

#[tokio::test]
async fn nothing_confidential_leaves_the_function() {
    let faults = [
        answer(200, "ok"),
        answer(200, "ECHO"),
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
    }
    let malformed = [
        json!(CONFIDENTIAL),
        json!([CONFIDENTIAL]),
        json!({"source": "aws.s3", "detail-type": {CONFIDENTIAL: 1}, "detail": CONFIDENTIAL}),
        json!({"Records": [{"body": CONFIDENTIAL, "eventSource": CONFIDENTIAL}]}),
        json!({"Records": [CONFIDENTIAL]}),
        batch(&format!("{{\"{CONFIDENTIAL}")),
        batch(&json!({"delivery": {CONFIDENTIAL: CONFIDENTIAL}}).to_string()),
        batch(&json!({"delivery": {"severity": CONFIDENTIAL}}).to_string()),
        batch(&json!({"requestContext": {}, "requestPayload": CONFIDENTIAL}).to_string()),
    ];
    for payload in malformed {
        runs.push(run(payload.clone(), &fine, &fine, &fine));
        runs.push(run(payload, &fine, &fine, &Answer::Close));
    }
    for text in join_all(runs).await.into_iter().flatten() {
        for forbidden in [CONFIDENTIAL, SECRET, "http://", "https://", "127.0.0.1"] {
            assert!(!text.contains(forbidden), "{forbidden} in {text}");
        }
    }
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
