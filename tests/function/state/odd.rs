//! Items of the table that say what this program does not write: no alert is held back because of one, and the log says
//! which item it was.

use std::collections::HashMap;
use std::time::Duration;

use account_watcher::accounts::Accounts;
use account_watcher::function::Function;
use account_watcher::ports::Ports;
use account_watcher::state::{DynamoDb, Key, State};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::FutureExt;
use serde_json::{Value, json};

use super::table;
use crate::support::{
    Answer, FakeChannels, FakeQueue, Lines, event_of, function, now, watcher, watchers_and,
};

type Item = HashMap<String, AttributeValue>;
type Tried = Function<FakeChannels, FakeQueue, DynamoDb>;

const NO_NUMBER: [&str; 6] = ["text", "empty", "null", "false", "list", "beyond"];

/// What an attribute can be in place of what it should be; none: it is missing.
fn odd_values() -> Vec<(&'static str, Option<AttributeValue>)> {
    let number = |text: &str| Some(AttributeValue::N(text.to_owned()));
    vec![
        ("missing", None),
        ("text", Some(AttributeValue::S("x".to_owned()))),
        ("empty", Some(AttributeValue::S(String::new()))),
        ("null", Some(AttributeValue::Null(true))),
        ("false", Some(AttributeValue::Bool(false))),
        ("list", Some(AttributeValue::L(Vec::new()))),
        ("negative", number("-1")),
        ("huge", number("99999999999999")), // as a time, in the year 5138
        ("beyond", number("9000000000000000000000000000000")),
    ]
}

/// Whether the log names the item: what its attribute says cannot be read, or not be true, and something depends on it.
fn is_noted(attribute: &str, value: &str) -> bool {
    let is_no_number = NO_NUMBER.contains(&value);
    match attribute {
        "done" => value != "missing",
        "lease" | "asked" => value != "negative",
        "role" | "window" => true,
        "ends" | "count" => {
            is_no_number || value == "missing" || (attribute == "count" && value == "negative")
        }
        "delay" => is_no_number || value == "negative",
        "slot" | "next" | "blocked" | "lineHigh" => is_no_number || value == "huge",
        "delayHigh" => is_no_number || value == "negative" || value == "huge",
        // Without a name the organization has no such account.
        "name" => !matches!(value, "missing" | "text"),
        _ => false,
    }
}

struct Tables {
    client: Client,
    name: String,
    function: Tried,
    lines: Lines,
}

#[tokio::test]
#[ignore = "needs a DynamoDB, see the top of mod.rs"]
async fn state_dynamodb_an_odd_item_holds_no_alert_back() {
    let mut tables = Tables::new().await;
    let attributes = [
        ("delivery#", &["lease", "owner", "done", "slot", "delay", "expires"][..]),
        ("event#", &["role", "expires"]),
        ("group#", &["window", "ends", "expires"]),
        ("window#", &["count", "first", "last", "value:actor", "value:source_ip", "expires"]),
        ("pace#", &["next", "blocked", "lineHigh", "delayHigh", "expires"]),
        ("account#", &["name", "asked", "expires"]),
    ];
    let (mut noted, mut wrong) = (0, Vec::new());
    for (kind, attributes) in attributes {
        for attribute in attributes {
            for (name, value) in odd_values() {
                let case = format!("{kind} {attribute} {name}");
                let (sent, odd) = tables.try_one(kind, attribute, value, &case).await;
                // What only counts in an open window is told by its summary.
                let is_counted = matches!(kind, "group#" | "window#") && !is_noted(attribute, name)
                    || (kind, *attribute) == ("event#", "expires");
                if !sent && !is_counted {
                    wrong.push(format!("{case}: held back"));
                }
                // To moto false is a number.
                if tables.is_motos_fault() || (*attribute, name) == ("next", "false") {
                    continue;
                }
                if odd != is_noted(attribute, name) {
                    wrong.push(format!("{case}: noted {odd}"));
                }
                noted += usize::from(odd);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(noted > 80, "{noted}");
}

impl Tables {
    async fn new() -> Tables {
        let (client, name, state) = table().await;
        let (fake, lines) = function(FakeChannels::default(), FakeQueue::default());
        let Ports { channels, queue, accounts, write, .. } = fake.ports;
        // The clock stands still: whatever the machine does meanwhile, a turn is so far away as the item says.
        let ports = Ports { channels, queue, state, accounts, now: Box::new(now), write };
        let group = json!({"by": ["actor"], "window": 900, "at_least": 1});
        let watchers = watchers_and(vec![watcher("grouped", "Call", &["security"], &group)]);
        Tables { client, name, function: Function { watchers, ports, settings: fake.settings }, lines }
    }

    /// Makes the items of all kinds, changes one attribute of one kind, and sends what meets that item: whether it was
    /// sent, and whether the log names the item.
    async fn try_one(
        &mut self,
        kind: &str,
        attribute: &str,
        value: Option<AttributeValue>,
        case: &str,
    ) -> (bool, bool) {
        for item in self.items("").await {
            self.delete(&item).await;
        }
        // What a process knows of an account it does not read again.
        let ask = || Accounts::new(Box::new(|_| async { Ok(Some("production".to_owned())) }.boxed_local()));
        self.function.ports.accounts = ask();
        let call = if matches!(kind, "delivery#" | "pace#" | "account#") { "DeleteBucket" } else { "Call" };
        let first = event_of(call, "first");
        // A delivery that failed can be claimed again, which one that was sent cannot.
        let answer = if kind == "delivery#" { Answer::Retry(Some(600)) } else { Answer::Sent };
        self.function.ports.channels.answer("security", &[answer]);
        self.handle(&first).await;
        self.function.ports.channels.answer("security", &[Answer::Sent]);

        let items = self.items(kind).await;
        // Of the two deliveries that to SNS was sent.
        let mut item = items.into_iter().find(|item| !item.contains_key("done")).expect(case);
        if kind == "delivery#" && attribute == "delay" {
            item.insert("slot".to_owned(), AttributeValue::N(now().as_millisecond().to_string()));
        }
        if kind == "pace#" {
            let next = now() + Duration::from_millis(100);
            item.insert("next".to_owned(), AttributeValue::N(next.as_millisecond().to_string()));
        }
        match value {
            Some(value) => item.insert(attribute.to_owned(), value),
            None => item.remove(attribute),
        };
        self.client.put_item().table_name(&self.name).set_item(Some(item.clone())).send().await.unwrap();
        for other in ["pace#", "delivery#"].into_iter().filter(|other| *other != kind) {
            for item in self.items(other).await {
                self.delete(&item).await;
            }
        }

        self.function.ports.accounts = ask();
        self.function.ports.channels.tried.borrow_mut().clear();
        self.lines.borrow_mut().clear();
        let event = if matches!(kind, "delivery#" | "event#") { first } else { event_of(call, "second") };
        self.handle(&event).await;
        let sent = self.function.ports.channels.tried.borrow().iter().any(|channel| channel == "security");
        if kind == "window#" {
            let window = serde_json::from_value::<Key>(key(&item).into()).unwrap();
            assert!(
                self.function.ports.state.close(&window, now()).await.unwrap().is_some(),
                "{case}: no summary"
            );
            self.function.ports.state.odd();
        }
        let lines: Vec<Value> =
            self.lines.borrow().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let names_it = |line: &Value| {
            line["message"] == "unguarded"
                && line["error"].as_str().is_some_and(|error| error.contains(&key(&item)))
        };
        let is_named = lines.iter().any(names_it);
        assert_eq!(
            lines.last().unwrap()["Unguarded"].as_u64().unwrap_or_default() > 0,
            is_named || self.is_motos_fault(),
            "{case}: {lines:?}"
        );
        (sent, is_named)
    }

    /// Moto fails where a condition compares a text with a number, which DynamoDB takes for false. Then the alert is sent
    /// without the table.
    fn is_motos_fault(&self) -> bool {
        let is_one =
            |line: &String| line.contains("dynamodb: an error without a code") || line.contains("TypeError");
        self.lines.borrow().iter().any(is_one)
    }

    async fn handle(&self, event: &Value) {
        let text = event.to_string();
        let _ = Box::pin(self.function.handle(&text, "request-1", Duration::from_mins(1))).await;
    }

    async fn items(&self, prefix: &str) -> Vec<Item> {
        let all = self.client.scan().table_name(&self.name).send().await.unwrap();
        all.items().iter().filter(|item| key(item).starts_with(prefix)).cloned().collect()
    }

    async fn delete(&self, item: &Item) {
        let request = self.client.delete_item().table_name(&self.name).key("pk", item["pk"].clone());
        request.send().await.unwrap();
    }
}

fn key(item: &Item) -> String {
    item["pk"].as_s().unwrap().clone()
}
