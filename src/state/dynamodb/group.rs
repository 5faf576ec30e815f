//! Groups in DynamoDB. An event and its count are one transaction: no repeat is lost, none is counted twice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use jiff::Timestamp;
use watcher::Tally;

use super::item::{Item, expires, fault, is_over, millis, number, seconds, text, time};
use super::{DynamoDb, ROUNDS};
use crate::state::{Counted, Fault, Group, Joined, KEPT_VALUES, Key, Occurrence, Opening, Role};

/// Before the name of a field.
const VALUE: &str = "value:";
/// What the key of a window begins with.
const WINDOW: &str = "window#";

impl DynamoDb {
    pub(super) async fn join_window(
        &self,
        event: &Key,
        group: &Group,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> Result<Joined, Fault> {
        let pointer = self.get(&group.key).await?.unwrap_or_default();
        let last = pointer.get("window").and_then(|value| value.as_s().ok());
        let last = last.filter(|key| key.starts_with(WINDOW)).map(|key| Key::read(key));
        let ends = time(&pointer, "ends");
        if !pointer.is_empty() {
            self.note(&group.key, &[("window", last.is_some()), ("ends", ends.is_some())]);
        }
        let open = last.as_ref().filter(|_| ends.is_some_and(|ends| ends > now));
        if let Some(window) = open {
            let mut item = self.get(window).await?;
            for _ in 0..ROUNDS {
                let Some(found) = item.filter(|item| !item.is_empty() && !item.contains_key("closed")) else {
                    break;
                };
                let Some(before) = count(&found) else {
                    self.note(window, &[("count", false)]);
                    break;
                };
                let role = group.role(before);
                let count = self.counting(window, &found, group, role, occurrence)?;
                match self.transact(vec![self.put_event(event, role, now)?, count]).await? {
                    Ok(()) => return Ok(Joined::Counted(Counted { role, again: false })),
                    Err(reasons) => match reasons.as_slice() {
                        [Some(item), ..] => return Ok(Joined::Counted(self.counted(event, item))),
                        [None, Some(window)] => item = Some(window.clone()),
                        _ => {
                            return Err(Fault::Down(
                                "dynamodb: a transaction failed for no reason".to_owned(),
                            ));
                        }
                    },
                }
            }
        }
        match self.get(event).await?.filter(|item| !is_over(item, now)) {
            Some(item) => Ok(Joined::Counted(self.counted(event, &item))),
            None => Ok(Joined::NoWindow { last }),
        }
    }

    pub(super) async fn open_window(
        &self,
        event: &Key,
        group: &Group,
        opening: &Opening<'_>,
        occurrence: &Occurrence<'_>,
        now: Timestamp,
    ) -> Result<Option<Counted>, Fault> {
        let role = group.role(0);
        let mut window = Item::from([
            ("pk".to_owned(), text(opening.window)),
            ("count".to_owned(), AttributeValue::N("1".to_owned())),
            ("first".to_owned(), millis(occurrence.at)),
            ("last".to_owned(), millis(occurrence.at)),
            ("expires".to_owned(), expires(opening.ends)),
        ]);
        for (name, value) in occurrence.values {
            window.insert(format!("{VALUE}{name}"), AttributeValue::Ss(vec![value.clone()]));
        }
        let window = Put::builder()
            .table_name(&self.table)
            .set_item(Some(window))
            .condition_expression("attribute_not_exists(pk)");
        let window = window.build().map_err(incomplete)?;
        let pointer = Put::builder()
            .table_name(&self.table)
            .item("pk", text(&group.key))
            .item("window", text(opening.window))
            .item("ends", millis(opening.ends))
            .item("expires", expires(opening.ends));
        let pointer = match opening.last {
            // None, or one that cannot be read.
            None => pointer
                .condition_expression("attribute_not_exists(pk) OR NOT begins_with(#window, :prefix)")
                .expression_attribute_names("#window", "window")
                .expression_attribute_values(":prefix", AttributeValue::S(WINDOW.to_owned())),
            Some(last) => pointer
                .condition_expression("#window = :last")
                .expression_attribute_names("#window", "window")
                .expression_attribute_values(":last", text(last)),
        };
        let pointer = pointer.build().map_err(incomplete)?;
        let put = |put| TransactWriteItem::builder().put(put).build();
        match self.transact(vec![self.put_event(event, role, now)?, put(pointer), put(window)]).await? {
            Ok(()) => Ok(Some(Counted { role, again: false })),
            Err(reasons) => {
                Ok(reasons.first().and_then(Option::as_ref).map(|item| self.counted(event, item)))
            }
        }
    }

    fn put_event(&self, event: &Key, role: Role, now: Timestamp) -> Result<TransactWriteItem, Fault> {
        let put = Put::builder()
            .table_name(&self.table)
            .item("pk", text(event))
            .item("role", AttributeValue::S(word(role).to_owned()))
            .item("expires", expires(now))
            .condition_expression("attribute_not_exists(pk) OR #expires <= :seconds")
            .expression_attribute_names("#expires", "expires")
            .expression_attribute_values(":seconds", seconds(now))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(TransactWriteItem::builder().put(put.build().map_err(incomplete)?).build())
    }

    /// Adds one to the window, if that gives the event this role. Conditions on the exact count would let only one of a
    /// thousand invocations at once succeed; so only the alert asks for its count, and all others for any but that.
    fn counting(
        &self,
        window: &Key,
        found: &Item,
        group: &Group,
        role: Role,
        occurrence: &Occurrence<'_>,
    ) -> Result<TransactWriteItem, Fault> {
        let mut set = Vec::new();
        let mut add = vec!["#count :one".to_owned()];
        let is = if role == Role::Alert { "=" } else { "<>" };
        let mut condition =
            format!("attribute_exists(#count) AND attribute_not_exists(#closed) AND #count {is} :before");
        let mut update = Update::builder()
            .table_name(&self.table)
            .key("pk", text(window))
            .expression_attribute_names("#count", "count")
            .expression_attribute_names("#closed", "closed")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(
                ":before",
                AttributeValue::N(group.at_least.max(1).saturating_sub(1).to_string()),
            );
        // Events come a little out of order. What is written here is seldom a second off, and no count depends on it.
        for (name, earlier) in [("first", true), ("last", false)] {
            let known = time(found, name).unwrap_or(occurrence.at);
            if if earlier { occurrence.at < known } else { occurrence.at > known } {
                set.push(format!("#{name} = :at"));
                update = update
                    .expression_attribute_names(format!("#{name}"), name)
                    .expression_attribute_values(":at", millis(occurrence.at));
            }
        }
        for (at, (name, value)) in occurrence.values.iter().enumerate() {
            let attribute = format!("{VALUE}{name}");
            let known = match found.get(&attribute).map(AttributeValue::as_ss) {
                None => &[][..],
                Some(Ok(known)) => known.as_slice(),
                Some(Err(_)) => continue, // nothing can be added to what is not a set
            };
            if known.contains(value) || known.len() >= KEPT_VALUES {
                continue;
            }
            add.push(format!("#v{at} :v{at}"));
            let _ = write!(condition, " AND (attribute_not_exists(#v{at}) OR size(#v{at}) < :kept)");
            update = update
                .expression_attribute_names(format!("#v{at}"), attribute)
                .expression_attribute_values(format!(":v{at}"), AttributeValue::Ss(vec![value.clone()]))
                .expression_attribute_values(":kept", AttributeValue::N(KEPT_VALUES.to_string()));
        }
        let mut expression = format!("ADD {}", add.join(", "));
        if !set.is_empty() {
            expression = format!("SET {} {expression}", set.join(", "));
        }
        let update = update
            .update_expression(expression)
            .condition_expression(condition)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(TransactWriteItem::builder().update(update.build().map_err(incomplete)?).build())
    }

    /// An event that is in the table already. One of which it cannot be read what it was, is sent.
    fn counted(&self, event: &Key, item: &Item) -> Counted {
        let role = item.get("role").and_then(|role| role.as_s().ok());
        let role = [Role::Alert, Role::Repeat]
            .into_iter()
            .find(|known| role.is_some_and(|role| role == word(*known)));
        self.note(event, &[("role", role.is_some())]);
        Counted { role: role.unwrap_or(Role::Alert), again: true }
    }

    /// What a window's item says. What cannot be read of it is reported as little as it can have been.
    pub(super) fn tally(&self, window: &Key, item: &Item, now: Timestamp) -> Tally {
        let values = item.iter().filter_map(|(name, value)| {
            Some((name.strip_prefix(VALUE)?.to_owned(), value.as_ss().ok()?.iter().cloned().collect()))
        });
        let values: BTreeMap<String, BTreeSet<String>> = values.collect();
        let (count, first, last) = (count(item), time(item, "first"), time(item, "last"));
        let read = [("count", count.is_some()), ("first", first.is_some()), ("last", last.is_some())];
        self.note(window, &read);
        let different = values.values().map(BTreeSet::len).max().unwrap_or_default();
        Tally {
            count: count.unwrap_or_else(|| different.try_into().unwrap_or(u64::MAX)),
            first: first.or(last).unwrap_or(now),
            last: last.or(first).unwrap_or(now),
            values,
        }
    }

    /// Does all of it or nothing; then gives for each item what was there, if its condition did not hold.
    async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<Result<(), Vec<Option<Item>>>, Fault> {
        let Err(error) = self.client.transact_write_items().set_transact_items(Some(items)).send().await
        else {
            return Ok(Ok(()));
        };
        let Some(TransactWriteItemsError::TransactionCanceledException(canceled)) = error.as_service_error()
        else {
            return Err(fault(&error));
        };
        let reasons = canceled.cancellation_reasons();
        let code = |reason: &CancellationReason| reason.code.clone().unwrap_or_default();
        let failed = |reason: &CancellationReason| code(reason) == "ConditionalCheckFailed";
        if reasons.iter().any(failed) {
            let item =
                |reason: &CancellationReason| failed(reason).then(|| reason.item.clone().unwrap_or_default());
            return Ok(Err(reasons.iter().map(item).collect()));
        }
        let codes = reasons.iter().map(code).find(|code| code != "None").unwrap_or_default();
        let reason = format!("dynamodb: {codes}");
        match codes.as_str() {
            "TransactionConflict" | "ProvisionedThroughputExceeded" | "ThrottlingError" => {
                Err(Fault::Busy(reason))
            }
            _ => Err(Fault::Down(reason)),
        }
    }
}

fn count(item: &Item) -> Option<u64> {
    number(item, "count").and_then(|count| u64::try_from(count).ok())
}

fn word(role: Role) -> &'static str {
    match role {
        Role::Alert => "alert",
        Role::Repeat => "repeat",
    }
}

fn incomplete(error: impl std::fmt::Display) -> Fault {
    Fault::Down(format!("dynamodb: {error}"))
}
