//! What the function is told by its environment. Whatever is missing is said at once, with what sets it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use watcher::{Channel, TopicRef, Watchers};

/// Reads an environment variable; an argument, so that tests need no environment.
pub type Env = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The real environment. An empty variable counts as none.
pub fn env() -> Env {
    Arc::new(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

/// The function's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where deliveries wait for their next try.
    pub retry_queue_url: String,
    /// Where deliveries end that were given up.
    pub dead_letter_queue_url: String,
    /// The role of this function; what it does itself makes no alerts.
    pub role_arn: String,
    /// The function's name, the dimension of its metrics.
    pub function_name: String,
}

impl Settings {
    /// Reads them, and checks the topics that the watchers' channels name.
    ///
    /// # Errors
    /// All that is missing or wrong.
    pub fn read(env: &Env, watchers: &Watchers) -> Result<Settings, SettingsError> {
        let mut faults = Vec::new();
        let mut required = |name: &str, set_by: &'static str| {
            env(name).unwrap_or_else(|| {
                faults.push(format!("{name} is not set: {set_by} sets it"));
                String::new()
            })
        };
        let settings = Settings {
            retry_queue_url: required("RETRY_QUEUE_URL", TEMPLATE),
            dead_letter_queue_url: required("DEAD_LETTER_QUEUE_URL", TEMPLATE),
            role_arn: required("FUNCTION_ROLE_ARN", TEMPLATE),
            function_name: required("AWS_LAMBDA_FUNCTION_NAME", LAMBDA),
        };
        // lambda_runtime panics without the last three.
        for name in [
            "AWS_REGION",
            "AWS_LAMBDA_RUNTIME_API",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_VERSION",
        ] {
            required(name, LAMBDA);
        }
        let topics: Vec<_> =
            topic_variables(watchers).into_iter().map(|name| (name, required(name, TEMPLATE))).collect();
        for (name, arn) in topics.iter().filter(|(_, arn)| !arn.is_empty()) {
            if let Err(error) = TopicRef::from_arn(arn) {
                faults.push(format!("{name} is wrong: {error}"));
            }
        }
        if faults.is_empty() { Ok(settings) } else { Err(SettingsError(faults)) }
    }
}

const TEMPLATE: &str = "the function's environment in template.yaml";
const LAMBDA: &str = "Lambda (here: `cargo lambda watch`)";

/// The `env:NAME` topics of the channels that some watcher names.
fn topic_variables(watchers: &Watchers) -> BTreeSet<&str> {
    watchers
        .iter()
        .flat_map(|watcher| &watcher.channels)
        .filter_map(|name| match watchers.channel(name) {
            Some(Channel::Sns { topic: TopicRef::Env(variable) }) => Some(variable.as_str()),
            _ => None,
        })
        .collect()
}

/// What is missing or wrong in the environment.
#[derive(Debug)]
pub struct SettingsError(Vec<String>);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for SettingsError {}
