//! Slack's answers over a real connection.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use account_watcher::channels::{Channels, Handing, Post, Refusal, Service, Services, Slack, Sns, Taken};
use account_watcher::failure::Failure;
use account_watcher::http;
use account_watcher::secrets::{Secret, Secrets};
use serde_json::{Value, json};
use watcher::Reference;

use crate::aws::{config, env};
use crate::queued::{hours, queued};
use crate::secrets::FakeParameters;
use crate::stub::{Answer, Stub};
use crate::support::now;

const WEBHOOK: &str = "/services/T0/B0/s3cret";
const TRIGGER: &str = "/triggers/T0/1/s3cret";

enum Then {
    Sent,
    Strange(&'static str),
    Retry(Option<u64>, &'static str),
    /// As well, but it may have been taken.
    Unanswered(&'static str),
    Never(&'static str),
}

fn reference() -> Reference {
    Reference::Ssm("/account-watcher/slack/security".to_owned())
}

fn client() -> reqwest::Client {
    http::client_with_timeout(Duration::from_millis(300))
}

/// Posts to these URLs, one after another, and nobody reads its log.
fn post(urls: impl IntoIterator<Item = String>) -> Post<FakeParameters> {
    Post::new(client(), Secrets::new(FakeParameters::new(urls)), now, Box::new(|_| ()))
}

/// The same, with the lines of its log.
fn logged(urls: impl IntoIterator<Item = String>) -> (Post<FakeParameters>, Rc<RefCell<Vec<String>>>) {
    let lines = Rc::new(RefCell::new(Vec::new()));
    let write = Rc::clone(&lines);
    let write = Box::new(move |line: &str| write.borrow_mut().push(line.to_owned()));
    (Post::new(client(), Secrets::new(FakeParameters::new(urls)), now, write), lines)
}

/// Posts once and checks what the answer is taken for.
async fn check(path: &str, answer: Answer, then: Then) {
    let stub = Stub::start([answer.clone()]).await;
    let slack = post([format!("{}{path}", stub.url)]);
    let body = json!({"text": "hello"});
    let sent = match path {
        WEBHOOK => slack.send(&Slack::webhook(&reference(), body), &Handing::default()).await,
        _ => slack.send(&Slack::workflow(&reference(), body), &Handing::default()).await,
    };
    let got = stub.requests();
    assert_eq!(got.len(), 1, "{answer:?}: one try");
    assert_eq!((got[0].path.as_str(), got[0].body.as_str()), (path, r#"{"text":"hello"}"#));
    assert!(got[0].head.contains("content-type: application/json"), "{}", got[0].head);

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
    assert!(!reason.contains("s3cret") && !reason.contains("127.0.0.1"), "{reason}");
}

fn http(status: u16, body: &str) -> Answer {
    Answer::Http(status, "", body.to_owned())
}

#[tokio::test]
async fn an_answer_says_whether_to_try_again() {
    use Then::{Never, Retry, Sent, Strange, Unanswered};
    let cases = [
        (WEBHOOK, http(200, "ok"), Sent),
        (
            WEBHOOK,
            http(200, "<html>maintenance</html>"),
            Strange("slack answered 200, but not as Slack does"),
        ),
        (WEBHOOK, http(200, r#"{"ok":true}"#), Sent),
        (WEBHOOK, http(200, r#"{"ok":false,"error":"invalid_auth"}"#), Never("200 invalid_auth")),
        (WEBHOOK, http(204, ""), Strange("204")),
        (WEBHOOK, http(400, "invalid_payload"), Never("400 invalid_payload")),
        (WEBHOOK, http(400, "invalid_blocks"), Never("400 invalid_blocks")),
        (WEBHOOK, http(403, "action_prohibited"), Never("403 action_prohibited")),
        (
            WEBHOOK,
            http(404, "no_service"),
            Never("404 no_service: the URL of ssm:/account-watcher/slack/security"),
        ),
        (WEBHOOK, http(404, "channel_not_found"), Never("404 channel_not_found")),
        (WEBHOOK, http(410, "channel_is_archived"), Never("410 channel_is_archived")),
        (WEBHOOK, http(405, ""), Never("405")),
        (WEBHOOK, Answer::Http(302, "Location: http://127.0.0.1:1/", String::new()), Never("redirect")),
        (WEBHOOK, http(408, ""), Retry(None, "408")),
        (WEBHOOK, http(429, "rate_limited"), Retry(None, "429 rate_limited: too many")),
        (WEBHOOK, Answer::Http(429, "Retry-After: 30", String::new()), Retry(Some(30), "429")),
        (
            WEBHOOK,
            Answer::Http(429, "Retry-After: Mon, 12 Jan 2026 08:00:00 GMT", String::new()),
            Retry(Some(0), "429"),
        ),
        (
            WEBHOOK,
            Answer::Http(429, "Retry-After: Mon, 12 Jan 2026 08:31:00 GMT", String::new()),
            Retry(Some(60), "429"),
        ),
        (WEBHOOK, Answer::Http(503, "Retry-After: 5", String::new()), Retry(Some(5), "503")),
        (WEBHOOK, http(500, "rollup_error"), Retry(None, "500 rollup_error")),
        (WEBHOOK, http(502, "<html>s3cret</html>"), Unanswered("502: slack is in trouble")),
        (WEBHOOK, http(503, ""), Retry(None, "503: slack is in trouble")),
        (WEBHOOK, http(504, ""), Unanswered("504: slack is in trouble")),
        (WEBHOOK, Answer::Hang, Unanswered("no answer in time")),
        (WEBHOOK, Answer::Close, Unanswered("the connection broke")),
        (WEBHOOK, Answer::Break, Strange("200")),
        (TRIGGER, http(200, r#"{"ok":true}"#), Sent),
        (TRIGGER, http(200, "accepted"), Strange("200 accepted")),
        (TRIGGER, http(200, r#"{"ok":false,"error":"trigger_disabled"}"#), Never("200 trigger_disabled")),
        (
            TRIGGER,
            http(400, r#"{"ok":false,"error":"invalid_workflow_input"}"#),
            Never("400 invalid_workflow_input"),
        ),
        (TRIGGER, http(404, r#"{"ok":false,"error":"trigger_not_found"}"#), Never("404 trigger_not_found")),
        (TRIGGER, Answer::Http(429, "Retry-After: 6", r#"{"ok":false}"#.to_owned()), Retry(Some(6), "429")),
    ];
    // Side by side: three of them wait for a timeout.
    futures_util::future::join_all(cases.map(|(path, answer, then)| check(path, answer, then))).await;
}

#[tokio::test]
async fn nobody_listens() {
    let slack = post(["http://127.0.0.1:1/services/s3cret".to_owned()]);
    let failure =
        slack.send(&Slack::webhook(&reference(), json!({})), &Handing::default()).await.unwrap_err();
    assert!(
        matches!(&failure, Failure::Retry { after: None, unanswered: false, reason } if reason.starts_with("slack: no connection"))
    );
    assert!(!failure.reason().contains("s3cret"), "{failure:?}");
}

#[tokio::test]
async fn a_url_that_no_message_may_go_to_is_a_permanent_failure() {
    let cases = [
        (true, "http://hooks.slack.com/services/s3cret", "does not begin with https://"),
        (true, "https://hooks.slack.com/triggers/s3cret", "is a workflow trigger"),
        (true, "https://hooks.slack.com/workflows/s3cret", "is a workflow trigger"),
        (false, "https://hooks.slack.com/services/s3cret", "is an incoming webhook"),
        (true, "s3cret", "is not a URL"),
        (true, r#"{"url":"https://hooks.slack.com/services/s3cret"}"#, "as plaintext, not as key/value"),
        (true, "http://127.0.0.1.example.com/services/s3cret", "does not begin with https://"),
    ];
    for (webhook, url, expected) in cases {
        let slack = post([url.to_owned()]);
        let sent = if webhook {
            slack.send(&Slack::webhook(&reference(), json!({})), &Handing::default()).await
        } else {
            slack.send(&Slack::workflow(&reference(), json!({})), &Handing::default()).await
        };
        let Err(Failure::Never { reason }) = sent else { panic!("{url}: {sent:?}") };
        let begin = "the value of ssm:/account-watcher/slack/security ";
        assert!(
            reason.starts_with(begin) && reason.contains(expected) && !reason.contains("s3cret"),
            "{reason}"
        );
    }
}

/// A webhook that is gone is read again once, and the message goes to the new one if there is one.
#[tokio::test]
async fn a_url_that_was_replaced_is_used_at_once() {
    for status in [403, 404, 410] {
        let stub = Stub::start([http(status, "no_service"), http(200, "ok")]).await;
        let urls = ["old", "new"].map(|name| format!("{}/services/{name}\n", stub.url));
        let slack = post(urls);
        slack.send(&Slack::webhook(&reference(), json!({})), &Handing::default()).await.unwrap();
        slack.send(&Slack::webhook(&reference(), json!({})), &Handing::default()).await.unwrap();
        let paths: Vec<String> = stub.requests().into_iter().map(|request| request.path).collect();
        assert_eq!(paths, ["/services/old", "/services/new", "/services/new"]);
    }
}

/// So is a value that no message may go to: whoever fixed it need not wait until the cache forgets it.
#[tokio::test]
async fn a_value_that_was_fixed_is_used_at_once() {
    for wrong in ["s3cret", "{}", "http://example.com/services/x", "https://example.com/triggers/x"] {
        let stub = Stub::start([http(200, "ok")]).await;
        let values = [wrong.to_owned(), format!("{}/services/new", stub.url)];
        let slack = post(values);
        slack.send(&Slack::webhook(&reference(), json!({})), &Handing::default()).await.unwrap();
        assert_eq!(stub.requests().len(), 1, "{wrong}");
    }
}

/// Its answers cannot be trusted to say that somebody reads the alerts.
#[tokio::test]
async fn a_host_that_is_not_slacks_is_warned_about_once_and_without_its_url() {
    let stub = Stub::start([http(200, "ok")]).await;
    let (slack, lines) = logged([format!("{}{WEBHOOK}", stub.url)]);
    for _ in 0..3 {
        let sent = slack.send(&Slack::webhook(&reference(), json!({})), &Handing::default()).await;
        assert_eq!(sent, Ok(Taken::default()), "it is sent all the same");
    }
    let lines = lines.borrow();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(
        line,
        json!({
            "timestamp": "2026-01-12T08:30:00Z",
            "level": "WARN",
            "message": "a secret may be the wrong one",
            "error": "the value of ssm:/account-watcher/slack/security is not a URL of hooks.slack.com or \
                      hooks.slack-gov.com: put the right URL there, or, if it is meant, name its host as `host` of \
                      its channel in account-watcher.toml",
        })
    );
}

#[tokio::test]
async fn each_secret_that_leads_elsewhere_is_warned_about_once() {
    let elsewhere = ["https://localhost:1/services/s3cret", "https://127.0.0.1:1/triggers/s3cret"];
    let (slack, lines) = logged(elsewhere.map(str::to_owned));
    let other = Reference::SecretsManager("account-watcher/oncall".to_owned());
    let _ = slack.send(&Slack::webhook(&reference(), json!({})), &Handing::default()).await;
    for _ in 0..2 {
        let _ = slack.send(&Slack::workflow(&other, json!({})), &Handing::default()).await;
    }
    let lines = lines.borrow();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].contains("ssm:/account-watcher/slack/security is not a URL of hooks.slack.com"),
        "{}",
        lines[0]
    );
    assert!(lines[1].contains("secretsmanager:account-watcher/oncall is not a URL of"), "{}", lines[1]);
    for part in ["s3cret", "://", "localhost", "127.0.0.1"] {
        assert!(!lines.concat().contains(part), "{part} of a secret in {lines:?}");
    }
}

/// What a message of Slack's would be posted to, without posting it.
fn prepared(url: &str, host: Option<&str>) -> Result<Option<String>, Refusal> {
    let reference = reference();
    let message = Slack::webhook(&reference, json!({})).of_host(host).message(&[Secret::new(url)])?;
    Ok(message.warning)
}

#[test]
fn only_the_host_itself_is_slacks() {
    let slacks = [
        "https://hooks.slack.com/services/s3cret",
        "https://HOOKS.Slack.com/services/s3cret",
        "https://hooks.slack.com:443/services/s3cret",
        "https://hooks.slack.com./services/s3cret",
        "https://hooks.slack-gov.com/services/s3cret",
    ];
    for url in slacks {
        assert_eq!(prepared(url, None), Ok(None), "{url}");
    }
    let others = [
        ("https://hook.slack.com/services/s3cret", "hook.slack.com"),
        ("https://hooks.slack.com.example.com/services/s3cret", "hooks.slack.com.example.com"),
        ("https://hooks.slack.com@example.com/services/s3cret", "example.com"),
        ("https://example.com/hooks.slack.com/s3cret", "example.com"),
        ("https://s3cret:s3cret@example.com/services/", "example.com"),
    ];
    for (url, host) in others {
        let warning = prepared(url, None).unwrap().unwrap();
        assert!(warning.contains(" is not a URL of ") && !warning.contains("s3cret"), "{warning}");
        assert!(host == "hooks.slack.com" || !warning.contains(host), "{host} in {warning}");
    }
}

#[test]
fn a_channel_that_names_its_host_posts_nowhere_else() {
    let url = "https://proxy.example.com:8443/services/s3cret";
    for host in ["proxy.example.com", "Proxy.Example.com"] {
        assert_eq!(prepared(url, Some(host)), Ok(None), "{host}");
    }
    let elsewhere = [
        "https://hooks.slack.com/services/s3cret",
        "https://a.proxy.example.com/services/s3cret",
        "https://proxy.example.com@example.org/services/s3cret",
    ];
    for url in elsewhere {
        let Err(Refusal::Useless(reason)) = prepared(url, Some("proxy.example.com")) else { panic!("{url}") };
        assert_eq!(
            reason,
            "the value of ssm:/account-watcher/slack/security is not a URL of proxy.example.com, the only `host` that \
             the channel allows: put the right URL there, or change `host` in account-watcher.toml"
        );
    }
}

/// The key goes with the channel to whoever sends, of both kinds; nothing is posted to another host.
#[tokio::test]
async fn a_secret_of_another_host_than_the_channels_is_a_permanent_failure() {
    for kind in [
        json!({"slack": {"webhook": {"ssm": "/account-watcher/x"}}}),
        json!({"slack-workflow": {"trigger": {"ssm": "/account-watcher/x"}}}),
    ] {
        let name = kind.as_object().unwrap().keys().next().unwrap().clone();
        for (host, is_sent) in [("127.0.0.1", true), ("proxy.example.com", false)] {
            let stub = Stub::start([http(200, "ok")]).await;
            let mut form = kind.clone();
            form[&name]["host"] = json!(host);
            let channel: watcher::Channel = serde_json::from_value(form).unwrap();
            let (post, lines) = logged([format!("{}/x/s3cret", stub.url)]);
            let env = env("AWS_ENDPOINT_URL", &stub);
            let services = Services { post, sns: Sns::new(config(&env).await, env) };
            let sent = services.send(&channel, &queued(hours(0), None).delivery, &Handing::default()).await;
            assert_eq!(stub.requests().len(), usize::from(is_sent), "{name}, {host}");
            assert_eq!(lines.borrow().len(), 0, "{name}, {host}");
            match sent {
                Ok(taken) => assert!(is_sent && taken.strange.is_none(), "{name}: {taken:?}"),
                Err(failure) => {
                    assert!(!is_sent && matches!(failure, Failure::Never { .. }), "{name}: {failure:?}");
                }
            }
        }
    }
}
