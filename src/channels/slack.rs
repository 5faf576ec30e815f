//! Slack: both kinds of its channels, and what its answers mean.

use reqwest::Url;
use reqwest::header::HeaderMap;
use serde_json::Value;
use watcher::Reference;

use crate::channels::Taken;
use crate::channels::post::{Answer, Message, Refusal, Service, url};
use crate::failure::Failure;
use crate::secrets::Secret;

/// A message for Slack.
#[derive(Debug)]
pub struct Slack<'a> {
    kind: Kind,
    reference: &'a Reference,
    /// The only host that the URL may be of.
    host: Option<&'a str>,
    body: Value,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Webhook,
    Workflow,
}

impl<'a> Slack<'a> {
    /// For an incoming webhook.
    pub fn webhook(webhook: &'a Reference, body: Value) -> Slack<'a> {
        Slack { kind: Kind::Webhook, reference: webhook, host: None, body }
    }

    /// For a workflow trigger.
    pub fn workflow(trigger: &'a Reference, body: Value) -> Slack<'a> {
        Slack { kind: Kind::Workflow, reference: trigger, host: None, body }
    }

    /// To a URL of this host only; of none: to Slack's hosts without a word, and to any other with a warning.
    #[must_use]
    pub fn of_host(self, host: Option<&'a str>) -> Slack<'a> {
        Slack { host, ..self }
    }

    /// What people should know of the URL's host. Whoever is posted to by mistake can answer `ok`, and nobody would
    /// see that alerts do not arrive. The host itself is not said: it is a part of the secret's value, and of a value
    /// that was pasted wrongly it can be the part that should stay one.
    fn warning(&self, url: &Url) -> Result<Option<String>, Refusal> {
        let reference = self.reference;
        let host = url.host_str().unwrap_or_default();
        // A name with the root's dot is the same.
        let is = |name: &str| host.strip_suffix('.').unwrap_or(host).eq_ignore_ascii_case(name);
        match self.host {
            Some(allowed) if is(allowed) => Ok(None),
            Some(allowed) => Err(Refusal::Useless(format!(
                "the value of {reference} is not a URL of {allowed}, the only `host` that the channel allows: put the \
                 right URL there, or change `host` in account-watcher.toml"
            ))),
            None if watcher::Slack::HOSTS.iter().any(|slacks| is(slacks)) => Ok(None),
            None => Ok(Some(format!(
                "the value of {reference} is not a URL of {}: put the right URL there, or, if it is meant, name its host \
                 as `host` of its channel in account-watcher.toml",
                watcher::Slack::HOSTS.join(" or ")
            ))),
        }
    }
}

impl Service for Slack<'_> {
    fn name(&self) -> &'static str {
        "slack"
    }

    fn secrets(&self) -> Vec<&Reference> {
        vec![self.reference]
    }

    fn message(&self, values: &[Secret]) -> Result<Message, Refusal> {
        let [secret] = values else { return Err(Failure::never("slack has one secret").into()) };
        let url = url(self.reference, secret)?;
        let path = url.path();
        let is_workflow = path.starts_with("/triggers/") || path.starts_with("/workflows/");
        let fault = match self.kind {
            Kind::Webhook if is_workflow => {
                "is a workflow trigger: name it under `slack-workflow` in account-watcher.toml"
            }
            Kind::Workflow if path.starts_with("/services/") => {
                "is an incoming webhook: name it under `slack` in account-watcher.toml"
            }
            _ => {
                let warning = self.warning(&url)?;
                return Ok(Message { url, body: self.body.to_string(), headers: HeaderMap::new(), warning });
            }
        };
        Err(Refusal::Useless(format!("the value of {} {fault}", self.reference)))
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
    fn judge(&self, answer: &Answer) -> Result<Taken, Refusal> {
        let (reference, status, text) = (self.reference, answer.status, answer.text.as_str());
        let answered = || format!("slack answered {status}{}", word(text));
        let retry = |what: &str| Err(answer.retry(format!("{}: {what}", answered())));
        let never = |what: &str| Err(Failure::never(format!("{}: {what}", answered())).into());
        match status {
            200..=299 => match ok(text) {
                Some(true) => Ok(Taken::default()),
                Some(false) => never("it did not do it"),
                None => Ok(Taken {
                    strange: Some(format!(
                        "{}, but not as Slack does: is the URL the right one?",
                        answered()
                    )),
                }),
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
}

/// A webhook says `ok`, a workflow trigger `{"ok":true}` or `{"ok":false}`; none for any other text.
fn ok(text: &str) -> Option<bool> {
    if text.trim() == "ok" {
        return Some(true);
    }
    serde_json::from_str::<Value>(text).ok()?["ok"].as_bool()
}

/// Slack's error word; nothing of an answer that is not such a word, for a proxy may have written it.
fn word(text: &str) -> String {
    let json: Option<Value> = serde_json::from_str(text).ok();
    let word = json.as_ref().and_then(|answer| answer["error"].as_str()).unwrap_or(text).trim();
    let is_word = (1..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if is_word { format!(" {word}") } else { String::new() }
}
