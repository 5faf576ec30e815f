//! Events, rules and engines that the benchmarks share. The same seed makes the same data.

#![allow(dead_code, reason = "each benchmark uses a part")]
#![allow(clippy::unwrap_used, reason = "a rule that is refused ends the benchmark")]

pub(crate) mod cloudtrail;
pub(crate) mod engines;
pub(crate) mod lots;

/// Events of one shape and the rules to find in them.
pub(crate) struct Workload {
    pub(crate) name: String,
    pub(crate) events: Vec<String>,
    pub(crate) rules: Vec<String>,
}

impl Workload {
    /// The mean size of an event.
    pub(crate) fn bytes_per_event(&self) -> usize {
        self.events.iter().map(String::len).sum::<usize>() / self.events.len()
    }
}
