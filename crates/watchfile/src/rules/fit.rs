//! Widening a rule until it fits: least selective keys first, down to source, detail-type and event name, then
//! source by source down to the source alone.

use std::collections::BTreeSet;

use event_pattern::Pattern;

use super::branch::{Branch, Values, characters, drop_key, json, merge};
use super::limits;
use super::want::{EVENT_NAME, SOURCE, excluding};

const DETAIL_TYPE: &str = "detail-type";

/// The pattern of the branches, widened as little as it takes, and whether it was. `read_only`: the names that the rule must not take;
/// none for the rule that takes them.
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
        let text = json(&branches);
        if characters(&text) <= limits::PATTERN && branches.len() <= limits::COMBINATIONS {
            let pattern = Pattern::parse(&text).expect("made of parsed candidates and checked paths");
            return Ok((pattern, widened));
        }
        widened = true;
        let before = branches.clone();
        branches = widen(branches, read_only);
        if branches == before {
            return Err(characters(&text));
        }
    }
}

/// One step wider.
fn widen(mut branches: Vec<Branch>, read_only: Option<&BTreeSet<&str>>) -> Vec<Branch> {
    if let Some(path) = least_selective(&branches) {
        // "No errorCode" goes, and "errorCode AccessDenied" of another branch stays: without it, that one would take
        // every call.
        let some = branches.iter().any(|branch| is_vague(branch, &path));
        for branch in branches.iter_mut().filter(|branch| !some || is_vague(branch, &path)) {
            drop_key(&mut branch.keys, &path);
        }
        return merge(branches);
    }
    if branches.iter().any(|branch| branch.keys.contains_key(DETAIL_TYPE)) {
        for branch in &mut branches {
            branch.keys.remove(DETAIL_TYPE);
        }
        return merge(branches);
    }
    // Without its names, a branch still must not take what belongs to the read-only rule, whose own branches keep
    // theirs.
    let Some(read_only) = read_only else {
        return merge(branches.into_iter().map(without_source).collect());
    };
    let all = excluding(read_only);
    let text = |values: Option<&Values>| values.into_iter().flatten().map(String::len).sum::<usize>();
    let longest = branches
        .iter_mut()
        .filter(|branch| branch.keys.get(EVENT_NAME) != all.as_ref())
        .max_by_key(|branch| text(branch.keys.get(EVENT_NAME)));
    if let Some(branch) = longest {
        branch.keys.remove(EVENT_NAME);
        branch.keys.extend(all.map(|all| (EVENT_NAME.to_owned(), all)));
    }
    merge(branches)
}

fn without_source(mut branch: Branch) -> Branch {
    branch.keys.remove(SOURCE);
    branch
}

/// The key to give up first, if there is one besides source, detail-type and event name: one that only asks whether
/// something is there or is not, then one with the most text.
fn least_selective(branches: &[Branch]) -> Option<String> {
    let paths: BTreeSet<&String> = branches.iter().flat_map(|branch| branch.keys.keys()).collect();
    let others = paths.into_iter().filter(|path| ![SOURCE, DETAIL_TYPE, EVENT_NAME].contains(&path.as_str()));
    others
        .max_by_key(|path| {
            let values = branches.iter().filter_map(|branch| branch.keys.get(*path)).flatten();
            let vague = branches.iter().any(|branch| is_vague(branch, path));
            (vague, values.map(String::len).sum::<usize>(), path.len())
        })
        .cloned()
}

/// Whether the branch only asks whether something is there, or is not something.
fn is_vague(branch: &Branch, path: &str) -> bool {
    let vague = |value: &String| value.contains("\"exists\"") || value.contains("\"anything-but\"");
    branch.keys.get(path).is_some_and(|values| values.iter().any(vague))
}
