//! What happens around the function: a table that is restored from a backup, and two versions of it at once.

use std::time::Duration;

use account_watcher::queue::Queued;
use account_watcher::state::Memory;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use watcher::Delivery;

use crate::queued::{hours, queued};
use crate::sim::{Reply, Sim, run};
use crate::support::{event_of, now, watcher, watchers_and};

const WEEK: u64 = 7 * 24 * 3_600;

/// What it remembers of the week since the backup is gone: what was sent then may come twice if its event comes again.
#[test]
fn a_table_restored_from_a_backup_of_last_week_silences_nothing() {
    let group = json!({"by": ["actor"], "window": 300, "at_least": 1});
    let watchers = || Sim::new(watchers_and(vec![watcher("grouped", "Grouped", &["email"], &group)]), 1);
    let sim = run(watchers, |sim| async move {
        let state = &sim.function.ports.state;
        let send = async |call: &str, id: &str| sim.event(&event_of(call, id)).await;
        // A line of alerts, an open window, and a claim of an invocation that has died since: all in the backup.
        for n in 0..10 {
            send("DeleteBucket", &format!("before-{n}")).await;
        }
        send("Grouped", "grouped-before").await;
        sim.world.script("email", |_| Reply::Kill);
        let _ = sim.invoke(&event_of("DeleteBucket", "killed").to_string()).await;
        sim.world.script("email", |_| Reply::Ok);
        let backup: Memory = (*state.memory()).clone();

        sim.world.until(WEEK).await;
        send("DeleteBucket", "since").await;
        send("Grouped", "grouped-since").await;
        state.restore(backup);

        let restored = sim.world.elapsed();
        for n in 0..3 {
            send("DeleteBucket", &format!("after-{n}")).await;
        }
        send("Grouped", "grouped-after").await;
        assert!(sim.world.elapsed() < restored + Duration::from_secs(5), "at once");
        for id in ["before-0", "since", "killed"] {
            send("DeleteBucket", id).await;
        }
    });
    for channel in ["security", "email"] {
        let taken = sim.world.taken(channel);
        for id in ["after-0", "after-1", "after-2", "before-0"] {
            assert_eq!(taken.get(id), Some(&1), "{channel} {id}");
        }
        assert!(taken.contains_key("killed"), "{channel}: its claim is a week old");
        assert_eq!(taken.get("since"), Some(&2), "{channel}: nobody can know it any more");
    }
    let taken = sim.world.taken("email");
    for id in ["grouped-before", "grouped-since", "grouped-after"] {
        assert_eq!(taken.get(id), Some(&1), "{id} is the alert of its own window");
    }
    assert_eq!((sim.world.count("Dead"), sim.world.dead.borrow().len()), (0, 0));
}

/// A queued delivery as the version before wrote and read it.
#[derive(Debug, Deserialize)]
struct Former {
    delivery: Delivery,
    first_failed: Timestamp,
    #[serde(default)]
    not_before: Option<Timestamp>,
    #[serde(default)]
    reason: Option<String>,
}

/// While a deployment goes on both versions take messages from the queue.
#[test]
fn a_message_of_this_version_is_read_by_the_one_before() {
    let queued = queued(hours(1), None);
    let (next, _) = queued.unanswered(queued.first_failed, Some(Duration::from_hours(2)), now());
    let former: Former = serde_json::from_str(&next.to_body()).unwrap();
    assert_eq!((former.delivery, former.first_failed), (queued.delivery.clone(), queued.first_failed));
    assert_eq!((former.not_before, former.reason), (next.not_before, None));
    let former: Former = serde_json::from_str(&next.dead("why").to_body()).unwrap();
    assert_eq!(former.reason.as_deref(), Some("why"));
}

/// And this one goes on with what the other wrote: without a key and without a count it is sent once, and ends in its day.
#[test]
fn a_message_of_the_version_before_goes_on_here() {
    for (reply, dead) in [(Reply::Ok, 0), (Reply::Lost, 1), (Reply::Retry(None), 1)] {
        let sim = run(
            || Sim::new(crate::support::watchers(), 1),
            |sim| async move {
                sim.world.script("security", move |_| reply);
                let mut body: Value = serde_json::from_str(&queued(hours(1), None).to_body()).unwrap();
                for since in ["once", "not_before", "unanswered"] {
                    body.as_object_mut().unwrap().remove(since);
                }
                sim.world.put(body.to_string(), Duration::ZERO);
            },
        );
        assert_eq!(sim.world.dead.borrow().len(), dead, "{reply:?}");
        let copies = sim.world.taken("security").into_values().sum::<usize>();
        assert_eq!(
            copies,
            match reply {
                Reply::Ok => 1,
                Reply::Lost => 5,
                _ => 0,
            }
        );
        let elapsed = SignedDuration::try_from(sim.world.elapsed()).unwrap();
        assert!(elapsed < hours(24), "{elapsed}");
        if let Some(body) = sim.world.dead.borrow().first() {
            assert!(serde_json::from_str::<Queued>(body).unwrap().reason.is_some());
        }
    }
}
