//! The state in DynamoDB: one table, partition key `pk`, TTL attribute `expires` in seconds. All other times are in
//! milliseconds.
//!
//! | item | attributes |
//! |---|---|
//! | `delivery#…` | `lease` (until when), `owner`, `done`, `slot` |
//! | `pace#…` | `next` (the first turn that is free), `blocked` (until when the channel wants nothing) |
//! | `event#…` | `role` (of an event in its window) |
//! | `group#…` | `window` (the last one), `ends` |
//! | `window#…` | `count`, `first`, `last`, `closed`, and `value:NAME`, a set of texts, for each field |

mod group;
mod item;

use std::sync::LazyLock;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;
use watcher::Tally;

use self::item::{Item, expires, fault, millis, names, seconds, text, time};
use super::{Claim, Counted, Fault, Group, Joined, Key, Lease, Occurrence, Opening, Pace, State};
use crate::aws::{self, LazyClient};
use crate::settings::Env;

/// The table.
pub struct DynamoDb {
    client: LazyClient<Client>,
    table: String,
}

/// How often a change is tried again whose condition another invocation has changed meanwhile.
const ROUNDS: usize = 8;

impl DynamoDb {
    /// The state in this table.
    pub fn new(config: SdkConfig, env: Env, table: String) -> DynamoDb {
        DynamoDb { client: LazyLock::new(Box::new(move || aws::dynamodb(&config, &env))), table }
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
    async fn claim(&self, key: &Key, lease: &Lease, now: Timestamp) -> Result<Claim, Fault> {
        let update = Update {
            key,
            set: "SET #lease = :lease, #owner = :owner, #expires = :expires REMOVE #done",
            condition: "attribute_not_exists(#pk) OR #expires <= :seconds \
                        OR (attribute_not_exists(#done) AND (#lease <= :now OR #owner = :owner))",
            values: &[
                (":lease", millis(lease.until)),
                (":owner", AttributeValue::S(lease.owner.clone())),
                (":expires", expires(now)),
                (":seconds", seconds(now)),
                (":now", millis(now)),
            ],
            give: ReturnValue::AllOld,
        };
        Ok(match self.update(update).await? {
            Updated::Done(old) => Claim::Granted { slot: time(&old, "slot") },
            Updated::Refused(item) if item.contains_key("done") => Claim::Done,
            Updated::Refused(item) => Claim::Leased { until: time(&item, "lease").unwrap_or(now) },
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

    async fn release(&self, key: &Key, lease: &Lease, slot: Option<Timestamp>) -> Result<(), Fault> {
        let mut values = vec![
            (":zero", AttributeValue::N("0".to_owned())),
            (":owner", AttributeValue::S(lease.owner.clone())),
        ];
        let set = match slot {
            Some(slot) => {
                values.push((":slot", millis(slot)));
                "SET #lease = :zero, #slot = :slot"
            }
            None => "SET #lease = :zero REMOVE #slot",
        };
        let condition = "#owner = :owner AND attribute_not_exists(#done)";
        self.update(Update { key, set, condition, values: &values, give: ReturnValue::None }).await.map(drop)
    }

    async fn slot(&self, pace: &Pace, by: Timestamp, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let interval = AttributeValue::N(pace.interval.as_millis().to_string());
        for _ in 0..ROUNDS {
            let free = Update {
                key: &pace.key,
                set: "SET #next = :next, #expires = :expires",
                condition: "attribute_not_exists(#next) OR #next <= :now",
                values: &[
                    (":next", millis(now + pace.interval)),
                    (":now", millis(now)),
                    (":expires", expires(now)),
                ],
                give: ReturnValue::None,
            };
            match self.update(free).await? {
                Updated::Done(_) => return Ok(Some(now)),
                Updated::Refused(item) if time(&item, "next").is_some_and(|next| next > by) => {
                    return Ok(None);
                }
                Updated::Refused(_) => {}
            }
            let queue = Update {
                key: &pace.key,
                set: "SET #next = #next + :interval, #expires = :expires",
                condition: "#next > :now AND #next <= :by",
                values: &[
                    (":interval", interval.clone()),
                    (":now", millis(now)),
                    (":by", millis(by)),
                    (":expires", expires(now)),
                ],
                give: ReturnValue::UpdatedOld,
            };
            if let Updated::Done(old) = self.update(queue).await? {
                return Ok(Some(time(&old, "next").unwrap_or(now)));
            }
        }
        Err(Fault::Busy("the channel's turns change too fast".to_owned()))
    }

    async fn blocked(&self, pace: &Pace, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let item = self.get(&pace.key).await?.unwrap_or_default();
        Ok(time(&item, "blocked").filter(|until| *until > now))
    }

    async fn block(&self, pace: &Pace, until: Timestamp) -> Result<(), Fault> {
        let values = [(":until", millis(until)), (":expires", expires(until))];
        // Two writes, for what is reserved may go further than the block, or the block further than what is reserved.
        for attribute in ["blocked", "next"] {
            let set = format!("SET #{attribute} = :until, #expires = :expires");
            let condition = format!("attribute_not_exists(#{attribute}) OR #{attribute} < :until");
            let (set, condition) = (set.as_str(), condition.as_str());
            self.update(Update { key: &pace.key, set, condition, values: &values, give: ReturnValue::None })
                .await?;
        }
        Ok(())
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

    async fn close(&self, window: &Key, _: Timestamp) -> Result<Option<Tally>, Fault> {
        let update = Update {
            key: window,
            set: "SET #closed = :true",
            condition: "attribute_exists(#pk) AND attribute_not_exists(#closed)",
            values: &[(":true", AttributeValue::Bool(true))],
            give: ReturnValue::AllNew,
        };
        let (Updated::Done(item) | Updated::Refused(item)) = self.update(update).await?;
        Ok(group::tally(&item))
    }
}
