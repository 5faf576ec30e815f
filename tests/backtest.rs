//! `watcher backtest` groups as the function does: the same events through the function's state and through the backtest's
//! windows, at random times.

#![allow(clippy::unwrap_used, reason = "also the helpers of a test may fail it")]

use std::time::Duration;

use account_watcher::state::{Group, Joined, Key, Memory, Occurrence, Opening, Role, State};
use backtest::Windows;
use jiff::Timestamp;
use proptest::prelude::*;
use tokio::runtime::Builder;
use watcher::Facts;

/// So far from one event to the next, in seconds; of which group it is.
type Events = Vec<(u64, usize)>;

#[derive(Debug, PartialEq)]
struct Told {
    roles: Vec<Role>,
    /// When each summary is sent, of which group, and how many it tells.
    summaries: Vec<(Timestamp, usize, u64)>,
}

/// The groups: their windows in seconds, and how many events it takes before the alert.
const GROUPS: [(u64, u32); 4] = [(60, 1), (600, 1), (60, 3), (900, 5)];

fn start() -> Timestamp {
    "2026-01-12T08:30:00Z".parse().unwrap()
}

async fn function(events: &Events) -> Told {
    let state = Memory::default();
    let mut now = start();
    let mut windows = Vec::new();
    let mut roles = Vec::new();
    for (number, (gap, group)) in events.iter().enumerate() {
        now += Duration::from_secs(*gap);
        let (seconds, at_least) = GROUPS[*group];
        let facts = Facts { event_id: number.to_string(), ..Facts::default() };
        let event = Key::counted(&facts, "w");
        let key = Group { key: Key::group(&group.to_string()), at_least };
        let occurrence = Occurrence { at: now, values: &[] };
        let counted = match state.join(&event, &key, &occurrence, now).await.unwrap() {
            Joined::Counted(counted) => counted,
            Joined::NoWindow { last } => {
                let (window, ends) = (Key::window(), now + Duration::from_secs(seconds));
                let opening = Opening { window: &window, ends, last: last.as_ref() };
                let counted = state.open(&event, &key, &opening, &occurrence, now).await.unwrap().unwrap();
                windows.push((ends, *group, window, at_least));
                counted
            }
        };
        roles.push(counted.role);
    }
    let mut summaries = Vec::new();
    for (ends, group, window, at_least) in windows {
        let tally = state.close(&window, ends).await.unwrap().unwrap();
        summaries.extend(tally.untold(at_least).map(|more| (ends, group, more)));
    }
    summaries.sort_unstable();
    Told { roles, summaries }
}

fn backtest(events: &Events) -> Told {
    let mut windows: Windows<usize, usize> = Windows::default();
    let mut now = start();
    let (mut roles, mut ended) = (Vec::new(), Vec::new());
    for (gap, group) in events {
        now += Duration::from_secs(*gap);
        let (seconds, at_least) = GROUPS[*group];
        let (role, end) = windows.count(*group, seconds, at_least, now, || *group);
        roles.push(role);
        ended.extend(end);
    }
    ended.extend(windows.end());
    let mut summaries: Vec<_> = ended.into_iter().map(|end| (end.at, end.about, end.more)).collect();
    summaries.sort_unstable();
    Told { roles, summaries }
}

proptest! {
    #[test]
    fn groups_are_told_as_the_function_tells_them(
        events in prop::collection::vec((prop_oneof![0_u64..5, Just(60), 0_u64..400], 0_usize..4), 0..120),
    ) {
        let runtime = Builder::new_current_thread().build().unwrap();
        prop_assert_eq!(runtime.block_on(function(&events)), backtest(&events));
    }
}
