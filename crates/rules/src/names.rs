//! Event names that begin alike, said as one: `{"prefix":"DeleteNetworkAcl"}` instead of two names.

use std::collections::BTreeSet;

use event_pattern::Candidate;

use crate::branch::Branch;
use crate::values::Values;
use crate::want::EVENT_NAME;

/// The length of `Create`, `Delete`, `Update`, `Attach`: a verb takes much, but less than every call of the service,
/// which is what comes next. The longest go first, so that it comes to verbs last.
const SHORTEST: usize = 6;

/// Replaces the two names that have most in common. Takes no name of `read_only`. Whether there were two.
pub(super) fn shorten(branches: &mut [Branch], read_only: &BTreeSet<&str>) -> bool {
    let candidates = branches.iter_mut().filter_map(|branch| {
        let names = branch.keys.get_mut(EVENT_NAME)?;
        let prefix = longest_prefix(names, read_only)?;
        Some((prefix, names))
    });
    let Some((prefix, names)) = candidates.max_by_key(|(prefix, _)| prefix.len()) else { return false };
    names.retain(|name| !stem(name).is_some_and(|stem| stem.starts_with(&prefix)));
    names.insert(Candidate::prefix(&prefix));
    true
}

fn longest_prefix(names: &Values, read_only: &BTreeSet<&str>) -> Option<String> {
    let mut stems: Vec<&str> = names.iter().filter_map(stem).collect();
    stems.sort_unstable();
    let pairs = stems.windows(2).map(|pair| common(pair[0], pair[1]));
    let fits =
        |prefix: &&str| prefix.len() >= SHORTEST && !read_only.iter().any(|name| name.starts_with(prefix));
    pairs.filter(fits).max_by_key(|prefix| prefix.len()).map(str::to_owned)
}

/// The text of a literal name or of a prefix; none for anything else, and for letters that no call's name has.
fn stem(candidate: &Candidate) -> Option<&str> {
    let (Candidate::String(text) | Candidate::Prefix(text)) = candidate else { return None };
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_').then_some(text)
}

fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let length = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    &a[..length]
}
