//! Channels: where deliveries go. One module for each kind; all that is peculiar to the kind stands there: its keys in
//! `account-watcher.toml`, its secrets and hosts, its pace, its limits, and what it is sent. Everybody else asks through
//! [`Kind`], or matches [`Channel`] without a wildcard.
//!
//! A new kind is a module, its line in `kinds!`, and a sender in the function.

mod kind;
mod mention;
mod reference;
mod slack;
mod sns;
pub(crate) mod text;
mod webhook;
mod workflow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use kind::{Key, Kind, Limit, Limits, Pace, Payload, Spec, Takes, Tested};
pub use mention::{Mention, Mentions};
pub use reference::{Reference, TopicRef};
pub use slack::Slack;
pub use sns::{Sns, SnsFormat, SnsMessage};
pub use webhook::Webhook;
pub use workflow::SlackWorkflow;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident),+ $(,)?) => {
        /// A named destination of `account-watcher.toml`. The kind is known without reading the secret, so that the
        /// exact payload can be shown offline.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Channel {
            $($(#[$doc])* $kind($kind),)+
        }

        impl Channel {
            /// What it has in common with all others.
            pub fn kind(&self) -> &dyn Kind {
                match self {
                    $(Channel::$kind(channel) => channel,)+
                }
            }

            /// The kinds, in the order in which people are shown them.
            pub const KINDS: &[&Spec] = &[$($kind::SPEC),+];
        }
    };
}

kinds! {
    /// A Slack incoming webhook: gets Block Kit.
    Slack,
    /// A Slack workflow trigger: gets flat JSON of strings.
    SlackWorkflow,
    /// An SNS topic.
    Sns,
    /// A webhook of any service: gets the JSON that the channel says.
    Webhook,
}

impl Channel {
    /// The channel of this kind with these values of its keys, each as [`Takes`] says.
    ///
    /// # Panics
    /// When a value is not of the form, or a required one is missing.
    pub fn new(kind: &Spec, values: Map<String, Value>) -> Channel {
        let form = Map::from_iter([(kind.name.to_owned(), Value::Object(values))]);
        serde_json::from_value(Value::Object(form)).expect("the values were checked against the kind's keys")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The form of a value, as the linter gives it.
    fn value(key: &Key) -> Value {
        match key.takes {
            Takes::Secret => json!({"ssm": "/account-watcher/x"}),
            Takes::Topic => json!({"env": "ACCOUNT_TOPIC_ARN"}),
            Takes::Body { .. } => json!("{}"),
            Takes::Seconds { least, .. } | Takes::Number { least, .. } => json!(least),
            Takes::Header => json!("X-Id"),
            Takes::Host { .. } => json!("proxy.example.com"),
            Takes::OneOf(words) => json!(words.last()),
            Takes::Mentions => json!({"high": "here", "critical": {"group": "S0123ABCD"}}),
        }
    }

    #[test]
    fn the_keys_of_each_kind_make_its_channel() {
        for kind in Channel::KINDS {
            let values = |keys: &mut dyn Iterator<Item = &Key>| {
                keys.map(|key| (key.name.to_owned(), value(key))).collect::<Map<_, _>>()
            };
            let all = values(&mut kind.keys.iter());
            let channel = Channel::new(kind, all.clone());
            assert_eq!(channel.kind().spec().name, kind.name);
            assert_eq!(serde_json::to_value(&channel).unwrap(), json!({kind.name: all}), "no key is unused");
            let required = Channel::new(kind, values(&mut kind.keys.iter().filter(|key| key.required)));
            assert_eq!(required.kind().spec().name, kind.name);
        }
    }

    /// The table of the last version and the messages in its queues are read by this one.
    #[test]
    fn the_embedded_form_stays_what_it_was() {
        let cases = [
            json!({"slack": {"webhook": {"ssm": "/account-watcher/slack/security"}}}),
            json!({"slack-workflow": {"trigger": {"secretsmanager": "account-watcher/oncall"}}}),
            json!({"sns": {"topic": {"env": "ACCOUNT_TOPIC_ARN"}}}),
            json!({"sns": {"topic": {"arn": {"arn": "arn:aws:sns:eu-west-1:123456789012:alerts", "region": "eu-west-1"}}}}),
        ];
        for form in cases {
            let channel: Channel = serde_json::from_value(form.clone()).unwrap();
            assert_eq!(serde_json::to_value(&channel).unwrap(), form);
        }
    }
}
