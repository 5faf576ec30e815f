//! Channels and the queues as the world has them.

use std::rc::Rc;
use std::time::Duration;

use account_watcher::channels::{Channels, Handing, Taken};
use account_watcher::failure::Failure;
use account_watcher::queue::Queue;
use account_watcher::state::Key;
use tokio::time::sleep;
use watcher::{Channel, Delivery};

use super::world::{Reply, World};

pub(crate) struct SimChannels(pub(super) Rc<World>);

impl Channels for SimChannels {
    async fn send(&self, _: &Channel, delivery: &Delivery, handing: &Handing) -> Result<Taken, Failure> {
        let world = &self.0;
        world.step().await;
        handing.begin();
        world.asked.borrow_mut().push((world.elapsed(), delivery.channel.clone()));
        match world.answer(&delivery.channel) {
            Reply::Lost => {
                world.post(delivery, true);
                sleep(Duration::from_secs(10)).await;
                Err(Failure::unanswered("no answer in time"))
            }
            Reply::Ok => {
                world.post(delivery, false);
                if let Some(key) = Key::delivery(delivery)
                    && !world.unmarked.borrow_mut().insert(key.clone())
                    && world.table_was_down.get()
                {
                    world.excused.borrow_mut().insert(key);
                }
                world.step().await;
                Ok(Taken::default())
            }
            Reply::Retry(after) => Err(Failure::Retry {
                after: after.map(Duration::from_secs),
                unanswered: false,
                reason: "it may pass".to_owned(),
            }),
            Reply::Never => Err(Failure::never("it cannot work")),
            Reply::Hang => std::future::pending().await,
            Reply::Kill => {
                world.dies.set(true);
                std::future::pending().await
            }
        }
    }
}

pub(crate) struct SimQueue(pub(super) Rc<World>);

impl SimQueue {
    async fn call(&self) -> Result<(), String> {
        self.0.step().await;
        if !(self.0.queue_down.borrow())(self.0.elapsed()) {
            return Ok(());
        }
        self.0.queue_was_down.set(true);
        Err("the queue is down".to_owned())
    }
}

impl Queue for SimQueue {
    async fn retry(&self, body: String, delay: Duration) -> Result<(), String> {
        self.call().await?;
        if (self.0.retry_full.borrow())(self.0.elapsed()) {
            self.0.queue_was_down.set(true);
            return Err("the retry queue takes nothing".to_owned());
        }
        assert!(body.len() <= 1024 * 1024, "SQS takes no more");
        // Whole seconds, a quarter of an hour at most.
        let seconds = delay.as_millis().div_ceil(1_000).min(900);
        self.0.put(body, Duration::from_secs(seconds.try_into().unwrap()));
        self.0.step().await;
        Ok(())
    }

    async fn bury(&self, body: String, reason: &str) -> Result<(), String> {
        self.call().await?;
        self.0.reasons.borrow_mut().push(reason.to_owned());
        self.0.dead.borrow_mut().push(body);
        self.0.step().await;
        Ok(())
    }

    async fn postpone(&self, receipt: &str, delay: Duration) -> Result<(), String> {
        self.call().await?;
        let seconds = delay.as_millis().div_ceil(1_000).min(11 * 3_600);
        let delay = Duration::from_secs(seconds.try_into().unwrap());
        self.0.queue.borrow_mut().hide(receipt.parse().unwrap(), delay);
        Ok(())
    }
}
