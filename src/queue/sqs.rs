//! The queues in AWS.

use std::sync::LazyLock;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sqs::types::MessageAttributeValue;

use super::{HIDE_LIMIT, Queue, SEND_LIMIT};
use crate::aws::{self, LazyClient};
use crate::settings::{Env, Settings};

/// A reason is a sentence.
const REASON_LIMIT: usize = 1_000;

/// SQS itself.
pub struct Sqs {
    client: LazyClient<aws_sdk_sqs::Client>,
    retry_queue_url: String,
    dead_letter_queue_url: String,
}

impl Sqs {
    /// Sends to the queues of these settings.
    pub fn new(config: SdkConfig, env: Env, settings: &Settings) -> Sqs {
        Sqs {
            client: LazyLock::new(Box::new(move || aws::sqs(&config, &env))),
            retry_queue_url: settings.retry_queue_url.clone(),
            dead_letter_queue_url: settings.dead_letter_queue_url.clone(),
        }
    }
}

impl Queue for Sqs {
    async fn retry(&self, body: String, delay: Duration) -> Result<(), String> {
        let request = self.client.send_message().queue_url(&self.retry_queue_url).message_body(body);
        let sent = request.delay_seconds(seconds(delay.min(SEND_LIMIT))).send().await;
        sent.map(drop).map_err(|error| format!("the retry queue did not take it: {}", aws::reason(&error)))
    }

    async fn bury(&self, body: String, reason: &str) -> Result<(), String> {
        let reason: String = reason.chars().take(REASON_LIMIT).collect();
        let reason = MessageAttributeValue::builder().data_type("String").string_value(reason).build();
        let request = self
            .client
            .send_message()
            .queue_url(&self.dead_letter_queue_url)
            .message_body(body)
            .message_attributes("reason", reason.expect("the data type is set"));
        let sent = request.send().await;
        sent.map(drop)
            .map_err(|error| format!("the dead-letter queue did not take it: {}", aws::reason(&error)))
    }

    async fn postpone(&self, receipt_handle: &str, delay: Duration) -> Result<(), String> {
        let request = self.client.change_message_visibility().queue_url(&self.retry_queue_url);
        let request =
            request.receipt_handle(receipt_handle).visibility_timeout(seconds(delay.min(HIDE_LIMIT)));
        request
            .send()
            .await
            .map(drop)
            .map_err(|error| format!("the retry queue did not hide it: {}", aws::reason(&error)))
    }
}

/// Whole seconds, rounded up: never sooner than the service asked for.
fn seconds(delay: Duration) -> i32 {
    i32::try_from(delay.as_millis().div_ceil(1_000)).expect("both limits are far below")
}
