//! What all kinds of channel have in common, which is all that the others know of a kind.

use std::time::Duration;

use serde_json::Value;

use super::Reference;
use crate::delivery::Delivery;
use crate::severity::Severity;
use crate::template::ParsedTemplate;

/// A channel, to everybody who does not send to it.
pub trait Kind {
    /// What the kind looks like in files.
    fn spec(&self) -> &'static Spec;

    /// Exactly what the channel gets.
    fn payload(&self, delivery: &Delivery) -> Payload;

    /// The texts that it shows whole.
    fn limits(&self, severity: Severity) -> Limits;

    /// How fast it can be sent to, or should be; none where nothing limits that.
    fn pace(&self) -> Option<Pace>;

    /// The secrets that are read to send to it.
    fn secrets(&self) -> Vec<&Reference>;

    /// The variable of the function's environment that it cannot do without.
    fn variable(&self) -> Option<&str>;
}

/// A kind as files have it: the linter reads the keys from here, and the JSON Schema is made of it.
#[derive(Debug)]
pub struct Spec {
    /// Its word in `account-watcher.toml` and in the JSON of `watcher try`.
    pub name: &'static str,
    /// What people call it.
    pub called: &'static str,
    /// A sentence for editors.
    pub description: &'static str,
    /// Its keys, the most important first.
    pub keys: &'static [Key],
    /// Where a `[[test]]` says what such a channel gets.
    pub tested: &'static Tested,
    /// The beginnings of its secret URLs without `https://`; what follows one in a file is a secret.
    pub secret_urls: &'static [&'static str],
}

/// A key of a channel.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What its value is.
    pub takes: Takes,
    /// Whether it can be left out.
    pub required: bool,
    /// A value as TOML, for messages.
    pub example: &'static str,
    /// A sentence for editors.
    pub description: &'static str,
}

/// What the value of a key is.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// A [`Reference`].
    Secret,
    /// A [`super::TopicRef`].
    Topic,
    /// A template of JSON over these variables, which `check` has found right; its text.
    Body {
        /// What it can hold.
        variables: &'static [&'static str],
        /// Whether it makes JSON of every alert.
        check: fn(&ParsedTemplate) -> Result<(), String>,
    },
    /// A time, as `90s`, `15m` or `2h`; its seconds.
    Seconds {
        /// The shortest.
        least: u64,
        /// The longest.
        most: u64,
    },
    /// A whole number.
    Number {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// The name of an HTTP header.
    Header,
    /// The name of a host other than these.
    Host {
        /// Those that need not be named.
        own: &'static [&'static str],
    },
    /// [`super::Mentions`].
    Mentions,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// A key of `[[test]]`; several kinds can share it.
#[derive(Debug)]
pub struct Tested {
    /// The key.
    pub name: &'static str,
    /// A sentence for editors.
    pub description: &'static str,
}

/// What a channel gets, for people and for tests.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    /// All of it as one JSON value.
    pub json: Value,
    /// What stands in front of the body, by name.
    pub heads: Vec<(&'static str, String)>,
    /// The body as people read it.
    pub body: String,
    /// Why nothing can be sent.
    pub fault: Option<String>,
}

impl Payload {
    /// A body of JSON and nothing else.
    pub(super) fn json(body: Value) -> Payload {
        Payload { body: format!("{body:#}\n"), heads: Vec::new(), json: body, fault: None }
    }
}

/// How fast a channel can be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// What has the pace; two channels can share it.
    pub destination: String,
    /// The time between two messages.
    pub interval: Duration,
    /// How many more it takes at once: none of its messages waits for a turn, but a watcher that sends more is summed up. Of
    /// a service that refuses what comes too fast: none.
    pub burst: Option<u32>,
}

/// The texts that a channel shows whole. The payload is cut by the same numbers.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Of the title.
    pub title: Limit,
    /// Of the message; none where every message that a watcher can write fits.
    pub message: Option<Limit>,
}

/// How long a text can be.
#[derive(Clone, Debug)]
pub struct Limit {
    /// The most it can count.
    pub most: usize,
    /// What a character counts.
    pub size: fn(char) -> usize,
    /// That it is so, for people.
    pub says: String,
}
