//! A runbook: what to do about an alert, as its watcher's file says it. No event has a part in it.

use serde::{Deserialize, Serialize};

/// What to do, or where that is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Runbook {
    /// The `https` URL of a page.
    Link(String),
    /// The steps themselves, in one or more lines.
    Text(String),
}

impl Runbook {
    /// Characters of a link, as long as they can become: `&amp;` and `%40`. Each kind of channel shows one of this length
    /// whole; cut, it would lead nowhere.
    pub const LONGEST_LINK: usize = 500;
    /// Characters of a text: room for some steps below any message.
    pub const LONGEST_TEXT: usize = 1_000;

    /// The URL or the text.
    pub fn as_str(&self) -> &str {
        match self {
            Runbook::Link(text) | Runbook::Text(text) => text,
        }
    }

    /// The URL, if it is one.
    pub fn link(&self) -> Option<&str> {
        match self {
            Runbook::Link(link) => Some(link),
            Runbook::Text(_) => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Runbook::Link(_) => None,
            Runbook::Text(text) => Some(text),
        }
    }
}
