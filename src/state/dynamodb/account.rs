//! Names of accounts as items.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;

use super::item::{Item, expires, is_over, millis, time};
use super::{DynamoDb, Update};
use crate::state::{AccountName, Fault, Key};

impl DynamoDb {
    pub(super) async fn keep_name(
        &self,
        account: &Key,
        name: &AccountName,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let mut values = vec![(":asked", millis(name.asked)), (":expires", expires(now))];
        let set = match &name.name {
            Some(name) => {
                values.push((":name", AttributeValue::S(name.clone())));
                "SET #name = :name, #asked = :asked, #expires = :expires"
            }
            None => "SET #asked = :asked, #expires = :expires REMOVE #name",
        };
        let update = Update { key: account, set, condition: "", values: &values, give: ReturnValue::None };
        self.update(update).await.map(drop)
    }
}

/// What the item says; none when it has expired or cannot be read: then it is written anew.
pub(super) fn name(item: &Item, now: Timestamp) -> Option<AccountName> {
    if is_over(item, now) {
        return None;
    }
    let name = match item.get("name") {
        Some(name) => Some(name.as_s().ok()?.clone()),
        None => None,
    };
    Some(AccountName { name, asked: time(item, "asked")? })
}
