//! An EventBridge event: the envelope is checked, the rest is read by JSON pointer.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::lenient;

/// A checked EventBridge event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event(Value);

impl Event {
    /// Reads an event and checks its envelope.
    ///
    /// # Errors
    /// [`EventError::NotJson`] or [`EventError::NotAnEnvelope`].
    pub fn parse(text: &[u8]) -> Result<Event, EventError> {
        Envelope::read(text)?.event()
    }

    /// All of it.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// The text at a JSON pointer; none where there is none or it is not a string.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.0.pointer(pointer).and_then(Value::as_str)
    }

    /// As [`Event::id`], read from the event's text without building the event; empty where there is none.
    pub fn id_in(text: &[u8]) -> String {
        #[derive(Deserialize)]
        struct Ids<'a> {
            #[serde(borrow)]
            id: Option<&'a RawValue>,
            #[serde(borrow)]
            source: Option<&'a RawValue>,
            #[serde(borrow, rename = "detail-type")]
            detail_type: Option<&'a RawValue>,
            #[serde(borrow, rename = "eventID")]
            event_id: Option<&'a RawValue>,
            #[serde(borrow)]
            detail: Option<&'a RawValue>,
        }

        let ids = |text| serde_json::from_str::<Ids<'_>>(text).ok();
        let text_of = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).ok();
        let Some(envelope) = std::str::from_utf8(text).ok().and_then(ids) else { return String::new() };
        let (source, detail_type) =
            (envelope.source.and_then(text_of), envelope.detail_type.and_then(text_of));
        let detail = envelope.detail.filter(|_| is_cloudtrails(source.as_deref(), detail_type.as_deref()));
        let of_detail = detail.and_then(|detail| ids(detail.get())?.event_id.and_then(text_of));
        of_detail.or_else(|| envelope.id.and_then(text_of)).unwrap_or_default()
    }

    /// CloudTrail's `detail.eventID`, else the envelope's `id`: the same for every copy of an event.
    pub fn id(&self) -> &str {
        self.cloudtrail_id().or_else(|| self.text("/id")).unwrap_or("")
    }

    /// The id under which CloudTrail knows it; none for an event that is not CloudTrail's.
    pub(crate) fn cloudtrail_id(&self) -> Option<&str> {
        self.text("/detail/eventID").filter(|_| self.is_cloudtrails())
    }

    /// Whether CloudTrail wrote it. Nobody else can: EventBridge keeps sources that begin with `aws.` for AWS, and
    /// other services of AWS give their events other types.
    pub(crate) fn is_cloudtrails(&self) -> bool {
        is_cloudtrails(self.text("/source"), self.text("/detail-type"))
    }
}

/// All six detail-types of CloudTrail's events end so.
fn is_cloudtrails(source: Option<&str>, detail_type: Option<&str>) -> bool {
    source.is_some_and(|source| source.starts_with("aws."))
        && detail_type.is_some_and(|kind| kind.ends_with(" via CloudTrail"))
}

/// Why something is not an event. The text never quotes the event: it may hold secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventError {
    /// The text is not JSON; where it breaks.
    NotJson(String),
    /// It is JSON, but no EventBridge envelope; what is missing.
    NotAnEnvelope(String),
}

impl fmt::Display for EventError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EventError::NotJson(why) => write!(f, "the event is not JSON: {why}"),
            EventError::NotAnEnvelope(why) => write!(
                f,
                "this is not an EventBridge event: {why}; an event is an object with `source`, `detail-type` and `detail`"
            ),
        }
    }
}

impl std::error::Error for EventError {}

/// The checked envelope of an event that was not built: most events match no watcher.
pub(crate) struct Envelope<'a> {
    text: &'a [u8],
    source: Option<String>,
}

impl<'a> Envelope<'a> {
    /// # Errors
    /// As [`Event::parse`].
    pub(crate) fn read(text: &'a [u8]) -> Result<Envelope<'a>, EventError> {
        #[derive(Deserialize)]
        struct Keys<'a> {
            #[serde(borrow)]
            source: Option<&'a RawValue>,
            #[serde(borrow, rename = "detail-type")]
            detail_type: Option<&'a RawValue>,
            #[serde(borrow)]
            detail: Option<&'a RawValue>,
        }

        let keys: Keys<'_> = serde_json::from_slice(text).map_err(|e| match e.classify() {
            serde_json::error::Category::Data if text.trim_ascii_start().starts_with(b"{") => {
                EventError::NotAnEnvelope("a key of the envelope stands twice".to_owned())
            }
            serde_json::error::Category::Data => {
                EventError::NotAnEnvelope("it is not a JSON object".to_owned())
            }
            _ => EventError::NotJson(e.to_string()),
        })?;
        for (key, value, first, kind) in [
            ("source", keys.source, '"', "a string"),
            ("detail-type", keys.detail_type, '"', "a string"),
            ("detail", keys.detail, '{', "an object"),
        ] {
            match value {
                None => return Err(EventError::NotAnEnvelope(format!("`{key}` is missing"))),
                Some(raw) if !raw.get().starts_with(first) => {
                    return Err(EventError::NotAnEnvelope(format!("`{key}` is not {kind}")));
                }
                Some(_) => {}
            }
        }
        let source = keys.source.and_then(|raw| serde_json::from_str(raw.get()).ok());
        Ok(Envelope { text, source })
    }

    /// The whole event.
    ///
    /// # Errors
    /// [`EventError::NotJson`].
    pub(crate) fn event(&self) -> Result<Event, EventError> {
        lenient::value(self.text).map(Event).map_err(|e| EventError::NotJson(e.to_string()))
    }

    /// The source; none if its text is not Unicode.
    pub(crate) fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_no_event_is_said_clearly() {
        let cases = [
            ("{", "the event is not JSON"),
            ("[]", "this is not an EventBridge event: it is not a JSON object;"),
            ("\"x\"", "it is not a JSON object"),
            ("{}", "`source` is missing"),
            (r#"{"source":"aws.s3","detail-type":"x"}"#, "`detail` is missing"),
            (r#"{"source":1,"detail-type":"x","detail":{}}"#, "`source` is not a string"),
            (r#"{"source":"aws.s3","detail-type":"x","detail":[]}"#, "`detail` is not an object"),
            (
                r#"{"source":"a","source":"b","detail-type":"x","detail":{}}"#,
                "a key of the envelope stands twice",
            ),
        ];
        for (text, expected) in cases {
            let error = Event::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn the_id_is_the_same_with_and_without_the_event() {
        let of = |source: &str, detail_type: &str, detail: Value| json!({"id": "e", "source": source, "detail-type": detail_type, "detail": detail});
        let via = |name: &str| of("aws.s3", &format!("AWS {name} via CloudTrail"), json!({"eventID": "c"}));
        let cases = [
            (via("API Call"), "c"),
            (via("Console Sign In"), "c"),
            (via("Service Event"), "c"),
            (of("aws.s3", "AWS API Call via CloudTrail", json!({"eventID": null, "id": "x"})), "e"),
            // Whoever writes an event of their own can put any id there, CloudTrail's too.
            (of("orders", "AWS API Call via CloudTrail", json!({"eventID": "c"})), "e"),
            (of("awsome", "AWS API Call via CloudTrail", json!({"eventID": "c"})), "e"),
            (of("aws.s3", "Object Created", json!({"eventID": "c"})), "e"),
            (json!({"id": 5, "source": "s", "detail-type": "t", "detail": {}}), ""),
        ];
        for (event, expected) in cases {
            let text = event.to_string();
            assert_eq!(Event::parse(text.as_bytes()).unwrap().id(), expected);
            assert_eq!(Event::id_in(text.as_bytes()), expected);
        }
        assert_eq!(Event::id_in(b"{"), "");
    }
}
