//! What holds in every run: nothing is lost, nothing comes twice but what no client could know, each message of the queue ends
//! in its time and by the function's hand, and what is counted adds up.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;

use account_watcher::queue::{MOST_UNANSWERED, Queued};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::chaos::{CALLS, Chaos, event};
use crate::sim::{Reply, Sim, World, run, settle};
use crate::support::{now, watcher, watchers_and};

/// A delivery has a day, then its last try; a message that comes then may wait for others in front of it, and an invocation
/// that dies over it costs the queue's visibility timeout, more than once.
const MOST_TIME: Duration = Duration::from_hours(25);

pub(super) fn check(chaos: &Chaos) {
    let sim = happen(chaos.clone());
    let world = &sim.world;
    let wanted: BTreeSet<(usize, u8)> =
        chaos.events.iter().map(|&(call, number, _)| (call, number)).collect();
    assert_arrived(world, &wanted);
    // A lease that a wrong clock wrote is over too early.
    if !chaos.clock_is_wrong() {
        world.assert_once();
        assert_ended_in_time(world);
    }
    assert_few_copies(chaos, world);
    assert!(world.queue.borrow().by_itself().is_empty(), "SQS moved or dropped a message by itself");
    assert!(world.reasons.borrow().iter().all(|reason| reason.len() > 10), "a dead letter says why");
    assert_grouped(world, &wanted);
    if world.crashes.get() == 0 && world.failed.get() == 0 {
        assert_adds_up(&sim);
    }
}

/// Lets it happen, fixes everything, and sends what is dead by then.
fn happen(chaos: Chaos) -> Rc<Sim> {
    let group = json!({"by": ["actor"], "window": 300, "at_least": 1});
    let grouped = watcher("grouped", "Grouped", &["security", "email"], &group);
    let seed = chaos.seed;
    run(
        || Sim::new(watchers_and(vec![grouped]), seed),
        |sim| async move {
            let world = &sim.world;
            for (channel, (span, reply)) in [("security", chaos.slack), ("email", chaos.sns)] {
                world.script(channel, move |at| if span.holds(at) { reply } else { Reply::Ok });
            }
            *world.queue_down.borrow_mut() = Box::new(move |at| chaos.queue.holds(at));
            *world.retry_full.borrow_mut() = Box::new(move |at| chaos.full.holds(at));
            let (span, how) = chaos.table;
            *sim.function.ports.state.broken.borrow_mut() = Box::new(move |at| span.holds(at).then_some(how));
            let (span, hours) = chaos.clock;
            *world.wrong.borrow_mut() = Box::new(move |at| if span.holds(at) { hours } else { 0 });
            world.crash_chance.set(chaos.deaths);
            let events = chaos.events.iter().map(async |&one| {
                world.until(one.2).await;
                sim.event(&event(one)).await;
            });
            join_all(events).await;
            sleep(chaos.fixed().saturating_sub(world.elapsed())).await;
            world.crash_chance.set(0.0);
            settle(&sim).await;
            while !world.dead.borrow().is_empty() {
                sim.redrive();
                settle(&sim).await;
            }
        },
    )
}

/// Each alert came, or its watcher flooded the channel and a summary counts it.
fn assert_arrived(world: &World, wanted: &BTreeSet<(usize, u8)>) {
    for (call, (_, channels)) in CALLS.iter().enumerate() {
        for channel in *channels {
            let taken = world.taken(channel);
            let of_call = wanted.iter().filter(|(of, _)| *of == call);
            let missing: Vec<String> = of_call
                .map(|(_, number)| format!("{call}-{number}"))
                .filter(|id| !taken.contains_key(id))
                .collect();
            let told: u64 = world.flood_summaries(channel, call).values().sum();
            assert!(
                missing.len() as u64 <= told,
                "{channel} lost {missing:?}, of which a summary tells {told}"
            );
        }
    }
}

fn assert_ended_in_time(world: &World) {
    for message in world.ended.borrow().iter() {
        let value: Value = serde_json::from_str(&message.body).unwrap();
        let took = match serde_json::from_value::<Queued>(value.clone()) {
            // A dead letter that was redriven has a day of its own.
            Ok(Queued { reason: None, first_failed, .. }) => {
                let began = Duration::try_from(first_failed.duration_since(now())).unwrap_or_default();
                message.at.saturating_sub(began)
            }
            _ => message.after,
        };
        // A window's end waits for the window besides.
        assert!(took < MOST_TIME, "{took:?}, received {} times: {value}", message.received);
        assert!(message.received < 900, "{}", message.received);
    }
}

/// A message whose answers are lost is sent five times; as often for each copy of its event. What is not counted because its
/// invocation died or the queue took nothing, is sent once more.
fn assert_few_copies(chaos: &Chaos, world: &World) {
    if world.crashes.get() > 0 || world.queue_was_down.get() {
        return;
    }
    for (channel, event, copies) in world.copies() {
        let events =
            chaos.events.iter().filter(|(call, number, _)| format!("{call}-{number}") == event).count();
        let most = events.max(1) * MOST_UNANSWERED as usize;
        assert!(copies <= most, "{channel}: {copies} copies of {event}, which came {events} times");
    }
}

/// Each event of a group is reported by an alert or by a summary.
fn assert_grouped(world: &World, wanted: &BTreeSet<(usize, u8)>) {
    let grouped = wanted.iter().filter(|(call, _)| *call == 2).count();
    let ungrouped = world.table_was_down.get() || world.queue_was_down.get();
    for channel in ["security", "email"] {
        let alerts = world.taken(channel).into_keys().filter(|id| id.starts_with("2-")).count();
        // A summary that came twice says the same twice.
        let posts = world.posts.borrow();
        let of_channel = posts.iter().filter(|post| post.delivery.channel == channel && post.more() > 0);
        let summaries: BTreeMap<_, u64> =
            of_channel.clone().map(|post| (&post.delivery.message, post.more())).collect();
        let answered = of_channel.filter(|post| !post.lost).count();
        if world.crashes.get() == 0 && !ungrouped {
            assert!(answered <= summaries.len(), "{channel}: a summary came twice");
        }
        let told = alerts as u64 + summaries.values().sum::<u64>();
        if ungrouped {
            assert!(told >= grouped as u64, "{channel}: {told} of {grouped}");
        } else {
            assert_eq!(told, grouped as u64, "{channel}: {alerts} alerts, {summaries:?}");
        }
    }
}

/// Each delivery that an event asks for is in one place and counted once; what was queued has left the queue.
fn assert_adds_up(sim: &Sim) {
    let (mut left, mut crowded, mut redriven) = (0, 0, false);
    let mut seen = BTreeMap::<String, u64>::new();
    for line in sim.world.lines.borrow().iter().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let reports: Vec<Value> = line["deliveries"].as_array().cloned().unwrap_or_default();
        for report in &reports {
            *seen.entry(report["outcome"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        match line["message"].as_str() {
            Some("matched") => {
                let of = |watcher: &Value| if watcher == "everywhere" { 3 } else { 2 };
                let asked: usize = line["watchers"].as_array().unwrap().iter().map(of).sum();
                assert_eq!(reports.len(), asked, "{line}");
                crowded += u64::from(line.to_string().contains("too many events of its group at once"));
            }
            Some("retried") => {
                left += u64::from(reports[0]["outcome"] != "postponed" && reports[0]["outcome"] != "stuck");
            }
            _ => {}
        }
        redriven |= reports.iter().any(|report| report["outcome"] == "dead");
    }
    for (outcome, metric) in [
        ("sent", "Sent"),
        ("queued", "Queued"),
        ("suppressed", "Suppressed"),
        ("duplicate", "Duplicate"),
        ("dead", "Dead"),
    ] {
        assert_eq!(sim.world.count(metric), seen.get(outcome).copied().unwrap_or_default(), "{metric}");
    }
    if crowded == 0 && !redriven {
        assert_eq!(sim.world.count("Queued"), left, "what was queued has left the queue");
    }
}
