//! Channels: one try to hand a delivery to its service.

mod post;
mod slack;
mod sns;
mod webhook;

use std::future::Future;

use watcher::{Channel, Delivery};

pub use post::{Answer, Message, Post, Refusal, Service};
pub use slack::Slack;
pub use sns::Sns;
pub use webhook::Webhook;

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
    /// All that is sent to by a POST.
    pub post: Post<P>,
    /// Topics.
    pub sns: Sns,
}

impl<P: Parameters> Channels for Services<P> {
    async fn send(&self, channel: &Channel, delivery: &Delivery) -> Result<Taken, Failure> {
        match channel {
            Channel::Slack(slack) => {
                self.post.send(&Slack::webhook(&slack.webhook, slack.body(delivery))).await
            }
            Channel::SlackWorkflow(workflow) => {
                self.post.send(&Slack::workflow(&workflow.trigger, workflow.body(delivery))).await
            }
            Channel::Webhook(webhook) => self.post.send(&Webhook::new(webhook, delivery)).await,
            Channel::Sns(sns) => {
                self.sns.publish(&sns.topic, sns.message(delivery)).await.map(|()| Taken::default())
            }
        }
    }
}
