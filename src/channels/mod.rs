//! Channels: one try to hand a delivery to its service.

mod slack;
mod sns;

use std::future::Future;

use watcher::{Channel, Delivery, Payload};

pub use slack::Slack;
pub use sns::Sns;

use crate::failure::Failure;
use crate::secrets::Parameters;

/// Sends deliveries.
pub trait Channels {
    /// One try to send the delivery over the channel.
    fn send(&self, channel: &Channel, delivery: &Delivery) -> impl Future<Output = Result<Taken, Failure>>;
}

/// The service took a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// What was strange about its answer, for people, as a [`Failure`]'s reason.
    pub strange: Option<String>,
}

/// The real services.
pub struct Services<P> {
    /// Both kinds of Slack channel.
    pub slack: Slack<P>,
    /// Topics.
    pub sns: Sns,
}

impl<P: Parameters> Channels for Services<P> {
    async fn send(&self, channel: &Channel, delivery: &Delivery) -> Result<Taken, Failure> {
        match (channel, delivery.payload(channel)) {
            (Channel::Slack { webhook }, Payload::Slack(body)) => self.slack.webhook(webhook, &body).await,
            (Channel::SlackWorkflow { trigger }, Payload::SlackWorkflow(body)) => {
                self.slack.workflow(trigger, &body).await
            }
            (Channel::Sns { topic }, Payload::Sns(message)) => {
                self.sns.publish(topic, message).await.map(|()| Taken::default())
            }
            _ => Err(Failure::never("the payload is not of the channel's kind")),
        }
    }
}
