//! Groups: what a watcher's alerts are grouped by, and the summary at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::channels::text::{cut, value};
use crate::delivery::{Delivery, Facts, in_words};
use crate::purpose::Purpose;
use crate::redirect::Routed;
use crate::severity::Severity;
use crate::template::text_of;
use crate::watcher::Watcher;
use crate::words::plain;

/// How many values of a field a summary shows.
pub const SHOWN_VALUES: usize = 5;
/// What stands in front of a summary's title, when no more were left out than is usual.
pub const SUMMARY_PREFIX: &str = "99 more: ";
/// One of them; what is longer is cut. Six of them are kept for each field of each open group.
const VALUE_LIMIT: usize = 100;
/// What the first alert said, in the summary: enough to know which one it was.
const FIRST_LIMIT: usize = 1_000;
/// The standard variables in which the events of a group can differ, beside the watcher's own fields.
const TOLD: [&str; 8] =
    ["actor", "identity_arn", "account", "region", "event_name", "source_ip", "error_code", "target"];

/// Which group an event belongs to, and what its summary needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// The watcher and the values that make the group, as one text; no two groups have the same.
    pub name: String,
    /// How long the group's window is open, in seconds.
    pub window: u64,
    /// How many events it takes in a window before the alert.
    pub at_least: u32,
    /// Names and texts of the values that may differ within the group.
    pub values: Vec<(String, String)>,
}

/// What an event is in its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The one that is sent at once.
    Alert,
    /// One that is only counted.
    Repeat,
}

impl Role {
    /// What the event is that comes after so many, where it takes `at_least` of them before the alert.
    pub fn of(before: u64, at_least: u32) -> Role {
        if before + 1 == u64::from(at_least.max(1)) { Role::Alert } else { Role::Repeat }
    }
}

/// What a group's window has counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many events, the alert included.
    pub count: u64,
    /// When the first of them happened.
    pub first: Timestamp,
    /// When the last of them happened.
    pub last: Timestamp,
    /// The texts of each field, by its name: all that came, or some and at least one more than [`SHOWN_VALUES`].
    pub values: BTreeMap<String, BTreeSet<String>>,
}

impl Tally {
    /// Of a window whose first event happened then.
    pub fn new(at: Timestamp, values: &[(String, String)]) -> Tally {
        let mut tally = Tally { count: 0, first: at, last: at, values: BTreeMap::new() };
        tally.add(at, values);
        tally
    }

    /// Counts an event.
    pub fn add(&mut self, at: Timestamp, values: &[(String, String)]) {
        self.count += 1;
        self.first = self.first.min(at);
        self.last = self.last.max(at);
        for (name, value) in values {
            let values = self.values.entry(name.clone()).or_default();
            if values.len() <= SHOWN_VALUES {
                values.insert(value.clone());
            }
        }
    }

    /// How many events the summary tells; none when there is nothing more to say than the alert did.
    pub fn untold(&self, at_least: u32) -> Option<u64> {
        self.count.checked_sub(1).filter(|more| *more > 0 && self.count >= u64::from(at_least))
    }
}

/// The event's group; none if the watcher has none. What is worse or better than the watcher's `severity` is told apart:
/// an attempt that was denied must not hide the call that then succeeded.
pub(crate) fn grouping(
    watcher: &Watcher,
    severity: Severity,
    routed: &[Routed<'_>],
    facts: &Facts,
    variables: impl Fn(&str) -> Option<Value>,
) -> Option<Grouping> {
    let group = watcher.group.as_ref()?;
    let is_own = |name: &str| watcher.fields.iter().any(|field| field.name == name);
    // Two accounts can have one name, and an account's name can come and go; its id stays.
    let by = |name: &str| match name {
        "account" if !is_own(name) => Some(Value::from(facts.account_id.as_str())),
        _ => variables(name),
    };
    let told = |name: &str| match name {
        "account" if !is_own(name) => Some(facts.account_with_id()),
        _ => Some(text_of(&variables(name)?)),
    };
    // As JSON, which tells "1" from 1, and what is missing from what is empty.
    let by: Vec<Value> = group.by.iter().map(|name| by(name).unwrap_or(Value::Null)).collect();
    let mut name = vec![Value::from(watcher.name.as_str()), Value::from(group.by.clone()), Value::from(by)];
    if severity != watcher.severity {
        name.push(Value::from(severity.as_str()));
    }
    // What goes elsewhere is counted elsewhere: its summary must not end in the other's channels.
    let channels: Vec<&str> = routed.iter().map(|routed| routed.to).collect();
    if channels != watcher.channels {
        name.push(Value::from(channels));
    }
    let own = watcher.fields.iter().map(|field| field.name.as_str());
    // A field of the watcher's own that names the resource says it under a better name.
    let target = variables("target").map(|target| text_of(&target));
    let is_named = watcher
        .fields
        .iter()
        .filter_map(|field| variables(&field.name))
        .any(|found| target.as_deref().is_some_and(|target| text_of(&found).ends_with(target)));
    let others = TOLD.into_iter().filter(|name| !is_own(name)).filter(|name| *name != "target" || !is_named);
    let values = own.chain(others).filter(|name| group.by.iter().all(|by| by != name)).filter_map(|name| {
        let text = shown(&told(name)?);
        (!text.is_empty()).then(|| (name.to_owned(), text))
    });
    Some(Grouping {
        name: Value::from(name).to_string(),
        window: group.window,
        at_least: group.at_least,
        values: values.collect(),
    })
}

/// A value as the summary shows it. An empty one is not counted: a set of DynamoDB holds no empty text.
fn shown(text: &str) -> String {
    cut(value(text).trim(), VALUE_LIMIT, |_| 1)
}

/// The group of an ungrouped watcher's alerts for one channel, which they flood.
pub fn flood(fields: &Map<String, Value>, delivery: &Delivery, window: Duration) -> Grouping {
    let facts = &delivery.facts;
    let account = facts.account_with_id();
    let told = [
        ("actor", facts.actor.as_deref()),
        ("account", Some(account.as_str())),
        ("region", Some(facts.region.as_str())),
        ("event_name", Some(facts.event_name.as_str())),
        ("error_code", facts.outcome.as_deref()),
        ("target", facts.target.as_deref()),
    ];
    let own = fields.iter().map(|(name, found)| (name.as_str(), shown(&text_of(&plain(found)))));
    let own: Vec<(&str, String)> = own.collect();
    let is_named = |target: &str| own.iter().any(|(_, text)| text.ends_with(target));
    let others = told.into_iter().filter(|(name, _)| !fields.contains_key(*name));
    let others = others.filter_map(|(name, text)| Some((name, shown(text?))));
    let others = others.filter(|(name, text)| *name != "target" || !is_named(text));
    let others: Vec<(&str, String)> = others.collect();
    let values = own.into_iter().chain(others).filter(|(_, text)| !text.is_empty());
    Grouping {
        name: Value::from(vec!["flood", &delivery.watcher, &delivery.channel]).to_string(),
        window: window.as_secs(),
        at_least: 1,
        values: values.map(|(name, text)| (name.to_owned(), text)).collect(),
    }
}

/// The message at the end of a window for a channel; none when there is nothing more to say than the alert did. `first` is
/// what the window's first event said.
pub fn summary(first: &Delivery, channel: &str, tally: &Tally, at_least: u32) -> Option<Delivery> {
    let more = tally.untold(at_least)?;
    let differs = |name: &str| tally.values.get(name).is_some_and(|values| values.len() > 1);
    let same = |name: &str, text: &str| if differs(name) { String::new() } else { text.to_owned() };
    let facts = &first.facts;
    Some(Delivery {
        channel: channel.to_owned(),
        watcher: first.watcher.clone(),
        severity: first.severity,
        // In front: what stands behind is lost when a long title is cut.
        title: format!("{more} more: {}", first.title),
        message: message(first, more, tally),
        runbook: first.runbook.clone(),
        facts: Facts {
            event_name: same("event_name", &facts.event_name),
            account: same("account", &facts.account),
            account_id: same("account", &facts.account_id),
            region: same("region", &facts.region),
            actor: facts.actor.clone().filter(|_| !differs("actor")),
            origin: facts.origin.clone().filter(|_| !differs("actor") && !differs("source_ip")),
            outcome: facts.outcome.clone().filter(|_| !differs("error_code")),
            // That of the first alone, which had them.
            target: None,
            target_link: None,
            ..facts.clone()
        },
        purpose: Purpose::Summary,
        render_error: None,
    })
}

fn message(first: &Delivery, more: u64, tally: &Tally) -> String {
    let (from, to) = (in_words(tally.first), in_words(tally.last));
    let when = if from == to { format!("at {from}") } else { format!("between {from} and {to}") };
    let mut text = match more {
        1 => format!("1 more event like this came {when}."),
        _ => format!("{more} more events like this came {when}."),
    };
    for (name, values) in tally.values.iter().filter(|(_, values)| values.len() > 1) {
        let shown: Vec<&str> = values.iter().take(SHOWN_VALUES).map(String::as_str).collect();
        let rest = if values.len() > SHOWN_VALUES { " and others" } else { "" };
        let _ = write!(text, "\n{name}: {}{rest}", shown.join(", "));
    }
    let _ = write!(text, "\n\nThe first:\n{}", cut(first.message.trim(), FIRST_LIMIT, |_| 1));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::tests::delivery;
    use crate::{Kind, Mentions, Reference, Slack, Sns, SnsFormat, TopicRef};
    use serde_json::json;

    fn tally(count: u64, values: &[(&str, &[&str])]) -> Tally {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Tally {
            count,
            first: "2026-01-12T08:30:00Z".parse().unwrap(),
            last: "2026-01-12T08:44:10Z".parse().unwrap(),
            values: values.iter().map(|(name, values)| ((*name).to_owned(), texts(values))).collect(),
        }
    }

    #[test]
    fn a_summary_says_how_many_when_and_what_differs() {
        let buckets: &[&str] = &["a", "b", "c", "d", "e", "f"];
        let values = [("bucket", buckets), ("region", &["eu-west-1", "us-east-1"]), ("actor", &["alice"])];
        let sent = summary(&delivery(), "security", &tally(8, &values), 1).unwrap();
        let text = "7 more events like this came between 2026-01-12 08:30:00 UTC and 2026-01-12 08:44:10 UTC.\n\
            bucket: a, b, c, d, e and others\n\
            region: eu-west-1, us-east-1\n\n\
            The first:\nBucket \"demo\" was deleted by alice";
        let expected = json!({
            "text": format!("🟠 7 more: S3 bucket deleted: {text}"),
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "🟠 7 more: S3 bucket deleted", "emoji": false}},
                {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": false}},
                {"type": "context", "elements": [
                    {"type": "plain_text", "text": "production (123456789012)", "emoji": false},
                    {"type": "plain_text", "text": "alice", "emoji": false},
                    {"type": "plain_text", "text": "203.0.113.10, console, with MFA", "emoji": false},
                    {"type": "mrkdwn", "verbatim": true,
                     "text": "<!date^1768206600^{date_short_pretty} {time_secs}|2026-01-12T08:30:00Z>"},
                ]},
                {"type": "actions", "elements": [{
                    "type": "button", "url": "https://example.com/#/events/1",
                    "text": {"type": "plain_text", "text": "Open in CloudTrail", "emoji": false},
                }]},
            ],
        });
        let slack = Slack {
            webhook: Reference::Ssm("/account-watcher/x".to_owned()),
            host: None,
            mention: Mentions::default(),
        };
        assert_eq!(slack.payload(&sent).json, expected);

        let mail = Sns { topic: TopicRef::Env("TOPIC".to_owned()), format: SnsFormat::Text }.message(&sent);
        assert_eq!(mail.subject, "7 more: S3 bucket deleted");
        let facts = "\n\nEvent: DeleteBucket\nOutcome: succeeded\nActor: alice\nFrom: 203.0.113.10, console, with MFA\n\
            Account: production (123456789012)\nTime: 2026-01-12 08:30:00 UTC\nSeverity: high\n\
            Watcher: s3-bucket-deleted\nEvent id: 1\nCloudTrail: https://example.com/#/events/1";
        assert_eq!(mail.message, format!("{text}{facts}"));
    }

    #[test]
    fn the_prefix_of_a_title_is_as_long_as_is_told() {
        let title = summary(&delivery(), "security", &tally(100, &[]), 1).unwrap().title;
        assert_eq!(title.strip_prefix(SUMMARY_PREFIX), Some("S3 bucket deleted"));
    }

    #[test]
    fn what_differs_is_not_told_as_a_fact() {
        let two: &[&str] = &["x", "y"];
        let values = ["actor", "account", "event_name", "error_code", "region"].map(|name| (name, two));
        let facts = summary(&delivery(), "security", &tally(2, &values), 1).unwrap().facts;
        let expected = Facts {
            event_id: "1".to_owned(),
            time: facts.time.clone(),
            link: facts.link.clone(),
            ..Facts::default()
        };
        assert_eq!(facts, expected);
    }

    #[test]
    fn there_is_a_summary_when_something_was_not_sent() {
        let cases = [(1, 1, false), (2, 1, true), (4, 5, false), (5, 5, true), (6, 5, true), (0, 1, false)];
        for (count, at_least, expected) in cases {
            let sent = summary(&delivery(), "security", &tally(count, &[]), at_least);
            assert_eq!(sent.is_some(), expected, "{count} of {at_least}");
        }
        let mut at_once = tally(2, &[]);
        at_once.last = at_once.first;
        let text = summary(&delivery(), "security", &at_once, 1).unwrap().message;
        assert!(
            text.starts_with("1 more event like this came at 2026-01-12 08:30:00 UTC.\n\nThe first:"),
            "{text}"
        );
    }

    #[test]
    fn a_long_first_message_does_not_hide_the_rest() {
        let long = Delivery { message: "x".repeat(300_000), ..delivery() };
        let text = summary(&long, "security", &tally(2, &[("bucket", &["a", "b"])]), 1).unwrap().message;
        assert!(text.contains("\nbucket: a, b\n") && text.len() < 1_200, "{}", text.len());
    }
}
