//! What an operator asks for by hand: `{"account-watcher": …}`. Whoever may invoke the function directly can; an event cannot, for
//! EventBridge sends its own envelope, in which nobody has a say about the keys, and what the queue holds is never read as this.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html>

mod drill;
mod test_channel;

use serde::Deserialize;
use serde_json::value::RawValue;

pub use drill::Drill;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked<'a> {
    /// A message to the channel of this name.
    TestChannel(String),
    /// An event that did not happen, sent as what it is.
    #[serde(borrow)]
    Drill(Drill<'a>),
}

/// How the payload is written.
const FORM: &str = r#"a test is {"account-watcher": {"test-channel": "NAME"}}, a drill {"account-watcher": {"drill": {"watcher": "NAME", "event": {…}}}}"#;

impl<'a> Asked<'a> {
    /// None when the payload is something else.
    ///
    /// # Errors
    /// When it asks for nothing that there is.
    pub(crate) fn parse(payload: &'a str) -> Option<Result<Asked<'a>, String>> {
        // What has another key besides is an event, whatever it says.
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Probe<'a> {
            #[serde(borrow, rename = "account-watcher")]
            asked: Option<&'a RawValue>,
        }

        let Ok(Probe { asked: Some(asked) }) = serde_json::from_str(payload) else { return None };
        let parsed = serde_json::from_str(asked.get());
        // Without serde's words, which quote the value.
        Some(parsed.map_err(|e| {
            format!(
                "`account-watcher` cannot be read: reading stopped at line {} column {}; {FORM}",
                e.line(),
                e.column()
            )
        }))
    }
}
