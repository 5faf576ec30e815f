//! What the environment lacks is said at once.

use std::sync::Arc;

use account_watcher::settings::{Env, Settings};

use crate::support::watchers;

const COMPLETE: &[(&str, &str)] = &[
    ("RETRY_QUEUE_URL", "https://sqs.example/retry"),
    ("DEAD_LETTER_QUEUE_URL", "https://sqs.example/dead"),
    ("FUNCTION_ROLE_ARN", "arn:aws:iam::123456789012:role/account-watcher"),
    ("ACCOUNT_TOPIC_ARN", "arn:aws:sns:eu-west-1:123456789012:alerts"),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_LAMBDA_FUNCTION_NAME", "account-watcher"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
    ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"),
];

fn env(change: &'static [(&str, &str)]) -> Env {
    Arc::new(|name| {
        let found = change.iter().chain(COMPLETE).find(|(variable, _)| *variable == name)?;
        Some(found.1.to_owned()).filter(|value| !value.is_empty())
    })
}

#[test]
fn each_variable_is_required_by_name() {
    assert!(Settings::read(&env(&[]), &watchers()).is_ok());
    for (name, _) in COMPLETE {
        let without: Env = Arc::new(move |asked| if asked == *name { None } else { env(&[])(asked) });
        let error = Settings::read(&without, &watchers()).unwrap_err().to_string();
        let set_by = if name.starts_with("AWS_") { "Lambda" } else { "template.yaml" };
        assert!(error.starts_with(&format!("{name} is not set: ")) && error.contains(set_by), "{error}");
    }
}

#[test]
fn all_faults_are_said_together() {
    let faulty = env(&[("RETRY_QUEUE_URL", ""), ("ACCOUNT_TOPIC_ARN", "alerts")]);
    let error = Settings::read(&faulty, &watchers()).unwrap_err().to_string();
    assert!(error.contains("RETRY_QUEUE_URL is not set"), "{error}");
    assert!(error.contains("ACCOUNT_TOPIC_ARN is wrong: `alerts` is not the ARN of an SNS topic"), "{error}");
}
