//! What the tests of a project show, and what they do not.

use std::collections::BTreeSet;

use watcher::Ignore;

use crate::test_run::Outcome;
use crate::watcher_file::WatcherFile;

/// Something that no test exercises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// No test shows that the watcher matches.
    NoMatch,
    /// No test shows what it does not match.
    NoMismatch,
    /// The field has a value in no test.
    Field(String),
    /// The ignore, by its reason, covers no test's event.
    Ignore(String),
}

/// The gaps of one watcher, given what came of its tests.
pub fn gaps(file: &WatcherFile, outcomes: &[Outcome]) -> Vec<Gap> {
    let valued: BTreeSet<&String> = outcomes.iter().flat_map(|outcome| &outcome.fields).collect();
    let covers = |reason: &str| outcomes.iter().any(|outcome| outcome.ignored.as_deref() == Some(reason));
    let mut gaps = Vec::new();
    if !outcomes.iter().any(|outcome| outcome.matched) {
        gaps.push(Gap::NoMatch);
    }
    if outcomes.iter().all(|outcome| outcome.matched) {
        gaps.push(Gap::NoMismatch);
    }
    let fields = file.watcher.fields.iter().filter(|field| !valued.contains(&field.name));
    gaps.extend(fields.map(|field| Gap::Field(field.name.clone())));
    let ignores = file.written().ignores.iter().filter(|ignore| !covers(&ignore.reason));
    gaps.extend(ignores.map(|ignore| Gap::Ignore(ignore.reason.clone())));
    gaps
}

/// The shared ignores, by their reasons, that cover no test's event.
pub fn unused_shared_ignores<'a>(shared: &'a [Ignore], outcomes: &[Outcome]) -> Vec<&'a str> {
    let reasons = shared.iter().map(|ignore| ignore.reason.as_str());
    reasons
        .filter(|reason| !outcomes.iter().any(|outcome| outcome.ignored.as_deref() == Some(reason)))
        .collect()
}
