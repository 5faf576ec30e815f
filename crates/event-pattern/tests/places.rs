//! All faults of a pattern at once, where they and all other parts stand, and what is left without them.

#![allow(clippy::unwrap_used, reason = "a surprise fails the test")]

mod generators;

use std::io::Read as _;

use event_pattern::{Candidate, Parsed, Pattern};
use flate2::read::GzDecoder;
use generators::{pattern, pattern_text};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The pointer of each fault and the text that it points at, and what is left.
#[track_caller]
fn check(text: &str, faults: &[(&str, &str)], left: Option<&str>) {
    let parsed = Pattern::parse_all(text);
    let found: Vec<(&str, &str)> = parsed
        .faults
        .iter()
        .map(|fault| (fault.error.pointer(), fault.place.clone().map_or("", |place| &text[place.whole])))
        .collect();
    assert_eq!(found, faults, "{text}");
    assert_eq!(parsed.pattern.as_ref().map(ToString::to_string).as_deref(), left, "{text}");
    agrees(text, &parsed);
}

/// With what a parse says that ends at the first fault, and the places with the text.
fn agrees(text: &str, parsed: &Parsed) {
    match Pattern::parse(text) {
        Ok(pattern) => {
            assert!(parsed.faults.is_empty(), "{text}: {:?}", parsed.faults);
            assert_eq!(parsed.pattern, Some(pattern), "{text}");
        }
        Err(error) => assert_eq!(parsed.faults[0].error, error, "{text}"),
    }
    for condition in &parsed.conditions {
        let key: String = serde_json::from_str(&text[condition.place.key.clone()]).unwrap_or_default();
        let is_plain = !text[condition.place.key.clone()].contains('\\');
        assert!(!is_plain || condition.path == key || condition.path.ends_with(&key), "{text}");
        for (candidate, place) in condition.candidates() {
            assert_eq!(text[place].parse::<Candidate>().unwrap(), *candidate, "{text}");
        }
    }
    let pattern = parsed.pattern.as_ref();
    let paths =
        pattern.into_iter().flat_map(Pattern::alternatives).flat_map(event_pattern::Alternative::fields);
    for (path, candidates) in paths {
        let is_it = |condition: &&event_pattern::Condition| {
            condition.path == path && condition.candidates().map(|(one, _)| one).eq(candidates)
        };
        assert!(parsed.conditions.iter().any(|condition| is_it(&condition)), "{text}: {path}");
    }
}

#[test]
fn what_is_left_is_the_pattern_without_its_faults() {
    check(r#"{"a": [1]}"#, &[], Some(r#"{"a":[1]}"#));
    check(
        r#"{"a": 1, "b": [{"prefx": "x"}], "c": {"d": [2], "e": []}}"#,
        &[("/a", r#""a": 1"#), ("/b/0/prefx", r#""prefx": "x""#), ("/c/e", r#""e": []"#)],
        Some(r#"{"c":{"d":[2]}}"#),
    );
    check(r#"{"a": [1], "c": {"e": {}}}"#, &[("/c/e", r#""e": {}"#)], Some(r#"{"a":[1]}"#));
    check(
        r#"{"$or": [{"a": [1], "b": 2}, {"c": [{"exists": 1}], "d": [3]}]}"#,
        &[("/$or/0/b", r#""b": 2"#), ("/$or/1/c/0/exists", r#""exists": 1"#)],
        Some(r#"{"$or":[{"a":[1]},{"d":[3]}]}"#),
    );
    check(r#"{"a": [1], "$or": [{"a": [1]}, {"b": 2}]}"#, &[("/$or/1/b", r#""b": 2"#)], Some(r#"{"a":[1]}"#));
    check(r#"{"a": [1], "$or": [{"a": [1]}, 5]}"#, &[("/$or/1", "5")], Some(r#"{"a":[1]}"#));
    check(
        r#"{"a/b": 1, "c~": [[]], "d": [4]}"#,
        &[("/a~1b", r#""a/b": 1"#), ("/c~0/0", "[]")],
        Some(r#"{"d":[4]}"#),
    );
    check(r#"{"a": 1}"#, &[("/a", r#""a": 1"#)], None);
    check("{}", &[("", "")], None);
    check("[]", &[("", "")], None);
    check("{", &[("", "")], None);
}

#[test]
fn each_entry_of_a_list_has_its_fault() {
    check(
        r#"{"a": [{"prefix": 1}, "x", {"numeric": ["<", "1"]}, {}], "b": [true]}"#,
        &[("/a/0/prefix", r#""prefix": 1"#), ("/a/2/numeric", r#""numeric": ["<", "1"]"#), ("/a/3", "{}")],
        Some(r#"{"b":[true]}"#),
    );
    check(
        r#"{"a": [{"exists": true, "x": {"y": [1]}}, {"anything-but": {"prefix": []}}], "b": [1]}"#,
        &[
            ("/a/0", r#"{"exists": true, "x": {"y": [1]}}"#),
            ("/a/1/anything-but", r#""anything-but": {"prefix": []}"#),
        ],
        Some(r#"{"b":[1]}"#),
    );
}

#[test]
fn text_that_is_no_json_ends_it() {
    check(r#"{"a": 1, "b": [2], "c": [01], "d": 3}"#, &[("/a", r#""a": 1"#), ("/c", "")], None);
    check(r#"{"a": {"b": 1, "c": [x"#, &[("/a/b", r#""b": 1"#), ("/a/c", "")], None);
    check(r#"{"a": [{"prefx": [1, }"#, &[("/a/0/prefx", r#""prefx""#), ("/a", "")], None);
}

#[test]
fn what_is_too_complex_is_left_out() {
    let stars = r#"[{"wildcard": "*a*a*a*a*a*a*b"}, {"wildcard": "*a*a*a*a*a*a*a*c"}]"#;
    let faulty = format!(r#"{{"a": {stars}, "b": [1], "c": {{"d": {stars}}}}}"#);
    check(
        &faulty,
        &[("/a", &format!(r#""a": {stars}"#)), ("/c/d", &format!(r#""d": {stars}"#))],
        Some(r#"{"b":[1]}"#),
    );
}

#[test]
fn names_of_the_outermost_object() {
    let text = r#"{"source": ["a"], "sorce": 1, "detail": {"x": [1]}, "$or": []}"#;
    let parsed = Pattern::parse_all(text);
    let keys: Vec<(&str, &str)> =
        parsed.keys.iter().map(|key| (key.name.as_str(), &text[key.place.clone()])).collect();
    let names =
        [("source", "\"source\""), ("sorce", "\"sorce\""), ("detail", "\"detail\""), ("$or", "\"$or\"")];
    assert_eq!(keys, names);
}

#[test]
fn many_faults_end_at_a_hundred() {
    let text = format!("{{{}}}", vec![r#""a":1"#; 10_000].join(","));
    assert_eq!(Pattern::parse_all(&text).faults.len(), 100);
}

#[test]
fn judged_patterns_are_read_alike() {
    let mut text = String::new();
    GzDecoder::new(&include_bytes!("corpus/oracle.jsonl.gz")[..]).read_to_string(&mut text).unwrap();
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let pattern = case["pattern"].as_str().unwrap();
        agrees(pattern, &Pattern::parse_all(pattern));
    }
}

proptest! {
    #[test]
    fn sound_patterns_have_all_their_places(pattern in pattern()) {
        let text = pattern.to_string();
        agrees(&text, &Pattern::parse_all(&text));
    }

    #[test]
    fn damaged_patterns_are_read_alike(
        text in pattern_text(),
        changes in vec((any::<Index>(), 0..3_u8, select(b"{}[],:\"\\01ax*".to_vec())), 1..4),
    ) {
        let mut bytes = text.into_bytes();
        for (place, kind, byte) in changes {
            let at = place.index(bytes.len() + 1);
            match kind {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => bytes[at] = byte,
                _ if at < bytes.len() => drop(bytes.remove(at)),
                _ => {}
            }
        }
        if let Ok(text) = String::from_utf8(bytes) {
            agrees(&text, &Pattern::parse_all(&text));
        }
    }
}

#[test]
fn only_a_list_takes_the_place_of_a_list() {
    let replaces = |text: &str| {
        Pattern::parse_all(text).repeated.into_iter().map(|one| one.replaces).collect::<Vec<_>>()
    };
    assert_eq!(replaces(r#"{"a":[1],"a": [2]}"#), [true]);
    assert_eq!(replaces(r#"{"a":{"x":[1]},"a":{"y":[2]}}"#), [false]);
    assert_eq!(replaces(r#"{"a":{"x":[1]},"a":[2],"a":[3]}"#), [false, true]);
    assert_eq!(replaces(r#"{"$or":[{"a":[1]},{"b":[1]}],"$or":[{"c":[1]},{"d":[1]}]}"#), [false]);
}

/// Each name that stands twice, and what stands before it there and here.
#[track_caller]
fn check_repeated(text: &str, expected: &[(&str, &str, &str)]) {
    let parsed = Pattern::parse_all(text);
    let before = |place: &std::ops::Range<usize>| &text[place.start.saturating_sub(4)..place.start];
    let found: Vec<(&str, &str, &str)> =
        parsed.repeated.iter().map(|one| (&*one.name, before(&one.first), before(&one.next))).collect();
    assert_eq!(found, expected, "{text}");
    for one in &parsed.repeated {
        assert_eq!(serde_json::from_str::<String>(&text[one.first.clone()]).unwrap(), one.name, "{text}");
        assert_eq!(serde_json::from_str::<String>(&text[one.next.clone()]).unwrap(), one.name, "{text}");
    }
}

#[test]
fn names_that_stand_twice_are_told_with_both_places() {
    check_repeated(r#"{"a": [1], "b": [2]}"#, &[]);
    check_repeated(r#"   {"a": [1], "b": [2], "a": [3]}"#, &[("a", "   {", "2], ")]);
    // As they read, not as they are written; the third time the second is the one that is gone.
    check_repeated(
        r#"   {"a": [1],  "\u0061":[2], "a": [3]}"#,
        &[("a", "   {", "],  "), ("a", "],  ", "2], ")],
    );
    // Objects of a list, and those under a name that stands twice, have names of their own.
    check_repeated(r#"{"$or": [{"a": [1]}, {"a": [2]}]}"#, &[]);
    check_repeated(r#"{"x": {"a": [1]}, "x": {"a": [2]}}"#, &[("x", "{", "]}, ")]);
    // In what is faulty too.
    check_repeated(r#"{"x": 1, "y": {"p": 1,   "p": 2}, "z": [1]}"#, &[("p", r#"": {"#, ",   ")]);
}
