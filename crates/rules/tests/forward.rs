//! Forwarding against random watchers, events, regions and accounts: what arises beside the home stack reaches it directly,
//! all else by one rule and its bus, and nothing twice or in a circle.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use aws_facts::regions::{GLOBAL, is_global};
use event_pattern::Pattern;
use proptest::prelude::*;
use proptest::sample::select;
use rules::{Forward, Rules, characters, limits};
use serde_json::Value;
use watcher::Watchers;

use support::{event, pattern, watchers};

const HOME: (&str, &str) = ("123456789012", "eu-west-1");
const PLACES: [(&str, &str); 5] = [
    HOME,
    ("123456789012", GLOBAL),
    ("123456789012", "ap-southeast-2"),
    ("210987654321", "eu-west-1"),
    ("210987654321", GLOBAL),
];

/// All that leads from an event to the function: rules beside the home stack, or rules that forward.
fn paths(rules: &Rules, forward: &Forward, event: &Value) -> usize {
    let text = event.to_string();
    if (event["account"].as_str(), event["region"].as_str()) == (Some(HOME.0), Some(HOME.1)) {
        return rules.matching(text.as_bytes()).unwrap().len();
    }
    let is_global = event["region"] == GLOBAL;
    let patterns = forward.iter().filter_map(|forward| {
        let everywhere = forward.elsewhere.as_ref();
        if is_global { Some(&forward.rule.pattern) } else { everywhere }
    });
    let matching = patterns.filter(|pattern| pattern.matches(text.as_bytes()).unwrap()).count();
    // The home bus takes AWS's own events only.
    if taken_by_home_bus(event) { matching } else { 0 }
}

fn taken_by_home_bus(event: &Value) -> bool {
    event["source"].as_str().unwrap().starts_with("aws.")
}

/// CloudTrail records the calls of global services in one region.
fn can_arise(event: &Value) -> bool {
    let global = is_global(event["source"].as_str().unwrap())
        && event["detail-type"].as_str().unwrap().ends_with(" via CloudTrail");
    !global || event["region"] == GLOBAL
}

fn is_wanted(watchers: &Watchers, event: &Value) -> bool {
    let text = event.to_string();
    watchers.iter().any(|watcher| watcher.pattern.matches(text.as_bytes()).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn what_watchers_want_arrives_once_from_everywhere(
        patterns in proptest::collection::vec(pattern(), 1..12),
        events in proptest::collection::vec((event(), select(&PLACES[..])), 40),
    ) {
        let watchers = watchers(&patterns);
        let rules = Rules::generate(&watchers).unwrap();
        let forward = Rules::forward(&watchers).unwrap();
        for forward in forward.iter() {
            for pattern in forward.elsewhere.iter().chain([&forward.rule.pattern]) {
                prop_assert!(characters(pattern) <= limits::PATTERN, "{}", forward.rule.id);
            }
        }
        for (mut event, (account, region)) in events {
            event["account"] = account.into();
            event["region"] = region.into();
            if !can_arise(&event) {
                continue;
            }
            let paths = paths(&rules, &forward, &event);
            let arrives = is_wanted(&watchers, &event) && (taken_by_home_bus(&event) || (account, region) == HOME);
            prop_assert!(paths <= 1, "{paths} paths for {event}");
            prop_assert!(paths == 1 || !arrives, "no path for {event} in {}", forward.template());
        }
    }

    /// The state of a forwarding rule is that of the home stack's rule, so read-only calls are forwarded where they arrive.
    #[test]
    fn forwarding_rules_have_the_states_of_the_rules(patterns in proptest::collection::vec(pattern(), 1..12)) {
        let watchers = watchers(&patterns);
        let (rules, forward) = (Rules::generate(&watchers).unwrap(), Rules::forward(&watchers).unwrap());
        for forward in forward.iter() {
            let rule = rules.iter().find(|rule| rule.id == forward.rule.id).unwrap();
            prop_assert_eq!(rule.all_management_events, forward.rule.all_management_events);
        }
    }
}

#[test]
fn a_region_without_global_services_forwards_nothing_of_them() {
    let call = r#""detail-type":["AWS API Call via CloudTrail"]"#;
    let patterns = [
        format!(r#"{{"source":["aws.iam"],{call}}}"#),
        format!(r#"{{"source":["aws.kms"],{call}}}"#),
        r#"{"source":["aws.account"],"detail-type":["Region Opt-In Status Change"]}"#.to_owned(),
        r#"{"source":["custom.billing"]}"#.to_owned(),
    ];
    let forward = Rules::forward(&watchers(&patterns)).unwrap();
    let text = |pattern: Option<&Pattern>| pattern.map_or("-".to_owned(), Pattern::to_string);
    let rules: Vec<String> = forward
        .iter()
        .map(|forward| format!("{} / {}", forward.rule.pattern, text(forward.elsewhere.as_ref())))
        .collect();
    let kms = r#"{"detail-type":["AWS API Call via CloudTrail"],"source":["aws.kms"]}"#;
    let opt_in = r#"{"detail-type":["Region Opt-In Status Change"],"source":["aws.account"]}"#;
    let iam = r#"{"detail-type":["AWS API Call via CloudTrail"],"source":["aws.iam"]}"#;
    assert_eq!(rules, [format!("{kms} / {kms}"), format!("{opt_in} / {opt_in}"), format!("{iam} / -")]);
}
