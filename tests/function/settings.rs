//! What the environment lacks is said at once.

use std::sync::Arc;

use account_watcher::settings::{Env, Settings, topic_faults};

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

fn without(name: &'static str) -> Env {
    Arc::new(move |asked| if asked == name { None } else { env(&[])(asked) })
}

#[test]
fn each_variable_is_required_by_name() {
    assert!(Settings::read(&env(&[]), &watchers()).is_ok());
    for (name, _) in COMPLETE.iter().filter(|(name, _)| *name != "ACCOUNT_TOPIC_ARN") {
        let error = Settings::read(&without(name), &watchers()).unwrap_err().to_string();
        let set_by = if name.starts_with("AWS_") { "Lambda" } else { "template.yaml" };
        assert!(error.starts_with(&format!("{name} is not set: ")) && error.contains(set_by), "{error}");
    }
}

#[test]
fn a_missing_or_wrong_topic_stops_only_its_channel() {
    assert_eq!(topic_faults(&env(&[]), &watchers()), Vec::<String>::new());
    let cases = [
        (
            without("ACCOUNT_TOPIC_ARN"),
            "ACCOUNT_TOPIC_ARN is not set: the function's environment in template.yaml",
        ),
        (env(&[("ACCOUNT_TOPIC_ARN", "")]), "ACCOUNT_TOPIC_ARN is not set: "),
        (
            env(&[("ACCOUNT_TOPIC_ARN", "alerts")]),
            "ACCOUNT_TOPIC_ARN is wrong: `alerts` is not the ARN of an SNS",
        ),
    ];
    for (env, expected) in cases {
        assert!(Settings::read(&env, &watchers()).is_ok());
        let faults = topic_faults(&env, &watchers());
        let [fault] = faults.as_slice() else { panic!("{faults:?}") };
        assert!(fault.starts_with(expected) && fault.contains("template.yaml sets it"), "{fault}");
        assert!(fault.ends_with("the alerts for `email` go to the dead-letter queue"), "{fault}");
    }
}

#[test]
fn all_faults_are_said_together() {
    let faulty = env(&[("RETRY_QUEUE_URL", ""), ("ACCOUNT_TOPIC_ARN", "alerts")]);
    let error = Settings::read(&faulty, &watchers()).unwrap_err().to_string();
    assert!(error.contains("RETRY_QUEUE_URL is not set"), "{error}");
    assert!(error.contains("ACCOUNT_TOPIC_ARN is wrong: `alerts` is not the ARN of an SNS topic"), "{error}");
    let error = Settings::read(&(Arc::new(|_: &str| None) as Env), &watchers()).unwrap_err().to_string();
    for (name, _) in COMPLETE {
        assert!(error.contains(&format!("{name} is not set: ")), "{error}");
    }
}

#[test]
fn names_of_accounts_are_asked_for_only_when_it_is_said_so() {
    let read = |env| {
        Settings::read(&env, &watchers())
            .map(|settings| settings.account_names)
            .map_err(|error| error.to_string())
    };
    assert_eq!(read(env(&[])), Ok(false));
    assert_eq!(read(env(&[("ACCOUNT_NAMES", "false")])), Ok(false));
    assert_eq!(read(env(&[("ACCOUNT_NAMES", "true")])), Ok(true));
    let fault = "ACCOUNT_NAMES is `yes`, neither `true` nor `false`: the function's environment in template.yaml sets it";
    assert_eq!(read(env(&[("ACCOUNT_NAMES", "yes")])), Err(fault.to_owned()));
}
