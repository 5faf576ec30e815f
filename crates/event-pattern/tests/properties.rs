//! What holds for all patterns and events.

#![allow(clippy::unwrap_used, reason = "a pattern from the generator that is refused fails the test")]

mod generators;

use event_pattern::{Candidate, Pattern, PatternSet};
use generators::{event, naming_event, naming_pattern, pattern, pattern_text};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::de::IgnoredAny;

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

/// With white space around every token.
fn spaced(text: &str) -> String {
    let (mut spaced, mut in_string, mut escaped) = (String::new(), false, false);
    for letter in text.chars() {
        let is_mark = !in_string && "{}[],:".contains(letter);
        if is_mark {
            spaced.push_str("\n\t ");
        }
        spaced.push(letter);
        if is_mark {
            spaced.push_str(" \r");
        }
        in_string ^= letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
    }
    spaced
}

/// The numbers of the patterns that match.
fn one_by_one(patterns: &[Pattern], event: &str) -> Vec<usize> {
    let numbered = patterns.iter().enumerate();
    numbered.filter(|(_, one)| one.matches(event.as_bytes()).unwrap()).map(|(number, _)| number).collect()
}

fn all_at_once(patterns: &[Pattern], event: &str) -> Vec<usize> {
    let set = PatternSet::new(patterns.iter().cloned().enumerate());
    set.matches(event.as_bytes()).unwrap().into_iter().copied().collect()
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
    fn a_pattern_made_of_an_alternatives_values_is_the_alternative(pattern in pattern()) {
        for alternative in pattern.alternatives() {
            let all = alternative.fields().fold(Pattern::builder(), |all, (path, list)| all.field(path, list.to_vec()));
            let built = all.build().unwrap();
            let mut fields: Vec<_> = alternative.fields().collect();
            fields.sort_by_key(|(path, _)| *path);
            let mut found: Vec<_> = built.alternatives()[0].fields().collect();
            found.sort_by_key(|(path, _)| *path);
            prop_assert_eq!(found, fields);
            prop_assert_eq!(Pattern::parse(&built.to_string()).unwrap(), built);
        }
    }

    #[test]
    fn a_candidate_prints_and_parses(pattern in pattern()) {
        for candidate in pattern.alternatives().iter().flat_map(event_pattern::Alternative::fields).flat_map(|(_, list)| list) {
            prop_assert_eq!(&candidate.to_string().parse::<Candidate>().unwrap(), candidate);
        }
    }

    #[test]
    fn a_set_answers_as_its_patterns_one_by_one(patterns in vec(pattern(), 0..12), event in event().prop_map(|event| event.to_string())) {
        prop_assert_eq!(all_at_once(&patterns, &event), one_by_one(&patterns, &event));
    }

    /// Rules that name the same few values, so that they are filed under two of them.
    #[test]
    fn a_large_set_answers_as_its_patterns_one_by_one(
        patterns in vec(naming_pattern(), 10..60),
        event in naming_event(),
    ) {
        prop_assert_eq!(all_at_once(&patterns, &event), one_by_one(&patterns, &event), "{}", event);
    }

    #[test]
    fn an_explanation_agrees_with_the_match(pattern in pattern(), event in event().prop_map(|event| event.to_string())) {
        let explanation = pattern.explain(event.as_bytes()).unwrap();
        prop_assert_eq!(explanation.matched, pattern.matches(event.as_bytes()).unwrap());
        prop_assert_eq!(explanation.to_string().starts_with("matches"), explanation.matched);
        prop_assert_eq!(explanation.alternatives.len(), pattern.alternatives().len());
    }

    #[test]
    fn a_pattern_matches_if_one_alternative_does(pattern in pattern(), event in event().prop_map(|event| event.to_string())) {
        let explanation = pattern.explain(event.as_bytes()).unwrap();
        let any = explanation.alternatives.iter().any(|attempt| attempt.failures.is_empty());
        prop_assert_eq!(any, explanation.matched);
    }

    #[test]
    fn the_order_of_keys_changes_nothing(pattern in pattern(), event in event(), seed: u64) {
        let shuffled = event.shuffled(&mut fastrand::Rng::with_seed(seed)).to_string();
        let expected = pattern.matches(event.to_string().as_bytes());
        prop_assert_eq!(&pattern.matches(shuffled.as_bytes()), &expected, "{}", shuffled);
        let found = PatternSet::new([((), pattern)]).matches(shuffled.as_bytes()).map(|found| found.len() == 1);
        prop_assert_eq!(found, expected, "{}", shuffled);
    }

    #[test]
    fn white_space_around_tokens_changes_nothing(pattern in pattern(), event in event().prop_map(|event| event.to_string())) {
        let spaced = spaced(&event);
        prop_assert_eq!(pattern.matches(spaced.as_bytes()), pattern.matches(event.as_bytes()), "{}", spaced);
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
        pattern in pattern(), event in event().prop_map(|event| event.to_string()), changes in changes(),
    ) {
        let event = mutated(event, &changes);
        // Into nothing, since half a surrogate pair and a number out of range are JSON, but no values of the other parser.
        let text = std::str::from_utf8(&event).unwrap_or_default();
        let expected = serde_json::from_str::<IgnoredAny>(text).is_ok() && text.trim_start().starts_with('{');
        let found = pattern.matches(&event);
        if let Err(error) = &found {
            prop_assert!(error.offset() <= event.len());
        }
        prop_assert!(found.is_ok() == expected, "{} {:?}", event.escape_ascii(), found);
        prop_assert_eq!(pattern.explain(&event).is_ok(), found.is_ok());
        prop_assert_eq!(PatternSet::new([((), pattern)]).matches(&event).is_ok(), found.is_ok());
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in vec(any::<u8>(), 0..64), pattern in pattern()) {
        let _ = pattern.matches(&bytes);
        let _ = Pattern::parse(&String::from_utf8_lossy(&bytes));
    }
}
