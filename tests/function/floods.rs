//! What a flood must not do: hide the alarm. In simulated time.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use account_watcher::queue::Queued;
use account_watcher::state::State;
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::sim::{Reply, Sim, World, run};
use crate::support::{event, event_of, now, watcher, watchers_and};

/// A watcher of each severity for each of these channels, named by both.
fn of_each_severity() -> Rc<Sim> {
    let mut watchers = Vec::new();
    for severity in ["info", "low", "medium", "high", "critical"] {
        for channel in ["security", "workflow"] {
            let name = format!("{severity}-{channel}");
            let mut one = watcher(&name, &name, &[channel], &Value::Null);
            one["severity"] = severity.into();
            watchers.push(one);
        }
    }
    Sim::new(watchers_and(watchers), 1)
}

/// The messages of so many alerts as they lie in the dead-letter queue, from where somebody redrives them: they are not
/// summed up, since each was one alert already.
fn dead_letters(sim: &Sim, name: &str, count: usize) -> Vec<String> {
    let text = event(name).to_string();
    let matches = sim.function.watchers.deliveries(text.as_bytes(), jiff::civil::date(2026, 1, 12)).unwrap();
    let delivery = &matches[0].deliveries[0];
    let letters = (0..count).map(|n| {
        let mut delivery = delivery.clone();
        delivery.facts.event_id = format!("{name}-{n:05}");
        Queued::new(&delivery, None, None, now()).dead("nobody was there").to_body()
    });
    letters.collect()
}

fn queue_up(sim: &Sim, name: &str, count: usize) {
    sim.world.dead.borrow_mut().extend(dead_letters(sim, name, count));
    sim.redrive();
}

/// When each event reached the channel.
fn arrived(world: &World, channel: &str) -> BTreeMap<String, Duration> {
    let posts = world.posts.borrow();
    let of_channel = posts.iter().filter(|post| post.delivery.channel == channel);
    of_channel.map(|post| (post.delivery.facts.event_id.clone(), post.at)).collect()
}

#[test]
fn a_critical_alert_arrives_within_ten_seconds_whatever_is_queued_below_it() {
    for (channel, below) in [("security", 10_000), ("workflow", 1_000)] {
        let sim = run(of_each_severity, |sim| async move {
            sim.world.limit(channel, if channel == "security" { 1.0 } else { 6.0 });
            queue_up(&sim, &format!("low-{channel}"), below);
            let alerts = (0..12_u64).map(async |n| {
                // At the beginning, when all of them come at once; and later, when they wait for their turns.
                let second = n * n * 10;
                sim.world.until(second).await;
                sim.event(&event_of(&format!("critical-{channel}"), &format!("critical-{second}"))).await;
            });
            join_all(alerts).await;
        });
        let arrived = arrived(&sim.world, channel);
        for second in (0..12_u64).map(|n| n * n * 10) {
            let took = arrived[&format!("critical-{second}")].saturating_sub(Duration::from_secs(second));
            assert!(took < Duration::from_secs(10), "{channel}: {took:?} at {second} s");
        }
        assert_eq!(arrived.len(), below + 12, "and of the others none is lost");
        assert_eq!(sim.world.refused.get(), 0, "429");
        sim.world.assert_once();
    }
}

#[test]
fn worse_goes_first_older_goes_first_and_nobody_starves() {
    const EACH: usize = 300;
    let severities = ["info", "low", "medium", "high", "critical"];
    let sim = run(of_each_severity, |sim| async move {
        sim.world.limit("security", 1.0);
        for severity in severities {
            queue_up(&sim, &format!("{severity}-security"), EACH);
        }
    });
    let arrived = arrived(&sim.world, "security");
    assert_eq!((arrived.len(), sim.world.refused.get()), (EACH * severities.len(), 0));
    let times = |severity: &str| -> Vec<Duration> {
        let name = format!("{severity}-security");
        arrived.iter().filter(|(id, _)| id.starts_with(&name)).map(|(_, at)| *at).collect()
    };
    let mut ends = Vec::new();
    for severity in severities {
        let times = times(severity);
        // SQS gives them in any order and to the second; within that, the oldest first.
        let sooner = |at: &Duration| times.iter().filter(|other| *other < at).count();
        let off = times.iter().enumerate().map(|(n, at)| n.abs_diff(sooner(at))).max().unwrap();
        assert!(off <= 40, "{severity}: {off} out of order");
        ends.push(*times.iter().max().unwrap());
    }
    assert!(ends.is_sorted_by(|a, b| a > b), "{ends:?}");
    let all = Duration::from_secs(EACH as u64 * 5);
    assert!(ends[0] < all * 5 / 4, "{ends:?}: the turns are used");
    // While the worst have not all been sent, some of the least have.
    let share = times("info").iter().filter(|at| **at < ends[3]).count();
    assert!(share > 0, "{ends:?}");
}

#[test]
fn a_watcher_that_floods_is_summed_up_and_the_next_alert_comes_soon() {
    let watchers = || {
        let both = ["security", "email"];
        let watchers = [("denied", "StopLogging"), ("other", "DeleteTrail")];
        let watchers = watchers.map(|(name, call)| watcher(name, call, &both, &Value::Null));
        Sim::new(watchers_and(watchers.into()), 1)
    };
    for count in [150_u64, 10_000] {
        let sim = run(watchers, |sim| async move {
            sim.world.limit("security", 1.0);
            let flood: Vec<_> =
                (0..count).map(|n| event_of("StopLogging", &format!("denied-{n:05}"))).collect();
            join_all(flood.iter().map(|event| sim.event(event))).await;
            sim.event(&event_of("DeleteTrail", "the one that counts")).await;
        });
        let world = &sim.world;
        let arrived = arrived(world, "security");
        let took = arrived["the one that counts"];
        assert!(took < Duration::from_secs(45), "{count}: {took:?}");
        let messages = world.times("security").len();
        assert!(messages < 40, "{messages} messages");
        let alone = world.taken("security").len() as u64 - 1;
        let summed: u64 = world.summaries("security").iter().map(|(_, more)| more).sum();
        assert_eq!(alone + summed, count, "each is reported");
        assert!(alone >= 1 && summed > 100, "{alone} alerts, {summed} in summaries");
        // The log has each of them, with its id.
        let lines = world.lines.borrow();
        let told = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let ids = told.filter(|line| {
            let of_flood = |report: &Value| {
                report["channel"] == "security"
                    && report["outcome"] == "suppressed"
                    && report["reason"] == "its watcher floods the channel: a summary tells it"
            };
            line["deliveries"].as_array().is_some_and(|reports| reports.iter().any(of_flood))
        });
        let ids: std::collections::BTreeSet<String> =
            ids.map(|line| line["event_id"].as_str().unwrap().to_owned()).collect();
        let alone = world.taken("security").len() as u64 - 1;
        assert_eq!(ids.len() as u64, count - alone);
        world.assert_once();
    }
}

/// The mails of a channel, and how many events they tell: by themselves, and in summaries.
fn mails(world: &World) -> (usize, u64, u64) {
    let alone = world.taken("email").len() as u64;
    let summed = world.summaries("email").iter().map(|(_, more)| more).sum();
    (world.times("email").len(), alone, summed)
}

#[test]
fn a_flood_makes_no_thousand_mails_and_none_waits() {
    let watchers = || {
        let watchers =
            [("denied", "StopLogging", "low"), ("other", "DeleteTrail", "low"), ("bad", "Bad", "critical")];
        let watchers = watchers.map(|(name, call, severity)| {
            let mut one = watcher(name, call, &["email"], &Value::Null);
            one["severity"] = severity.into();
            one
        });
        Sim::new(watchers_and(watchers.into()), 1)
    };
    for count in [20_u64, 1_000, 10_000] {
        let sim = run(watchers, |sim| async move {
            let flood: Vec<_> =
                (0..count).map(|n| event_of("StopLogging", &format!("denied-{n:05}"))).collect();
            join_all(flood.iter().map(|event| sim.event(event))).await;
            sim.event(&event_of("DeleteTrail", "the one that counts")).await;
            for n in 0..5 {
                sim.event(&event_of("Bad", &format!("bad-{n}"))).await;
            }
            let arrived = arrived(&sim.world, "email");
            for id in ["the one that counts", "bad-0", "bad-1", "bad-2", "bad-3", "bad-4"] {
                assert!(arrived.contains_key(id), "{count}: {id} at once");
            }
        });
        let (mails, alone, summed) = mails(&sim.world);
        assert!(mails <= 32, "{count}: {mails} mails");
        assert_eq!(alone + summed, count + 6, "each is reported");
        assert_eq!((sim.world.count("Queued"), sim.world.count("Unguarded")), (0, 0), "no mail waits");
        if count == 20 {
            assert_eq!(summed, 0, "this is not a flood");
        }
        let lines = sim.world.lines.borrow();
        let told = lines
            .iter()
            .filter(|line| line.contains("its watcher floods the channel: a summary tells it"))
            .count();
        assert_eq!(told as u64, summed, "the log has each with its id");
        sim.world.assert_once();
    }
}

/// One each two seconds, for three hours.
#[test]
fn a_slow_flood_makes_six_mails_a_minute() {
    let watchers =
        || Sim::new(watchers_and(vec![watcher("denied", "StopLogging", &["email"], &Value::Null)]), 1);
    let sim = run(watchers, |sim| async move {
        let events = (0..5_400_u64).map(async |n| {
            sim.world.until(n * 2).await;
            sim.event(&event_of("StopLogging", &format!("denied-{n:05}"))).await;
        });
        join_all(events).await;
    });
    let (mails, alone, summed) = mails(&sim.world);
    assert!(mails <= 20 + 6 * 180 + 2 * 19, "{mails}");
    assert_eq!(alone + summed, 5_400);
}

/// Others that are critical too go first. When something waits below they come a second and a half apart.
#[test]
fn a_critical_alert_waits_for_those_before_it_and_for_nothing_else() {
    const CRITICAL: usize = 200;
    let sim = run(of_each_severity, |sim| async move {
        sim.world.limit("security", 1.0);
        for (severity, count) in [("critical", CRITICAL), ("low", 10_000), ("high", 500)] {
            queue_up(&sim, &format!("{severity}-security"), count);
        }
    });
    let arrived = arrived(&sim.world, "security");
    let mut times: Vec<Duration> =
        arrived.iter().filter(|(id, _)| id.starts_with("critical")).map(|(_, at)| *at).collect();
    times.sort();
    assert_eq!((times.len(), arrived.len()), (CRITICAL, 10_500 + CRITICAL));
    for (before, took) in times.iter().enumerate() {
        let bound = Duration::from_secs(10) + Duration::from_millis(1_500) * u32::try_from(before).unwrap();
        assert!(*took < bound, "{before} before it, and it took {took:?}");
    }
}

#[test]
fn a_long_line_rings_the_alarm_at_once() {
    let sim = run(of_each_severity, |sim| async move {
        queue_up(&sim, "low-security", 4_000);
        sim.world.until(300).await;
        // An hour is 3,200 turns of a line.
        assert!(sim.world.count("Late") >= 700, "{}", sim.world.count("Late"));
    });
    assert_eq!(sim.world.dead.borrow().len(), 0);
    // And so does a channel that wants silence for so long.
    let sim = run(of_each_severity, |sim| async move {
        let wants = |at: Duration| if at.as_secs() < 60 { Reply::Retry(Some(7_200)) } else { Reply::Ok };
        sim.world.script("security", wants);
        sim.event(&event_of("high-security", "1")).await;
        assert_eq!(sim.world.count("Late"), 1);
    });
    assert_eq!(sim.world.taken("security").len(), 1);
}

#[test]
fn a_pace_item_that_cannot_be_true_does_not_silence_the_channel() {
    let day = SignedDuration::from_hours(24);
    for until in [now() + day * 30, jiff::Timestamp::MAX] {
        let sim = run(of_each_severity, |sim| async move {
            let pace = crate::state::webhook("/account-watcher/slack/security");
            sim.function.ports.state.memory().block(&pace, until, now()).await.unwrap();
            for n in 0..3 {
                sim.event(&event_of("low-security", &format!("{n}"))).await;
            }
            assert_eq!(sim.world.taken("security").len(), 3, "at once");
        });
        assert_eq!((sim.world.count("Unguarded"), sim.world.count("Sent")), (1, 3));
        let lines = sim.world.lines.borrow();
        let logged = lines.iter().filter(|line| line.contains("the item pace#")).count();
        assert_eq!(logged, 1, "{lines:?}");
    }
    // What Slack itself can have asked for is believed.
    let sim = run(of_each_severity, |sim| async move {
        let pace = crate::state::webhook("/account-watcher/slack/security");
        sim.function.ports.state.memory().block(&pace, now() + day / 2, now()).await.unwrap();
        sim.event(&event_of("low-security", "1")).await;
        assert_eq!(sim.world.taken("security").len(), 0);
    });
    let arrived = arrived(&sim.world, "security");
    assert!(arrived["1"] >= Duration::from_hours(12), "{arrived:?}");
}

/// The clock of an invocation was a day ahead: what it wrote troubles no later invocation for longer than a turn.
#[test]
fn a_clock_that_jumped_silences_nothing() {
    for hours in [1, 20, 24 * 40] {
        let sim = run(of_each_severity, |sim| async move {
            let pace = crate::state::webhook("/account-watcher/slack/security");
            let ahead = now() + SignedDuration::from_hours(hours);
            let wish = account_watcher::state::Wish {
                severity: watcher::Severity::Low,
                ticket: None,
                by: ahead,
                line: Some(Duration::MAX),
            };
            for _ in 0..3 {
                sim.function.ports.state.memory().turn(&pace, &wish, ahead).await.unwrap();
            }
            // When nothing else happens, and when other alerts come now and then.
            for minute in 0..5 {
                sim.world.until(minute * 60).await;
                for severity in ["low", "medium", "critical"] {
                    let id = format!("{severity}-{minute}");
                    sim.event(&event_of(&format!("{severity}-security"), &id)).await;
                }
            }
        });
        let arrived = arrived(&sim.world, "security");
        assert_eq!(arrived.len(), 15, "{hours}");
        for (id, at) in &arrived {
            let (severity, minute) = id.split_once('-').unwrap();
            let took = at.saturating_sub(Duration::from_mins(minute.parse().unwrap()));
            let most = if severity == "low" { Duration::from_mins(16) } else { Duration::from_secs(5) };
            assert!(took < most, "{hours}: {id} took {took:?}");
        }
    }
}

/// A message that a former version queued: its `first_failed` is the turn it waited for, hours ahead.
#[test]
fn a_message_of_the_former_version_ends_in_its_day() {
    let sim = run(of_each_severity, |sim| async move {
        sim.world.script("security", |_| Reply::Retry(None));
        let mut letter: Value = serde_json::from_str(&dead_letters(&sim, "low-security", 1)[0]).unwrap();
        letter["reason"].take();
        letter.as_object_mut().unwrap().remove("reason");
        letter["first_failed"] = json!((now() + SignedDuration::from_hours(100)).to_string());
        sim.world.put(letter.to_string(), Duration::ZERO);
    });
    let dead = sim.world.dead.borrow();
    assert!(dead[0].contains("given up after 24 hours: it may pass"), "{dead:?}");
    assert!(sim.world.elapsed() < Duration::from_hours(25), "{:?}", sim.world.elapsed());
}
