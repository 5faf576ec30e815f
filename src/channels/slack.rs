//! Slack: a POST to the URL behind the channel's reference.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, Url};
use serde_json::Value;
use watcher::Reference;

use crate::channels::Taken;
use crate::failure::{Failure, retry_after};
use crate::http;
use crate::secrets::{Parameters, Secret, Secrets};

/// Slack's answers are a word or a line of JSON; of anything longer the rest is not read.
const ANSWER_LIMIT: usize = 1024;

/// Posts to Slack.
#[derive(Debug)]
pub struct Slack<P> {
    http: reqwest::Client,
    secrets: Secrets<P>,
    now: fn() -> Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Webhook,
    Workflow,
}

impl<P: Parameters> Slack<P> {
    /// Posts with this client to the URLs behind these secrets; `now` tells the time, from which dates count that Slack
    /// gives.
    pub fn new(http: reqwest::Client, secrets: Secrets<P>, now: fn() -> Timestamp) -> Slack<P> {
        Slack { http, secrets, now }
    }

    /// Posts to an incoming webhook.
    ///
    /// # Errors
    /// Why Slack did not take the message.
    pub async fn webhook(&self, webhook: &Reference, body: &Value) -> Result<Taken, Failure> {
        self.send(Kind::Webhook, webhook, body).await
    }

    /// Posts to a workflow trigger.
    ///
    /// # Errors
    /// Why Slack did not take the message.
    pub async fn workflow(&self, trigger: &Reference, body: &Value) -> Result<Taken, Failure> {
        self.send(Kind::Workflow, trigger, body).await
    }

    async fn send(&self, kind: Kind, reference: &Reference, body: &Value) -> Result<Taken, Failure> {
        let secret = self.secrets.get(reference).await?;
        let useless = match self.post(kind, reference, &secret, body).await {
            Err(Refusal::Useless(reason)) => reason,
            other => return other.map_err(Refusal::into_failure),
        };
        // Perhaps somebody has already put a new URL in its place.
        match self.secrets.replacement(reference, &secret).await? {
            Some(new) => self.post(kind, reference, &new, body).await.map_err(Refusal::into_failure),
            None => Err(Failure::never(useless)),
        }
    }

    async fn post(
        &self,
        kind: Kind,
        reference: &Reference,
        secret: &Secret,
        body: &Value,
    ) -> Result<Taken, Refusal> {
        let url = url(kind, secret)
            .map_err(|fault| Refusal::Useless(format!("the value of {reference} {fault}")))?;
        let request = self.http.post(url).header(CONTENT_TYPE, "application/json").body(body.to_string());
        let broken = |error| Failure::retry(format!("slack: {}", http::reason(error)));
        let mut response = request.send().await.map_err(broken)?;
        let status = response.status().as_u16();
        let after = after(&response, (self.now)());
        // When the connection breaks only here, the status has already said what became of the message.
        let text = text(&mut response).await.unwrap_or_default();
        judge(reference, status, after, &text)
    }
}

/// Why a URL did not take a message.
#[derive(Debug, PartialEq)]
enum Refusal {
    /// It no longer works, or never could; another one may stand behind the reference by now.
    Useless(String),
    /// Anything else.
    Failed(Failure),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Refusal {
        Refusal::Failed(failure)
    }
}

impl Refusal {
    fn into_failure(self) -> Failure {
        match self {
            Refusal::Useless(reason) => Failure::Never { reason },
            Refusal::Failed(failure) => failure,
        }
    }
}

/// The table: what an answer of Slack means, and what to do.
///
/// A webhook tells its errors by the status; the `ok` in the body is a habit, and Slack's own client does not look
/// for it. So a 2xx with another body (of a proxy, of a service that speaks Slack's protocol) counts as sent, and
/// the log warns: to send it again would post a copy every quarter of an hour for a day, and to bury it would have
/// somebody post a copy by redriving it. The exception is `{"ok": false}`, which is how Slack says in JSON that it
/// did not do what it was asked; only workflow triggers are known to answer so.
/// <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors>,
/// <https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks>,
/// <https://docs.slack.dev/tools/node-slack-sdk/reference/webhook/interfaces/WebhookTriggerResult>
fn judge(reference: &Reference, status: u16, after: Option<Duration>, text: &str) -> Result<Taken, Refusal> {
    let answered = || format!("slack answered {status}{}", word(text));
    let retry = |what: &str| Err(Failure::Retry { after, reason: format!("{}: {what}", answered()) }.into());
    let never = |what: &str| Err(Failure::never(format!("{}: {what}", answered())).into());
    match status {
        200..=299 => match ok(text) {
            Some(true) => Ok(Taken::default()),
            Some(false) => never("it did not do it"),
            None => Ok(Taken { strange: Some(format!("{}, but not its `ok`", answered())) }),
        },
        408 => retry("the request took too long"),
        429 => retry("too many messages"),
        500..=599 => retry("slack is in trouble"),
        // action_prohibited, invalid_token; no_service, channel_not_found; channel_is_archived
        403 | 404 | 410 => Err(Refusal::Useless(format!(
            "{}: the URL of {reference} no longer works; is its webhook, app or channel gone? put a new URL there",
            answered()
        ))),
        // invalid_payload, invalid_blocks, no_text: the next try would say the same
        400 => never("it does not understand the message"),
        300..=399 => never("it wants to redirect, which the URL of a webhook never does"),
        _ => never("it refuses the message"),
    }
}

/// A webhook says `ok`, a workflow trigger `{"ok":true}` or `{"ok":false}`; none for any other text.
fn ok(text: &str) -> Option<bool> {
    if text.trim() == "ok" {
        return Some(true);
    }
    serde_json::from_str::<Value>(text).ok()?["ok"].as_bool()
}

/// Slack's error word; nothing of an answer that is no such word, for a proxy may have written it.
fn word(text: &str) -> String {
    let json: Option<Value> = serde_json::from_str(text).ok();
    let word = json.as_ref().and_then(|answer| answer["error"].as_str()).unwrap_or(text).trim();
    let is_word = (1..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_word { format!(" {word}") } else { String::new() }
}

/// The URL, checked before anything is sent to it.
fn url(kind: Kind, secret: &Secret) -> Result<Url, &'static str> {
    if secret.expose().starts_with('{') {
        // What the console of Secrets Manager stores under its tab `Key/value`.
        return Err(
            "is JSON and no URL: store the URL alone, in Secrets Manager as plaintext, not as key/value",
        );
    }
    let url = Url::parse(secret.expose()).map_err(|_| "is no URL")?;
    if url.scheme() != "https" && !is_loopback(&url) {
        return Err("does not begin with https://");
    }
    let path = url.path();
    let is_workflow = path.starts_with("/triggers/") || path.starts_with("/workflows/");
    match kind {
        Kind::Webhook if is_workflow => {
            Err("is a workflow trigger: name it under `slack-workflow` in account-watcher.toml")
        }
        Kind::Workflow if path.starts_with("/services/") => {
            Err("is an incoming webhook: name it under `slack` in account-watcher.toml")
        }
        _ => Ok(url),
    }
}

/// The secret stays on this machine, so it may go without TLS.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn after(response: &Response, now: Timestamp) -> Option<Duration> {
    retry_after(response.headers().get(RETRY_AFTER)?.to_str().ok()?, now)
}

async fn text(response: &mut Response) -> Result<String, reqwest::Error> {
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER_LIMIT
        && let Some(chunk) = response.chunk().await?
    {
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
