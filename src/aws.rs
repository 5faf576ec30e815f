//! The AWS SDK, configured by hand from what Lambda sets: `aws_config::load` also looks for profiles, SSO and
//! instance metadata, which costs 1.1 MB and a third of a millisecond at every start.

use std::error::Error;
use std::sync::LazyLock;
use std::time::Duration;

use aws_config::environment::{EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider};
use aws_config::meta::region::ProvideRegion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_sns::config::SharedCredentialsProvider;
use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::http::{self, Connector};
use crate::settings::Env;

/// A client that is made when it is first used. Making one parses the SDK's table of partitions, a fifth of a
/// millisecond; most starts need no queue, and an event that no watcher wants needs no client at all.
pub type LazyClient<T> = LazyLock<T, Box<dyn FnOnce() -> T + Send + Sync>>;

/// What all clients share. One attempt per call: the tries of a delivery are counted in [`crate::send`].
pub async fn config(client: reqwest::Client, env: &Env) -> SdkConfig {
    let mut config = SdkConfig::builder()
        // Pinned, so that an update of the SDK does not change how it behaves.
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(EnvironmentVariableRegionProvider::new().region().await)
        .credentials_provider(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
        .http_client(Connector::new(client))
        .retry_config(RetryConfig::disabled());
    config.set_endpoint_url(env("AWS_ENDPOINT_URL"));
    config.build()
}

/// Queuing is the last chance of a delivery in this invocation: several short attempts, together shorter than
/// [`crate::send::QUEUING_TIME`].
pub fn sqs(config: &SdkConfig, env: &Env) -> aws_sdk_sqs::Client {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_millis(2_500))
        .operation_timeout(Duration::from_secs(8))
        .build();
    let mut builder = aws_sdk_sqs::config::Builder::from(config)
        .retry_config(
            RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(100)),
        )
        .timeout_config(timeouts);
    if let Some(url) = env("AWS_ENDPOINT_URL_SQS") {
        builder.set_endpoint_url(Some(url));
    }
    aws_sdk_sqs::Client::from_conf(builder.build())
}

/// The table is asked before every delivery, and alerts go out without it when it does not answer: short attempts.
pub fn dynamodb(config: &SdkConfig, env: &Env) -> aws_sdk_dynamodb::Client {
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_millis(800))
        .operation_timeout(Duration::from_millis(1_800))
        .build();
    let mut builder = aws_sdk_dynamodb::config::Builder::from(config)
        .retry_config(
            RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(50)),
        )
        .timeout_config(timeouts);
    if let Some(url) = env("AWS_ENDPOINT_URL_DYNAMODB") {
        builder.set_endpoint_url(Some(url));
    }
    aws_sdk_dynamodb::Client::from_conf(builder.build())
}

/// The client that reads webhook URLs.
pub fn ssm(config: &SdkConfig, env: &Env) -> aws_sdk_ssm::Client {
    let mut builder = aws_sdk_ssm::config::Builder::from(config);
    if let Some(url) = env("AWS_ENDPOINT_URL_SSM") {
        builder.set_endpoint_url(Some(url));
    }
    aws_sdk_ssm::Client::from_conf(builder.build())
}

/// An alert waits for it no longer than [`crate::accounts::PATIENCE`]. Organizations has one endpoint in each partition,
/// which the client knows.
pub fn organizations(config: &SdkConfig, env: &Env) -> aws_sdk_organizations::Client {
    let mut builder = aws_sdk_organizations::config::Builder::from(config);
    if let Some(url) = env("AWS_ENDPOINT_URL_ORGANIZATIONS") {
        builder.set_endpoint_url(Some(url));
    }
    aws_sdk_organizations::Client::from_conf(builder.build())
}

/// The client for the topics of a region.
pub fn sns(config: &SdkConfig, region: String, env: &Env) -> aws_sdk_sns::Client {
    let mut builder = aws_sdk_sns::config::Builder::from(config).region(aws_config::Region::new(region));
    if let Some(url) = env("AWS_ENDPOINT_URL_SNS") {
        builder.set_endpoint_url(Some(url));
    }
    aws_sdk_sns::Client::from_conf(builder.build())
}

/// The error code of the service; none when the service gave no answer.
pub fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<&str> {
    error.as_service_error().and_then(ProvideErrorMetadata::code)
}

/// Whether the service may have done what it was asked: its answer did not come, or made no sense.
pub fn is_unanswered<E>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::ConstructionFailure(_) => false,
        // Credentials that could not be read, and our connector's word for what it could not send, are neither.
        SdkError::DispatchFailure(failure) => failure.is_timeout() || failure.is_io(),
        SdkError::ServiceError(answer) => {
            let status = answer.raw().status();
            // A success that the SDK cannot read is an error to it.
            status.is_success() || http::is_of_a_gateway(status.as_u16())
        }
        _ => true,
    }
}

/// What went wrong. Of a service's answer only the code: its message can quote what we sent.
pub fn reason<E, R>(error: &SdkError<E, R>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug,
{
    match error {
        SdkError::ServiceError(answer) => answer.err().code().unwrap_or("an error without a code").to_owned(),
        SdkError::TimeoutError(_) => "no answer in time".to_owned(),
        SdkError::ResponseError(_) => "an answer that is none of this service".to_owned(),
        // The connector's words, or the credentials provider's.
        other => {
            let mut cause: &dyn Error = other;
            while let Some(source) = cause.source() {
                cause = source;
            }
            cause.to_string()
        }
    }
}
