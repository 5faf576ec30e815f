//! What the function is told by its environment. Whatever is missing is said at once, with what sets it; what the
//! whole function needs stops it, what one channel needs stops that channel.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use watcher::{TopicRef, Watchers};

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
    /// The table that remembers between invocations; none where one process does.
    pub state_table: Option<String>,
    /// Whether AWS Organizations is asked for names of accounts.
    pub account_names: bool,
    /// The role of this function; see [`crate::own`].
    pub role_arn: String,
    /// The function's name, the dimension of its metrics.
    pub function_name: String,
}

impl Settings {
    /// Reads them. A topic that is missing does not stop the function, see [`topic_faults`].
    ///
    /// # Errors
    /// All that is missing or wrong; then the topics too, so that everything can be fixed at once.
    pub fn read(env: &Env, watchers: &Watchers) -> Result<Settings, SettingsError> {
        let mut faults = Vec::new();
        let account_names = switch(env, "ACCOUNT_NAMES").unwrap_or_else(|fault| {
            faults.push(fault);
            false
        });
        let mut required = |name: &str, set_by: &'static str| {
            env(name).unwrap_or_else(|| {
                faults.push(format!("{name} is not set: {set_by} sets it"));
                String::new()
            })
        };
        let settings = Settings {
            retry_queue_url: required("RETRY_QUEUE_URL", TEMPLATE),
            dead_letter_queue_url: required("DEAD_LETTER_QUEUE_URL", TEMPLATE),
            state_table: env("STATE_TABLE"),
            account_names,
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
        if faults.is_empty() {
            return Ok(settings);
        }
        faults.extend(topic_faults(env, watchers));
        Err(SettingsError(faults))
    }
}

/// What is wrong with the `env:NAME` topics of the channels, one sentence per variable.
/// The function starts all the same: the deliveries of such a channel become dead letters with this reason, and
/// those of the other channels are sent.
pub fn topic_faults(env: &Env, watchers: &Watchers) -> Vec<String> {
    let fault = |(variable, channels): (&str, BTreeSet<String>)| {
        let fault = topic(env, variable).err()?;
        let channels = Vec::from_iter(channels).join(", ");
        Some(format!("{fault}; until then the alerts for {channels} go to the dead-letter queue"))
    };
    topic_variables(watchers).into_iter().filter_map(fault).collect()
}

/// The ARN and the region of the topic that the variable names.
///
/// # Errors
/// That it is missing or wrong, and what sets it.
pub fn topic(env: &Env, variable: &str) -> Result<(String, String), String> {
    let Some(arn) = env(variable) else {
        return Err(format!("{variable} is not set: {TEMPLATE} sets it"));
    };
    match TopicRef::from_arn(&arn) {
        Ok(TopicRef::Arn { arn, region }) => Ok((arn, region)),
        Ok(TopicRef::Env(_)) => Err(format!("{variable} names another variable: {TEMPLATE} sets it")),
        Err(error) => Err(format!("{variable} is wrong: {error}; {TEMPLATE} sets it")),
    }
}

/// Whether a variable says `true`; one that is not set does not.
fn switch(env: &Env, name: &str) -> Result<bool, String> {
    match env(name).as_deref() {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(format!("{name} is `{other}`, neither `true` nor `false`: {TEMPLATE} sets it")),
    }
}

const TEMPLATE: &str = "the function's environment in template.yaml";
const LAMBDA: &str = "Lambda (here: `cargo lambda watch`)";

/// The variables of `env:NAME` topics, and the channels that need them.
fn topic_variables(watchers: &Watchers) -> BTreeMap<&str, BTreeSet<String>> {
    let mut variables = BTreeMap::<_, BTreeSet<_>>::new();
    for name in watchers.channels() {
        if let Some(variable) = watchers.channel(name).and_then(|channel| channel.kind().variable()) {
            variables.entry(variable).or_default().insert(format!("`{name}`"));
        }
    }
    variables
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
