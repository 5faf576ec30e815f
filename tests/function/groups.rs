//! Groups under each fault, in simulated time: the first alert at once, the others in one summary, none lost, none
//! counted twice.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};

use crate::sim::{Broken, Reply, Sim, run};
use crate::support::{event_of, watcher, watchers_and, watchers_with_routes};

const BOTH: [&str; 2] = ["security", "email"];

/// A watcher of `Call` that groups by who called.
fn grouped(window: u64, at_least: u32) -> Rc<Sim> {
    let group = json!({"by": ["actor"], "window": window, "at_least": at_least});
    Sim::new(watchers_and(vec![watcher("grouped", "Call", &BOTH, &group)]), 2)
}

fn call(n: u64) -> Value {
    let mut event = event_of("Call", &format!("event-{n:04}"));
    event["detail"]["sourceIPAddress"] = format!("192.0.2.{}", n % 200).into();
    event
}

/// Events at these seconds.
async fn at(sim: &Sim, seconds: impl IntoIterator<Item = u64>) {
    let events = seconds.into_iter().enumerate().map(async |(n, second)| {
        sim.world.until(second).await;
        sim.event(&call(u64::try_from(n).unwrap())).await;
    });
    join_all(events).await;
}

/// For each channel: the alerts, and the summaries as (second, how many more).
fn assert_told(sim: &Sim, alerts: &[&str], summaries: &[(u64, u64)]) {
    for channel in BOTH {
        let taken = sim.world.taken(channel);
        assert!(taken.values().all(|times| *times == 1), "{channel}: {taken:?}");
        assert_eq!(taken.keys().collect::<Vec<_>>(), alerts, "{channel}");
        let told = sim.world.summaries(channel);
        let told: Vec<_> = told.into_iter().map(|(at, more)| (at.as_secs(), more)).collect();
        assert_eq!(told.len(), summaries.len(), "{channel}: {told:?}");
        for ((at, more), (expected_at, expected)) in told.iter().zip(summaries) {
            assert!(more == expected && (*expected_at..expected_at + 5).contains(at), "{channel}: {told:?}");
        }
    }
}

#[test]
fn the_first_is_an_alert_and_the_others_are_one_summary() {
    let sim = run(|| grouped(900, 1), |sim| async move { at(&sim, (0..50).map(|n| n * 10)).await });
    assert_told(&sim, &["event-0000"], &[(900, 49)]);
    assert!(sim.world.times("email")[0] < Duration::from_secs(1));
    let count = |metric: &str| sim.world.count(metric);
    assert_eq!((count("Sent"), count("Suppressed"), count("Duplicate")), (4, 98, 0));
    let posts = sim.world.posts.borrow();
    let summary = &posts.iter().find(|post| post.more() > 0).unwrap().delivery;
    let text = "49 more events like this came at 2026-01-12 08:29:00 UTC.\n\
        source_ip: 192.0.2.0, 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4 and others\n\n\
        The first:\nc0nf1dent1al deleted a bucket";
    assert_eq!((summary.title.as_str(), summary.message.as_str()), ("49 more: grouped", text));
}

/// The accounts of one group can have channels of their own, and none's alerts may end in the other's.
#[test]
fn a_summary_goes_where_its_alert_went() {
    let make = || {
        let group = json!({"by": ["actor"], "window": 900, "at_least": 1});
        let routes =
            json!([{"when": r#"{"account": ["210987654321"]}"#, "channels": {"security": "workflow"}}]);
        Sim::new(watchers_with_routes(vec![watcher("grouped", "Call", &["security"], &group)], &routes), 2)
    };
    let sim = run(make, |sim| async move {
        for n in 0..10 {
            let mut event = call(n);
            if n % 2 == 0 {
                event["account"] = "210987654321".into();
            }
            sim.event(&event).await;
        }
    });
    for (channel, first) in [("workflow", "event-0000"), ("security", "event-0001")] {
        assert_eq!(sim.world.taken(channel).keys().collect::<Vec<_>>(), [first], "{channel}");
        let summaries: Vec<u64> = sim.world.summaries(channel).into_iter().map(|(_, more)| more).collect();
        assert_eq!(summaries, [4], "{channel}");
    }
}

#[test]
fn an_alert_that_stays_alone_has_no_summary() {
    let sim = run(|| grouped(900, 1), |sim| async move { at(&sim, [0, 905, 1_810]).await });
    assert_told(&sim, &["event-0000", "event-0001", "event-0002"], &[]);
}

#[test]
fn a_long_window_is_one_message_that_is_hidden() {
    for hours in [2, 24] {
        let sim = run(|| grouped(hours * 3_600, 1), |sim| async move { at(&sim, [0, 60, 7_000]).await });
        assert_told(&sim, &["event-0000"], &[(hours * 3_600, 2)]);
        // After a quarter of an hour, then every eleven hours.
        assert_eq!(sim.world.receives.get(), if hours == 2 { 2 } else { 4 });
    }
}

#[test]
fn a_threshold_is_reached_or_not() {
    let sim = run(
        || grouped(900, 5),
        |sim| async move {
            at(&sim, [0, 1, 2, 3, 1_000, 1_001, 1_002, 1_003, 1_004, 1_005, 1_006]).await;
        },
    );
    // The first four stay for themselves; the fifth of the second window alerts.
    assert_told(&sim, &["event-0008"], &[(1_900, 6)]);
}

#[test]
fn groups_do_not_mix() {
    let sim = run(
        || grouped(900, 1),
        |sim| async move {
            for n in 0..20_u64 {
                let mut event = call(n);
                event["detail"]["userIdentity"]["userName"] = format!("user-{}", n % 2).into();
                sim.event(&event).await;
            }
        },
    );
    assert_told(&sim, &["event-0000", "event-0001"], &[(900, 9), (900, 9)]);
}

#[test]
fn an_event_that_comes_twenty_times_is_counted_once() {
    for at_once in [1, 8, 20] {
        let sim = run(
            || grouped(900, 1),
            |sim| async move {
                let events = [call(0), call(1)];
                stream::iter(0..40).for_each_concurrent(at_once, |n| sim.event(&events[n % 2])).await;
            },
        );
        for channel in BOTH {
            assert_eq!(sim.world.taken(channel).len(), 1, "{at_once}");
            assert_eq!(
                sim.world.summaries(channel).iter().map(|(_, more)| more).sum::<u64>(),
                1,
                "{at_once}"
            );
        }
        assert_eq!(sim.world.count("Suppressed"), 2);
    }
}

#[test]
fn without_the_table_nothing_is_grouped_and_nothing_lost() {
    let sim = run(
        || grouped(900, 1),
        |sim| async move {
            *sim.function.ports.state.broken.borrow_mut() = Box::new(|_| Some(Broken::Down));
            at(&sim, 0..5).await;
        },
    );
    assert_told(&sim, &["event-0000", "event-0001", "event-0002", "event-0003", "event-0004"], &[]);
    assert_eq!(sim.world.count("Unguarded"), 10);
}

#[test]
fn without_the_queue_no_window_opens_and_nothing_is_lost() {
    let sim = run(
        || grouped(900, 1),
        |sim| async move {
            *sim.world.queue_down.borrow_mut() = Box::new(|at| at < Duration::from_secs(10));
            at(&sim, [0, 1, 20, 21]).await;
        },
    );
    assert_told(&sim, &["event-0000", "event-0001", "event-0002"], &[(920, 1)]);
    assert_eq!(sim.world.count("Unguarded"), 4);
}

#[test]
fn when_a_group_is_crowded_its_events_wait() {
    let sim = run(
        || grouped(900, 1),
        |sim| async move {
            let crowded = |at| (at < Duration::from_mins(3)).then_some(Broken::Busy);
            *sim.function.ports.state.broken.borrow_mut() = Box::new(crowded);
            at(&sim, 0..30).await;
        },
    );
    for channel in BOTH {
        assert_eq!(sim.world.taken(channel).len(), 1);
        assert_eq!(sim.world.summaries(channel).iter().map(|(_, more)| more).sum::<u64>(), 29);
    }
    assert_eq!(sim.world.count("Unguarded"), 0);
}

#[test]
fn a_summary_waits_for_its_channel_and_for_the_table() {
    let sim = run(
        || grouped(900, 1),
        |sim| async move {
            let early = |at| (Duration::from_secs(10)..Duration::from_secs(2_000)).contains(&at);
            sim.world.script("security", move |at| if early(at) { Reply::Retry(None) } else { Reply::Ok });
            let gone = |at| (Duration::from_secs(890)..Duration::from_secs(1_000)).contains(&at);
            *sim.function.ports.state.broken.borrow_mut() =
                Box::new(move |at| gone(at).then_some(Broken::Down));
            at(&sim, 0..5).await;
        },
    );
    for channel in BOTH {
        let [(at, 4)] = sim.world.summaries(channel)[..] else {
            panic!("{:?}", sim.world.summaries(channel))
        };
        assert!(at.as_secs() >= if channel == "email" { 1_000 } else { 2_000 }, "{channel}: {at:?}");
    }
}

/// At each step in turn: of the first event, of a repeat, of the end.
#[test]
fn an_invocation_can_die_anywhere() {
    for step in 0..70 {
        let sim = run(
            || grouped(900, 1),
            |sim| async move {
                sim.world.crash_at.set(Some(step));
                at(&sim, [0, 1, 2]).await;
            },
        );
        for channel in BOTH {
            let alerts = sim.world.taken(channel);
            let mut summaries: Vec<u64> =
                sim.world.summaries(channel).into_iter().map(|(_, more)| more).collect();
            assert!(summaries.len() <= 2, "step {step}: {summaries:?}");
            summaries.dedup();
            // The event that died may have opened no window before the next one did: then that is the alert.
            assert_eq!(
                (alerts.len(), summaries.as_slice()),
                (1, &[2][..]),
                "step {step}, {channel}: {alerts:?}"
            );
        }
        sim.world.assert_once();
    }
}

#[test]
fn five_thousand_events_are_an_alert_and_a_summary_of_each_group() {
    let sim = || {
        let group = json!({"by": ["actor"], "window": 900, "at_least": 1});
        let watchers =
            (0..20).map(|n| watcher(&format!("w-{n}"), &format!("Call{n}"), &["security"], &group));
        Sim::new(watchers_and(watchers.collect()), 3)
    };
    let sim = run(sim, |sim| async move {
        sim.world.limit("security", 1.0);
        let events: Vec<_> =
            (0..5_000).map(|n| event_of(&format!("Call{}", n % 20), &format!("event-{n}"))).collect();
        join_all(events.iter().map(|event| sim.event(event))).await;
    });
    assert_eq!((sim.world.taken("security").len(), sim.world.refused.get()), (20, 0));
    let summaries = sim.world.summaries("security");
    assert_eq!((summaries.len(), summaries.iter().map(|(_, more)| more).sum::<u64>()), (20, 4_980));
    let times = sim.world.times("security");
    assert!(times[19] < Duration::from_secs(25) && times[39] < Duration::from_secs(930), "{times:?}");
}
