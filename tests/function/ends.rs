//! Every message of the retry queue ends: sent, or dead with a reason, within a day; never by SQS's own hand, which moves what
//! was received too often without a reason, and drops what is too old.

use std::rc::Rc;
use std::time::Duration;

use account_watcher::queue::Queued;
use futures_util::future::join_all;

use crate::sim::{Broken, Reply, Sim, run};
use crate::support::{event_of, watchers};

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
    assert!(sim.world.by_sqs.borrow().is_empty());
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
    assert!(sim.world.by_sqs.borrow().is_empty());
    assert!(sim.world.elapsed() < HOUR * 25, "{:?}", sim.world.elapsed());
    let told = sim.world.count("Dead") + sim.world.count("Suppressed");
    assert!(reasons(&sim).iter().all(|reason| reason.starts_with("given up after 24 hours: ")));
    // A summary is a delivery of its own.
    assert!(told >= 800, "{told}");
    assert_eq!(sim.world.count("Sent"), 0);
}
