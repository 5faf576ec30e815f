//! Which watchers can want events of a name: decided once for each name, so that what nobody wants is never parsed.

use std::collections::HashMap;
use std::sync::Arc;

use aws_facts::detail_types::VIA_CLOUDTRAIL;
use aws_facts::is_read_only;
use event_pattern::{Alternative, Candidate, Pattern};
use foldhash::fast::RandomState;
use records::Head;

use crate::needles::Needles;

/// The answers so far.
#[derive(Debug, Default)]
pub(crate) struct Wants {
    answers: HashMap<String, Arc<Answer>, RandomState>,
    key: String,
}

/// What is known of a name.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The numbers of the watchers that can want events of its name.
    pub(crate) watchers: Vec<u32>,
    /// It is a call that an ordinary rule does not get.
    pub(crate) read_only: bool,
    /// What a record must contain for one of them to match, by whoever did it and how it failed; none if that cannot be said.
    needles: Option<Needles>,
}

impl Answer {
    /// Whether a record with this text can match any of the watchers.
    pub(crate) fn can_match(&self, record: &str) -> bool {
        self.needles.as_ref().is_none_or(|needles| needles.are_in(record))
    }
}

/// What the head is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// A record, which becomes an event only if somebody wants it.
    Record,
    /// An event, whose envelope is there.
    Event,
}

impl Wants {
    /// Who can want something with this head, by what is known for certain.
    pub(crate) fn of(&mut self, of: Of, head: &Head<'_>, patterns: &[&Pattern]) -> Arc<Answer> {
        self.key.clear();
        let kind = if of == Of::Event { "event" } else { "record" };
        let error = head.error.as_deref().unwrap_or("?");
        for part in [kind, &head.source, &head.name, &head.kind, &head.identity, error] {
            self.key.push_str(part);
            self.key.push('\0');
        }
        if let Some(answer) = self.answers.get(&self.key) {
            return Arc::clone(answer);
        }
        let known = known(of, head);
        let wanting: Vec<(u32, &Pattern)> =
            (0..).zip(patterns.iter().copied()).filter(|(_, pattern)| can_match(pattern, &known)).collect();
        let source = if of == Of::Event { head.source.clone() } else { head.event_source().into() };
        let answer = Arc::new(Answer {
            watchers: wanting.iter().map(|(number, _)| *number).collect(),
            read_only: is_read_only(Some(&source), &head.name),
            needles: Needles::new(wanting.iter().flat_map(|(_, pattern)| may_match(pattern, head))),
        });
        self.answers.insert(self.key.clone(), Arc::clone(&answer));
        answer
    }
}

/// The texts that the event has for certain, by their paths. What is missing in the head, or was of another type than a
/// text, decides nothing.
fn known(of: Of, head: &Head<'_>) -> Vec<(&'static str, String)> {
    let text = |text: &str| text.to_owned();
    let mut known = match of {
        Of::Record => vec![
            ("source", head.event_source()),
            ("detail-type", text(head.detail_type().unwrap_or_default())),
            ("detail.eventSource", text(&head.source)),
            ("detail.eventName", text(&head.name)),
        ],
        Of::Event if head.kind.is_empty() => {
            vec![("source", text(&head.source)), ("detail-type", text(&head.name))]
        }
        Of::Event => vec![("source", text(&head.source)), ("detail.eventName", text(&head.name))],
    };
    known.push(("detail.eventType", text(&head.kind)));
    known.retain(|(_, value)| !value.is_empty());
    known
}

fn can_match(pattern: &Pattern, known: &[(&str, String)]) -> bool {
    pattern.alternatives().iter().any(|alternative| can_be(alternative, known))
}

fn can_be(alternative: &Alternative, known: &[(&str, String)]) -> bool {
    known.iter().all(|(path, value)| admits(alternative, path, value))
}

/// Whether the alternative takes an event that has this text there; the empty one stands for none.
fn admits(alternative: &Alternative, path: &str, value: &str) -> bool {
    let is_missing = |candidate: &Candidate| matches!(candidate, Candidate::Exists(false) | Candidate::Null);
    alternative.get(path).is_none_or(|candidates| {
        candidates.iter().any(|candidate| match value {
            "" => is_missing(candidate),
            _ => candidate.matches_text(value),
        })
    })
}

/// The alternatives that are left once it is known who did it and how it failed. The watchers whose patterns want something
/// else have still missed the event, so this is no part of [`can_match`].
fn may_match<'a>(pattern: &'a Pattern, head: &Head<'_>) -> impl Iterator<Item = &'a Alternative> {
    pattern.alternatives().iter().filter(move |alternative| {
        (head.identity.is_empty() || admits(alternative, "detail.userIdentity.type", &head.identity))
            && head.error.as_deref().is_none_or(|error| admits(alternative, "detail.errorCode", error))
    })
}

/// Whether CloudTrail's logs cannot hold what the pattern wants, because services send it to EventBridge themselves.
pub(crate) fn is_native(pattern: &Pattern) -> bool {
    let is_native = |alternative: &Alternative| {
        alternative.get("detail-type").is_some_and(|candidates| {
            VIA_CLOUDTRAIL.iter().all(|kind| candidates.iter().all(|candidate| !candidate.matches_text(kind)))
        })
    };
    pattern.alternatives().iter().all(is_native)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use records::Item;
    use serde_json::{Value, json};

    fn candidate() -> impl Strategy<Value = Value> {
        prop_oneof![
            "Root|IAMUser|AccessDenied".prop_map(|text| json!(text)),
            "R|Access".prop_map(|text| json!({"prefix": text})),
            "Root|AccessDenied".prop_map(|text| json!({"anything-but": [text]})),
            any::<bool>().prop_map(|wanted| json!({"exists": wanted})),
            Just(json!(null)),
            Just(json!("")),
        ]
    }

    fn texts() -> impl Strategy<Value = Value> {
        prop_oneof![
            4 => "Root|IAMUser|AccessDenied|R\\\\|AccessDenied\"".prop_map(|text| json!(text)),
            1 => Just(json!(null)),
            1 => Just(json!("")),
            1 => Just(json!(7)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn what_matches_is_wanted(
            by in prop::collection::vec(candidate(), 1..3),
            failed in prop::collection::vec(candidate(), 1..3),
            identity in prop::option::of(texts()),
            agent in prop::option::of("aws-cli|a \\\\\"b\\\\\""),
            error in prop::option::of(texts()),
        ) {
            let key = |name: &str, value: Option<&Value>| value.map_or(String::new(), |value| format!(",\"{name}\":{value}"));
            let identity = key("type", identity.as_ref());
            let agent = agent.map_or(String::new(), |agent| format!(",\"userAgent\":\"{agent}\""));
            let error = key("errorCode", error.as_ref());
            let record = format!(
                r#"{{"eventVersion":"1.11","userIdentity":{{{}}},"eventTime":"2026-01-12T08:30:00Z","eventSource":"s3.amazonaws.com","eventName":"DeleteBucket","awsRegion":"eu-west-1","sourceIPAddress":"203.0.113.10"{agent}{error},"requestParameters":{{"errorCode":"AccessDenied"}},"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","eventCategory":"Management"}}"#,
                identity.trim_start_matches(',')
            );
            let pattern = json!({"detail": {"$or": [{"userIdentity": {"type": by}}, {"errorCode": failed}]}});
            let pattern = Pattern::parse(&pattern.to_string()).unwrap();
            records::read(record.as_bytes(), &mut |found| {
                let Ok(Item::Record(read)) = found.item else { panic!("{record}") };
                let matches = pattern.matches(read.to_event().unwrap().as_bytes()).unwrap();
                let answer = Wants::default().of(Of::Record, &read.head, &[&pattern]);
                assert!(!matches || !answer.watchers.is_empty() && answer.can_match(&record), "{pattern:?} {record}");
                true
            });
        }
    }
}
