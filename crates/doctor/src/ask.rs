//! Who asks AWS, for the checks.

use serde_json::Value;

use crate::call::Call;

/// Asks AWS. The checks are asked in parallel, so it is shared.
pub trait Ask: Sync {
    /// What the call answers, all pages of it.
    fn ask(&self, call: &Call, arguments: &[&str]) -> Result<Value, Unanswered>;

    /// The same call of each of these arguments, in parallel if that is faster.
    fn ask_each(&self, call: &Call, arguments: &[Vec<&str>]) -> Vec<Result<Value, Unanswered>> {
        arguments.iter().map(|arguments| self.ask(call, arguments)).collect()
    }

    /// Waits a second, for an answer that is being made.
    fn wait(&self);
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// The action that IAM knows it by.
    pub action: &'static str,
    /// Whether it is not allowed.
    pub denied: bool,
    /// The service's code, if the service refused it otherwise.
    pub code: Option<String>,
    /// What was said.
    pub reason: String,
}

/// The answer, none if the service says with one of these codes that there is nothing.
pub(crate) fn if_there(
    answer: Result<Value, Unanswered>,
    codes: &[&str],
) -> Result<Option<Value>, Unanswered> {
    match answer {
        Err(Unanswered { code: Some(code), .. }) if codes.contains(&code.as_str()) => Ok(None),
        other => other.map(Some),
    }
}

/// The members of a list in an answer; of one that is not there: none.
pub(crate) fn list<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer[name].as_array().map_or(&[], Vec::as_slice)
}

/// A text in an answer; an empty one if it is not there.
pub(crate) fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_default()
}
