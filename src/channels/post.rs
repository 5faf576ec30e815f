//! A POST to the URL behind a reference: what all services have in common that take messages so.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Response, Url};
use watcher::Reference;

use crate::channels::{Handing, Taken};
use crate::failure::{Failure, retry_after};
use crate::http;
use crate::log::{Line, Write};
use crate::secrets::{Parameters, Secret, Secrets};

/// What counts of an answer is a word or a line of JSON; of anything longer the rest is not read.
const ANSWER_LIMIT: usize = 1024;

/// Posts messages.
pub struct Post<P> {
    http: reqwest::Client,
    secrets: Secrets<P>,
    now: fn() -> Timestamp,
    write: Write,
    /// The warnings that this process has written: each is of one secret.
    warned: Mutex<HashSet<String>>,
}

/// A message for a service, and what the service's answers mean.
pub trait Service {
    /// What reasons call the service.
    fn name(&self) -> &'static str;

    /// Where its secrets are kept, that of the URL first.
    fn secrets(&self) -> Vec<&Reference>;

    /// What is posted, with the values of the secrets in their order.
    ///
    /// # Errors
    /// Why nothing can be posted.
    fn message(&self, values: &[Secret]) -> Result<Message, Refusal>;

    /// The table: what an answer means, and what to do.
    ///
    /// # Errors
    /// Why the service did not take the message.
    fn judge(&self, answer: &Answer) -> Result<Taken, Refusal>;
}

/// What is posted.
pub struct Message {
    /// Where.
    pub url: Url,
    /// JSON.
    pub body: String,
    /// Headers besides the content's type, or in its place.
    pub headers: HeaderMap,
    /// What is doubtful about its secret, for the log, as a [`Failure`]'s reason.
    pub warning: Option<String>,
}

/// What a service answered.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// How long it asks to wait.
    pub after: Option<Duration>,
    /// The beginning of the body.
    pub text: String,
}

impl Answer {
    /// Another try may succeed. A gateway that gave up waiting, or did not understand what came back, had passed the message
    /// on: nobody knows what became of it.
    /// <https://www.rfc-editor.org/rfc/rfc9110#name-502-bad-gateway>
    pub fn retry(&self, reason: String) -> Refusal {
        let unanswered = http::is_of_a_gateway(self.status);
        Refusal::Failed(Failure::Retry { after: self.after, unanswered, reason })
    }
}

/// Why a message was not taken.
#[derive(Debug, PartialEq)]
pub enum Refusal {
    /// A secret no longer works, or never could; another one may stand behind the reference by now.
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

impl<P: Parameters> Post<P> {
    /// Posts with this client to the URLs behind these secrets; `now` tells the time, from which dates count that a
    /// service gives, and `write` writes the log.
    pub fn new(http: reqwest::Client, secrets: Secrets<P>, now: fn() -> Timestamp, write: Write) -> Post<P> {
        Post { http, secrets, now, write, warned: Mutex::default() }
    }

    /// One try, and a second one when a secret turned out to be useless and another one is there already.
    ///
    /// # Errors
    /// Why the service did not take the message.
    pub async fn send(&self, service: &dyn Service, handing: &Handing) -> Result<Taken, Failure> {
        let references = service.secrets();
        let mut values = Vec::with_capacity(references.len());
        for reference in &references {
            values.push(self.secrets.get(reference).await?);
        }
        let useless = match self.post(service, &values, handing).await {
            Err(Refusal::Useless(reason)) => reason,
            other => return other.map_err(Refusal::into_failure),
        };
        // Perhaps somebody has already put a new one in its place.
        let mut is_new = false;
        for (reference, value) in references.into_iter().zip(&mut values) {
            if let Some(new) = self.secrets.replacement(reference, value).await? {
                (*value, is_new) = (new, true);
            }
        }
        if is_new {
            self.post(service, &values, handing).await.map_err(Refusal::into_failure)
        } else {
            Err(Failure::never(useless))
        }
    }

    async fn post(
        &self,
        service: &dyn Service,
        values: &[Secret],
        handing: &Handing,
    ) -> Result<Taken, Refusal> {
        let Message { url, body, mut headers, warning } = service.message(values)?;
        if let Some(warning) = warning {
            self.warn(warning);
        }
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        let request = self.http.post(url).headers(headers).body(body);
        let broken = |error| {
            let unanswered = !http::is_unsent(&error);
            let reason = format!("{}: {}", service.name(), http::reason(error));
            Failure::Retry { after: None, unanswered, reason }
        };
        handing.begin();
        let mut response = request.send().await.map_err(broken)?;
        let status = response.status().as_u16();
        let after = after(&response, (self.now)());
        // When the connection breaks only here, the status has already said what became of the message.
        let text = text(&mut response).await.unwrap_or_default();
        handing.end();
        service.judge(&Answer { status, after, text })
    }

    /// Writes the warning, once in this process: it is true of every message.
    fn warn(&self, warning: String) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.insert(warning.clone()) {
            let line = Line::new("a secret may be the wrong one", "", (self.now)()).with_warning(warning);
            (self.write)(&line.to_json());
        }
    }
}

/// The URL behind the reference, checked before anything is sent to it.
///
/// # Errors
/// What is wrong with it.
pub(super) fn url(reference: &Reference, secret: &Secret) -> Result<Url, Refusal> {
    let useless = |fault: &str| Refusal::Useless(format!("the value of {reference} {fault}"));
    if secret.expose().starts_with('{') {
        // What the console of Secrets Manager stores under its tab `Key/value`.
        return Err(useless(
            "is JSON and no URL: store the URL alone, in Secrets Manager as plaintext, not as key/value",
        ));
    }
    let url = Url::parse(secret.expose()).map_err(|_| useless("is not a URL"))?;
    if url.scheme() != "https" && !is_loopback(&url) {
        return Err(useless("does not begin with https://"));
    }
    Ok(url)
}

/// The secret stays on this machine, so it may go without TLS.
pub(super) fn is_loopback(url: &Url) -> bool {
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
