//! What the function is called with: an event, or a batch of the retry queue; and what a message of that queue is.

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::group::Timer;
use crate::operator::Asked;
use crate::queue::Queued;

/// The payload of an invocation.
#[derive(Debug)]
pub enum Input<'a> {
    /// The text of what should be an event.
    Event(&'a str),
    /// Messages of the retry queue.
    Batch(Vec<Record>),
    /// What an operator asks for by hand.
    Asked(Asked<'a>),
}

/// A message as Lambda hands it over.
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event>
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// What a failed message is reported by.
    pub message_id: String,
    /// What it is hidden by.
    pub receipt_handle: String,
    /// Its text.
    pub body: String,
    #[serde(default)]
    attributes: Attributes,
    event_source: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attributes {
    approximate_receive_count: Option<String>,
    sent_timestamp: Option<String>,
}

/// What a message of the retry queue holds.
#[derive(Debug)]
pub enum Body<'a> {
    /// A delivery that waits for its next try, or a dead letter that somebody redrove.
    Delivery(Box<Queued>),
    /// The end of a group's window.
    Timer(Box<Timer>),
    /// The text of what should be an event: as EventBridge dead-letters it, or out of Lambda's record of an
    /// invocation that failed.
    Event(&'a str),
}

/// A payload or message that the function cannot read. The text never quotes it.
#[derive(Debug)]
pub struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'a> Input<'a> {
    /// Tells an event from a batch. Whatever is not a batch passes for an event: reading it as one says what is wrong.
    ///
    /// # Errors
    /// When there are records, but not of SQS; or something is asked for that there is not.
    pub fn parse(payload: &'a str) -> Result<Input<'a>, Unreadable> {
        #[derive(Deserialize)]
        struct Probe<'a> {
            #[serde(borrow, rename = "Records")]
            records: Option<&'a RawValue>,
        }

        if let Some(asked) = Asked::parse(payload) {
            return asked.map(Input::Asked).map_err(Unreadable);
        }

        let Ok(Probe { records: Some(records) }) = serde_json::from_str(payload) else {
            return Ok(Input::Event(payload));
        };
        let records: Vec<Record> = serde_json::from_str(records.get())
            .map_err(|e| Unreadable(format!("`Records` cannot be read as messages of SQS: {}", place(&e))))?;
        match records.iter().find(|record| record.event_source != "aws:sqs") {
            Some(_) => Err(Unreadable("`Records` holds something that is not an SQS message".to_owned())),
            None => Ok(Input::Batch(records)),
        }
    }
}

impl Record {
    /// How often it was received, this time included.
    pub fn received(&self) -> u32 {
        self.attributes.approximate_receive_count.as_ref().and_then(|count| count.parse().ok()).unwrap_or(1)
    }

    /// When it came into the queue.
    pub fn sent(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.attributes.sent_timestamp.as_ref()?.parse().ok()?).ok()
    }

    /// What it holds.
    ///
    /// # Errors
    /// When it is a delivery of a form that this version does not know.
    pub fn body(&self) -> Result<Body<'_>, Unreadable> {
        // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Probe<'a> {
            #[serde(borrow)]
            delivery: Option<&'a RawValue>,
            #[serde(borrow)]
            timer: Option<&'a RawValue>,
            #[serde(borrow)]
            request_context: Option<&'a RawValue>,
            #[serde(borrow)]
            request_payload: Option<&'a RawValue>,
        }

        match serde_json::from_str(&self.body) {
            Ok(Probe { delivery: Some(_), .. }) => {
                serde_json::from_str(&self.body).map(|queued| Body::Delivery(Box::new(queued))).map_err(|e| {
                    Unreadable(format!("this version cannot read the queued delivery: {}", place(&e)))
                })
            }
            Ok(Probe { timer: Some(timer), .. }) => {
                serde_json::from_str(timer.get()).map(|timer| Body::Timer(Box::new(timer))).map_err(|e| {
                    Unreadable(format!("this version cannot read the end of a group: {}", place(&e)))
                })
            }
            Ok(Probe { request_context: Some(_), request_payload: Some(event), .. }) => {
                Ok(Body::Event(event.get()))
            }
            _ => Ok(Body::Event(&self.body)),
        }
    }
}

/// Where reading stopped, without serde's words, which quote the value.
fn place(error: &serde_json::Error) -> String {
    format!("reading stopped at line {} column {}", error.line(), error.column())
}
