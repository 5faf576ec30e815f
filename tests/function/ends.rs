//! Every message of the retry queue ends: sent, or dead with a reason, within a day; never by SQS's own hand, which moves what
//! was received too often without a reason, and drops what is too old.

use std::rc::Rc;
use std::time::Duration;

use account_watcher::queue::Queued;
use futures_util::future::join_all;
use serde_json::json;

use crate::sim::{Broken, Reply, Sim, run};
use crate::support::{event_of, watcher, watchers, watchers_and};

const HOUR: Duration = Duration::from_hours(1);

/// So many events while the table is busy and the channels answer so, until then.
fn sim(until: Duration, table: Option<Broken>, reply: Reply, events: u32) -> Rc<Sim> {
    run(
        || Sim::new(watchers(), 1),
        |sim| async move {
            sim.world.limit("security", 1.0);
            for channel in ["security", "email"] {
                sim.world.script(channel, move |at| if at < until { reply } else { Reply::Ok });
            }
            *sim.function.ports.state.broken.borrow_mut() = Box::new(move |at| table.filter(|_| at < until));
            let events: Vec<_> = (0..events).map(|n| event_of("DeleteBucket", &n.to_string())).collect();
            join_all(events.iter().map(|event| sim.event(event))).await;
        },
    )
}

fn reasons(sim: &Sim) -> Vec<String> {
    let dead = sim.world.dead.borrow();
    dead.iter().map(|body| serde_json::from_str::<Queued>(body).unwrap().reason.unwrap()).collect()
}

#[test]
fn a_busy_table_is_asked_less_and_less() {
    let sim = sim(HOUR * 8, Some(Broken::Busy), Reply::Ok, 1);
    assert_eq!((sim.world.taken("security").len(), sim.world.taken("email").len()), (1, 1));
    let most = sim.world.ended.borrow().iter().map(|message| message.received).max().unwrap();
    assert!(most < 60, "{most} receives in 8 hours");
}

#[test]
fn a_table_that_stays_busy_ends_in_dead_letters_with_a_reason() {
    let sim = sim(HOUR * 30, Some(Broken::Busy), Reply::Ok, 2);
    assert!(sim.world.queue.borrow().by_itself().is_empty());
    let reasons = reasons(&sim);
    assert_eq!(reasons.len(), 4);
    for reason in reasons {
        assert!(reason.starts_with("given up after 24 hours: the table is busy"), "{reason}");
    }
    assert!(sim.world.elapsed() < HOUR * 24 + Duration::from_mins(10), "{:?}", sim.world.elapsed());
}

/// Slack that wants an hour of silence each time it is asked: no delivery waits for its turn beyond its day.
#[test]
fn a_channel_that_always_wants_silence_ends_in_dead_letters() {
    let sim = sim(HOUR * 24 * 30, None, Reply::Retry(Some(3_600)), 400);
    assert!(sim.world.queue.borrow().by_itself().is_empty());
    assert!(sim.world.elapsed() < HOUR * 25, "{:?}", sim.world.elapsed());
    let told = sim.world.count("Dead") + sim.world.count("Suppressed");
    assert!(reasons(&sim).iter().all(|reason| reason.starts_with("given up after 24 hours: ")));
    // A summary is a delivery of its own.
    assert!(told >= 800, "{told}");
    assert_eq!(sim.world.count("Sent"), 0);
}

/// Nobody can postpone or bury what kills whoever takes it into his hands; so it is not taken up any more.
#[test]
fn a_message_over_which_the_function_dies_each_time_is_buried() {
    let killer = || {
        run(
            || Sim::new(watchers(), 1),
            |sim| async move {
                sim.world.script("email", |_| Reply::Kill);
                sim.world.dead.borrow_mut().push(event_of("DeleteBucket", "1").to_string());
                sim.redrive();
            },
        )
    };
    let sim = killer();
    assert!(sim.world.queue.borrow().by_itself().is_empty());
    let reasons = sim.world.reasons.borrow();
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(reasons[0].starts_with("given up after 24 hours: the function ended over it"), "{reasons:?}");
    assert!(sim.world.elapsed() < HOUR * 32, "{:?}", sim.world.elapsed());
}

/// A summary that can be neither sent nor queued.
#[test]
fn the_end_of_a_window_ends_too() {
    let group = json!({"by": ["actor"], "window": 300, "at_least": 1});
    let sim = run(
        || Sim::new(watchers_and(vec![watcher("grouped", "Grouped", &["email"], &group)]), 1),
        |sim| async move {
            let fixed = HOUR * 48;
            let broken = move |at: Duration| (HOUR / 60..fixed).contains(&at);
            sim.world.script("email", move |at| if broken(at) { Reply::Retry(None) } else { Reply::Ok });
            *sim.world.retry_full.borrow_mut() = Box::new(broken);
            for n in 0..3 {
                sim.event(&event_of("Grouped", &n.to_string())).await;
            }
            sim.world.until(47 * 3_600).await;
            let reasons = sim.world.reasons.take();
            assert_eq!(reasons.len(), 1, "{reasons:?}");
            assert!(reasons[0].starts_with("given up after 24 hours: "), "{reasons:?}");
            let most = sim.world.ended.borrow().iter().map(|message| message.received).max().unwrap();
            assert!(most < 150, "{most} receives");
            sim.world.until(49 * 3_600).await;
            sim.redrive();
        },
    );
    assert_eq!(sim.world.summaries("email").iter().map(|(_, more)| *more).sum::<u64>(), 2, "nothing is lost");
}

#[test]
fn the_simulated_queue_is_the_templates() {
    let template = include_str!("../../template.yaml");
    let queue = template.split("\n  RetryQueue:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    for setting in ["VisibilityTimeout: 360 ", "maxReceiveCount: 1000\n", "MessageRetentionPeriod: 1209600\n"]
    {
        assert!(format!("{queue}\n").contains(setting), "{setting:?} is not in {queue}");
    }
}
