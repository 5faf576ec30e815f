//! What is found after a change and was not before.

use std::collections::BTreeMap;

use crate::finding::Finding;

/// The findings that are neither among the earlier ones nor another look of one of them, which has another place and
/// perhaps another wording when what stands beside it is right.
pub fn appeared<'a>(before: &[Finding], after: &'a [Finding]) -> Vec<&'a Finding> {
    fn kind(finding: &Finding) -> (String, &'static str) {
        (finding.source.path.clone(), finding.lint.name)
    }
    let (mut said, mut without_fix) = (BTreeMap::new(), BTreeMap::new());
    for finding in before {
        *said.entry((kind(finding), finding.message.clone())).or_insert(0) += 1;
        *without_fix.entry(kind(finding)).or_insert(0) += usize::from(finding.fix.is_none());
    }
    let mut take = |finding: &&Finding| {
        let known = said.get_mut(&(kind(finding), finding.message.clone())).filter(|left| **left > 0);
        let is_known = known.map(|left| *left -= 1).is_some();
        if is_known && let Some(left) = without_fix.get_mut(&kind(finding)) {
            *left = left.saturating_sub(1);
        }
        is_known
    };
    let mut others: Vec<&Finding> = after.iter().filter(|finding| !take(finding)).collect();
    others.retain(|finding| {
        let left = without_fix.get_mut(&kind(finding)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_none()
    });
    others
}
