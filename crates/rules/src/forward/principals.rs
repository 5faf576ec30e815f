//! Which accounts may forward: the part of the home bus's policy that the settings decide, the file
//! `generated/forwarders.json` that the template includes.

use serde_json::{Value, json};

use crate::fragment::text;

/// Characters of a bus's policy.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
pub const LONGEST_POLICY: usize = 10_240;

/// The principals: the stack's own account, for its other regions, and these.
pub fn forwarders<'a>(accounts: impl IntoIterator<Item = &'a str>) -> String {
    let own = json!({"Ref": "AWS::AccountId"});
    let principals: Vec<Value> = std::iter::once(own).chain(accounts.into_iter().map(Value::from)).collect();
    text(&json!({ "AWS": principals }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_account_always_may() {
        let own: Value = serde_json::from_str(&forwarders([])).unwrap();
        assert_eq!(own, json!({"AWS": [{"Ref": "AWS::AccountId"}]}));
        let both: Value = serde_json::from_str(&forwarders(["210987654321"])).unwrap();
        assert_eq!(both, json!({"AWS": [{"Ref": "AWS::AccountId"}, "210987654321"]}));
    }
}
