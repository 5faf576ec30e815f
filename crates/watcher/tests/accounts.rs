//! Accounts by name and id: what an alert shows, and which alerts are one group.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use jiff::civil::date;
use serde_json::{Value, json};
use watcher::{Config, Delivery, Grouping, Watcher, Watchers};

/// Two accounts whose names are the same, as `[accounts]` and Organizations allow.
const NAMES: [(&str, &str); 2] = [("111111111111", "sandbox"), ("222222222222", "sandbox")];

fn watcher(fields: &Value, by: &str) -> Watcher {
    let watcher = json!({
        "name": "bucket-deleted", "title": "in {{account}}", "severity": "high", "channels": ["mail"],
        "message": "{{account}}", "pattern": r#"{"source": ["aws.s3"]}"#, "fields": fields, "ignores": [],
        "group": {"by": [by], "window": 900, "at_least": 1},
    });
    serde_json::from_value(watcher).unwrap()
}

fn config() -> Config {
    let channel = json!({"sns": {"topic": {"env": "TOPIC"}}});
    Config {
        channels: BTreeMap::from([("mail".to_owned(), serde_json::from_value(channel).unwrap())]),
        accounts: NAMES.map(|(id, name)| (id.to_owned(), name.to_owned())).into(),
        ..Config::default()
    }
}

fn watchers(fields: &Value, by: &str) -> Watchers {
    Watchers::new(config(), vec![watcher(fields, by)])
}

fn event(source: &str, account: &str) -> String {
    json!({
        "source": source, "detail-type": "Bucket", "account": account, "region": "eu-west-1",
        "time": "2026-01-12T08:30:00Z", "detail": {"who": "alice"},
    })
    .to_string()
}

fn said(watchers: &Watchers, account: &str, name: Option<&str>) -> (Delivery, Grouping) {
    let event = event("aws.s3", account);
    let mut matches = watchers.matching(event.as_bytes()).unwrap().matches(date(2026, 1, 12), name);
    let found = matches.pop().unwrap();
    (found.deliveries.into_iter().next().unwrap(), found.grouping.unwrap())
}

#[test]
fn the_file_names_an_account_else_whoever_asks_else_its_id() {
    let watchers = watchers(&json!([]), "region");
    let cases = [
        ("111111111111", Some("of-somebody"), "sandbox", "sandbox (111111111111)"),
        ("333333333333", Some("lab"), "lab", "lab (333333333333)"),
        ("333333333333", None, "333333333333", "333333333333"),
    ];
    for (account, name, in_text, as_value) in cases {
        let (delivery, grouping) = said(&watchers, account, name);
        assert_eq!((delivery.title, delivery.message), (format!("in {in_text}"), in_text.to_owned()));
        assert_eq!((&*delivery.facts.account, &*delivery.facts.account_id), (in_text, account));
        assert!(grouping.values.contains(&("account".to_owned(), as_value.to_owned())), "{grouping:?}");
    }
}

#[test]
fn only_an_account_that_a_watcher_needs_and_the_file_does_not_name_is_asked_for() {
    let watchers = watchers(&json!([]), "region");
    let asked = |source: &str, account: &str| {
        let event = event(source, account);
        let matching = watchers.matching(event.as_bytes()).unwrap();
        matching.unnamed_account().map(str::to_owned)
    };
    assert_eq!(asked("aws.s3", "333333333333").as_deref(), Some("333333333333"));
    assert_eq!(asked("aws.s3", "111111111111"), None, "the file names it");
    assert_eq!(asked("aws.ec2", "333333333333"), None, "no watcher wants it");
}

#[test]
fn accounts_of_one_name_are_two_groups_and_an_account_is_one_whatever_its_name() {
    let watchers = watchers(&json!([]), "account");
    let group = |account: &str, name: Option<&str>| said(&watchers, account, name).1.name;
    assert_ne!(group(NAMES[0].0, None), group(NAMES[1].0, None));
    assert_eq!(group("333333333333", None), group("333333333333", Some("lab")));
}

#[test]
fn a_field_called_account_is_what_the_file_says() {
    let fields = json!([{"name": "account", "paths": ["$.detail.who"]}]);
    let (delivery, grouping) = said(&watchers(&fields, "account"), "111111111111", None);
    assert_eq!(delivery.message, "alice");
    assert_eq!(grouping.name, r#"["bucket-deleted",["account"],["alice"]]"#);
}

#[test]
fn what_goes_to_other_channels_is_another_group() {
    let route = json!({"when": r#"{"account": ["222222222222"]}"#, "channels": {"mail": "other"}});
    let mut config = config();
    config.channels.insert("other".to_owned(), config.channels["mail"].clone());
    config.routes = vec![serde_json::from_value(route).unwrap()];
    let watchers = Watchers::new(config, vec![watcher(&json!([]), "region")]);
    let group = |account: &str| said(&watchers, account, None).1.name;
    assert_eq!(group("111111111111"), group("333333333333"));
    assert_eq!(group("222222222222"), r#"["bucket-deleted",["region"],["eu-west-1"],["other"]]"#);
}
