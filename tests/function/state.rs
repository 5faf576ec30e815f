//! What every state must do, once against memory and once against DynamoDB. The latter needs a server, and fails
//! without one; with moto's:
//!
//!     moto_server --port 5555 &
//!     AWS_ENDPOINT_URL=http://127.0.0.1:5555 cargo test --test function -- --ignored state_dynamodb

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use account_watcher::settings::Env;
use account_watcher::state::{
    Claim, Counted, DynamoDb, Group, Joined, KEEP, KEPT_VALUES, Key, Lease, Memory, Occurrence, Opening,
    Pace, Role, State,
};
use account_watcher::{aws, http};
use aws_config::Region;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use aws_sdk_sns::config::{Credentials, SharedCredentialsProvider};
use jiff::{SignedDuration, Timestamp};
use watcher::Reference;

use crate::support::now;

/// Each test twice.
macro_rules! of_every_state {
    ($($name:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test] async fn $name() { super::$name(&super::Memory::default()).await; })+
        }
        mod state_dynamodb {
            $(
                #[tokio::test]
                #[ignore = "needs a DynamoDB, see the top of this file"]
                async fn $name() { super::$name(&super::dynamodb().await).await; }
            )+
        }
    };
}

of_every_state!(
    a_claim_is_one_invocations_until_its_lease_ends,
    what_is_done_stays_done,
    a_claim_is_given_back_with_its_turn,
    turns_are_apart,
    a_turn_that_would_come_too_late_is_left_to_others,
    a_block_moves_the_turns_behind_it,
    the_first_event_of_a_window_is_the_alert,
    an_alert_can_take_several_events,
    an_event_is_counted_once,
    only_one_of_two_windows_opens,
    a_window_ends_by_its_time_or_when_it_is_closed,
    a_window_keeps_some_values_of_each_field,
);

/// A table of its own in the server that the environment names.
async fn dynamodb() -> DynamoDb {
    let endpoint = std::env::var("AWS_ENDPOINT_URL").expect("AWS_ENDPOINT_URL names no DynamoDB");
    let env: Env = Arc::new(move |name| (name == "AWS_ENDPOINT_URL").then(|| endpoint.clone()));
    let config = aws::config(http::client(), &env).await.into_builder();
    let credentials = SharedCredentialsProvider::new(Credentials::for_tests());
    let config = config.credentials_provider(credentials).region(Region::new("eu-west-1")).build();
    let table = format!("state-{:x}", fastrand::u64(..));
    let attribute =
        AttributeDefinition::builder().attribute_name("pk").attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash);
    let made = aws_sdk_dynamodb::Client::new(&config)
        .create_table()
        .table_name(&table)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute.build().unwrap())
        .key_schema(key.build().unwrap());
    made.send().await.expect("the DynamoDB at AWS_ENDPOINT_URL makes no table");
    DynamoDb::new(config, env, table)
}

fn at(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

fn lease(owner: &str, until: i64) -> Lease {
    Lease { owner: owner.to_owned(), until: at(until) }
}

const FREE: Claim = Claim::Granted { slot: None };

async fn a_claim_is_one_invocations_until_its_lease_ends(state: &impl State) {
    let (key, other) = (Key::window(), Key::window());
    let first = lease("first", 60);
    assert_eq!(state.claim(&key, &first, at(0)).await.unwrap(), FREE);
    assert_eq!(state.claim(&other, &first, at(0)).await.unwrap(), FREE, "another delivery");
    assert_eq!(
        state.claim(&key, &first, at(1)).await.unwrap(),
        FREE,
        "asked again, since the answer was lost"
    );
    let claim = state.claim(&key, &lease("second", 90), at(59)).await.unwrap();
    assert_eq!(claim, Claim::Leased { until: at(60) });
    assert_eq!(state.claim(&key, &lease("second", 120), at(60)).await.unwrap(), FREE);
    let claim = state.claim(&key, &first, at(61)).await.unwrap();
    assert_eq!(claim, Claim::Leased { until: at(120) });
}

async fn what_is_done_stays_done(state: &impl State) {
    let key = Key::window();
    let day = |days: i64| at(days * 86_400);
    state.claim(&key, &lease("first", 60), at(0)).await.unwrap();
    state.claim(&key, &lease("second", 120), at(60)).await.unwrap();
    state.done(&key, at(61)).await.unwrap();
    state.release(&key, &lease("second", 120), None).await.unwrap();
    for later in [at(61), at(200), day(1), day(14)] {
        assert_eq!(state.claim(&key, &lease("third", 1), later).await.unwrap(), Claim::Done, "{later}");
    }
    let late = at(61) + KEEP;
    let third = Lease { owner: "third".to_owned(), until: late + SignedDuration::from_secs(60) };
    assert_eq!(state.claim(&key, &third, late).await.unwrap(), FREE);
    let claim = state.claim(&key, &lease("fourth", 0), late).await.unwrap();
    assert_eq!(claim, Claim::Leased { until: third.until });
}

async fn a_claim_is_given_back_with_its_turn(state: &impl State) {
    let key = Key::window();
    let (first, second) = (lease("first", 60), lease("second", 70));
    state.claim(&key, &first, at(0)).await.unwrap();
    state.release(&key, &second, Some(at(5))).await.unwrap();
    let claim = state.claim(&key, &second, at(1)).await.unwrap();
    assert_eq!(claim, Claim::Leased { until: at(60) }, "only its owner can give it back");
    state.release(&key, &first, Some(at(900))).await.unwrap();
    let claim = state.claim(&key, &second, at(1)).await.unwrap();
    assert_eq!(claim, Claim::Granted { slot: Some(at(900)) });
    state.release(&key, &second, None).await.unwrap();
    assert_eq!(state.claim(&key, &first, at(1)).await.unwrap(), FREE);
    state.release(&Key::window(), &first, None).await.unwrap();
}

const LATEST: Timestamp = Timestamp::MAX;

fn pace(name: &str, millis: u64) -> Pace {
    let key = Key::pace(&Reference::Ssm(name.to_owned()));
    Pace { key, interval: Duration::from_millis(millis) }
}

async fn turns_are_apart(state: &impl State) {
    let (second, six) = (pace("/a", 1_000), pace("/b", 6_000));
    for expected in 0..4 {
        assert_eq!(state.slot(&second, LATEST, at(0)).await.unwrap(), Some(at(expected)));
    }
    for expected in [0, 6, 12] {
        assert_eq!(
            state.slot(&six, LATEST, at(0)).await.unwrap(),
            Some(at(expected)),
            "a channel of its own"
        );
    }
    for (now, expected) in [(1, 4), (1, 5), (6, 6), (6, 7), (30, 30), (30, 31)] {
        assert_eq!(state.slot(&second, LATEST, at(now)).await.unwrap(), Some(at(expected)), "at {now}");
    }
}

async fn a_turn_that_would_come_too_late_is_left_to_others(state: &impl State) {
    let pace = pace("/a", 1_000);
    for (by, expected) in [(0, Some(0)), (0, None), (1, Some(1)), (1, None), (9, Some(2))] {
        assert_eq!(state.slot(&pace, at(by), at(0)).await.unwrap(), expected.map(at), "by {by}");
    }
}

async fn a_block_moves_the_turns_behind_it(state: &impl State) {
    let pace = pace("/a", 1_000);
    assert_eq!(state.blocked(&pace, at(0)).await.unwrap(), None);
    assert_eq!(state.slot(&pace, LATEST, at(0)).await.unwrap(), Some(at(0)));
    state.block(&pace, at(30)).await.unwrap();
    state.block(&pace, at(10)).await.unwrap();
    assert_eq!(state.blocked(&pace, at(29)).await.unwrap(), Some(at(30)));
    assert_eq!(state.blocked(&pace, at(30)).await.unwrap(), None);
    for expected in 30..40 {
        assert_eq!(state.slot(&pace, LATEST, at(1)).await.unwrap(), Some(at(expected)));
    }
    state.block(&pace, at(35)).await.unwrap();
    assert_eq!(state.blocked(&pace, at(31)).await.unwrap(), Some(at(35)));
    assert_eq!(
        state.slot(&pace, LATEST, at(31)).await.unwrap(),
        Some(at(40)),
        "what is reserved stays reserved"
    );
}

fn group(name: &str, at_least: u32) -> Group {
    Group { key: Key::group(name), at_least }
}

const ALERT: Joined = Joined::Counted(Counted { role: Role::Alert, again: false });
const REPEAT: Joined = Joined::Counted(Counted { role: Role::Repeat, again: false });

fn again(role: Role) -> Joined {
    Joined::Counted(Counted { role, again: true })
}

/// Counts an event at this second; opens a window of 15 minutes if there is none.
async fn count(state: &impl State, event: &Key, group: &Group, second: i64) -> Joined {
    let occurrence = Occurrence { at: at(second), values: &[] };
    match state.join(event, group, &occurrence, at(second)).await.unwrap() {
        Joined::NoWindow { last } => {
            let (window, ends) = (Key::window(), at(second + 900));
            let opening = Opening { window: &window, ends, last: last.as_ref() };
            let counted = state.open(event, group, &opening, &occurrence, at(second)).await.unwrap();
            Joined::Counted(counted.expect("nobody else opens one"))
        }
        joined @ Joined::Counted(_) => joined,
    }
}

async fn the_first_event_of_a_window_is_the_alert(state: &impl State) {
    for name in ["a", "b"] {
        let group = group(name, 1);
        assert_eq!(count(state, &Key::window(), &group, 0).await, ALERT);
        for second in [1, 2, 899] {
            assert_eq!(count(state, &Key::window(), &group, second).await, REPEAT);
        }
        assert_eq!(count(state, &Key::window(), &group, 900).await, ALERT, "the next window");
        assert_eq!(count(state, &Key::window(), &group, 1_000).await, REPEAT);
    }
}

async fn an_alert_can_take_several_events(state: &impl State) {
    let group = group("a", 3);
    for (second, expected) in
        [(0, REPEAT), (1, REPEAT), (2, ALERT), (3, REPEAT), (900, REPEAT), (901, REPEAT), (902, ALERT)]
    {
        assert_eq!(count(state, &Key::window(), &group, second).await, expected, "{second}");
    }
}

async fn an_event_is_counted_once(state: &impl State) {
    let group = group("a", 2);
    let events = [Key::window(), Key::window(), Key::window()];
    for (event, expected) in events.iter().zip([REPEAT, ALERT, REPEAT]) {
        assert_eq!(count(state, event, &group, 0).await, expected);
    }
    for second in [1, 2, 1_000] {
        for (event, role) in events.iter().zip([Role::Repeat, Role::Alert, Role::Repeat]) {
            assert_eq!(count(state, event, &group, second).await, again(role));
        }
    }
    let occurrence = Occurrence { at: at(1_000), values: &[] };
    let Joined::NoWindow { last: Some(last) } =
        state.join(&Key::window(), &group, &occurrence, at(1_000)).await.unwrap()
    else {
        panic!("the window is over");
    };
    let opening = Opening { window: &Key::window(), ends: at(2_000), last: Some(&last) };
    let opened = state.open(&events[0], &group, &opening, &occurrence, at(1_000)).await.unwrap();
    assert_eq!(opened, Some(Counted { role: Role::Repeat, again: true }), "it opens no window either");
    assert_eq!(state.close(opening.window, at(2_000)).await.unwrap(), None);
    assert_eq!(state.close(&last, at(2_000)).await.unwrap().unwrap().count, 3);
}

async fn only_one_of_two_windows_opens(state: &impl State) {
    let group = group("a", 1);
    let occurrence = Occurrence { at: at(0), values: &[] };
    let (first, second) = (Key::window(), Key::window());
    let open = async |event: &Key, window: &Key, last: Option<&Key>| {
        let opening = Opening { window, ends: at(900), last };
        state.open(event, &group, &opening, &occurrence, at(0)).await.unwrap()
    };
    assert_eq!(open(&Key::window(), &first, None).await, Some(Counted { role: Role::Alert, again: false }));
    let late = Key::window();
    assert_eq!(open(&late, &second, None).await, None);
    assert_eq!(open(&late, &second, Some(&second)).await, None);
    assert_eq!(state.close(&second, at(900)).await.unwrap(), None);
    assert_eq!(count(state, &late, &group, 1).await, REPEAT, "it joins the other's");
    assert_eq!(state.close(&first, at(900)).await.unwrap().unwrap().count, 2);
}

async fn a_window_ends_by_its_time_or_when_it_is_closed(state: &impl State) {
    let group = group("a", 1);
    let occurrence = Occurrence { at: at(0), values: &[] };
    let join = async |second| state.join(&Key::window(), &group, &occurrence, at(second)).await.unwrap();
    assert_eq!(join(0).await, Joined::NoWindow { last: None });
    count(state, &Key::window(), &group, 0).await;
    let Joined::NoWindow { last: Some(window) } = join(900).await else { panic!("its time is over") };
    assert_eq!(join(899).await, REPEAT);
    let closed = state.close(&window, at(899)).await.unwrap().unwrap();
    assert_eq!(closed.count, 2);
    assert_eq!(join(899).await, Joined::NoWindow { last: Some(window.clone()) }, "it is closed");
    assert_eq!(state.close(&window, at(5_000)).await.unwrap(), Some(closed), "and says so again");
    assert_eq!(count(state, &Key::window(), &group, 899).await, ALERT);
    assert_eq!(state.close(&Key::window(), at(900)).await.unwrap(), None, "there is no such window");
}

async fn a_window_keeps_some_values_of_each_field(state: &impl State) {
    let group = group("a", 1);
    let value = |name: &str, text: String| (name.to_owned(), text);
    let mut window = Key::window();
    for number in 0..40_i64 {
        let odd = ["\u{1f4a9}", "\"", "\u{0}", "x"][usize::try_from(number).unwrap() % 4];
        let values = [
            value("bucket", format!("bucket-{number}")),
            value("odd one: é", odd.to_owned()),
            value("same", "x".repeat(400)),
        ];
        // Not in the order in which they happened.
        let occurrence = Occurrence { at: at((number * 7) % 40), values: &values };
        let event = Key::window();
        if let Joined::NoWindow { last } = state.join(&event, &group, &occurrence, at(0)).await.unwrap() {
            assert_eq!(number, 0);
            window = Key::window();
            let opening = Opening { window: &window, ends: at(900), last: last.as_ref() };
            state.open(&event, &group, &opening, &occurrence, at(0)).await.unwrap().unwrap();
        }
    }
    let tally = state.close(&window, at(900)).await.unwrap().unwrap();
    assert_eq!((tally.count, tally.first, tally.last), (40, at(0), at(39)));
    let texts = |name: &str| tally.values[name].clone();
    assert_eq!(texts("bucket"), (0..KEPT_VALUES).map(|n| format!("bucket-{n}")).collect::<BTreeSet<_>>());
    assert_eq!(texts("odd one: é"), ["\u{1f4a9}", "\"", "\u{0}", "x"].map(str::to_owned).into());
    assert_eq!(texts("same"), ["x".repeat(400)].into());
}
