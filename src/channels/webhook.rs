//! A webhook of any service: its headers, its body, and what its answers mean.

use reqwest::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use watcher::{Delivery, Kind, Reference};

use crate::channels::Taken;
use crate::channels::post::{Answer, Message, Refusal, Service, url};
use crate::failure::Failure;
use crate::secrets::Secret;

/// A message for a webhook.
#[derive(Debug)]
pub struct Webhook<'a> {
    channel: &'a watcher::Webhook,
    delivery: &'a Delivery,
}

impl<'a> Webhook<'a> {
    /// The delivery as this channel gets it.
    pub fn new(channel: &'a watcher::Webhook, delivery: &'a Delivery) -> Webhook<'a> {
        Webhook { channel, delivery }
    }
}

impl Service for Webhook<'_> {
    fn name(&self) -> &'static str {
        "webhook"
    }

    fn secrets(&self) -> Vec<&Reference> {
        self.channel.secrets()
    }

    fn message(&self, values: &[Secret]) -> Result<Message, Refusal> {
        let references = self.channel.secrets();
        let value = |wanted: &Reference| {
            let found = references.iter().zip(values).find(|(reference, _)| **reference == wanted);
            found.map(|(_, value)| value).ok_or_else(|| Failure::never(format!("{wanted} was not read")))
        };
        let url = url(&self.channel.url, value(&self.channel.url)?)?;
        let mut sent = HeaderMap::new();
        let (name, key) = self.channel.idempotency(self.delivery);
        let header = |name: &str, value: &str| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        };
        sent.extend(header(name, &key).map(|(name, value)| (Some(name), value)));
        if let Some(reference) = &self.channel.headers {
            for (name, value) in headers(reference, value(reference)?)? {
                sent.insert(name, value);
            }
        }
        let token = match &self.channel.token {
            Some(reference) => value(reference)?.expose(),
            None => "",
        };
        let not_json = |fault| Failure::never(format!("the channel's body is not JSON: {fault}"));
        let body = self.channel.body(self.delivery, token).map_err(not_json)?;
        Ok(Message { url, body, headers: sent, warning: None })
    }

    /// What the statuses of HTTP mean, and those of which the services say so. Nothing of the body is reported: a service can
    /// repeat the message in it.
    /// <https://www.rfc-editor.org/rfc/rfc9110#name-status-codes>,
    /// <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/> (409),
    /// <https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic>,
    /// <https://discord.com/developers/docs/topics/rate-limits>, <https://docs.opsgenie.com/docs/response>
    fn judge(&self, answer: &Answer) -> Result<Taken, Refusal> {
        let status = answer.status;
        let retry = |what: &str| Err(answer.retry(format!("the webhook answered {status}: {what}")));
        let never = |what: &str| Err(Failure::never(format!("the webhook answered {status}: {what}")).into());
        match status {
            // A page is what the wrong host answers, or a proxy.
            200..=299 if answer.text.trim_start().starts_with('<') => Ok(Taken {
                strange: Some(format!("the webhook answered {status} with a page, not as an API does")),
            }),
            200..=299 => Ok(Taken::default()),
            408 => retry("the request took too long"),
            409 => retry("it is at work on the same message"),
            425 => retry("it is too early"),
            429 => retry("too many messages"),
            500..=599 => retry("the service is in trouble"),
            401 | 403 | 404 | 410 => Err(Refusal::Useless(format!(
                "the webhook answered {status}: the URL, a header or the token no longer works; is the integration gone? \
                 put the new ones where {} are kept",
                self.channel.secrets().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            ))),
            400 | 422 => {
                never("it does not understand the message; compare `watcher try` with the service's schema")
            }
            413 => never("the message is too long for it; lower `message-limit`"),
            300..=399 => never("it wants to redirect; put the URL there that it leads to"),
            _ => never("it refuses the message"),
        }
    }
}

/// The headers in a secret, one `Name: value` on each line.
fn headers(reference: &Reference, secret: &Secret) -> Result<Vec<(HeaderName, HeaderValue)>, Refusal> {
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        let name = HeaderName::try_from(name.trim()).ok()?;
        let mut value = HeaderValue::try_from(value.trim()).ok()?;
        value.set_sensitive(true);
        let is_transports = [CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING].contains(&name);
        (!is_transports).then_some((name, value))
    };
    let lines = secret.expose().lines().filter(|line| !line.trim().is_empty());
    lines.map(header).collect::<Option<Vec<_>>>().ok_or_else(|| {
        Refusal::Useless(format!(
            "the value of {reference} is not a list of headers: write `Name: value` on each line, and none that belongs to \
             the connection, such as Host"
        ))
    })
}
