//! A checked watcher: whoever holds one holds a compiled pattern, parsed paths and templates.

use event_pattern::Pattern;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::path::Path;
use crate::template::Template;

/// One file of `watchers/`, checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watcher {
    /// The file's stem, kebab-case.
    pub name: String,
    /// Slack header and SNS subject.
    pub title: Template,
    /// How bad it is.
    pub severity: Severity,
    /// The names of the channels that its deliveries go to.
    pub channels: Vec<String>,
    /// The text.
    pub message: Template,
    /// Which events it wants.
    #[serde(with = "pattern")]
    pub pattern: Pattern,
    /// Named values of the event.
    pub fields: Vec<Field>,
    /// What it matches but does not send.
    pub ignores: Vec<Ignore>,
    /// Which alerts are told as one.
    pub group: Option<Group>,
}

/// How bad it is, as the watcher's author sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Look when there is time.
    Low,
    /// Look today.
    Medium,
    /// Look now.
    High,
    /// Drop everything.
    Critical,
}

impl Severity {
    /// All of them, least first.
    pub const ALL: [Severity; 5] =
        [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

    /// Its word in the file, the attribute and the mail.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// Its sign in Slack's header.
    pub(crate) fn emoji(self) -> &'static str {
        match self {
            Severity::Info => "ℹ️",
            Severity::Low => "🔵",
            Severity::Medium => "🟡",
            Severity::High => "🟠",
            Severity::Critical => "🔴",
        }
    }
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

/// Which alerts of a watcher are told as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// The fields and standard variables whose values make the group.
    pub by: Vec<String>,
    /// How long a group stays open, in seconds.
    pub window: u64,
    /// How many events it takes before the first alert.
    pub at_least: u32,
}

/// A pattern is embedded as its canonical JSON text.
pub(crate) mod pattern {
    use event_pattern::Pattern;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(pattern: &Pattern, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(pattern)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pattern, D::Error> {
        Pattern::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
