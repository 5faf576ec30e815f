//! Whom a message to Slack mentions, so that it rings: by the severity of the alert, as the channel says. Nothing of an event
//! gets into it. <https://docs.slack.dev/messaging/formatting-message-text#advanced>

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::delivery::Delivery;
use crate::purpose::Purpose;
use crate::severity::Severity;

/// Whom to mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mention {
    /// The channel's members who are active.
    Here,
    /// All of the channel's members.
    Channel,
    /// A user group, by its id.
    Group(String),
    /// A person, by their id.
    User(String),
}

impl Mention {
    /// The words that stand for a mention in files; all others are ids.
    pub const WORDS: [&str; 2] = ["here", "channel"];

    /// What an id has behind its letter, `S`, `U` or `W`, as far as Slack shows: capitals and digits.
    /// <https://docs.slack.dev/reference/objects/user-object>
    pub const ID_LENGTH: RangeInclusive<usize> = 8..=20;

    /// As Slack's mrkdwn has it.
    pub(super) fn mrkdwn(&self) -> String {
        match self {
            Mention::Here => "<!here>".to_owned(),
            Mention::Channel => "<!channel>".to_owned(),
            Mention::Group(id) => format!("<!subteam^{id}>"),
            Mention::User(id) => format!("<@{id}>"),
        }
    }
}

/// Mentions by severity. What stands at one holds for all that is worse too, up to the next: whoever is called for high must
/// not be left out for critical.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mentions(BTreeMap<Severity, Mention>);

impl Mentions {
    /// Whom the delivery mentions. A summary tells more of what has mentioned them already, and of a drill or a test nothing
    /// has happened.
    pub(super) fn of(&self, delivery: &Delivery) -> Option<&Mention> {
        match delivery.purpose {
            Purpose::Alert => self.0.range(..=delivery.severity).next_back().map(|(_, mention)| mention),
            Purpose::Summary | Purpose::Drill | Purpose::Test => None,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Severity, Mention)> for Mentions {
    fn from_iter<T: IntoIterator<Item = (Severity, Mention)>>(mentions: T) -> Mentions {
        Mentions(mentions.into_iter().collect())
    }
}
