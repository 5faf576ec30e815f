//! The turns of a channel: what its item says, and what comes of a wish to send. Both stores decide by this.
//!
//! The *gate* (`next`) is the first turn that is free. Nobody reserves it further ahead than an invocation can wait, so
//! whoever comes finds it a few turns away at most, whatever is queued. Who would have to wait longer stands in the *line*
//! of its severity: a time to come again, one after the other, at a little less than the channel's pace. A turn that a
//! severity takes pushes the lines of those below it back by as much, so they keep their order and never crowd the gate.
//! When something waits below, a line takes two turns of three: what is least urgent gets its share.
//!
//! Times pass by themselves: a message that never comes back leaves no gap that others wait for. And a gate that nobody has
//! taken for a while is free for whoever comes, whatever the lines say: those who stand in a line would have come by. A clock
//! that jumped could have written such a line.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use watcher::Severity;

use super::{Ticket, Turn, Wish};

/// No invocation waits so long, so no gate that is further away was reserved by this program, unless the channel is blocked.
const GATE_LIMIT: SignedDuration = SignedDuration::from_mins(5);
/// Nothing waits longer than a day, and the channel's own wish for silence is cut to a day.
pub(super) const LINE_LIMIT: SignedDuration = SignedDuration::from_hours(25);

/// A line is pushed back by no more than the time that passes, and by a day each time the channel wants silence.
const DELAY_LIMIT: u64 = 10 * 366 * 24 * 60 * 60 * 1_000;

/// A line takes the gate more often than this, or it is none; in intervals, and at least so long, because SQS and Lambda hand a
/// message over seconds after its time.
const IDLE_INTERVALS: u32 = 5;
const IDLE: Duration = Duration::from_secs(10);

const LANES: usize = Severity::ALL.len();

/// What the item of a channel says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lanes {
    /// The first turn that is free.
    pub(super) next: Option<Timestamp>,
    /// Until when the channel wants nothing.
    pub(super) blocked: Option<Timestamp>,
    /// Where the line of each severity ends.
    pub(super) lines: [Option<Timestamp>; LANES],
    /// By how many milliseconds each line was pushed back in all.
    pub(super) delays: [u64; LANES],
}

/// What to write, and so what is answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Take this turn, and push these lines back.
    Take { slot: Timestamp, push: Vec<Severity> },
    /// Stand in the line: come at `at`; the next one comes at `end`.
    Join { at: Timestamp, end: Timestamp },
    /// Write nothing.
    Answer(Turn),
}

/// The place of a severity among the lanes.
pub(super) fn lane(severity: Severity) -> usize {
    severity as usize
}

impl Lanes {
    /// The item without what cannot be true, and whether there was any. A clock that jumped, a table restored from a
    /// backup, or a hand could have written it; believed, it would silence the channel.
    pub(super) fn believed(&self, now: Timestamp) -> (Lanes, bool) {
        let mut lanes = self.clone();
        let far = |at: Option<Timestamp>, from: Timestamp, limit| {
            at.is_some_and(|at| at.duration_since(from) > limit)
        };
        if far(lanes.blocked, now, LINE_LIMIT) {
            lanes.blocked = None;
        }
        let open = lanes.open(now);
        if far(lanes.next, open, GATE_LIMIT) {
            lanes.next = None;
        }
        for line in &mut lanes.lines {
            if far(*line, open, LINE_LIMIT) {
                *line = None;
            }
        }
        for delay in &mut lanes.delays {
            if *delay > DELAY_LIMIT {
                *delay = 0;
            }
        }
        let odd = lanes != *self;
        (lanes, odd)
    }

    /// What comes of the wish.
    pub(super) fn step(&self, interval: Duration, wish: &Wish, now: Timestamp) -> Step {
        let own = lane(wish.severity);
        let waiting = |lane: usize| self.lines[lane].filter(|end| *end > now);
        let slot = self.next.map_or(now, |next| next.max(now));
        if self.is_idle(interval, now) {
            return Step::Take { slot: now, push: self.below(own, now) };
        }
        match wish.ticket {
            Some(ticket) => {
                let at = ticket.pushed(self.delays[own]);
                if at > wish.by {
                    return Step::Answer(Turn::Line(Ticket { at, delay: Some(self.delays[own]) }));
                }
                if slot > wish.by {
                    return Step::Answer(Turn::None(slot));
                }
                Step::Take { slot, push: self.below(own, now) }
            }
            None if slot <= wish.by && waiting(own).is_none() => {
                Step::Take { slot, push: self.below(own, now) }
            }
            None => {
                let at = waiting(own).unwrap_or(slot);
                match wish.line {
                    Some(line) if self.waits(at, now) <= line => {
                        Step::Join { at, end: at + self.spacing(own, interval, now) }
                    }
                    _ => Step::Answer(Turn::None(at)),
                }
            }
        }
    }

    /// Nobody has taken the gate for a while, though the channel takes messages.
    fn is_idle(&self, interval: Duration, now: Timestamp) -> bool {
        let idle = IDLE.max(interval * IDLE_INTERVALS);
        // Of a gate that was never taken, and of one that is not believed, nothing is known but that nobody uses it.
        self.open(now) == now && self.next.is_none_or(|next| next + idle < now)
    }

    /// How long others make one wait that has this turn.
    fn waits(&self, at: Timestamp, now: Timestamp) -> Duration {
        Duration::try_from(at.duration_since(self.open(now))).unwrap_or_default()
    }

    /// From when on the channel takes messages.
    pub(super) fn open(&self, now: Timestamp) -> Timestamp {
        self.blocked.map_or(now, |blocked| blocked.max(now))
    }

    /// From one message of a line to the next. A little is left for those who come without waiting.
    pub(super) fn spacing(&self, own: usize, interval: Duration, now: Timestamp) -> Duration {
        if self.below(own, now).is_empty() { interval * 9 / 8 } else { interval * 3 / 2 }
    }

    /// The severities below in whose lines somebody waits.
    pub(super) fn below(&self, own: usize, now: Timestamp) -> Vec<Severity> {
        let lower = Severity::ALL.into_iter().take(own);
        lower.filter(|severity| self.lines[lane(*severity)].is_some_and(|end| end > now)).collect()
    }

    /// All severities in whose lines somebody waits.
    pub(super) fn waiting(&self, now: Timestamp) -> Vec<Severity> {
        self.below(LANES, now)
    }

    /// Pushes the lines back.
    pub(super) fn push(&mut self, lines: &[Severity], by: Duration) {
        for lane in lines.iter().map(|severity| lane(*severity)) {
            self.lines[lane] = self.lines[lane].map(|end| end + by);
            self.delays[lane] = self.delays[lane].saturating_add(millis(by));
        }
    }

    /// The channel wants no message before `until`: how much longer than before, if it is longer.
    pub(super) fn longer(&self, until: Timestamp, now: Timestamp) -> Option<Duration> {
        Duration::try_from(until.duration_since(self.open(now))).ok().filter(|longer| !longer.is_zero())
    }
}

impl Ticket {
    /// When its turn is, now that its line was pushed back so far.
    fn pushed(self, delay: u64) -> Timestamp {
        let more = self.delay.map_or(0, |known| delay.saturating_sub(known));
        // Nothing is pushed back further while it waits.
        let more = if more > millis(LINE_LIMIT.unsigned_abs()) { 0 } else { more };
        self.at.saturating_add(Duration::from_millis(more)).unwrap_or(Timestamp::MAX)
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
