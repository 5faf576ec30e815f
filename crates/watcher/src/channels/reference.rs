//! References: where the secrets and topics of channels lie.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a secret is kept. The secret itself never stands in a file or in the environment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reference {
    /// `ssm:/account-watcher/…`: the name of an SSM parameter.
    Ssm(String),
    /// `secretsmanager:account-watcher/…`: the name of a Secrets Manager secret.
    SecretsManager(String),
}

impl Reference {
    /// The name under which SSM's `GetParameter` gives the secret. Secrets Manager's are reached through the
    /// prefix `/aws/reference/secretsmanager/`, which saves an SDK in the function.
    /// <https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html>
    pub fn parameter_name(&self) -> String {
        match self {
            Reference::Ssm(name) => name.clone(),
            Reference::SecretsManager(name) => format!("/aws/reference/secretsmanager/{name}"),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Ssm(name) => write!(f, "ssm:{name}"),
            Reference::SecretsManager(name) => write!(f, "secretsmanager:{name}"),
        }
    }
}

/// Which SNS topic a channel means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TopicRef {
    /// `env:NAME`: the environment variable of the function that holds the topic's ARN.
    Env(String),
    /// The topic's ARN.
    Arn {
        /// The whole ARN.
        arn: String,
        /// The region in it: publishing goes to that region's endpoint.
        region: String,
    },
}

impl TopicRef {
    /// Checks a topic ARN. FIFO topics are refused: they cannot deliver e-mail, and they need a message group.
    ///
    /// # Errors
    /// In our words, what is wrong with the ARN.
    pub fn from_arn(arn: &str) -> Result<TopicRef, String> {
        let parts: Vec<&str> = arn.split(':').collect();
        let &["arn", partition, "sns", region, account, name] = parts.as_slice() else {
            return Err(format!(
                "`{arn}` is not the ARN of an SNS topic: expected `arn:aws:sns:REGION:ACCOUNT:NAME`"
            ));
        };
        if partition.is_empty() || region.is_empty() || name.is_empty() {
            return Err(format!(
                "`{arn}` lacks its partition, region or name: expected `arn:aws:sns:REGION:ACCOUNT:NAME`"
            ));
        }
        if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("`{account}` in `{arn}` is not an account id: expected 12 digits"));
        }
        if name.strip_suffix(".fifo").is_some() {
            return Err(format!("`{name}` is a FIFO topic, which delivers no e-mail: name a standard topic"));
        }
        Ok(TopicRef::Arn { arn: arn.to_owned(), region: region.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_arn_is_checked() {
        let cases = [
            ("arn:aws:sns:eu-west-1:123456789012:alerts", "eu-west-1"),
            ("arn:aws-cn:sns:cn-north-1:123456789012:alerts", "cn-north-1"),
        ];
        for (arn, expected) in cases {
            assert!(
                matches!(TopicRef::from_arn(arn), Ok(TopicRef::Arn { region, .. }) if region == expected),
                "{arn}"
            );
        }
        let refused = [
            ("arn:aws:sqs:eu-west-1:123456789012:alerts", "not the ARN of an SNS topic"),
            ("arn:aws:sns:eu-west-1:1234:alerts", "not an account id"),
            ("arn:aws:sns::123456789012:alerts", "lacks its partition, region or name"),
            ("arn:aws:sns:eu-west-1:123456789012:alerts.fifo", "FIFO"),
        ];
        for (arn, expected) in refused {
            let error = TopicRef::from_arn(arn).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn secrets_manager_is_read_through_ssm() {
        let reference = Reference::SecretsManager("account-watcher/oncall".to_owned());
        assert_eq!(reference.parameter_name(), "/aws/reference/secretsmanager/account-watcher/oncall");
        assert_eq!(reference.to_string(), "secretsmanager:account-watcher/oncall");
    }
}
