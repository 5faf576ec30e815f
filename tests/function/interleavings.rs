//! Whatever comes, whatever fails, whoever dies, in whatever order: nothing is lost, nothing comes twice but what no client
//! could know, and what is counted adds up. `INTERLEAVINGS=5000 cargo test --test function interleavings` tries more of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::future::join_all;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::sim::{Broken, Reply, Sim, run, settle};
use crate::support::{event_of, watcher, watchers_and};

/// Until then anything may fail.
const MENDED: Duration = Duration::from_hours(1);

#[derive(Clone, Debug)]
struct Chaos {
    seed: u64,
    /// The call, the event's number, and when it comes; several may be the same event.
    events: Vec<(usize, u8, u64)>,
    slack: Fault,
    sns: Fault,
    queue: (u64, u64),
    table: (u64, u64, bool),
    deaths: f64,
}

/// From when to when a channel fails, and how.
#[derive(Clone, Copy, Debug)]
struct Fault {
    from: u64,
    to: u64,
    reply: Reply,
}

const CALLS: [(&str, &[&str]); 3] = [
    ("DeleteBucket", &["security", "email"]),
    ("Everywhere", &["security", "workflow", "email"]),
    ("Grouped", &[]),
];

fn chaos() -> impl Strategy<Value = Chaos> {
    let time = || prop_oneof![Just(0), 0..60_u64, 0..3_600_u64];
    let times = move || (time(), time()).prop_map(|(a, b)| (a.min(b), a.max(b)));
    let reply = prop_oneof![
        3 => Just(Reply::Retry(None)),
        1 => Just(Reply::Retry(Some(30))),
        1 => Just(Reply::Retry(Some(1_000))),
        1 => Just(Reply::Never),
        1 => Just(Reply::Hang),
    ];
    let fault = (times(), reply).prop_map(|((from, to), reply)| Fault { from, to, reply });
    let table = (times(), any::<bool>()).prop_map(|((from, to), busy)| (from, to, busy));
    let deaths = prop_oneof![3 => Just(0.0), 1 => Just(0.002), 1 => Just(0.02)];
    let events = prop::collection::vec((0..CALLS.len(), 0..12_u8, time()), 1..25);
    (any::<u64>(), events, fault.clone(), fault, times(), table, deaths).prop_map(
        |(seed, events, slack, sns, queue, table, deaths)| Chaos {
            seed,
            events,
            slack,
            sns,
            queue,
            table,
            deaths,
        },
    )
}

fn event((call, number, _): (usize, u8, u64)) -> Value {
    let mut event = event_of(CALLS[call].0, &format!("{call}-{number}"));
    // So that no two windows say the same.
    event["time"] = format!("2026-01-12T08:29:{number:02}Z").into();
    event
}

fn check(chaos: &Chaos) {
    let chaos = chaos.clone();
    let sim = || {
        let group = json!({"by": ["actor"], "window": 300, "at_least": 1});
        Sim::new(
            watchers_and(vec![watcher("grouped", "Grouped", &["security", "email"], &group)]),
            chaos.seed,
        )
    };
    let within = |from: u64, to: u64| move |at: Duration| (from..to).contains(&at.as_secs());
    let sim = run(sim, |sim| {
        let chaos = chaos.clone();
        async move {
            let world = &sim.world;
            for (channel, Fault { from, to, reply }) in [("security", chaos.slack), ("email", chaos.sns)] {
                let fails = within(from, to);
                world.script(channel, move |at| if fails(at) { reply } else { Reply::Ok });
            }
            *world.queue_down.borrow_mut() = Box::new(within(chaos.queue.0, chaos.queue.1));
            let (from, to, busy) = chaos.table;
            let (fails, how) = (within(from, to), if busy { Broken::Busy } else { Broken::Down });
            *sim.function.ports.state.broken.borrow_mut() = Box::new(move |at| fails(at).then_some(how));
            world.crash_chance.set(chaos.deaths);
            let events = chaos.events.iter().map(async |&one| {
                world.until(one.2).await;
                sim.event(&event(one)).await;
            });
            join_all(events).await;
            sleep(MENDED.saturating_sub(world.elapsed())).await;
            world.crash_chance.set(0.0);
            settle(&sim).await;
            while !world.dead.borrow().is_empty() {
                sim.redrive();
                settle(&sim).await;
            }
        }
    });
    let world = &sim.world;
    world.assert_once();
    let wanted: BTreeSet<(usize, u8)> =
        chaos.events.iter().map(|&(call, number, _)| (call, number)).collect();
    for (call, (_, channels)) in CALLS.iter().enumerate() {
        for &(_, number) in wanted.iter().filter(|(of, _)| *of == call) {
            for channel in *channels {
                assert!(
                    world.taken(channel).contains_key(&format!("{call}-{number}")),
                    "{channel} lost {number}"
                );
            }
        }
    }

    let grouped = wanted.iter().filter(|(call, _)| *call == 2).count();
    let ungrouped = world.table_was_down.get() || world.queue_was_down.get();
    for channel in ["security", "email"] {
        let alerts = world.taken(channel).into_keys().filter(|id| id.starts_with("2-")).count();
        // A summary that came twice says the same twice.
        let posts = world.posts.borrow();
        let summaries: BTreeMap<_, u64> = posts
            .iter()
            .filter(|post| post.delivery.channel == channel && post.more() > 0)
            .map(|post| (&post.delivery.message, post.more()))
            .collect();
        let all = posts.iter().filter(|post| post.delivery.channel == channel && post.more() > 0).count();
        if world.crashes.get() == 0 && !ungrouped {
            assert_eq!(all, summaries.len(), "{channel}: a summary came twice");
        }
        let told = alerts as u64 + summaries.values().sum::<u64>();
        if ungrouped {
            assert!(told >= grouped as u64, "{channel}: {told} of {grouped}");
        } else {
            assert_eq!(told, grouped as u64, "{channel}: {alerts} alerts, {summaries:?}");
        }
    }
    if world.crashes.get() == 0 && world.failed.get() == 0 {
        assert_adds_up(&sim);
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

fn cases() -> u32 {
    std::env::var("INTERLEAVINGS").map_or(60, |cases| cases.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nothing_comes_twice(chaos in chaos()) {
        check(&chaos);
    }
}
