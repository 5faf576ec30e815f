//! What is asked of every record: when, what, where. Found in the text as CloudTrail writes it; parsed only where a record
//! is written in another way.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::event;
use crate::members::Members;
use memchr::memmem::Finder;

/// The keys of a record that say whether anybody can want it. What is missing is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head<'a> {
    /// `eventTime`
    pub time: Cow<'a, str>,
    /// `eventSource`
    pub source: Cow<'a, str>,
    /// `eventName`
    pub name: Cow<'a, str>,
    /// `awsRegion`
    pub region: Cow<'a, str>,
    /// `recipientAccountId`, else `userIdentity.accountId`
    pub account: Cow<'a, str>,
    /// `eventType`
    pub kind: Cow<'a, str>,
    /// What kind of event it is.
    pub category: Category,
    /// `userIdentity.type`; empty also where only parsing the record would tell.
    pub identity: Cow<'a, str>,
    /// `errorCode`; empty if there certainly is none, and none where only parsing the record would tell.
    pub error: Option<Cow<'a, str>>,
}

/// The `eventCategory`, or what says as much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Calls that manage resources, sign-ins, and what services do.
    #[default]
    Management,
    /// Reads and writes of data. A trail logs them only if it is told to.
    Data,
    /// What CloudTrail itself found unusual.
    Insight,
    /// Calls through a VPC endpoint.
    NetworkActivity,
}

impl Category {
    fn of(category: &str, kind: &str, management: Option<bool>) -> Category {
        match (category, kind, management) {
            ("Insight", ..) | (_, "AwsCloudTrailInsight", _) => Category::Insight,
            ("NetworkActivity", ..) | (_, "AwsVpceEvent", _) => Category::NetworkActivity,
            ("Data", ..) | ("", _, Some(false)) => Category::Data,
            _ => Category::Management,
        }
    }
}

/// The end of a record has no more than this from the first key that we ask for there, `eventType`: first what is usual, then
/// with a long `resources` or `tlsDetails`.
const TAILS: [usize; 3] = [320, 640, 2_560];

impl<'a> Head<'a> {
    /// The head of a record; none if the text is not a JSON object.
    pub(crate) fn of(text: &'a str) -> Option<Head<'a>> {
        quick(text).or_else(|| parsed(text))
    }

    /// The `source` of its event.
    pub fn event_source(&self) -> String {
        event::source(&self.source)
    }

    /// The ARN of who did what an EventBridge event reports; empty where it has none.
    pub fn arn_in_event(event: &str) -> String {
        let detail = Members::of(event).and_then(|event| Members::of(event.get("detail")?));
        let identity = detail.and_then(|detail| Members::of(detail.get("userIdentity")?));
        identity.and_then(|identity| identity.text("arn")).unwrap_or_default().into_owned()
    }

    /// The detail-type of a record's event; none if EventBridge has no events of its type. Records of years ago have no type.
    pub fn detail_type(&self) -> Option<&'static str> {
        let is_sign_in = self.kind.is_empty() && self.source == "signin.amazonaws.com";
        event::detail_type(if is_sign_in { "AwsConsoleSignIn" } else { &self.kind })
    }

    /// The head of an EventBridge event; its name is the call's, else the detail-type, and the source is the event's own.
    pub fn of_event(text: &'a str) -> Head<'a> {
        let Some(event) = Members::of(text) else { return Head::default() };
        let detail = event.get("detail").and_then(Members::of);
        let of_detail = |key: &str| detail.as_ref().and_then(|detail| detail.text(key));
        let text = |key: &str| event.text(key).unwrap_or_default();
        Head {
            time: text("time"),
            source: text("source"),
            name: of_detail("eventName").unwrap_or_else(|| text("detail-type")),
            region: text("region"),
            account: text("account"),
            kind: of_detail("eventType").unwrap_or_default(),
            ..Head::default()
        }
    }
}

macro_rules! finder {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new($text));
    };
}
finder!(TIME, b"\"eventTime\":\"");
finder!(KIND, b"\"eventType\":\"");
finder!(ACCOUNT, b"\"recipientAccountId\":\"");
finder!(CATEGORY, b"\"eventCategory\":\"");

/// CloudTrail writes its keys in one order, without spaces: `userIdentity` begins with its type; `eventTime`, `eventSource`,
/// `eventName` and `awsRegion` follow one another behind it, in which no caller can put a key of these names; then come
/// `sourceIPAddress`, `userAgent`, and `errorCode` if there is one, else the request; and `eventType`,
/// `recipientAccountId` and `eventCategory` come behind all that a caller sends.
fn quick(text: &str) -> Option<Head<'_>> {
    let mut rest = text;
    key(&mut rest, "{\"eventVersion\":\"")?;
    let identity = key(&mut rest, ",\"userIdentity\":{\"type\":\"").unwrap_or_default();
    rest = rest.get(TIME.find(rest.as_bytes())? + 13..)?;
    let time = string(&mut rest)?;
    let source = key(&mut rest, ",\"eventSource\":\"")?;
    let name = key(&mut rest, ",\"eventName\":\"")?;
    let region = key(&mut rest, ",\"awsRegion\":\"")?;
    let error = error(&mut rest);
    let [kind, account, category] = TAILS.into_iter().find_map(|tail| ending(rest, tail))?;
    let text = Cow::Borrowed;
    Some(Head {
        category: Category::of(category, kind, None),
        time: instant(text(time)),
        source: text(source),
        name: text(name),
        region: text(region),
        account: text(account),
        kind: text(kind),
        identity: text(identity),
        error: error.map(text),
    })
}

/// The error's code, if the keys before it are those that CloudTrail writes; empty if the request follows them.
fn error<'a>(rest: &mut &'a str) -> Option<&'a str> {
    key(rest, ",\"sourceIPAddress\":\"")?;
    key(rest, ",\"userAgent\":\"")?;
    if rest.starts_with(",\"requestParameters\":") {
        return Some("");
    }
    key(rest, ",\"errorCode\":\"").filter(|code| !code.is_empty())
}

/// Type, account and category, if they stand in the last so many bytes. Searching forward for the last one is faster than
/// searching backward: only forward are many bytes looked at at once.
fn ending(text: &str, tail: usize) -> Option<[&str; 3]> {
    let start = text.len().saturating_sub(tail);
    let tail = &text.as_bytes()[start..];
    let last = |finder: &Finder<'_>, tail: &[u8]| finder.find_iter(tail).last();
    if let Some(ending) = last(&KIND, tail).and_then(|at| usual_ending(&text[start + at..])) {
        return Some(ending);
    }
    let category_at = last(&CATEGORY, tail)?;
    let account_at = last(&ACCOUNT, &tail[..category_at])?;
    let kind_at = last(&KIND, &tail[..account_at])?;
    let category = string(&mut &text[start + category_at + 17..])?;
    let account = string(&mut &text[start + account_at + 22..])?;
    let kind = string(&mut &text[start + kind_at + 13..])?;
    Some([kind, account, category])
}

/// The same, where nothing stands between them but `managementEvent`.
fn usual_ending(mut rest: &str) -> Option<[&str; 3]> {
    let rest = &mut rest;
    let kind = key(rest, "\"eventType\":\"")?;
    let flags = [",\"managementEvent\":true", ",\"managementEvent\":false"];
    *rest = flags.into_iter().find_map(|flag| rest.strip_prefix(flag))?;
    Some([kind, key(rest, ",\"recipientAccountId\":\"")?, key(rest, ",\"eventCategory\":\"")?])
}

/// CloudTrail Lake and Athena write a time without its zone, which is UTC: `2026-01-12 08:30:00.000`.
fn instant(time: Cow<'_, str>) -> Cow<'_, str> {
    match time.split_once(' ') {
        Some((day, clock))
            if day.len() == 10 && clock.bytes().all(|b| b.is_ascii_digit() || b":.".contains(&b)) =>
        {
            let seconds = clock.split('.').next().unwrap_or(clock);
            Cow::Owned(format!("{day}T{seconds}Z"))
        }
        _ => time,
    }
}

/// The text of the key that follows, written with the quote that opens its value.
fn key<'a>(rest: &mut &'a str, name: &str) -> Option<&'a str> {
    let mut behind = rest.strip_prefix(name)?;
    let text = string(&mut behind)?;
    *rest = behind;
    Some(text)
}

/// What stands before the next quote, if nothing in it is escaped; `rest` then begins behind the quote.
fn string<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let end = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
    let (text, behind) = rest.split_at(end);
    *rest = behind.strip_prefix('"')?;
    Some(text)
}

/// What is not of the type that CloudTrail writes counts as missing: a record is not lost for it.
fn parsed(text: &str) -> Option<Head<'_>> {
    let record = Members::of(text)?;
    let text = |key: &str| record.text(key).unwrap_or_default();
    let kind = text("eventType");
    let account = || record.get("userIdentity").and_then(Members::of)?.text("accountId");
    let management = match record.get("managementEvent") {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => None,
    };
    Some(Head {
        category: Category::of(&text("eventCategory"), &kind, management),
        time: instant(text("eventTime")),
        source: text("eventSource"),
        name: text("eventName"),
        region: text("awsRegion"),
        account: record.text("recipientAccountId").or_else(account).unwrap_or_default(),
        kind,
        ..Head::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"eventVersion":"1.11","userIdentity":{"type":"IAMUser","accountId":"210987654321"},"eventTime":"2026-01-12T08:30:00Z","eventSource":"s3.amazonaws.com","eventName":"DeleteBucket","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.10","requestParameters":{"eventName":"X","eventType":"Y","eventCategory":"Data"},"responseElements":null,"eventID":"e","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3"}}"#;

    #[test]
    fn both_ways_find_the_same() {
        let quick = quick(RECORD).unwrap();
        let same = Head { identity: Cow::default(), error: None, ..quick.clone() };
        assert_eq!(Some(same), parsed(RECORD));
        assert_eq!((quick.name.as_ref(), quick.account.as_ref()), ("DeleteBucket", "123456789012"));
        assert_eq!(quick.category, Category::Management);
    }

    #[test]
    fn an_identity_and_an_error_are_known_where_they_always_stand() {
        let agent = RECORD.replace(r#"10","request"#, r#"10","userAgent":"aws-cli/2.0","request"#);
        let failed =
            agent.replace(r#""request"#, r#""errorCode":"AccessDenied","errorMessage":"no","request"#);
        let quoted = failed.replace("aws-cli/2.0", r#"a \"b\""#);
        let untyped = RECORD.replace(r#""type":"IAMUser","#, "");
        for (text, identity, error) in [
            (RECORD, "IAMUser", None),
            (&agent, "IAMUser", Some("")),
            (&failed, "IAMUser", Some("AccessDenied")),
            (&quoted, "IAMUser", None),
            (&untyped, "", None),
        ] {
            let head = quick(text).unwrap();
            assert_eq!((&*head.identity, head.error.as_deref()), (identity, error), "{text}");
        }
    }

    #[test]
    fn another_spelling_is_parsed() {
        let spaced = RECORD.replace("\",\"", "\", \"").replace("Management\",", "Management\" ,");
        let value: serde_json::Value = serde_json::from_str(RECORD).unwrap();
        for text in [spaced, value.to_string(), RECORD.replace("DeleteBucket", "Delete\\u0042ucket")] {
            assert_eq!(super::quick(&text), None, "{text}");
            assert_eq!(Head::of(&text), parsed(RECORD), "{text}");
        }
    }

    #[test]
    fn a_value_of_another_type_loses_no_record() {
        let odd = RECORD.replace("\"managementEvent\":true", "\"managementEvent\":\"true\"");
        let odd = odd
            .replace("\"eventVersion\":\"1.11\"", "\"eventVersion\":1.11")
            .replace("\"userIdentity\":{", "\"userIdentity\":\"x\",\"y\":{");
        let head = Head::of(&odd).unwrap();
        assert_eq!(Some(head), parsed(RECORD));
        let without =
            r#"{"eventSource":"s3.amazonaws.com","eventName":7,"eventName":"X","recipientAccountId":1}"#;
        let head = Head::of(without).unwrap();
        assert_eq!((&*head.source, &*head.name, &*head.account), ("s3.amazonaws.com", "X", ""));
    }

    #[test]
    fn a_time_without_its_zone_is_in_utc() {
        let time = |time: &str| instant(Cow::Borrowed(time)).into_owned();
        for text in [
            "2026-01-12 08:30:00",
            "2026-01-12 08:30:00.000",
            "2026-01-12 08:30:00.000000000",
            "2026-01-12T08:30:00Z",
        ] {
            assert_eq!(time(text), "2026-01-12T08:30:00Z");
        }
        assert_eq!(time("2026-01-12 at noon"), "2026-01-12 at noon");
    }

    #[test]
    fn the_category_is_known_by_what_there_is() {
        let category = |text: &str| Head::of(text).unwrap().category;
        assert_eq!(category(r#"{"eventType":"AwsApiCall","managementEvent":false}"#), Category::Data);
        assert_eq!(category(r#"{"eventType":"AwsVpceEvent"}"#), Category::NetworkActivity);
        assert_eq!(category(r#"{"eventType":"AwsCloudTrailInsight"}"#), Category::Insight);
        assert_eq!(category(r"{}"), Category::Management);
    }
}
