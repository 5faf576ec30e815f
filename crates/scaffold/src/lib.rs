//! New watchers: a file that lints and passes its tests as it stands, with an example event, for calls and events of the
//! catalog or from a recorded event; and the repository that they stand in.

mod call;
mod example;
mod file;
mod fixture;
mod json;
mod mute;
mod native;
mod recorded;
mod repository;
mod scrub;
mod secret;
mod shape;
mod statement;
mod subject;
mod target;
mod text;
mod words;

use serde_json::{Map, Value, json};

pub use file::quoted;
pub use mute::{Fact, facts, ignore};
pub use recorded::from_event;
pub use repository::{ENGINE, File, repository};
pub use target::{Calls, Target};

use file::Plan;

/// Where most stacks are not, so that an example of it shows a region.
const REGION: &str = "eu-west-1";

/// A new watcher and its example event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The watcher's name: the files are `watchers/NAME.toml` and `tests/events/NAME.json`.
    pub name: String,
    /// The text of the watcher.
    pub watcher: String,
    /// The text of the example event.
    pub event: String,
}

impl Target {
    /// What was meant, where that is not what was asked for.
    pub fn remarks(&self) -> &[String] {
        match self {
            Target::Calls(calls) => &calls.remarks,
            Target::Native { .. } => &[],
        }
    }

    /// The new watcher, which sends to `channel`. `name`: what to call it, if not after the event.
    pub fn draft(&self, name: Option<&str>, channel: &str) -> Draft {
        match self {
            Target::Calls(calls) => call::draft(calls, name, channel),
            Target::Native { source, event } => native::draft(source, event, name, channel),
        }
    }
}

/// The draft of a plan. `positive`: what the test shows that the example event matches.
fn finished(plan: &Plan<'_>, positive: &str) -> Draft {
    Draft { watcher: plan.text(positive), event: plan.event.pretty(), name: plan.name.clone() }
}

/// Puts a value below these steps; `items[*]` is a list of one.
fn put(target: &mut Value, steps: &[&str], value: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *target = value;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let (step, is_list) = match step.strip_suffix("[*]") {
        Some(step) => (step, true),
        None => (*step, false),
    };
    let slot = &mut target[step];
    if is_list {
        if !slot.is_array() {
            *slot = json!([{}]);
        }
        put(&mut slot[0], rest, value);
    } else {
        put(slot, rest, value);
    }
}

/// `$.detail.requestParameters['x-y']`
fn json_path(before: &[&str], dotted: &str) -> String {
    let steps: String = before.iter().copied().chain(dotted.split('.')).map(json_step).collect();
    format!("${steps}")
}

/// `.bucketName`, `['x-y']`
fn json_step(name: &str) -> String {
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if is_plain {
        return format!(".{name}");
    }
    format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
}
