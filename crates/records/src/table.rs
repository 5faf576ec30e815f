//! Rows of a table: what Athena, CloudTrail Lake and the console's event history export.
//!
//! A column with the whole event is taken as it is. Else the record is put together from its columns, whose names Athena
//! writes in lower case.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::item::Fault;

/// Columns that hold a whole event as JSON; `body` of a queue's message, and `requestPayload` of a call that failed.
const WHOLE: [&str; 8] =
    ["eventjson", "cloudtrailevent", "event", "record", "message", "@message", "body", "requestpayload"];

/// The keys of a record. Columns are found without regard to case and to what is neither a letter nor a digit: the
/// console says `Event name`, Athena `eventname`.
const KEYS: [&str; 30] = [
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "requestID",
    "eventID",
    "readOnly",
    "resources",
    "eventType",
    "apiVersion",
    "managementEvent",
    "recipientAccountId",
    "serviceEventDetails",
    "sharedEventID",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "eventCategory",
    "addendum",
    "sessionCredentialFromConsole",
    "edgeDeviceDetails",
    "tlsDetails",
];

/// Keys within those that are objects.
const INNER: [&str; 33] = [
    "type",
    "principalId",
    "arn",
    "accountId",
    "invokedBy",
    "accessKeyId",
    "userName",
    "sessionContext",
    "attributes",
    "mfaAuthenticated",
    "creationDate",
    "sessionIssuer",
    "webIdFederationData",
    "federatedProvider",
    "ec2RoleDelivery",
    "sourceIdentity",
    "onBehalfOf",
    "userId",
    "identityStoreArn",
    "inScopeOf",
    "sourceArn",
    "sourceAccount",
    "issuerType",
    "credentialsIssuedTo",
    "identityProvider",
    "credentialId",
    "tlsVersion",
    "cipherSuite",
    "clientProvidedHostHeader",
    "reason",
    "updatedFields",
    "originalRequestID",
    "originalEventID",
];

/// Objects and lists that Athena has as JSON text.
const JSON_TEXT: [&str; 4] =
    ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"];

/// Whether these are the columns of events.
pub(crate) fn is_table<'a>(columns: impl Iterator<Item = &'a str>) -> bool {
    let columns: Vec<String> = columns.map(folded).collect();
    let has = |name: &str| columns.iter().any(|column| column == name);
    has("eventname") && (has("eventsource") || has("eventtime"))
        || columns.iter().any(|c| WHOLE.contains(&c.as_str()))
}

/// The record of a row, as JSON, or what else its cell with the whole event holds.
///
/// # Errors
/// When it has nothing of an event.
pub(crate) fn row<'a>(cells: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Cow<'a, str>, Fault> {
    let mut record = Map::new();
    let (mut user, mut key_id) = (None, None);
    for (column, cell) in cells {
        let column = folded(column);
        if WHOLE.contains(&column.as_str()) && cell.trim_start().starts_with('{') {
            return Ok(Cow::Borrowed(cell.trim()));
        }
        if cell.is_empty() || cell == "null" {
            continue;
        }
        match column.as_str() {
            "username" => user = Some(cell),
            "awsaccesskey" => key_id = Some(cell),
            _ => {}
        }
        let named = match column.as_str() {
            "region" => Some("awsRegion"),
            "accountid" => Some("recipientAccountId"),
            _ => KEYS.into_iter().find(|key| key.eq_ignore_ascii_case(&column)),
        };
        match named {
            // A folder's region and account stand back behind the record's own.
            Some(key) if !key.eq_ignore_ascii_case(&column) && record.contains_key(key) => {}
            Some(key) => {
                record.insert(key.to_owned(), value(key, cell));
            }
            None => {}
        }
    }
    // AWS's table has no column of it, and the category says the same.
    // <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
    let management = match record.get("eventCategory").and_then(Value::as_str) {
        Some("Management") => Some(true),
        Some("Data" | "NetworkActivity") => Some(false),
        _ => None,
    };
    if let Some(management) = management {
        record.entry("managementEvent").or_insert(json!(management));
    }
    if let (Some(user), false) = (user, record.contains_key("userIdentity")) {
        let account = record.get("recipientAccountId").cloned();
        record.insert("userIdentity".to_owned(), identity(user, key_id, account));
    }
    if record.is_empty() {
        return Err("the row has no column of an event".into());
    }
    Ok(Cow::Owned(Value::Object(record).to_string()))
}

/// Who did it, as far as the event history's table says: it has a name and an access key. The name of the account's own
/// user is `root`.
fn identity(user: &str, key_id: Option<&str>, account: Option<Value>) -> Value {
    let mut identity = if user == "root" { json!({"type": "Root"}) } else { json!({"userName": user}) };
    if let Some(key_id) = key_id {
        identity["accessKeyId"] = json!(key_id);
    }
    if let Some(account) = account {
        identity["accountId"] = account;
    }
    identity
}

fn folded(column: &str) -> String {
    let kept = column.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '@');
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

fn value(key: &str, cell: &str) -> Value {
    let parsed = || serde_json::from_str::<Value>(cell).ok();
    match key {
        "readOnly" | "managementEvent" => match cell {
            "true" => json!(true),
            "false" => json!(false),
            _ => json!(cell),
        },
        // Athena has JSON, CloudTrail Lake a map: `{bucketName=demo}`.
        key if JSON_TEXT.contains(&key) => {
            parsed().or_else(|| structure(cell)).unwrap_or_else(|| json!(cell))
        }
        "userIdentity" | "resources" | "tlsDetails" | "addendum" | "edgeDeviceDetails" => {
            let value = parsed().or_else(|| structure(cell)).unwrap_or_else(|| json!(cell));
            spelled(value)
        }
        _ => json!(cell),
    }
}

/// The keys as CloudTrail spells them.
fn spelled(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let key = |key: String| {
                INNER
                    .iter()
                    .find(|name| name.eq_ignore_ascii_case(&key))
                    .map_or(key, |name| (*name).to_owned())
            };
            let kept = entries.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(name, value)| (key(name), spelled(value))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(spelled).collect()),
        other => other,
    }
}

/// A structure as Athena prints it: `{type=IAMUser, sessioncontext={attributes=null}, arn=…}`.
fn structure(cell: &str) -> Option<Value> {
    let mut rest = cell.trim();
    let value = part(&mut rest, 0)?;
    rest.is_empty().then_some(value)
}

fn part(rest: &mut &str, depth: u32) -> Option<Value> {
    const DEEPEST: u32 = 16;
    let (open, close) = match rest.as_bytes().first() {
        Some(b'{') => ('{', '}'),
        Some(b'[') => ('[', ']'),
        _ => {
            let end = rest.find([',', '}', ']']).unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            *rest = after;
            return Some(if text == "null" { Value::Null } else { json!(text) });
        }
    };
    if depth > DEEPEST {
        return None;
    }
    *rest = rest[1..].trim_start();
    let (mut entries, mut values) = (Map::new(), Vec::new());
    loop {
        if let Some(after) = rest.strip_prefix(close) {
            *rest = after;
            return Some(if open == '{' { Value::Object(entries) } else { Value::Array(values) });
        }
        if open == '{' {
            let (key, after) = rest.split_once('=')?;
            *rest = after;
            entries.insert(key.trim().to_owned(), part(rest, depth + 1)?);
        } else {
            let before = rest.len();
            values.push(part(rest, depth + 1)?);
            // A bracket that closes something else is no element, and would never end.
            if rest.len() == before && !rest.starts_with([',', ']']) {
                return None;
            }
        }
        *rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        if rest.is_empty() {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(cells: &[(&str, &str)]) -> Value {
        serde_json::from_str(&row(cells.iter().copied()).unwrap_or_default()).unwrap_or_default()
    }

    /// AWS's table in Athena has no column of it.
    #[test]
    fn the_category_says_whether_it_is_a_management_event() {
        for (category, expected) in [
            ("Management", json!(true)),
            ("Data", json!(false)),
            ("NetworkActivity", json!(false)),
            ("Insight", Value::Null),
        ] {
            let record = record(&[("eventname", "X"), ("eventcategory", category)]);
            assert_eq!(record["managementEvent"], expected, "{category}");
        }
        let record = record(&[("managementevent", "false"), ("eventcategory", "Management")]);
        assert_eq!(record["managementEvent"], json!(false), "what is there stays");
    }

    #[test]
    fn the_records_own_region_is_before_its_folders() {
        for columns in [["awsregion", "region"], ["region", "awsregion"]] {
            let cell = |column| (column, if column == "region" { "eu-west-1" } else { "us-east-1" });
            assert_eq!(record(&columns.map(cell))["awsRegion"], "us-east-1", "{columns:?}");
        }
    }
}
