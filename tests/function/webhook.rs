//! A webhook of any service over a real connection: what it gets, and what its answers mean.

use std::time::Duration;

use account_watcher::channels::{Handing, Post, Taken, Webhook};
use account_watcher::failure::Failure;
use account_watcher::http;
use account_watcher::secrets::{Parameters, Secret, Secrets};
use serde_json::{Value, json};
use watcher::Delivery;

use crate::queued::{hours, queued};
use crate::stub::{Answer, Stub};
use crate::support::{CONFIDENTIAL, now};

const PATH: &str = "/hook/s3cret";

enum Then {
    Sent,
    Strange(&'static str),
    Retry(Option<u64>, &'static str),
    /// As well, but it may have been taken.
    Unanswered(&'static str),
    Never(&'static str),
}

/// Parameters by the last part of their name; a value that was read before `new` is there is the old one.
struct Named {
    values: Vec<(&'static str, Vec<String>)>,
    read: std::cell::RefCell<Vec<String>>,
}

impl Named {
    fn new(values: Vec<(&'static str, Vec<String>)>) -> Named {
        Named { values, read: std::cell::RefCell::default() }
    }
}

impl Parameters for Named {
    async fn read(&self, name: &str) -> Result<Secret, Failure> {
        let before = self.read.borrow().iter().filter(|read| *read == name).count();
        self.read.borrow_mut().push(name.to_owned());
        // So that all clients of a test are made before the first request, whose time runs.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let (_, values) = self.values.iter().find(|(key, _)| name.ends_with(key)).unwrap();
        Ok(Secret::new(&values[before.min(values.len() - 1)]))
    }
}

fn channel(keys: &Value) -> watcher::Webhook {
    let mut form = json!({
        "url": {"ssm": "/account-watcher/url"},
        "body": "{\"text\": \"{{message}}\", \"key\": \"{{token}}\"}",
    });
    form.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    serde_json::from_value(form).unwrap()
}

fn delivery() -> Delivery {
    Delivery { message: "a \"b\"\nc".to_owned(), ..queued(hours(0), None).delivery }
}

fn post(values: Vec<(&'static str, Vec<String>)>) -> Post<Named> {
    let client = http::client_with_timeout(Duration::from_millis(300));
    Post::new(client, Secrets::new(Named::new(values)), now, Box::new(|_| ()))
}

/// Posts once and checks what the answer is taken for.
async fn check(answer: Answer, then: Then) {
    let stub = Stub::start([answer.clone()]).await;
    let post = post(vec![("url", vec![format!("{}{PATH}", stub.url)])]);
    let (channel, delivery) = (channel(&json!({})), delivery());
    let sent = post.send(&Webhook::new(&channel, &delivery), &Handing::default()).await;
    let got = stub.requests();
    assert_eq!(got.len(), 1, "{answer:?}: one try");
    assert_eq!((got[0].path.as_str(), got[0].body.as_str()), (PATH, r#"{"text": "a \"b\"\nc", "key": ""}"#));
    let head = got[0].head.to_lowercase();
    assert!(head.contains("content-type: application/json"), "{head}");
    assert!(head.contains(&format!("idempotency-key: {}", delivery.key())), "{head}");

    let (is_as_expected, word) = match (&sent, then) {
        (Ok(Taken { strange: None }), Then::Sent) => (true, ""),
        (Err(Failure::Retry { after, unanswered: false, .. }), Then::Retry(expected, word)) => {
            (*after == expected.map(Duration::from_secs), word)
        }
        (Err(Failure::Retry { after: None, unanswered: true, .. }), Then::Unanswered(word))
        | (Ok(Taken { strange: Some(_) }), Then::Strange(word))
        | (Err(Failure::Never { .. }), Then::Never(word)) => (true, word),
        _ => (false, ""),
    };
    assert!(is_as_expected, "{answer:?}: {sent:?}");
    let reason = match sent {
        Ok(Taken { strange }) => strange.unwrap_or_default(),
        Err(failure) => failure.reason().to_owned(),
    };
    assert!(reason.contains(word), "{answer:?}: {reason}");
    for secret in ["s3cret", "127.0.0.1", CONFIDENTIAL] {
        assert!(!reason.contains(secret), "{reason}");
    }
}

fn http(status: u16, body: &str) -> Answer {
    Answer::Http(status, "", body.to_owned())
}

#[tokio::test]
async fn an_answer_says_whether_to_try_again() {
    use Then::{Never, Retry, Sent, Strange, Unanswered};
    let cases = [
        (http(200, "ok"), Sent),
        (http(202, r#"{"status":"success"}"#), Sent),
        (http(204, ""), Sent),
        (http(200, "<!doctype html><p>sign in"), Strange("the webhook answered 200 with a page")),
        (http(400, CONFIDENTIAL), Never("400: it does not understand the message")),
        (http(401, ""), Never("401: the URL, a header or the token no longer works")),
        (http(403, ""), Never("ssm:/account-watcher/url are kept")),
        (http(404, ""), Never("404")),
        (http(410, ""), Never("410")),
        (http(405, ""), Never("405: it refuses the message")),
        (http(413, ""), Never("lower `message-limit`")),
        (http(422, CONFIDENTIAL), Never("422")),
        (Answer::Http(302, "Location: http://127.0.0.1:1/", String::new()), Never("redirect")),
        (http(408, ""), Retry(None, "408")),
        (http(409, ""), Retry(None, "409")),
        (http(425, ""), Retry(None, "425")),
        (http(429, ""), Retry(None, "429: too many")),
        (Answer::Http(429, "Retry-After: 30", String::new()), Retry(Some(30), "429")),
        (
            Answer::Http(429, "Retry-After: Mon, 12 Jan 2026 08:31:00 GMT", String::new()),
            Retry(Some(60), "429"),
        ),
        (Answer::Http(503, "Retry-After: 5", String::new()), Retry(Some(5), "503")),
        (http(500, CONFIDENTIAL), Retry(None, "500: the service is in trouble")),
        (http(502, ""), Unanswered("502: the service is in trouble")),
        (http(504, ""), Unanswered("504: the service is in trouble")),
        (Answer::Hang, Unanswered("no answer in time")),
        (Answer::Close, Unanswered("webhook: the connection broke")),
        (Answer::Break, Sent),
    ];
    futures_util::future::join_all(cases.map(|(answer, then)| check(answer, then))).await;
}

#[tokio::test]
async fn headers_and_the_token_come_from_secrets() {
    let stub = Stub::start([http(202, "")]).await;
    let post = post(vec![
        ("url", vec![format!("{}{PATH}", stub.url)]),
        (
            "headers",
            vec!["Authorization: GenieKey s3cret\n\nContent-Type: application/vnd.x+json\r\n".to_owned()],
        ),
        ("token", vec!["s3\"cret\n".to_owned()]),
    ]);
    let channel = channel(&json!({
        "headers": {"ssm": "/account-watcher/headers"}, "token": {"ssm": "/account-watcher/token"},
        "idempotency-header": "X-Dedup",
    }));
    let delivery = delivery();
    post.send(&Webhook::new(&channel, &delivery), &Handing::default()).await.unwrap();
    let request = stub.requests().remove(0);
    let head = request.head.to_lowercase();
    for line in [
        "authorization: geniekey s3cret",
        "content-type: application/vnd.x+json",
        &format!("x-dedup: {}", delivery.key()),
    ] {
        assert_eq!(head.matches(line).count(), 1, "{line} in {head}");
    }
    assert_eq!(head.matches("content-type").count(), 1, "{head}");
    assert_eq!(serde_json::from_str::<Value>(&request.body).unwrap()["key"], "s3\"cret");
}

#[tokio::test]
async fn secrets_that_cannot_be_used_are_a_permanent_failure_and_are_not_told() {
    let cases = [
        ("url", "s3cret", "the value of ssm:/account-watcher/url is not a URL"),
        ("url", "http://example.com/s3cret", "does not begin with https://"),
        ("url", "{\"url\": \"https://example.com/s3cret\"}", "not as key/value"),
        ("headers", "s3cret", "the value of ssm:/account-watcher/headers is not a list of headers"),
        ("headers", "X: s3cret\u{1}", "is not a list of headers"),
        ("headers", "Host: s3cret", "is not a list of headers"),
        ("headers", "Content-Length: 5", "is not a list of headers"),
    ];
    for (name, value, expected) in cases {
        let mut values =
            vec![("url", vec!["https://127.0.0.1:1/x".to_owned()]), ("headers", vec!["A: b".to_owned()])];
        values.iter_mut().find(|(key, _)| *key == name).unwrap().1 = vec![value.to_owned()];
        let channel = channel(&json!({"headers": {"ssm": "/account-watcher/headers"}}));
        let sent = post(values).send(&Webhook::new(&channel, &delivery()), &Handing::default()).await;
        let Err(Failure::Never { reason }) = sent else { panic!("{value}: {sent:?}") };
        assert!(reason.contains(expected) && !reason.contains("s3cret"), "{reason}");
    }
}

/// Whichever of its secrets was replaced, the message goes out with the new one at once.
#[tokio::test]
async fn a_secret_that_was_replaced_is_used_at_once() {
    for status in [401, 403, 404, 410] {
        let stub = Stub::start([http(status, ""), http(202, "")]).await;
        let post = post(vec![
            ("url", vec![format!("{}{PATH}", stub.url)]),
            ("headers", vec!["Authorization: old".to_owned(), "Authorization: new".to_owned()]),
        ]);
        let channel = channel(&json!({"headers": {"ssm": "/account-watcher/headers"}}));
        post.send(&Webhook::new(&channel, &delivery()), &Handing::default()).await.unwrap();
        let heads: Vec<String> = stub.requests().into_iter().map(|request| request.head).collect();
        assert!(heads[0].contains("old") && heads[1].contains("new"), "{heads:?}");
    }
}

/// The linter lets no such template pass; a message that waits in the queue may meet it all the same.
#[tokio::test]
async fn a_body_that_is_no_json_is_not_posted() {
    let stub = Stub::start([http(200, "")]).await;
    let post = post(vec![("url", vec![format!("{}{PATH}", stub.url)])]);
    let channel = channel(&json!({"body": "{\"text\": {{message}}}"}));
    let failure = post.send(&Webhook::new(&channel, &delivery()), &Handing::default()).await.unwrap_err();
    assert_eq!(failure, Failure::never("the channel's body is not JSON: expected value at line 1 column 10"));
    assert!(stub.requests().is_empty());
}
