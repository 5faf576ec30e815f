//! Which secrets the function's role may read: those that the channels name. They are statements that the template
//! includes, `generated/parameters.json` and `generated/secrets.json`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use watcher::{Config, Reference};

use crate::fragment::text;

/// Characters that the names may take in the role's policies, which have 10,240 together. The other statements take
/// about 3,000, and the topics of `ExtraTopicArns` need some.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MOST: usize = 5_500;
/// What stands around a name, at its longest: `"arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:…-??????",`.
const AROUND: usize = 75;

/// The secrets that the channels read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelSecrets {
    references: BTreeSet<Reference>,
    /// There are too many to name: it is everything below `account-watcher/`.
    pub widened: bool,
}

impl ChannelSecrets {
    /// Those of all channels, also of one that no watcher names: it can be tested by hand.
    pub fn new(config: &Config) -> ChannelSecrets {
        let channels = config.channels.values();
        let references: BTreeSet<Reference> =
            channels.flat_map(|channel| channel.kind().secrets()).cloned().collect();
        if references.iter().map(characters).sum::<usize>() <= MOST {
            return ChannelSecrets { references, widened: false };
        }
        ChannelSecrets { references: references.iter().map(all).collect(), widened: true }
    }

    /// The statement for Parameter Store. Secrets Manager's secrets are read through it too, and need both.
    pub fn parameters(&self) -> String {
        let names =
            self.references.iter().map(|one| format!("ssm:{}:parameter{}", PLACE, one.parameter_name()));
        let function =
            json!({"ArnEquals": {"lambda:SourceFunctionArn": {"Fn::GetAtt": ["Function", "Arn"]}}});
        statement("ReadParameters", "ssm:GetParameter", names, Some(function))
    }

    /// The statement for Secrets Manager. It has no condition on the function: SSM asks in the role's name.
    pub fn secrets(&self) -> String {
        let names = self.references.iter().filter_map(|one| match one {
            // Secrets Manager puts a hyphen and six characters of its own behind each name.
            // <https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html>
            Reference::SecretsManager(name) => Some(format!("secretsmanager:{PLACE}:secret:{name}-??????")),
            Reference::Ssm(_) => None,
        });
        statement("ReadSecrets", "secretsmanager:GetSecretValue", names, None)
    }
}

/// Region and account in an ARN.
const PLACE: &str = "${AWS::Region}:${AWS::AccountId}";

/// The statement. IAM refuses one without a resource, so where there is nothing to read it denies all.
fn statement(
    sid: &str,
    action: &str,
    names: impl Iterator<Item = String>,
    condition: Option<Value>,
) -> String {
    let resources: Vec<Value> =
        names.map(|name| json!({"Fn::Sub": format!("arn:${{AWS::Partition}}:{name}")})).collect();
    if resources.is_empty() {
        return text(&json!({"Sid": sid, "Effect": "Deny", "Action": action, "Resource": "*"}));
    }
    let mut statement = json!({"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resources});
    if let Some(condition) = condition {
        statement["Condition"] = condition;
    }
    text(&statement)
}

/// What naming it costs.
fn characters(reference: &Reference) -> usize {
    let parameter = AROUND + reference.parameter_name().len();
    match reference {
        Reference::Ssm(_) => parameter,
        Reference::SecretsManager(name) => parameter + AROUND + name.len(),
    }
}

/// All that the linter lets a channel name, of the same service.
fn all(reference: &Reference) -> Reference {
    match reference {
        Reference::Ssm(_) => Reference::Ssm("/account-watcher/*".to_owned()),
        Reference::SecretsManager(_) => Reference::SecretsManager("account-watcher/*".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::from_str;

    fn secrets(channels: &Value) -> ChannelSecrets {
        let channels = serde_json::from_value(channels.clone()).unwrap();
        ChannelSecrets::new(&Config { channels, ..Config::default() })
    }

    fn resources(statement: &str) -> Vec<String> {
        let statement: Value = from_str(statement).unwrap();
        let resources = statement["Resource"].as_array().unwrap();
        resources.iter().map(|one| one["Fn::Sub"].as_str().unwrap().to_owned()).collect()
    }

    fn denies_all(statement: &str) -> bool {
        let statement: Value = from_str(statement).unwrap();
        statement["Effect"] == "Deny" && statement["Resource"] == "*"
    }

    #[test]
    fn the_role_reads_what_channels_name_and_nothing_else() {
        let found = secrets(&json!({
            "security": {"slack": {"webhook": {"ssm": "/account-watcher/slack/security"}}},
            "again": {"slack": {"webhook": {"ssm": "/account-watcher/slack/security"}}},
            "oncall": {"slack-workflow": {"trigger": {"secretsmanager": "account-watcher/oncall"}}},
            "mail": {"sns": {"topic": {"env": "ACCOUNT_TOPIC_ARN"}}},
        }));
        let parameter = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter";
        let secret = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret";
        let parameters = [
            format!("{parameter}/account-watcher/slack/security"),
            format!("{parameter}/aws/reference/secretsmanager/account-watcher/oncall"),
        ];
        assert_eq!(resources(&found.parameters()), parameters);
        assert_eq!(resources(&found.secrets()), [format!("{secret}:account-watcher/oncall-??????")]);
        assert!(!found.widened);
    }

    #[test]
    fn a_project_without_secrets_reads_none() {
        let found = secrets(&json!({"mail": {"sns": {"topic": {"env": "ACCOUNT_TOPIC_ARN"}}}}));
        for statement in [found.parameters(), found.secrets()] {
            assert!(denies_all(&statement), "{statement}");
        }
    }

    #[test]
    fn more_secrets_than_a_policy_holds_are_all_of_the_project() {
        let slack = |i| json!({"slack": {"webhook": {"ssm": format!("/account-watcher/slack/{i:03}")}}});
        let channels = |n: usize| (0..n).map(|i| (i.to_string(), slack(i))).collect::<Value>();
        assert_eq!(resources(&secrets(&channels(50)).parameters()).len(), 50);
        let many = secrets(&channels(100));
        assert!(many.widened);
        let (found, none) = (many.parameters(), many.secrets());
        assert!(
            matches!(resources(&found).as_slice(), [all] if all.ends_with(":parameter/account-watcher/*"))
        );
        assert!(denies_all(&none), "{none}");
    }
}
