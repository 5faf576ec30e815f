//! The event that came nearest to a watcher's pattern without matching it.

use event_pattern::Pattern;
use jiff::Timestamp;

use crate::place::Place;

/// So many of a file are explained for each watcher: an explanation takes longer than a match.
pub(crate) const EXPLAINED: u32 = 20;

/// Of those that lack what the pattern asks for, so few: they are many, and none of them is near.
pub(crate) const EXPLAINED_FAR: u32 = 2;

/// One that nearly matched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NearMiss {
    /// How many keys failed; fewer are nearer.
    pub(crate) failed: usize,
    /// The one that happened first stands for others as near.
    pub(crate) at: Timestamp,
    pub(crate) place: Place,
    pub(crate) event: String,
    /// A line for each key that failed.
    pub(crate) why: Vec<String>,
}

/// How near the event comes; none if it matches or is not JSON.
pub(crate) fn miss(
    pattern: &Pattern,
    event: &str,
    name: &str,
    at: Timestamp,
    place: Place,
) -> Option<NearMiss> {
    let explanation = pattern.explain(event.as_bytes()).ok().filter(|explanation| !explanation.matched)?;
    let nearest = explanation.alternatives.into_iter().next()?;
    let why: Vec<String> = nearest.failures.iter().map(ToString::to_string).collect();
    Some(NearMiss { failed: why.len(), at, place, event: name.to_owned(), why })
}

/// The nearer of two.
pub(crate) fn nearer(a: Option<NearMiss>, b: Option<NearMiss>) -> Option<NearMiss> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
