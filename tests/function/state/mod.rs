//! What every state must do, once against memory and once against DynamoDB. The latter needs a server, and fails
//! without one; with moto's:
//!
//!     moto_server --port 5555 &
//!     AWS_ENDPOINT_URL=http://127.0.0.1:5555 cargo test --test function -- --ignored state_dynamodb

mod accounts;
mod claims;
mod groups;
mod odd;
mod turns;

use std::sync::Arc;
use std::time::Duration;

use account_watcher::settings::Env;
use account_watcher::state::{DynamoDb, Key, Memory, Pace};
use account_watcher::{aws, http};
use aws_config::Region;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use aws_sdk_sns::config::{Credentials, SharedCredentialsProvider};
use jiff::{SignedDuration, Timestamp};

use watcher::Reference;

use crate::support::now;
use accounts::*;
use claims::*;
use groups::*;
use turns::*;

/// Each test twice.
macro_rules! of_every_state {
    ($($name:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test] async fn $name() { super::$name(&super::Memory::default()).await; })+
        }
        mod state_dynamodb {
            $(
                #[tokio::test]
                #[ignore = "needs a DynamoDB, see the top of this file"]
                async fn $name() { super::$name(&super::dynamodb().await).await; }
            )+
        }
    };
}

of_every_state!(
    a_claim_is_one_invocations_until_its_lease_ends,
    what_is_done_stays_done,
    a_claim_is_given_back_with_its_place_in_the_line,
    turns_are_apart,
    a_turn_that_would_come_too_late_is_left_to_others,
    whoever_must_wait_longer_stands_in_line,
    nobody_overtakes_those_who_wait,
    what_is_worse_goes_first_and_pushes_the_lines_below,
    the_least_urgent_gets_its_share,
    a_block_pushes_the_gate_and_the_lines,
    a_place_of_a_former_version_is_kept,
    the_first_event_of_a_window_is_the_alert,
    an_alert_can_take_several_events,
    an_event_is_counted_once,
    only_one_of_two_windows_opens,
    no_window_takes_the_place_of_another,
    a_window_ends_by_its_time_or_when_it_is_closed,
    a_window_keeps_some_values_of_each_field,
    the_name_of_an_account_is_kept,
);

/// A table of its own in the server that the environment names.
async fn dynamodb() -> DynamoDb {
    table().await.2
}

/// The same, with what it takes to look into it from outside.
async fn table() -> (aws_sdk_dynamodb::Client, String, DynamoDb) {
    let endpoint = std::env::var("AWS_ENDPOINT_URL").expect("AWS_ENDPOINT_URL names no DynamoDB");
    let env: Env = Arc::new(move |name| (name == "AWS_ENDPOINT_URL").then(|| endpoint.clone()));
    let config = aws::config(http::client(), &env).await.into_builder();
    let credentials = SharedCredentialsProvider::new(Credentials::for_tests());
    let config = config.credentials_provider(credentials).region(Region::new("eu-west-1")).build();
    let table = format!("state-{:x}", fastrand::u64(..));
    let attribute =
        AttributeDefinition::builder().attribute_name("pk").attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash);
    let client = aws_sdk_dynamodb::Client::new(&config);
    let made = client
        .create_table()
        .table_name(&table)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute.build().unwrap())
        .key_schema(key.build().unwrap());
    made.send().await.expect("the DynamoDB at AWS_ENDPOINT_URL makes no table");
    (client, table.clone(), DynamoDb::new(config, env, table))
}

/// The pace of the Slack webhook behind this parameter.
pub(crate) fn webhook(parameter: &str) -> Pace {
    let destination = Reference::Ssm(parameter.to_owned()).to_string();
    Pace { key: Key::pace(&destination), interval: Duration::from_secs(1) }
}

fn at(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}
