//! A condition that another one of the same list cancels.

use event_pattern::Candidate;

use crate::cover::takes;
use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::Leaf;
use crate::table::Span;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "cancelled-condition",
    level: Level::Warning,
    what: "a condition that another one of the same list cancels",
    why: "The conditions of a list are or-ed: what `anything-but` leaves out matches again by `{ exists = true }`, by a second `anything-but`, or as a value beside it. EventBridge knows no other way to join two conditions on one field: exceptions stand in an `[[ignore]]`.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.userIdentity.userName = [{ anything-but = ["alice"] }, { anything-but = { prefix = "ci-" } }, { exists = false }]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
detail.userIdentity.userName = [{ anything-but = ["alice"] }, { exists = false }]

[[ignore]]
reason = "the build makes and deletes buckets"
pattern.detail.userIdentity.userName = [{ prefix = "ci-" }]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let patterns = context.project.patterns();
    let leaves = patterns.flat_map(|(source, pattern)| pattern.leaves.iter().map(move |leaf| (source, leaf)));
    let found = leaves.filter_map(|(source, leaf)| Some((source, cancelled(leaf)?)));
    found
        .map(|(source, Cancelled { span, by, message, help })| {
            Finding::new(&LINT, source, span, message).related(source, by, "or-ed with this").help(help)
        })
        .collect()
}

struct Cancelled {
    /// The condition that is cancelled.
    span: Span,
    /// The one that does it.
    by: Span,
    message: String,
    help: &'static str,
}

fn cancelled(leaf: &Leaf) -> Option<Cancelled> {
    let every_value = || format!("together these match every value of `{}`", leaf.path);
    let is_present = |candidate: &Candidate| *candidate == Candidate::Exists(true);
    let present = leaf.values.iter().find(|(value, _)| is_present(value));
    if let Some((_, by)) = present {
        let (_, span) = leaf.values.iter().find(|(value, _)| !is_present(value))?;
        let help = "remove `{ exists = true }`: the others take no event without the field, but for `{ exists = false }`";
        return Some(Cancelled { span: span.clone(), by: by.clone(), message: every_value(), help });
    }
    let mut excluding = leaf.values.iter().filter_map(|(candidate, span)| match candidate {
        Candidate::AnythingBut(excluded) => Some((excluded, span)),
        _ => None,
    });
    let (excluded, span) = excluding.next()?;
    let span = span.clone();
    if let Some((other, by)) = excluding.next() {
        let are_lists = excluded.operator().is_none() && other.operator().is_none();
        let help = if are_lists {
            "put all values into one `anything-but`"
        } else {
            "keep one, and say the other in an `[[ignore]]`"
        };
        let message = format!("one of these matches what the other excludes of `{}`", leaf.path);
        return Some(Cancelled { span, by: by.clone(), message, help });
    }
    let values = excluded.excluded();
    let place = |value: &Candidate| {
        leaf.values.iter().find(|(other, _)| includes(other, value)).map(|(_, span)| span)
    };
    let taken: Vec<&Span> = values.iter().filter_map(place).collect();
    let by = (*taken.first()?).clone();
    let (message, help) = if taken.len() == values.len() {
        (every_value(), "remove one of them")
    } else {
        let message =
            format!("this excludes values of `{}` that the other condition matches anyway", leaf.path);
        (message, "remove the other condition, or take those values out of the `anything-but`")
    };
    Some(Cancelled { span, by, message, help })
}

/// Whether a condition that names what it takes takes all that another one does.
fn includes(one: &Candidate, other: &Candidate) -> bool {
    !matches!(one, Candidate::AnythingBut(_) | Candidate::Exists(_)) && takes(one, other)
}
