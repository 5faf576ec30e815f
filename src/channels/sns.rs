//! SNS: publishes to the channel's topic, in the topic's own region.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_sdk_sns::Client;
use aws_sdk_sns::error::BuildError;
use aws_sdk_sns::types::MessageAttributeValue;
use watcher::{SnsMessage, TopicRef};

use crate::aws;
use crate::failure::Failure;
use crate::settings::{self, Env};

/// Publishes to SNS.
pub struct Sns {
    config: SdkConfig,
    env: Env,
    clients: Mutex<HashMap<String, Client>>,
}

impl Sns {
    /// Publishes with this configuration; topics of the form `env:NAME` are looked up in `env`.
    pub fn new(config: SdkConfig, env: Env) -> Sns {
        Sns { config, env, clients: Mutex::default() }
    }

    /// Publishes the message.
    ///
    /// # Errors
    /// Why SNS did not take it.
    pub async fn publish(&self, topic: &TopicRef, message: SnsMessage) -> Result<(), Failure> {
        let (arn, region) = self.resolve(topic).map_err(Failure::never)?;
        let attributes = message.attributes.into_iter().map(|(name, value)| {
            let value = MessageAttributeValue::builder().data_type("String").string_value(value).build();
            Ok((name.to_owned(), value?))
        });
        let attributes: Result<_, BuildError> = attributes.collect();
        let attributes = attributes.map_err(|error| Failure::never(format!("sns: {error}")))?;
        let request = self
            .client(region)
            .publish()
            .topic_arn(arn)
            .message(message.message)
            .set_message_attributes(Some(attributes));
        let Err(first) = request.clone().subject(&message.subject).send().await else { return Ok(()) };
        let error = match plain(aws::code(&first), &message.subject) {
            Some(subject) => match request.subject(subject).send().await {
                Ok(_) => return Ok(()),
                Err(error) => error,
            },
            None => first,
        };
        Err(judge(aws::code(&error), &aws::reason(&error), aws::is_unanswered(&error)))
    }

    /// The topic's ARN and region.
    fn resolve(&self, topic: &TopicRef) -> Result<(String, String), String> {
        match topic {
            TopicRef::Arn { arn, region } => Ok((arn.clone(), region.clone())),
            TopicRef::Env(variable) => settings::topic(&self.env, variable),
        }
    }

    fn client(&self, region: String) -> Client {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients
            .entry(region)
            .or_insert_with_key(|region| aws::sns(&self.config, region.clone(), &self.env))
            .clone()
    }
}

/// The subject with which to publish again what SNS refused: in ASCII, if it was not. SNS took nothing else for years, and an
/// endpoint that is behind must cost no alert.
fn plain(code: Option<&str>, subject: &str) -> Option<String> {
    let is_refused = REFUSED.iter().any(|refused| code == Some(refused)) && !subject.is_ascii();
    is_refused.then(|| subject.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect())
}

/// SNS did not like the message.
const REFUSED: [&str; 3] = ["InvalidParameter", "ParameterValueInvalid", "ValidationException"];

/// The table: what an error of `Publish` means, and what to do. Whatever is not in it (throttling, internal errors,
/// keys of KMS that can be switched on again, no answer) may pass.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors>
fn judge(code: Option<&str>, reason: &str, unanswered: bool) -> Failure {
    let never = |what: &str| Failure::never(format!("sns: {reason}: {what}"));
    match code {
        Some("NotFound") => never("the topic does not exist; was it deleted?"),
        Some("AuthorizationError") => {
            never("the function's role or the topic's policy does not allow sns:Publish")
        }
        Some(code) if REFUSED.contains(&code) => never("it refuses the message"),
        Some("EndpointDisabled" | "PlatformApplicationDisabled") => never("the endpoint is switched off"),
        Some("InvalidSecurity") => never("the request was not signed as SNS wants it"),
        _ => Failure::Retry { after: None, unanswered, reason: format!("sns: {reason}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_subject_is_sent_in_ascii() {
        for code in REFUSED {
            assert_eq!(plain(Some(code), "削除 ü: x").as_deref(), Some("?? ?: x"));
            assert_eq!(plain(Some(code), "plain"), None);
        }
        assert_eq!(plain(Some("Throttling"), "ü"), None);
        assert_eq!(plain(None, "ü"), None);
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        let never = [
            "NotFound",
            "AuthorizationError",
            "InvalidParameter",
            "ParameterValueInvalid",
            "ValidationException",
            "EndpointDisabled",
            "InvalidSecurity",
        ];
        for code in never {
            assert!(
                matches!(judge(Some(code), code, false), Failure::Never { reason } if reason.contains(code)),
                "{code}"
            );
        }
        let retry = [
            "Throttling",
            "ThrottlingException",
            "InternalError",
            "KMSDisabled",
            "ExpiredToken",
            "ServiceUnavailable",
        ];
        for code in retry.map(Some).into_iter().chain([None]) {
            assert!(matches!(judge(code, "x", false), Failure::Retry { after: None, .. }), "{code:?}");
        }
    }
}
