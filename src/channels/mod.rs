//! Channels: one try to hand a delivery to its service.

mod post;
mod slack;
mod sns;
mod webhook;

use std::cell::Cell;
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
    /// One try to send the delivery over the channel. It says when it begins to hand the message over.
    fn send(
        &self,
        channel: &Channel,
        delivery: &Delivery,
        handing: &Handing,
    ) -> impl Future<Output = Result<Taken, Failure>>;
}

/// Whether a message is on its way: whoever ends the try then cannot know what became of it. Before, while a secret is read,
/// nothing was sent.
#[derive(Debug, Default)]
pub struct Handing(Cell<bool>);

impl Handing {
    /// From here on the service may have it.
    pub fn begin(&self) {
        self.0.set(true);
    }

    /// The service has answered.
    pub fn end(&self) {
        self.0.set(false);
    }

    /// Whether it is on its way.
    pub fn begun(&self) -> bool {
        self.0.get()
    }
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
    async fn send(
        &self,
        channel: &Channel,
        delivery: &Delivery,
        handing: &Handing,
    ) -> Result<Taken, Failure> {
        match channel {
            Channel::Slack(slack) => {
                let message = Slack::webhook(&slack.webhook, slack.body(delivery));
                self.post.send(&message.of_host(slack.host.as_deref()), handing).await
            }
            Channel::SlackWorkflow(workflow) => {
                let message = Slack::workflow(&workflow.trigger, workflow.body(delivery));
                self.post.send(&message.of_host(workflow.host.as_deref()), handing).await
            }
            Channel::Webhook(webhook) => self.post.send(&Webhook::new(webhook, delivery), handing).await,
            Channel::Sns(sns) => {
                handing.begin();
                self.sns.publish(&sns.topic, sns.message(delivery)).await.map(|()| Taken::default())
            }
        }
    }
}
