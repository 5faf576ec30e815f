//! A checked watcher: whoever holds one holds a compiled pattern, parsed paths and templates.

use event_pattern::Pattern;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::path::Path;
use crate::runbook::Runbook;
use crate::severity::{Case, Severity};
use crate::template::Template;

/// One file of `watchers/`, checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watcher {
    /// The file's stem, kebab-case.
    pub name: String,
    /// Slack header and SNS subject.
    pub title: Template,
    /// How bad it is, where no case says otherwise.
    pub severity: Severity,
    /// Facts that make it better or worse.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case>,
    /// The names of the channels that its deliveries go to.
    pub channels: Vec<String>,
    /// The text.
    pub message: Template,
    /// What a failed call was about to do, behind "tried to": then title and message are made of it, not of the
    /// templates above, and the alert is one step less bad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<Template>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<Runbook>,
    /// Which events it wants.
    #[serde(with = "pattern")]
    pub pattern: Pattern,
    /// Named values of the event.
    pub fields: Vec<Field>,
    /// What it matches but does not send.
    pub ignores: Vec<Ignore>,
    /// Which alerts are sent as one.
    pub group: Option<Group>,
}

/// A named value of the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its name in the templates.
    pub name: String,
    /// Where to look; the first that finds something counts.
    pub paths: Vec<Path>,
}

/// Events that match but are not sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ignore {
    /// Why.
    pub reason: String,
    /// The last day on which it holds, UTC.
    pub until: Option<Date>,
    /// Which events.
    #[serde(with = "pattern")]
    pub pattern: Pattern,
}

impl Ignore {
    /// Whether it still holds on this day.
    pub fn holds(&self, today: Date) -> bool {
        self.until.is_none_or(|until| today <= until)
    }
}

/// Which alerts of a watcher are reported as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The fields and standard variables whose values make the group.
    pub by: Vec<String>,
    /// How long a group stays open, in seconds.
    pub window: u64,
    /// How many events it takes before the first alert.
    pub at_least: u32,
}

impl Group {
    /// The window as a watcher's file says it: `90s`, `15m`, `2h`.
    pub fn window_in_units(&self) -> String {
        let seconds = self.window;
        match seconds {
            _ if seconds.is_multiple_of(3_600) => format!("{}h", seconds / 3_600),
            _ if seconds.is_multiple_of(60) => format!("{}m", seconds / 60),
            _ => format!("{seconds}s"),
        }
    }
}

/// A pattern is embedded as its canonical JSON text. It was checked before, and is only read again: the shared ignores'
/// wildcards alone would take a millisecond of each cold start.
pub(crate) mod pattern {
    use event_pattern::Pattern;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(pattern: &Pattern, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(pattern)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pattern, D::Error> {
        Pattern::parse_accepted(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
