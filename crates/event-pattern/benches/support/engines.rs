//! One way to build and ask every engine.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

use event_pattern::{Pattern, PatternSet};
use quamina::Quamina;
use serde::de::IgnoredAny;

/// Rules, ready to match.
pub(crate) enum Engine {
    /// This crate.
    Ours(Box<PatternSet<usize>>),
    /// The crate `quamina`.
    Quamina(Box<Quamina<usize>>),
    /// No rules: a scan of the JSON, which no engine that reads whole events can beat by much.
    Floor,
}

impl Engine {
    pub(crate) fn ours(rules: &[String]) -> Self {
        let patterns = rules.iter().map(|rule| Pattern::parse(rule).unwrap());
        Self::Ours(Box::new(PatternSet::new(patterns.enumerate())))
    }

    /// `None` if it refuses a rule or panics, as version 0.7 does at 10,000 rules.
    pub(crate) fn quamina(rules: &[String]) -> Option<Self> {
        quietly(|| {
            let mut quamina = Quamina::new();
            for (number, rule) in rules.iter().enumerate() {
                quamina.add_pattern(number, rule).ok()?;
            }
            Some(Self::Quamina(Box::new(quamina)))
        })?
    }

    /// How many rules match an event.
    #[inline]
    pub(crate) fn matches(&self, event: &str) -> usize {
        match self {
            Self::Ours(set) => set.matches(event.as_bytes()).unwrap().len(),
            Self::Quamina(quamina) => quamina.matches_for_event(event.as_bytes()).unwrap().len(),
            Self::Floor => {
                black_box(serde_json::from_str::<IgnoredAny>(event).unwrap());
                0
            }
        }
    }

    /// How many matches there are in all events. `None` if it panics.
    pub(crate) fn count(&self, events: &[String]) -> Option<usize> {
        quietly(|| events.iter().map(|event| self.matches(event)).sum())
    }
}

/// The answer, or `None` after a panic, whose message nobody sees.
fn quietly<R>(work: impl FnOnce() -> R) -> Option<R> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(work));
    std::panic::set_hook(hook);
    result.ok()
}
