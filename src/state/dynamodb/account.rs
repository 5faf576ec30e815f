//! Names of accounts as items.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;

use super::item::{Item, expires, is_over, millis, time};
use super::{DynamoDb, Update};
use crate::state::{AccountName, Fault, KEEP, Key};

impl DynamoDb {
    pub(super) async fn name(&self, account: &Key, now: Timestamp) -> Result<Option<AccountName>, Fault> {
        let item = self.get(account).await?.filter(|item| !is_over(item, now));
        Ok(item.and_then(|item| self.read_name(account, &item, now)))
    }

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
    /// What the item says; none when it cannot be read or believed: then it is written anew.
    fn read_name(&self, account: &Key, item: &Item, now: Timestamp) -> Option<AccountName> {
        let asked = time(item, "asked").filter(|asked| *asked <= now + KEEP);
        let name = match item.get("name") {
            Some(name) => name.as_s().ok().filter(|name| !name.is_empty()).cloned().map(Some),
            None => Some(None),
        };
        self.note(account, &[("name", name.is_some()), ("asked", asked.is_some())]);
        Some(AccountName { name: name?, asked: asked? })
    }
}
