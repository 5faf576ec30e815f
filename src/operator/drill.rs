//! A drill: an event that did not happen goes the whole way of a watcher, and its alert says that it is a drill. What became of it
//! is the answer: nothing is claimed, grouped, queued or counted.

use futures_util::future::join_all;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::time::Instant;
use watcher::{Delivery, Event};

use crate::channels::Channels;
use crate::function::Function;
use crate::invocation::Invocation;
use crate::own::is_own;
use crate::queue::Queue;
use crate::send::{Asks, Delivered, Undelivered, Unsent};
use crate::state::State;

/// What is sent, and where to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drill<'a> {
    /// The watcher that is to alert; others that want the event send nothing.
    watcher: String,
    /// The channel that gets it, instead of those that a real alert goes to.
    channel: Option<String>,
    /// The event.
    #[serde(borrow)]
    event: &'a RawValue,
}

/// What became of it.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    watcher: &'a str,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The other watchers that would alert.
    others: Vec<&'a str>,
    deliveries: Vec<Sent>,
}

/// What became of one delivery.
#[derive(Debug, Serialize)]
struct Sent {
    channel: String,
    outcome: &'static str,
    tries: u32,
    milliseconds: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl<C: Channels, Q: Queue, S: State> Function<C, Q, S> {
    /// Sends the alert that the watcher makes of the event, as a drill, and says what became of it. What cannot be done is an
    /// answer too: an invocation that fails would ring the stack's alarm.
    pub(crate) async fn drill(&self, invocation: Invocation<'_>, drill: &Drill<'_>) -> Value {
        let answer = self.drilled(invocation, drill).await.unwrap_or_else(|reason| {
            let (others, deliveries) = (Vec::new(), Vec::new());
            Answer { watcher: &drill.watcher, result: "refused", reason: Some(reason), others, deliveries }
        });
        let line = invocation.line("drilled").of_event(&Event::id_in(drill.event.get().as_bytes()));
        let unsent = answer.deliveries.iter().find(|sent| sent.outcome != "sent");
        invocation.write(&match (answer.result, unsent) {
            ("matched", None) => line.with(vec![answer.watcher], Vec::new(), Vec::new()),
            // The name is the caller's, and may be anything.
            ("matched", Some(Sent { channel, reason, .. })) => {
                line.with_warning(format!("channel {channel}: {}", reason.as_deref().unwrap_or_default()))
            }
            (result, _) => line.with_reason(result.to_owned()),
        });
        json!(answer)
    }

    /// # Errors
    /// Why there can be no such drill.
    async fn drilled<'a>(
        &'a self,
        invocation: Invocation<'_>,
        drill: &'a Drill<'_>,
    ) -> Result<Answer<'a>, String> {
        let watcher = drill.watcher.as_str();
        if !self.watchers.iter().any(|known| known.name == watcher) {
            return Err("the deployed function has no such watcher".to_owned());
        }
        if let Some(channel) = &drill.channel
            && self.watchers.channel(channel).is_none()
        {
            let names: Vec<&str> = self.watchers.channels().collect();
            return Err(format!("the deployed function has no such channel; it has {}", names.join(", ")));
        }
        let text = drill.event.get().as_bytes();
        let matching = self.watchers.matching(text).map_err(|e| format!("the event cannot be read: {e}"))?;
        let mut answer =
            Answer { watcher, result: "unmatched", reason: None, others: Vec::new(), deliveries: Vec::new() };
        if matching.caller().is_some_and(|caller| is_own(&caller, &self.settings)) {
            answer.result = "self";
            return Ok(answer);
        }
        let account = self.account_name(invocation, &matching).await;
        let today = Offset::UTC.to_datetime(invocation.now()).date();
        for found in matching.matches(today, account.as_deref()) {
            if found.watcher.name != watcher {
                answer.others.extend(found.ignored.is_none().then_some(found.watcher.name.as_str()));
            } else if let Some(reason) = found.ignored {
                (answer.result, answer.reason) = ("ignored", Some(reason.to_owned()));
            } else {
                let deliveries = drills(found.deliveries, drill.channel.as_deref());
                let sent = deliveries.iter().map(|delivery| self.send_drill(invocation, delivery));
                (answer.result, answer.deliveries) = ("matched", join_all(sent).await);
            }
        }
        Ok(answer)
    }

    /// A drill is not queued: whoever makes it is waiting.
    async fn send_drill(&self, invocation: Invocation<'_>, delivery: &Delivery) -> Sent {
        let began = Instant::now();
        let asks = Asks { severity: delivery.severity, ticket: None, short: true };
        let (outcome, tries, reason) = match self.sender(invocation).deliver(delivery, asks).await {
            Ok(Delivered { tries, strange }) => ("sent", tries, strange),
            Err(Undelivered { tries, why: Unsent::Failed(failure) }) => {
                ("failed", tries, Some(failure.reason().to_owned()))
            }
            // Whoever drills can ask again.
            Err(Undelivered { tries, why: Unsent::NotItsTurn(_) | Unsent::Crowded(_) | Unsent::Flood }) => {
                ("busy", tries, Some("other messages wait for this channel".to_owned()))
            }
        };
        let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Sent { channel: delivery.channel.clone(), outcome, tries, milliseconds, reason }
    }
}

/// What the watcher's channels get, or this one instead of them.
fn drills(deliveries: Vec<Delivery>, channel: Option<&str>) -> Vec<Delivery> {
    let drills = deliveries.into_iter().map(Delivery::as_drill);
    match channel {
        Some(channel) => {
            drills.take(1).map(|drill| Delivery { channel: channel.to_owned(), ..drill }).collect()
        }
        None => drills.collect(),
    }
}
