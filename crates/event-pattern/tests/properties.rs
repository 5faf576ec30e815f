//! What holds for all patterns and events.

#![allow(clippy::unwrap_used, reason = "a pattern from the generator that is refused fails the test")]

use event_pattern::{Pattern, PatternSet};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const KEYS: [&str; 10] = ["a", "b", "c", "v", "a.b", "b.c", "", "a.", "é", "prefix"];

fn key() -> impl Strategy<Value = String> {
    select(&KEYS[..]).prop_map(|key| format!("{key:?}"))
}

fn string() -> impl Strategy<Value = String> {
    let texts =
        ["", "a", "b", "ab", "AB", r"a\n", r#"\""#, r"\u00e9", "é", "ß", "😀", r"\ud83d", "10.0.0.1", "::1"];
    select(texts.to_vec()).prop_map(|text| format!("\"{text}\""))
}

fn number() -> impl Strategy<Value = String> {
    let numbers = ["0", "-0", "1", "1.0", "10e-1", "2", "-5", "0.1", "300", "10000001"];
    select(numbers.to_vec()).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = String> {
    let words = select(vec!["true", "false", "null", "9007199254740993", "1e400"]).prop_map(str::to_owned);
    prop_oneof![3 => string(), 2 => number(), 1 => words]
}

fn list(item: impl Strategy<Value = String>, at_least: usize) -> impl Strategy<Value = String> {
    vec(item, at_least..4).prop_map(|items| format!("[{}]", items.join(",")))
}

fn object(
    name: impl Strategy<Value = String>,
    value: impl Strategy<Value = String>,
    at_least: usize,
) -> impl Strategy<Value = String> {
    vec((name, value).prop_map(|(name, value)| format!("{name}:{value}")), at_least..4)
        .prop_map(|members| format!("{{{}}}", members.join(",")))
}

fn candidate() -> impl Strategy<Value = String> {
    let operand = prop_oneof![
        Just(r#"{"exists":false}"#.to_owned()),
        Just(r#"{"exists":true}"#.to_owned()),
        Just(r#"{"wildcard":"a*"}"#.to_owned()),
        Just(r#"{"wildcard":"*\\*"}"#.to_owned()),
        Just(r#"{"cidr":"10.0.0.0/8"}"#.to_owned()),
        Just(r#"{"cidr":"::/0"}"#.to_owned()),
        Just(r#"{"anything-but":{"prefix":["a","b"]}}"#.to_owned()),
        Just(r#"{"anything-but":{"suffix":"b"}}"#.to_owned()),
        Just(r#"{"anything-but":{"wildcard":["*a"]}}"#.to_owned()),
        string().prop_map(|text| format!(r#"{{"exactly":{text}}}"#)),
        string().prop_map(|text| format!(r#"{{"prefix":{text}}}"#)),
        string().prop_map(|text| format!(r#"{{"suffix":{text}}}"#)),
        string().prop_map(|text| format!(r#"{{"equals-ignore-case":{text}}}"#)),
        string().prop_map(|text| format!(r#"{{"prefix":{{"equals-ignore-case":{text}}}}}"#)),
        string().prop_map(|text| format!(r#"{{"suffix":{{"equals-ignore-case":{text}}}}}"#)),
        string().prop_map(|text| format!(r#"{{"anything-but":{text}}}"#)),
        list(string(), 1).prop_map(|list| format!(r#"{{"anything-but":{list}}}"#)),
        list(number(), 1).prop_map(|list| format!(r#"{{"anything-but":{list}}}"#)),
        list(string(), 1).prop_map(|list| format!(r#"{{"anything-but":{{"equals-ignore-case":{list}}}}}"#)),
        number().prop_map(|number| format!(r#"{{"numeric":["=",{number}]}}"#)),
        number().prop_map(|number| format!(r#"{{"numeric":["<=",{number}]}}"#)),
        number().prop_map(|number| format!(r#"{{"numeric":[">",{number},"<",1e9]}}"#)),
    ];
    prop_oneof![1 => scalar(), 1 => operand]
}

fn pattern_text() -> impl Strategy<Value = String> {
    let leaf = object(key(), list(candidate(), 1), 1);
    let inner = leaf.prop_recursive(3, 24, 3, |inner| {
        let or = vec(inner.clone(), 2..4)
            .prop_map(|branches| ("\"$or\"".to_owned(), format!("[{}]", branches.join(","))));
        let nested = (key(), inner);
        let leaf = (key(), list(candidate(), 1));
        let member = prop_oneof![1 => or, 2 => nested, 2 => leaf];
        vec(member.prop_map(|(name, value)| format!("{name}:{value}")), 1..4)
            .prop_map(|members| format!("{{{}}}", members.join(",")))
    });
    inner.prop_filter("the name of an operator inside $or", |text| Pattern::parse(text).is_ok())
}

fn pattern() -> impl Strategy<Value = Pattern> {
    pattern_text().prop_map(|text| Pattern::parse(&text).unwrap())
}

fn event() -> impl Strategy<Value = String> {
    let value = scalar()
        .prop_recursive(4, 32, 4, |inner| prop_oneof![list(inner.clone(), 0), object(key(), inner, 0)]);
    object(key(), value, 0)
}

/// Puts, replaces or removes a byte here and there.
fn mutated(text: String, changes: &[(Index, u8, u8)]) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    for (place, kind, byte) in changes {
        let at = place.index(bytes.len() + 1);
        match kind % 3 {
            0 => bytes.insert(at, *byte),
            1 if at < bytes.len() => bytes[at] = *byte,
            _ if at < bytes.len() => drop(bytes.remove(at)),
            _ => {}
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(Index, u8, u8)>> {
    let byte = prop_oneof![select(br#"{}[],:"\0-.eEtfnu$*/ "#.to_vec()), any::<u8>()];
    vec((any::<Index>(), any::<u8>(), byte), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printing_and_parsing_gives_the_same_pattern(pattern in pattern()) {
        let printed = pattern.to_string();
        let parsed = Pattern::parse(&printed).unwrap();
        prop_assert_eq!(&parsed, &pattern);
        prop_assert_eq!(parsed.alternatives(), pattern.alternatives());
        prop_assert_eq!(parsed.to_string(), printed);
    }

    #[test]
    fn a_set_answers_as_its_patterns_one_by_one(patterns in vec(pattern(), 0..12), event in event()) {
        let set = PatternSet::new(patterns.iter().cloned().enumerate());
        let expected: Vec<usize> = patterns
            .iter()
            .enumerate()
            .filter(|(_, pattern)| pattern.matches(event.as_bytes()).unwrap())
            .map(|(number, _)| number)
            .collect();
        let found: Vec<usize> = set.matches(event.as_bytes()).unwrap().into_iter().copied().collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn an_explanation_agrees_with_the_match(pattern in pattern(), event in event()) {
        let explanation = pattern.explain(event.as_bytes()).unwrap();
        prop_assert_eq!(explanation.matched, pattern.matches(event.as_bytes()).unwrap());
        prop_assert_eq!(explanation.to_string().starts_with("matches"), explanation.matched);
        prop_assert_eq!(explanation.alternatives.len(), pattern.alternatives().len());
    }

    #[test]
    fn a_pattern_matches_if_one_alternative_does(pattern in pattern(), event in event()) {
        let explanation = pattern.explain(event.as_bytes()).unwrap();
        let any = explanation.alternatives.iter().any(|attempt| attempt.failures.is_empty());
        prop_assert_eq!(any, explanation.matched);
    }

    #[test]
    fn broken_patterns_do_not_panic(text in pattern_text(), changes in changes()) {
        let text = String::from_utf8_lossy(&mutated(text, &changes)).into_owned();
        if let Err(error) = Pattern::parse(&text) {
            let words = error.to_string();
            prop_assert!(!words.is_empty() && !error.reason().is_empty());
            prop_assert!(text.is_char_boundary(error.offset()));
            prop_assert!(!error.what().ends_with('.') && !error.allowed().ends_with('.'));
        }
    }

    #[test]
    fn broken_events_do_not_panic_and_are_judged_as_by_another_parser(
        pattern in pattern(), event in event(), changes in changes(),
    ) {
        let event = mutated(event, &changes);
        // The other parser refuses half a surrogate pair and numbers out of range, which are JSON.
        let spared = event.windows(2).any(|pair| pair == b"\\u") || event.windows(3).any(|three| three == b"400");
        let parsed = serde_json::from_slice::<serde_json::Value>(&event);
        let expected = parsed.is_ok_and(|value| value.is_object());
        let found = pattern.matches(&event);
        if let Err(error) = &found {
            prop_assert!(error.offset() <= event.len());
        }
        prop_assert!(spared || found.is_ok() == expected, "{} {:?}", event.escape_ascii(), found);
        prop_assert_eq!(pattern.explain(&event).is_ok(), found.is_ok());
        prop_assert_eq!(PatternSet::new([((), pattern)]).matches(&event).is_ok(), found.is_ok());
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in vec(any::<u8>(), 0..64), pattern in pattern()) {
        let _ = pattern.matches(&bytes);
        let _ = Pattern::parse(&String::from_utf8_lossy(&bytes));
    }
}
