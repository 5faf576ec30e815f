//! Claims of deliveries, and turns of channels.

use std::time::Duration;

use account_watcher::state::{Claim, KEEP, Key, Lease, Pace, State};
use jiff::{SignedDuration, Timestamp};

use super::at;

fn lease(owner: &str, until: i64) -> Lease {
    Lease { owner: owner.to_owned(), until: at(until) }
}
const FREE: Claim = Claim::Granted { slot: None };

pub(super) async fn a_claim_is_one_invocations_until_its_lease_ends(state: &impl State) {
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

pub(super) async fn what_is_done_stays_done(state: &impl State) {
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

pub(super) async fn a_claim_is_given_back_with_its_turn(state: &impl State) {
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
    let key = Key::pace(&format!("ssm:{name}"));
    Pace { key, interval: Duration::from_millis(millis) }
}

pub(super) async fn turns_are_apart(state: &impl State) {
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

pub(super) async fn a_turn_that_would_come_too_late_is_left_to_others(state: &impl State) {
    let pace = pace("/a", 1_000);
    for (by, expected) in [(0, Some(0)), (0, None), (1, Some(1)), (1, None), (9, Some(2))] {
        assert_eq!(state.slot(&pace, at(by), at(0)).await.unwrap(), expected.map(at), "by {by}");
    }
}

pub(super) async fn a_block_moves_the_turns_behind_it(state: &impl State) {
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
