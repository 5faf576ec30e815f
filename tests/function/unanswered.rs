//! Tries that are not answered: the service may have taken the message. Few copies, and never silence.

use std::rc::Rc;
use std::time::Duration;

use account_watcher::queue::Queued;

use crate::sim::{Reply, Sim, run};
use crate::support::{event_of, watcher, watchers_and};

const HOUR: Duration = Duration::from_hours(1);
const CHANNELS: [&str; 4] = ["security", "workflow", "hook", "email"];

fn sim() -> Rc<Sim> {
    let watchers = CHANNELS.map(|channel| watcher(channel, channel, &[channel], &serde_json::Value::Null));
    Sim::new(watchers_and(watchers.into()), 1)
}

/// An event for this channel, which answers so until a time.
fn until(channel: &'static str, end: Duration, reply: Reply) -> Rc<Sim> {
    run(sim, |sim| async move {
        sim.world.script(channel, move |at| if at < end { reply } else { Reply::Ok });
        sim.event(&event_of(channel, "1")).await;
    })
}

fn tried(sim: &Sim) -> Vec<Duration> {
    sim.world.asked.borrow().iter().map(|(at, _)| *at).collect()
}

#[test]
fn a_service_that_never_answers_gets_five_copies_and_then_a_dead_letter_says_so() {
    for channel in CHANNELS {
        for reply in [Reply::Lost, Reply::Hang] {
            let sim = until(channel, HOUR * 24 * 30, reply);
            let tried = tried(&sim);
            assert_eq!(tried.len(), 5, "{channel} {reply:?}: {tried:?}");
            assert!(tried[1] < Duration::from_secs(100), "the second soon: {tried:?}");
            assert!(
                (HOUR * 4..HOUR * 8).contains(&tried[4]),
                "the last when most outages are over: {tried:?}"
            );
            let dead = sim.world.dead.take();
            let letter: Queued = serde_json::from_str(&dead[0]).unwrap();
            let reason = letter.reason.unwrap();
            assert!(
                reason.contains("given up after 5 tries without an answer; it may have arrived"),
                "{reason}"
            );
            assert_eq!((dead.len(), sim.world.count("Dead")), (1, 1));
            let copies = if let Reply::Lost = reply { 5 } else { 0 };
            assert_eq!(sim.world.taken(channel).values().sum::<usize>(), copies);
        }
    }
}

#[test]
fn one_lost_answer_makes_one_copy() {
    for channel in CHANNELS {
        let sim = until(channel, Duration::from_secs(20), Reply::Lost);
        assert_eq!(sim.world.taken(channel).values().sum::<usize>(), 2, "{channel}");
        assert!(sim.world.elapsed() < Duration::from_secs(90));
        assert_eq!((sim.world.count("Sent"), sim.world.dead.borrow().len()), (1, 0));
    }
}

/// What the service refuses in words is tried as ever: it is not a copy.
#[test]
fn refusals_do_not_count() {
    let sim = run(sim, |sim| async move {
        sim.world.script("email", |at| match at.as_secs() {
            1_000..4_000 => Reply::Lost,
            0..80_000 => Reply::Retry(None),
            _ => Reply::Ok,
        });
        sim.event(&event_of("email", "1")).await;
    });
    let copies = sim.world.taken("email").values().sum::<usize>();
    assert!((2..=4).contains(&copies), "{copies}");
    assert_eq!((sim.world.count("Sent"), sim.world.dead.borrow().len()), (1, 0));
}

/// The day is counted from the beginning, however often the message was written anew; and the letter says what is not known.
#[test]
fn a_day_stays_a_day() {
    let sim = run(sim, |sim| async move {
        sim.world.script("email", |at| if at.as_secs() < 600 { Reply::Lost } else { Reply::Retry(None) });
        sim.event(&event_of("email", "1")).await;
    });
    let elapsed = sim.world.elapsed();
    assert!((HOUR * 24..HOUR * 24 + Duration::from_mins(5)).contains(&elapsed), "{elapsed:?}");
    let dead = sim.world.dead.take();
    let reason = serde_json::from_str::<Queued>(&dead[0]).unwrap().reason.unwrap();
    assert!(reason.starts_with("given up after 24 hours: it may pass; it may have arrived"), "{reason}");
}

/// Without the queue nobody can count; Lambda tries an event three times.
#[test]
fn without_the_queue_there_is_one_copy_for_each_of_lambdas_tries() {
    let sim = run(sim, |sim| async move {
        sim.world.script("email", |_| Reply::Lost);
        *sim.world.queue_down.borrow_mut() = Box::new(|at| at < HOUR);
        sim.event(&event_of("email", "1")).await;
    });
    assert_eq!(sim.world.taken("email").values().sum::<usize>(), 3);
    assert_eq!(sim.world.dead.borrow().len(), 1, "the event");
}

/// A dead letter that somebody redrives has as many tries as a new one.
#[test]
fn a_redriven_letter_starts_anew() {
    let sim = run(sim, |sim| async move {
        sim.world.script("email", |at| if at < HOUR * 24 { Reply::Hang } else { Reply::Lost });
        sim.event(&event_of("email", "1")).await;
        sim.world.until(30 * 3_600).await;
        assert_eq!(sim.world.dead.borrow().len(), 1);
        sim.redrive();
    });
    assert_eq!(sim.world.taken("email").values().sum::<usize>(), 5);
    assert_eq!(sim.world.dead.borrow().len(), 1);
}
