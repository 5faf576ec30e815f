//! What can happen in a run.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;

use crate::sim::{Broken, Reply};
use crate::support::event_of;

/// The calls, and who is reported of them; of the last a group.
pub(super) const CALLS: [(&str, &[&str]); 3] = [
    ("DeleteBucket", &["security", "email"]),
    ("Everywhere", &["security", "workflow", "email"]),
    ("Grouped", &[]),
];

/// A fault that somebody fixes has passed by then.
const SOON: u64 = 3_600;
/// Longer than a day: whoever waits for it gives up.
const ENDLESS: u64 = 30 * 3_600;

#[derive(Clone, Debug)]
pub(super) struct Chaos {
    pub(super) seed: u64,
    /// The call, the event's number, and when it comes; several may be the same event.
    pub(super) events: Vec<(usize, u8, u64)>,
    pub(super) slack: (Span, Reply),
    pub(super) sns: (Span, Reply),
    pub(super) table: (Span, Broken),
    /// SQS answers nothing.
    pub(super) queue: Span,
    /// The retry queue takes nothing new.
    pub(super) full: Span,
    /// The clock is wrong by so many hours.
    pub(super) clock: (Span, i64),
    pub(super) deaths: f64,
}

/// From when to when something is so, in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    from: u64,
    to: u64,
}

impl Span {
    pub(super) fn holds(self, at: Duration) -> bool {
        (self.from..self.to).contains(&at.as_secs())
    }

    pub(super) fn is_empty(self) -> bool {
        self.from >= self.to
    }
}

impl Chaos {
    /// From then on all is well.
    pub(super) fn fixed(&self) -> Duration {
        let spans = [self.slack.0, self.sns.0, self.table.0, self.queue, self.full, self.clock.0];
        Duration::from_secs(spans.map(|span| span.to).into_iter().max().unwrap_or(SOON).max(SOON))
    }

    pub(super) fn clock_is_wrong(&self) -> bool {
        !self.clock.0.is_empty() && self.clock.1 != 0
    }
}

pub(super) fn event((call, number, _): (usize, u8, u64)) -> Value {
    let mut event = event_of(CALLS[call].0, &format!("{call}-{number}"));
    // So that no two windows say the same.
    event["time"] = format!("2026-01-12T08:29:{number:02}Z").into();
    event
}

pub(super) fn chaos() -> impl Strategy<Value = Chaos> {
    let time = || prop_oneof![Just(0), 0..60_u64, 0..SOON];
    let span = move || (time(), time()).prop_map(|(a, b)| Span { from: a.min(b), to: a.max(b) });
    let long = move || {
        let endless = time().prop_map(|from| Span { from, to: ENDLESS });
        prop_oneof![6 => span(), 1 => endless]
    };
    let reply = || {
        prop_oneof![
            3 => Just(Reply::Retry(None)),
            1 => Just(Reply::Retry(Some(30))),
            1 => Just(Reply::Retry(Some(1_000))),
            1 => Just(Reply::Retry(Some(7_200))),
            1 => Just(Reply::Never),
            1 => Just(Reply::Hang),
            2 => Just(Reply::Lost),
        ]
    };
    let never = Just(Span { from: 0, to: 0 });
    let seldom = move || prop_oneof![3 => never, 1 => span()];
    let hours = prop_oneof![6 => Just(0), 1 => -48..48_i64];
    let deaths = prop_oneof![3 => Just(0.0), 1 => Just(0.002), 1 => Just(0.02)];
    let events = prop::collection::vec((0..CALLS.len(), 0..12_u8, time()), 1..25);
    let table = (long(), prop_oneof![Just(Broken::Busy), Just(Broken::Down)]);
    let services = ((long(), reply()), (long(), reply()), table, span(), seldom(), (span(), hours));
    (any::<u64>(), events, services, deaths).prop_map(
        |(seed, events, (slack, sns, table, queue, full, clock), deaths)| Chaos {
            seed,
            events,
            slack,
            sns,
            table,
            queue,
            full,
            clock,
            deaths,
        },
    )
}
