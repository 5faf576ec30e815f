//! Claims of deliveries.

use account_watcher::state::{Claim, KEEP, Key, Lease, State, Ticket};
use jiff::SignedDuration;

use super::at;

fn lease(owner: &str, until: i64) -> Lease {
    Lease { owner: owner.to_owned(), until: at(until) }
}
const FREE: Claim = Claim::Granted { ticket: None };

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

pub(super) async fn a_claim_is_given_back_with_its_place_in_the_line(state: &impl State) {
    let key = Key::window();
    let (first, second) = (lease("first", 60), lease("second", 70));
    state.claim(&key, &first, at(0)).await.unwrap();
    let ticket = |second, delay| Some(Ticket { at: at(second), delay });
    state.release(&key, &second, ticket(5, Some(0))).await.unwrap();
    let claim = state.claim(&key, &second, at(1)).await.unwrap();
    assert_eq!(claim, Claim::Leased { until: at(60) }, "only its owner can give it back");
    state.release(&key, &first, ticket(900, Some(7))).await.unwrap();
    let claim = state.claim(&key, &second, at(1)).await.unwrap();
    assert_eq!(claim, Claim::Granted { ticket: ticket(900, Some(7)) });
    state.release(&key, &second, ticket(901, None)).await.unwrap();
    let claim = state.claim(&key, &first, at(1)).await.unwrap();
    assert_eq!(claim, Claim::Granted { ticket: ticket(901, None) }, "nothing is left of the former one");
    state.release(&key, &first, None).await.unwrap();
    assert_eq!(state.claim(&key, &second, at(1)).await.unwrap(), FREE);
    state.release(&Key::window(), &first, None).await.unwrap();
}
