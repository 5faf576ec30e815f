//! The state in DynamoDB: one table, partition key `pk`, TTL attribute `expires` in seconds. All other times are in
//! milliseconds.
//!
//! | item | attributes |
//! |---|---|
//! | `delivery#…` | `lease` (until when), `owner`, `done`, `slot` and `delay` (its place in the channel's line) |
//! | `pace#…` | `next` (the first turn that is free), `blocked` (until when the channel wants nothing), for each severity with a line `lineHigh` (its end) and `delayHigh` (by how much it was pushed back) |
//! | `event#…` | `role` (of an event in its window) |
//! | `group#…` | `window` (the last one), `ends` |
//! | `account#…` | `name` (without it, the organization has no such account), `asked` |
//! | `window#…` | `count`, `first`, `last`, `closed`, and `value:NAME`, a set of texts, for each field |

mod account;
mod group;
mod item;
mod pace;

use std::mem;
use std::sync::{LazyLock, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;
use watcher::Tally;

use self::item::{Item, expires, fault, is_over, millis, names, number, seconds, text, time};
use super::{
    AccountName, Claim, Counted, Fault, Given, Group, Joined, Key, LONGEST_LEASE, Lease, Occurrence, Odd,
    Opening, Pace, State, Ticket, Wish, lanes,
};
use crate::aws::{self, LazyClient};
use crate::settings::Env;

/// The table.
pub struct DynamoDb {
    client: LazyClient<Client>,
    table: String,
    odd: Mutex<Vec<Odd>>,
}

/// How often a change is tried again whose condition another invocation has changed meanwhile.
const ROUNDS: usize = 8;

impl DynamoDb {
    /// The state in this table.
    pub fn new(config: SdkConfig, env: Env, table: String) -> DynamoDb {
        DynamoDb {
            client: LazyLock::new(Box::new(move || aws::dynamodb(&config, &env))),
            table,
            odd: Mutex::default(),
        }
    }

    /// Notes those attributes of an item that could not be read, or not be believed.
    fn note(&self, key: &Key, attributes: &[(&'static str, bool)]) {
        let wrong = attributes.iter().filter(|(_, is_read)| !is_read);
        let wrong = wrong.map(|(attribute, _)| Odd { key: key.clone(), attribute });
        self.odd.lock().unwrap_or_else(PoisonError::into_inner).extend(wrong);
    }

    async fn get(&self, key: &Key) -> Result<Option<Item>, Fault> {
        let request = self.client.get_item().table_name(&self.table).key("pk", text(key));
        let answer = request.consistent_read(true).send().await.map_err(|error| fault(&error))?;
        Ok(answer.item)
    }

    /// Changes an item if the condition holds; gives the attributes that were asked for. The names of attributes stand
    /// in the expressions as `#name`, since half of them are reserved words.
    async fn update(&self, update: Update<'_>) -> Result<Updated, Fault> {
        let mut request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(update.key))
            .update_expression(update.set)
            .set_expression_attribute_names(Some(names(&[update.set, update.condition])))
            .return_values(update.give)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        if !update.condition.is_empty() {
            request = request.condition_expression(update.condition);
        }
        for (name, value) in update.values {
            request = request.expression_attribute_values(*name, value.clone());
        }
        match request.send().await {
            Ok(answer) => Ok(Updated::Done(answer.attributes.unwrap_or_default())),
            Err(error) => match error.as_service_error() {
                Some(
                    aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException(
                        failed,
                    ),
                ) => Ok(Updated::Refused(failed.item.clone().unwrap_or_default())),
                _ => Err(fault(&error)),
            },
        }
    }
}

struct Update<'a> {
    key: &'a Key,
    set: &'a str,
    condition: &'a str,
    values: &'a [(&'a str, AttributeValue)],
    give: ReturnValue,
}

enum Updated {
    Done(Item),
    /// The condition did not hold; the item as it is.
    Refused(Item),
}

impl State for DynamoDb {
    fn odd(&self) -> Vec<Odd> {
        mem::take(&mut self.odd.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn claim(&self, key: &Key, lease: &Lease, now: Timestamp) -> Result<Claim, Fault> {
        let update = Update {
            key,
            set: "SET #lease = :lease, #owner = :owner, #expires = :expires REMOVE #done",
            // What is not true is not done, and what is not a time within reach is not a lease: an item that somebody else
            // wrote holds no alert back.
            condition: "attribute_not_exists(#pk) OR #expires <= :seconds \
                        OR (NOT (#done = :true) AND (#owner = :owner OR NOT attribute_type(#lease, :number) \
                        OR #lease <= :now OR #lease > :longest))",
            values: &[
                (":lease", millis(lease.until)),
                (":owner", AttributeValue::S(lease.owner.clone())),
                (":expires", expires(now)),
                (":seconds", seconds(now)),
                (":now", millis(now)),
                (":longest", millis(now + LONGEST_LEASE)),
                (":number", AttributeValue::S("N".to_owned())),
                (":true", AttributeValue::Bool(true)),
            ],
            give: ReturnValue::AllOld,
        };
        Ok(match self.update(update).await? {
            Updated::Done(old) => {
                let ticket = ticket(&old, now);
                if !old.is_empty() && !is_over(&old, now) {
                    let lease = time(&old, "lease").filter(|until| *until <= now + LONGEST_LEASE);
                    let delay = ticket.and_then(|ticket| ticket.delay);
                    self.note(
                        key,
                        &[
                            ("lease", lease.is_some()),
                            ("done", !old.contains_key("done")),
                            ("slot", ticket.is_some() || !old.contains_key("slot")),
                            ("delay", delay.is_some() || !old.contains_key("delay")),
                        ],
                    );
                }
                Claim::Granted { ticket }
            }
            Updated::Refused(item) if item.get("done") == Some(&AttributeValue::Bool(true)) => Claim::Done,
            Updated::Refused(item) => {
                Claim::Leased { until: time(&item, "lease").unwrap_or(now + LONGEST_LEASE) }
            }
        })
    }

    async fn done(&self, key: &Key, now: Timestamp) -> Result<(), Fault> {
        let update = Update {
            key,
            set: "SET #done = :true, #expires = :expires",
            condition: "",
            values: &[(":true", AttributeValue::Bool(true)), (":expires", expires(now))],
            give: ReturnValue::None,
        };
        self.update(update).await.map(drop)
    }

    async fn release(&self, key: &Key, lease: &Lease, ticket: Option<Ticket>) -> Result<(), Fault> {
        let mut values = vec![
            (":zero", AttributeValue::N("0".to_owned())),
            (":owner", AttributeValue::S(lease.owner.clone())),
        ];
        let set = match ticket {
            Some(Ticket { at, delay }) => {
                values.push((":slot", millis(at)));
                match delay {
                    Some(delay) => {
                        values.push((":delay", AttributeValue::N(delay.to_string())));
                        "SET #lease = :zero, #slot = :slot, #delay = :delay"
                    }
                    None => "SET #lease = :zero, #slot = :slot REMOVE #delay",
                }
            }
            None => "SET #lease = :zero REMOVE #slot, #delay",
        };
        let condition = "#owner = :owner AND attribute_not_exists(#done)";
        self.update(Update { key, set, condition, values: &values, give: ReturnValue::None }).await.map(drop)
    }

    async fn turn(&self, pace: &Pace, wish: &Wish, now: Timestamp) -> Result<Given, Fault> {
        self.take_turn(pace, wish, now).await
    }

    async fn blocked(&self, pace: &Pace, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let item = self.get(&pace.key).await?.unwrap_or_default();
        Ok(pace::lanes(&item).believed(now).0.blocked.filter(|until| *until > now))
    }

    async fn block(&self, pace: &Pace, until: Timestamp, now: Timestamp) -> Result<(), Fault> {
        self.block_turns(pace, until, now).await
    }

    async fn join(
        &self,
        event: &Key,
        group: &Group,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> Result<Joined, Fault> {
        self.join_window(event, group, occurrence, now).await
    }

    async fn open(
        &self,
        event: &Key,
        group: &Group,
        opening: &Opening<'_>,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> Result<Option<Counted>, Fault> {
        self.open_window(event, group, opening, occurrence, now).await
    }

    async fn close(&self, window: &Key, now: Timestamp) -> Result<Option<Tally>, Fault> {
        let update = Update {
            key: window,
            set: "SET #closed = :true",
            condition: "attribute_exists(#pk) AND attribute_not_exists(#closed)",
            values: &[(":true", AttributeValue::Bool(true))],
            give: ReturnValue::AllNew,
        };
        let (Updated::Done(item) | Updated::Refused(item)) = self.update(update).await?;
        Ok((!item.is_empty()).then(|| self.tally(window, &item, now)))
    }

    async fn account_name(&self, account: &Key, now: Timestamp) -> Result<Option<AccountName>, Fault> {
        self.name(account, now).await
    }

    async fn keep_account_name(
        &self,
        account: &Key,
        name: &AccountName,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.keep_name(account, name, now).await
    }
}

/// The place in the line that a claim keeps. A former version kept the time alone. No line is longer than a day.
fn ticket(item: &Item, now: Timestamp) -> Option<Ticket> {
    let delay = number(item, "delay").and_then(|delay| u64::try_from(delay).ok());
    let at = time(item, "slot").filter(|at| at.duration_since(now) <= lanes::LINE_LIMIT)?;
    Some(Ticket { at, delay })
}
