//! Only the patterns of an event's source are compiled. What matches must be what matches pattern by pattern.

#![allow(clippy::unwrap_used, reason = "a surprise fails the test")]

use event_pattern::Pattern;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;
use watcher::{Config, Watcher, Watchers};

/// Patterns that name a source, several, none, one of several ways, and one that is not plain text.
const PATTERNS: &[&str] = &[
    r#"{"source":["aws.s3"]}"#,
    r#"{"detail":{"a":[1]}}"#,
    r#"{"source":["aws.iam","aws.s3"],"detail":{"a":[1]}}"#,
    r#"{"source":[{"prefix":"aws."}]}"#,
    r#"{"$or":[{"source":["aws.ecs"]},{"source":["aws.s3"],"detail":{"a":[2]}}]}"#,
    r#"{"$or":[{"source":["aws.ecs"]},{"detail":{"a":[2]}}]}"#,
    r#"{"source":["192.0.2.1"]}"#,
    r#"{"source":[{"anything-but":"aws.s3"}]}"#,
    r#"{"source":["é","aws.iam"]}"#,
];

/// Sources as they stand in the event's text.
const SOURCES: &[&str] = &[
    "aws.s3",
    r"aws\u002es3",
    "aws.iam",
    "aws.ecs",
    "my.app",
    "192.0.2.1",
    "192.000.2.1",
    "é",
    r"\u00e9",
    r"\ud800",
    "",
];

/// More of the envelope: keys that could be taken for a way to `source`, and are none.
const MORE: &[&str] = &[
    "",
    r#""":{"source":"aws.iam"},"#,
    r#"".source":"aws.ecs","#,
    r#""source.":"aws.s3","#,
    r#""x":{"source":"aws.iam"},"#,
];

fn watchers(patterns: &[&str]) -> Watchers {
    let watcher = |(index, pattern): (usize, &&str)| -> Watcher {
        serde_json::from_value(json!({
            "name": format!("w{index}"), "title": "t", "severity": "high", "channels": [], "message": "m",
            "pattern": pattern, "fields": [], "ignores": [], "group": null,
        }))
        .unwrap()
    };
    Watchers::new(Config::default(), patterns.iter().enumerate().map(watcher).collect())
}

fn names(watchers: &Watchers, event: &str) -> Vec<String> {
    let found = watchers.deliveries(event.as_bytes(), date(2026, 1, 1)).unwrap();
    found.into_iter().map(|matched| matched.watcher.name.clone()).collect()
}

fn one_by_one(patterns: &[&str], event: &str) -> Vec<String> {
    let matches = |pattern: &str| Pattern::parse(pattern).unwrap().matches(event.as_bytes()).unwrap();
    let found = patterns.iter().enumerate().filter(|(_, pattern)| matches(pattern));
    found.map(|(index, _)| format!("w{index}")).collect()
}

fn event(source: &str, more: &str, a: u8) -> String {
    format!(r#"{{{more}"detail-type":"x","source":"{source}","detail":{{"a":{a}}}}}"#)
}

#[test]
fn the_embedded_watchers_match_what_their_patterns_match() {
    let embedded = Watchers::embedded(watchers(PATTERNS).to_embedded().leak());
    let mut matches = 0;
    for source in SOURCES {
        for more in MORE {
            for a in 0..3 {
                let event = event(source, more, a);
                let expected = one_by_one(PATTERNS, &event);
                matches += expected.len();
                assert_eq!(names(&embedded, &event), expected, "{event}");
            }
        }
    }
    assert!(matches > 300, "{matches}");
}

proptest! {
    #[test]
    fn any_watchers_match_what_their_patterns_match(
        patterns in proptest::collection::vec(proptest::sample::select(PATTERNS), 0..6),
        source in proptest::sample::select(SOURCES),
        more in proptest::sample::select(MORE),
        a in 0..3_u8,
    ) {
        let event = event(source, more, a);
        prop_assert_eq!(names(&watchers(&patterns), &event), one_by_one(&patterns, &event));
    }
}
