//! The turns of channels: the gate, and the lines before it.

use std::time::Duration;

use account_watcher::state::{Key, Pace, State, Ticket, Turn, Wish};
use jiff::Timestamp;
use watcher::Severity;

use super::at;

fn pace(name: &str, millis: u64) -> Pace {
    Pace { key: Key::pace(name), interval: Duration::from_millis(millis) }
}

/// Two seconds ahead at most, else in the line.
fn wish(severity: Severity, now: i64) -> Wish {
    Wish { severity, ticket: None, by: at(now + 2), line: Some(Duration::MAX) }
}

async fn ask(state: &impl State, pace: &Pace, wish: Wish, now: i64) -> Turn {
    let given = state.turn(pace, &wish, at(now)).await.unwrap();
    assert!(!given.disbelieved);
    given.turn
}

async fn ticket(state: &impl State, pace: &Pace, severity: Severity, now: i64) -> Ticket {
    match ask(state, pace, wish(severity, now), now).await {
        Turn::Line(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

/// Takes turns until somebody has to wait.
async fn fill(state: &impl State, pace: &Pace, now: i64) {
    for slot in 0..3 {
        assert_eq!(ask(state, pace, wish(Severity::Low, now), now).await, Turn::At(at(now + slot)));
    }
}

fn millis(from: i64, more: i64) -> Timestamp {
    Timestamp::from_millisecond(at(from).as_millisecond() + more).unwrap()
}

pub(super) async fn turns_are_apart(state: &impl State) {
    let (second, six) = (pace("/a", 1_000), pace("/b", 6_000));
    fill(state, &second, 0).await;
    assert_eq!(ask(state, &six, wish(Severity::Low, 0), 0).await, Turn::At(at(0)), "a channel of its own");
    for (now, slot) in [(1, 3), (6, 6), (6, 7), (30, 30), (30, 31)] {
        assert_eq!(ask(state, &second, wish(Severity::Low, now), now).await, Turn::At(at(slot)), "at {now}");
    }
}

pub(super) async fn a_turn_that_would_come_too_late_is_left_to_others(state: &impl State) {
    let pace = pace("/a", 1_000);
    let soon = |by| Wish { by: at(by), line: None, ..wish(Severity::Low, 0) };
    let none = |first| Turn::None(at(first));
    for (by, expected) in
        [(0, Turn::At(at(0))), (0, none(1)), (1, Turn::At(at(1))), (1, none(2)), (9, Turn::At(at(2)))]
    {
        assert_eq!(ask(state, &pace, soon(by), 0).await, expected, "by {by}");
    }
}

pub(super) async fn whoever_must_wait_longer_stands_in_line(state: &impl State) {
    let pace = pace("/a", 1_000);
    fill(state, &pace, 0).await;
    // A little further apart than the turns, so that some are left.
    for n in 0..4 {
        let ticket = ticket(state, &pace, Severity::Low, 0).await;
        assert_eq!(ticket, Ticket { at: millis(3, n * 1_125), delay: Some(0) }, "{n}");
    }
    let short = Wish { line: Some(Duration::from_secs(7)), ..wish(Severity::Low, 0) };
    assert_eq!(ask(state, &pace, short, 0).await, Turn::None(millis(7, 500)), "no longer line than it wants");
    let long = Wish { line: Some(Duration::from_secs(8)), ..wish(Severity::Low, 0) };
    assert!(matches!(ask(state, &pace, long, 0).await, Turn::Line(_)));
}

pub(super) async fn nobody_overtakes_those_who_wait(state: &impl State) {
    let pace = pace("/a", 1_000);
    fill(state, &pace, 0).await;
    let first = ticket(state, &pace, Severity::Low, 0).await;
    let second = ticket(state, &pace, Severity::Low, 0).await;
    assert!(matches!(ask(state, &pace, wish(Severity::Low, 4), 4).await, Turn::Line(_)), "the gate is free");
    let come = |ticket, now| Wish { ticket: Some(ticket), ..wish(Severity::Low, now) };
    assert_eq!(ask(state, &pace, come(second, 1), 1).await, Turn::Line(second), "too early");
    assert_eq!(ask(state, &pace, come(first, 4), 4).await, Turn::At(at(4)));
    assert_eq!(ask(state, &pace, come(second, 900), 900).await, Turn::At(at(900)), "however late");
    assert_eq!(ask(state, &pace, wish(Severity::Low, 900), 900).await, Turn::At(at(901)), "nobody waits");
}

pub(super) async fn what_is_worse_goes_first_and_pushes_the_lines_below(state: &impl State) {
    let pace = pace("/a", 1_000);
    fill(state, &pace, 0).await;
    let mut tickets = Vec::new();
    for _ in 0..100 {
        tickets.push(ticket(state, &pace, Severity::Low, 0).await);
    }
    let critical = Wish { by: at(20), ..wish(Severity::Critical, 0) };
    for slot in [3, 4, 5] {
        assert_eq!(ask(state, &pace, critical, 0).await, Turn::At(at(slot)), "a hundred wait");
    }
    let come = |ticket: Ticket, now| Wish { ticket: Some(ticket), ..wish(Severity::Low, now) };
    for (n, ticket) in tickets.iter().enumerate().take(3) {
        let pushed = Ticket { at: millis(6, i64::try_from(n).unwrap() * 1_125), delay: Some(3_000) };
        assert_eq!(ask(state, &pace, come(*ticket, 0), 0).await, Turn::Line(pushed), "{n}");
    }
    assert_eq!(ask(state, &pace, come(tickets[0], 6), 6).await, Turn::At(at(6)));
    // Another severity above the line, which finds the gate free.
    assert_eq!(ask(state, &pace, wish(Severity::High, 8), 8).await, Turn::At(at(8)));
    let pushed = Ticket { at: millis(7, 1_125), delay: Some(4_000) };
    assert_eq!(ask(state, &pace, come(tickets[1], 1), 1).await, Turn::Line(pushed));
}

pub(super) async fn the_least_urgent_gets_its_share(state: &impl State) {
    let pace = pace("/a", 1_000);
    fill(state, &pace, 0).await;
    ticket(state, &pace, Severity::Low, 0).await;
    for n in 0..4 {
        let ticket = ticket(state, &pace, Severity::High, 0).await;
        assert_eq!(ticket.at, millis(3, n * 1_500), "two turns of three, since something waits below");
    }
}

pub(super) async fn a_block_pushes_the_gate_and_the_lines(state: &impl State) {
    let pace = pace("/a", 1_000);
    assert_eq!(state.blocked(&pace, at(0)).await.unwrap(), None);
    fill(state, &pace, 0).await;
    let waiting = ticket(state, &pace, Severity::Low, 0).await;
    state.block(&pace, at(30), at(0)).await.unwrap();
    state.block(&pace, at(10), at(0)).await.unwrap();
    state.block(&pace, at(30), at(0)).await.unwrap();
    assert_eq!(state.blocked(&pace, at(29)).await.unwrap(), Some(at(30)));
    assert_eq!(state.blocked(&pace, at(30)).await.unwrap(), None);
    let come = |ticket, now| Wish { ticket: Some(ticket), ..wish(Severity::Low, now) };
    let pushed = Ticket { at: at(33), delay: Some(30_000) };
    assert_eq!(ask(state, &pace, come(waiting, 3), 3).await, Turn::Line(pushed), "in its order");
    state.block(&pace, at(35), at(1)).await.unwrap();
    assert_eq!(state.blocked(&pace, at(31)).await.unwrap(), Some(at(35)));
    let pushed = Ticket { at: at(38), delay: Some(35_000) };
    assert_eq!(ask(state, &pace, come(waiting, 33), 33).await, Turn::Line(pushed), "by what is new");
    let critical = Wish { by: at(21), ..wish(Severity::Critical, 1) };
    assert!(matches!(ask(state, &pace, critical, 1).await, Turn::Line(ticket) if ticket.at == at(35)));
    assert_eq!(ask(state, &pace, come(waiting, 38), 38).await, Turn::At(at(38)));
}

pub(super) async fn a_place_of_a_former_version_is_kept(state: &impl State) {
    let pace = pace("/a", 1_000);
    fill(state, &pace, 0).await;
    ticket(state, &pace, Severity::Low, 0).await;
    let former = |second, now| Wish {
        ticket: Some(Ticket { at: at(second), delay: None }),
        ..wish(Severity::Low, now)
    };
    assert!(matches!(ask(state, &pace, former(9, 0), 0).await, Turn::Line(ticket) if ticket.at == at(9)));
    assert_eq!(ask(state, &pace, former(9, 9), 9).await, Turn::At(at(9)));
}
