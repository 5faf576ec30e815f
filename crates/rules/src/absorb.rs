//! Drops from the branches of a rule what other branches take anyway: `DeleteQueue` where it succeeded, beside
//! `DeleteQueue` whatever became of it. What they take together stays the same.

use crate::branch::{Branch, needs};
use crate::want::EVENT_NAME;

/// Drops event names that others take too, and branches of which nothing is left.
pub(super) fn absorb(mut branches: Vec<Branch>) -> Vec<Branch> {
    let mut kept = Vec::with_capacity(branches.len());
    while let Some(branch) = branches.pop() {
        kept.extend(rest(branch, branches.iter().chain(&kept)));
    }
    kept.reverse();
    kept
}

/// What of the branch no other takes, if anything.
fn rest<'a>(mut branch: Branch, others: impl Iterator<Item = &'a Branch>) -> Option<Branch> {
    for other in others {
        if !takes_but_for_names(other, &branch) {
            continue;
        }
        match (other.keys.get(EVENT_NAME), branch.keys.get_mut(EVENT_NAME)) {
            (None, _) => return None,
            (Some(_), None) => {}
            (Some(taken), Some(names)) => {
                names.subtract(taken);
                if names.is_empty() {
                    return None;
                }
            }
        }
    }
    Some(branch)
}

/// Whether the broad branch takes all that the narrow one takes, as far as it takes the event's name.
fn takes_but_for_names(broad: &Branch, narrow: &Branch) -> bool {
    let takes = broad.keys.iter().all(|(path, values)| {
        path == EVENT_NAME || narrow.keys.get(path).is_some_and(|narrow| narrow.is_subset(values))
    });
    let mut more = narrow.keys.keys().filter(|path| !broad.keys.contains_key(*path));
    takes && more.all(|path| broad.keys.iter().all(|(key, values)| !needs(key, values, path)))
}

#[cfg(test)]
mod tests {
    use event_pattern::Candidate;

    use super::*;

    /// Paths and their candidates as JSON.
    fn branch(keys: &[(&str, &[&str])]) -> Branch {
        let candidate = |json: &&str| json.parse::<Candidate>().unwrap();
        let keys =
            keys.iter().map(|(path, values)| ((*path).to_owned(), values.iter().map(candidate).collect()));
        Branch { keys: keys.collect() }
    }

    #[test]
    fn what_another_branch_takes_is_dropped() {
        const SUCCESS: (&str, &[&str]) = ("detail.errorCode", &["{\"exists\":false}"]);
        let any = branch(&[(EVENT_NAME, &["\"DeleteQueue\"", "\"AddPermission\""])]);
        let some = branch(&[(EVENT_NAME, &["\"DeleteQueue\"", "\"PurgeQueue\""]), SUCCESS]);
        let less = branch(&[(EVENT_NAME, &["\"PurgeQueue\""]), SUCCESS]);
        assert_eq!(absorb(vec![any.clone(), some.clone()]), [any.clone(), less.clone()]);
        assert_eq!(absorb(vec![some.clone(), any.clone()]), [less, any.clone()]);
        let all = branch(&[]);
        assert_eq!(absorb(vec![any, all.clone(), some]), [all]);
    }

    #[test]
    fn a_branch_that_takes_less_absorbs_nothing() {
        let both = vec![branch(&[("a", &["1"])]), branch(&[("b", &["1"])])];
        assert_eq!(absorb(both.clone()), both);
        let lists = vec![branch(&[("a", &["1", "2"])]), branch(&[("a", &["2", "3"])])];
        assert_eq!(absorb(lists.clone()), lists);
        // In [{"a": 1, "b": 2}, {"a": 2}] the second says that no element with a = 1 has b, the first that none has b.
        let absent: (&str, &[&str]) = ("detail.list.b", &["{\"exists\":false}"]);
        let ordered = vec![branch(&[absent]), branch(&[("detail.list.a", &["1"]), absent])];
        assert_eq!(absorb(ordered.clone()), ordered);
    }
}
