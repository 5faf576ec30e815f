//! Items: times and texts as attributes, the names in expressions, and what an error of the table means.

use std::collections::HashMap;
use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::aws;
use crate::state::{Fault, KEEP, Key};

pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) fn text(key: &Key) -> AttributeValue {
    AttributeValue::S(key.as_str().to_owned())
}

pub(super) fn millis(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_millisecond().to_string())
}

pub(super) fn seconds(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_second().to_string())
}

pub(super) fn expires(now: Timestamp) -> AttributeValue {
    seconds(now + KEEP)
}

pub(super) fn number(item: &Item, name: &str) -> Option<i64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

pub(super) fn time(item: &Item, name: &str) -> Option<Timestamp> {
    Timestamp::from_millisecond(number(item, name)?).ok()
}

/// TTL deletes an item days after it has expired.
pub(super) fn is_over(item: &Item, now: Timestamp) -> bool {
    number(item, "expires").is_some_and(|expires| expires <= now.as_second())
}

/// The `#name`s of the expressions.
pub(super) fn names(expressions: &[&str]) -> HashMap<String, String> {
    let words =
        expressions.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '#'));
    words.filter_map(|word| Some((word.to_owned(), word.strip_prefix('#')?.to_owned()))).collect()
}

/// Too many at once is not a reason to do without the table: the delivery can wait.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>
pub(super) fn fault<E, R>(error: &SdkError<E, R>) -> Fault
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug,
{
    let reason = format!("dynamodb: {}", aws::reason(error));
    match aws::code(error) {
        Some(
            "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "ThrottlingException"
            | "TransactionConflictException"
            | "TransactionInProgressException",
        ) => Fault::Busy(reason),
        _ => Fault::Down(reason),
    }
}
