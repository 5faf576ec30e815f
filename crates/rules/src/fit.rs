//! Widening a rule until it fits: least selective keys first, down to source, detail-type and event name, then names
//! that begin alike, then the longest lists of names, then what is left, down to the source alone.

use std::collections::BTreeSet;

use event_pattern::{Candidate, Pattern};

use crate::branch::{Branch, drop_key, merge, pattern};
use crate::names::shorten;
use crate::values::Values;
use crate::want::{DETAIL_TYPE, EVENT_NAME, SOURCE, excluding};
use crate::{characters_of, limits};

/// The pattern of the branches, widened as little as it takes, and whether it was. `read_only`: the names that the
/// rule must not take; none for the rule that takes them.
///
/// # Errors
/// The length of the widest pattern, where even that is too long.
pub(super) fn fit(
    branches: Vec<Branch>,
    read_only: Option<&BTreeSet<&str>>,
) -> Result<(Pattern, bool), usize> {
    let mut branches = merge(branches);
    let mut widened = false;
    loop {
        let pattern = pattern(&branches);
        let characters = characters_of(&pattern);
        if characters <= limits::PATTERN && branches.len() <= limits::COMBINATIONS {
            let pattern = pattern.build().expect("made of parsed candidates and checked paths");
            return Ok((pattern, widened));
        }
        widened = true;
        let before = branches.clone();
        branches = widen(branches, read_only);
        if branches == before {
            return Err(characters);
        }
    }
}

/// One step wider.
fn widen(mut branches: Vec<Branch>, read_only: Option<&BTreeSet<&str>>) -> Vec<Branch> {
    let step = least_selective(&branches);
    if let Some(step) = step.as_ref().filter(|step| step.named || step.vague) {
        return without_key(branches, step);
    }
    if let Some(read_only) = read_only {
        if shorten(&mut branches, read_only) {
            return merge(branches);
        }
        // Without its names, a branch still must not take what belongs to the read-only rule, whose own branches keep
        // theirs.
        let all = excluding(read_only);
        let longest = branches
            .iter_mut()
            .filter(|branch| branch.keys.get(EVENT_NAME) != all.as_ref())
            .max_by_key(|branch| branch.keys.get(EVENT_NAME).map_or(0, Values::length));
        if let Some(branch) = longest {
            branch.keys.remove(EVENT_NAME);
            branch.keys.extend(all.map(|all| (EVENT_NAME.to_owned(), all)));
            return merge(branches);
        }
    }
    if let Some(step) = step {
        return without_key(branches, &step);
    }
    if branches.iter().any(|branch| branch.keys.contains_key(DETAIL_TYPE)) {
        for branch in &mut branches {
            branch.keys.remove(DETAIL_TYPE);
        }
        return merge(branches);
    }
    if read_only.is_none() {
        return merge(branches.into_iter().map(without_source).collect());
    }
    without_names_of_others(branches)
}

/// Of the rule for sources that no watcher names, the last to go: the read-only calls' names that it leaves to their own
/// rule. Both then match a call of such a name by a source that no watcher names, but only the other one gets it as
/// long as it reads; if it does not, the function's claims keep it to one alert. The build would fail otherwise.
fn without_names_of_others(mut branches: Vec<Branch>) -> Vec<Branch> {
    let excludes = |candidate: &Candidate| matches!(candidate, Candidate::AnythingBut(_));
    for branch in &mut branches {
        if branch.keys.get(SOURCE).is_some_and(|sources| sources.iter().all(excludes)) {
            branch.keys.remove(EVENT_NAME);
        }
    }
    merge(branches)
}

fn without_key(mut branches: Vec<Branch>, step: &Step) -> Vec<Branch> {
    for branch in branches.iter_mut().filter(|branch| Step::of(branch, &step.path) == *step) {
        drop_key(&mut branch.keys, &step.path);
    }
    merge(branches)
}

fn without_source(mut branch: Branch) -> Branch {
    branch.keys.remove(SOURCE);
    branch
}

/// The key to give up first, if there is one besides source, detail-type and event name; of several, the one with
/// the most text.
fn least_selective(branches: &[Branch]) -> Option<Step> {
    let steps: BTreeSet<Step> = branches
        .iter()
        .flat_map(|branch| branch.keys.keys().map(|path| Step::of(branch, path)))
        .filter(|step| ![SOURCE, DETAIL_TYPE, EVENT_NAME].contains(&step.path.as_str()))
        .collect();
    let text = |step: &Step| {
        let values = branches.iter().filter(|branch| Step::of(branch, &step.path) == *step);
        values.filter_map(|branch| branch.keys.get(&step.path)).map(Values::length).sum::<usize>()
    };
    steps.into_iter().max_by_key(|step| (step.named, step.vague, text(step), step.path.len()))
}

/// A key to give up, in all branches of a kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    path: String,
    /// The branch names its events, so that it does not take much more without the key. One that does not, such as
    /// "whatever was denied", would take every call of its sources.
    named: bool,
    /// The branch only asks whether something is there, or is not something.
    vague: bool,
}

impl Step {
    fn of(branch: &Branch, path: &str) -> Step {
        let has = |path: &str, is: fn(&Candidate) -> bool| {
            branch.keys.get(path).is_some_and(|values| values.iter().any(is))
        };
        let negates = |candidate: &Candidate| matches!(candidate, Candidate::AnythingBut(_));
        let is_vague =
            |candidate: &Candidate| matches!(candidate, Candidate::AnythingBut(_) | Candidate::Exists(_));
        Step {
            path: path.to_owned(),
            named: branch.keys.contains_key(EVENT_NAME) && !has(EVENT_NAME, negates),
            vague: has(path, is_vague),
        }
    }
}
