//! What is read: a record, an event, or something that has none; and why something is none of these.

use serde_json::json;

use crate::head::Head;
use crate::members::Members;

/// One thing that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Item<'a> {
    /// A record of CloudTrail.
    Record(Record<'a>),
    /// The text of an event as EventBridge delivers it.
    Event(&'a str),
    /// A digest file of CloudTrail, which has hashes of log files and no events.
    Digest,
}

/// A record of CloudTrail.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<'a> {
    /// Its JSON.
    pub text: &'a str,
    /// When, what and where.
    pub head: Head<'a>,
}

impl Record<'_> {
    /// The event that EventBridge makes of it.
    ///
    /// # Errors
    /// Why there is none.
    pub fn to_event(&self) -> Result<String, String> {
        to_event(self.text, &self.head)
    }
}

/// Why something is neither a record nor an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub why: String,
    /// The line and the column in the text, from 1, where its JSON breaks.
    pub at: Option<(usize, usize)>,
}

impl From<&str> for Fault {
    fn from(why: &str) -> Fault {
        Fault { why: why.to_owned(), at: None }
    }
}

impl From<String> for Fault {
    fn from(why: String) -> Fault {
        Fault { why, at: None }
    }
}

/// The event; the record's own text stays as it is, down to its spaces.
///
/// # Errors
/// Why there is no such event.
fn to_event(record: &str, head: &Head<'_>) -> Result<String, String> {
    let id = Members::parse(record)
        .map_err(|e| format!("the record is not JSON: {e}"))?
        .text("eventID")
        .unwrap_or_default()
        .into_owned();
    let detail_type = head
        .detail_type()
        .ok_or_else(|| format!("EventBridge has no events of the eventType `{}`", head.kind))?;
    Ok(format!(
        r#"{{"version":"0","id":{},"detail-type":{},"source":{},"account":{},"time":{},"region":{},"resources":[],"detail":{record}}}"#,
        json!(id),
        json!(detail_type),
        json!(head.event_source()),
        json!(head.account),
        json!(head.time),
        json!(head.region),
    ))
}
