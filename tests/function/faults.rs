//! What the function promises under each fault, in simulated time.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::stream::{self, StreamExt};
use serde_json::Value;
use tokio::time::sleep;

use crate::sim::{Broken, Reply, Sim, World, run, settle};
use crate::support::{event_of, watcher, watchers, watchers_and};

const HOUR: Duration = Duration::from_hours(1);

fn sim() -> Rc<Sim> {
    Sim::new(watchers(), 1)
}

/// So many events, each for Slack and SNS, at once.
async fn events(sim: &Sim, count: usize) {
    let events: Vec<_> = (0..count).map(|n| event_of("DeleteBucket", &format!("event-{n:04}"))).collect();
    join_all(events.iter().map(|event| sim.event(event))).await;
}

fn each_once(count: usize) -> BTreeMap<String, usize> {
    (0..count).map(|n| (format!("event-{n:04}"), 1)).collect()
}

fn assert_each_once(world: &World, count: usize) {
    for channel in ["security", "email"] {
        assert_eq!(world.taken(channel), each_once(count), "{channel}");
    }
}

/// Every event is reported once in each channel, by an alert or by a summary.
fn assert_each_told(world: &World, count: u64) {
    for channel in ["security", "email"] {
        let alerts = world.taken(channel);
        assert!(alerts.values().all(|times| *times == 1), "{alerts:?}");
        let summed: u64 = world.summaries(channel).iter().map(|(_, more)| more).sum();
        assert_eq!(alerts.len() as u64 + summed, count, "{channel}: {} alerts", alerts.len());
    }
}

/// Every delivery of so many events is in one place, and what was queued has left the queue.
fn assert_adds_up(world: &World, deliveries: u64) {
    let count = |metric: &str| world.count(metric);
    let all = count("Sent") + count("Suppressed") + count("Duplicate") + count("Dead");
    assert_eq!(all, deliveries, "sent {}, duplicate {}", count("Sent"), count("Duplicate"));
}

/// No more than one per second, over any ten seconds; a channel's limit allows for the few that come at once.
fn assert_paced(times: &[Duration]) {
    for (at, time) in times.iter().enumerate() {
        let within = times[at..].iter().take_while(|other| **other < *time + Duration::from_secs(10)).count();
        assert!(within <= 12, "{within} messages in the ten seconds after {time:?}");
    }
}

#[test]
fn after_an_hour_without_slack_every_alert_comes_once_and_paced() {
    let sim = run(sim, |sim| async move {
        sim.world.limit("security", 1.0);
        let works = |at| if at < HOUR { Reply::Retry(None) } else { Reply::Ok };
        sim.world.script("security", works);
        events(&sim, 100).await;
    });
    assert_each_told(&sim.world, 100);
    let times = sim.world.times("security");
    assert!(times.iter().all(|at| *at >= HOUR && *at < HOUR + Duration::from_mins(20)), "{times:?}");
    assert_paced(&times);
    assert_eq!(sim.world.refused.get(), 0, "nobody was refused for coming too often");
    let (alerts, summaries) = (sim.world.times("email"), sim.world.summaries("email"));
    let soon = alerts.iter().filter(|at| **at < Duration::from_secs(1)).count();
    assert_eq!(soon, alerts.len() - summaries.len(), "SNS does not wait for Slack");
    assert!(summaries.iter().all(|(at, _)| *at < Duration::from_mins(11)), "{summaries:?}");
}

#[test]
fn slack_is_not_asked_before_it_wants_to_be() {
    let sim = run(sim, |sim| async move {
        let wants =
            |at: Duration| if at < Duration::from_secs(30) { Reply::Retry(Some(30)) } else { Reply::Ok };
        sim.world.script("security", wants);
        events(&sim, 20).await;
    });
    assert_each_once(&sim.world, 20);
    let asked = sim.world.asked.borrow();
    let asked: Vec<Duration> =
        asked.iter().filter(|(_, channel)| channel == "security").map(|(at, _)| *at).collect();
    assert!(asked[0] < Duration::from_secs(1));
    assert!(asked[1..].iter().all(|at| *at >= asked[0] + Duration::from_secs(30)), "{asked:?}");
    assert_paced(&asked);
    assert_eq!(asked.len(), 21, "one was refused, and none of the others tried for it");
}

#[test]
fn sns_is_down_while_slack_works() {
    let sim = run(sim, |sim| async move {
        let works = |at| if at < Duration::from_mins(10) { Reply::Retry(None) } else { Reply::Ok };
        sim.world.script("email", works);
        events(&sim, 2).await;
        assert_eq!(sim.world.taken("security"), each_once(2), "Slack has them at once");
    });
    assert_each_once(&sim.world, 2);
    assert_adds_up(&sim.world, 4);
}

#[test]
fn slack_hangs() {
    let sim = run(sim, |sim| async move {
        sim.world.script("security", |at| if at < Duration::from_secs(45) { Reply::Hang } else { Reply::Ok });
        events(&sim, 1).await;
        assert!(sim.world.elapsed() < Duration::from_mins(1), "{:?}", sim.world.elapsed());
    });
    assert_each_once(&sim.world, 1);
    assert_eq!(sim.world.failed.get(), 0, "it was queued before the time was up");
}

/// At each step of an invocation in turn: before and after every call over the network.
#[test]
fn an_invocation_can_die_anywhere() {
    let mut twice = 0;
    for slack in [Reply::Ok, Reply::Retry(None), Reply::Never] {
        for step in 0..60 {
            let sim = run(sim, |sim| async move {
                let fix = Duration::from_mins(20);
                sim.world.script("security", move |at| if at < fix { slack } else { Reply::Ok });
                sim.world.crash_at.set(Some(step));
                events(&sim, 1).await;
                settle(&sim).await;
                sleep(fix).await;
                sim.redrive();
            });
            for channel in ["security", "email"] {
                let times = sim.world.taken(channel).into_values().sum::<usize>();
                assert!((1..=2).contains(&times), "{slack:?}, {step}: {times} times to {channel}");
                twice += times - 1;
            }
            sim.world.assert_once();
        }
    }
    assert!(twice > 0, "no invocation died between sending and marking, which makes this no test");
}

#[test]
fn an_event_that_comes_twenty_times_is_sent_once() {
    for at_once in [1, 8, 20] {
        let sim = run(sim, |sim| async move {
            let event = event_of("DeleteBucket", "event-0000");
            stream::iter(0..20).for_each_concurrent(at_once, |_| sim.event(&event)).await;
        });
        assert_each_once(&sim.world, 1);
        assert_adds_up(&sim.world, 40);
        assert_eq!((sim.world.count("Sent"), sim.world.count("Duplicate")), (2, 38), "{at_once}");
    }
}

/// As when dead letters of an event that EventBridge delivered twice are redriven.
#[test]
fn two_copies_in_a_batch_leave_each_other_alone() {
    for seed in 0..200 {
        let sim = run(
            || Sim::new(watchers(), seed),
            |sim| async move {
                let event = event_of("DeleteBucket", "event-0000");
                sim.world.dead.borrow_mut().extend([event.to_string(), event.to_string()]);
                sim.redrive();
                let others = [20, 40, 60, 80, 100].map(async |millis| {
                    sleep(Duration::from_millis(millis)).await;
                    sim.event(&event).await;
                });
                join_all(others).await;
            },
        );
        assert_each_once(&sim.world, 1);
        assert_adds_up(&sim.world, 14);
    }
}

#[test]
fn without_the_queue_lambdas_retry_sends_what_is_missing() {
    let sim = run(sim, |sim| async move {
        let early = |at| at < Duration::from_secs(40);
        sim.world.script("security", move |at| if early(at) { Reply::Retry(None) } else { Reply::Ok });
        *sim.world.queue_down.borrow_mut() = Box::new(early);
        events(&sim, 1).await;
    });
    assert_each_once(&sim.world, 1);
    assert_eq!(sim.world.failed.get(), 1, "the first invocation");
    assert_eq!((sim.world.count("Sent"), sim.world.count("Duplicate")), (2, 1), "SNS had its own already");
}

#[test]
fn without_the_table_alerts_go_out_all_the_same() {
    let sim = run(sim, |sim| async move {
        *sim.function.ports.state.broken.borrow_mut() = Box::new(|_| Some(Broken::Down));
        events(&sim, 10).await;
    });
    assert_each_once(&sim.world, 10);
    assert!(sim.world.elapsed() < Duration::from_secs(2), "at once");
    assert_eq!((sim.world.count("Sent"), sim.world.count("Unguarded")), (20, 20));
    assert!(sim.function.ports.state.asked.get() <= 20, "each invocation asks once, with both deliveries");
}

#[test]
fn a_busy_table_is_waited_for() {
    let sim = run(sim, |sim| async move {
        let busy = |at| (at < Duration::from_secs(20)).then_some(Broken::Busy);
        *sim.function.ports.state.broken.borrow_mut() = Box::new(busy);
        sim.world.limit("security", 1.0);
        events(&sim, 10).await;
    });
    assert_each_once(&sim.world, 10);
    assert_eq!((sim.world.count("Unguarded"), sim.world.refused.get()), (0, 0));
}

#[test]
fn what_was_sent_while_the_table_was_busy_is_marked_all_the_same() {
    let sim = run(sim, |sim| async move {
        let first_asked = Duration::from_millis(25);
        let busy = move |at| (first_asked..Duration::from_secs(15)).contains(&at).then_some(Broken::Busy);
        *sim.function.ports.state.broken.borrow_mut() = Box::new(busy);
        for second in [0, 70, 140] {
            sim.world.until(second).await;
            events(&sim, 3).await;
        }
    });
    assert_each_once(&sim.world, 3);
}

#[test]
fn dead_letters_are_sent_when_they_are_redriven() {
    let sim = run(sim, |sim| async move {
        let fixed = HOUR * 48;
        sim.world.script("security", move |at| if at < fixed { Reply::Never } else { Reply::Ok });
        events(&sim, 5).await;
        sleep(fixed).await;
        assert_eq!(sim.world.dead.borrow().len(), 5);
        sim.redrive();
    });
    assert_each_once(&sim.world, 5);
    assert_eq!((sim.world.count("Sent"), sim.world.count("Dead")), (10, 5));
    assert_paced(&sim.world.times("security"));
}

#[test]
fn five_thousand_events_make_a_queue_and_not_a_storm() {
    let twenty_watchers = || {
        let both = ["security", "email"];
        let watchers = (0..20).map(|n| watcher(&format!("w-{n}"), &format!("Call{n}"), &both, &Value::Null));
        Sim::new(watchers_and(watchers.collect()), 1)
    };
    let sim = run(twenty_watchers, |sim| async move {
        sim.world.limit("security", 1.0);
        let events: Vec<_> =
            (0..5_000).map(|n| event_of(&format!("Call{}", n % 20), &format!("event-{n:04}"))).collect();
        join_all(events.iter().map(|event| sim.event(event))).await;
    });
    assert_each_told(&sim.world, 5_000);
    assert!(sim.world.times("email").len() <= 21 + 2 * 20, "and few mails");
    let times = sim.world.times("security");
    assert_eq!(sim.world.refused.get(), 0, "429");
    assert_paced(&times);
    // Those of the short line, and an alert and a summary of each watcher.
    assert!(times.len() <= 30 + 2 * 20, "{}", times.len());
    assert!(*times.last().unwrap() < Duration::from_secs(700), "{times:?}");
}
