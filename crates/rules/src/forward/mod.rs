//! Forwarding: the rules with which other regions and accounts send what the watchers want to the home stack's bus.
//!
//! They are the home stack's own rules with another target, less what never arises in a region. So each event matches
//! one of them at most, and the home stack gets it once: directly where it arises beside the stack, forwarded from
//! everywhere else.

mod principals;
mod template;

use event_pattern::{Candidate, Pattern};

use aws_facts::regions::is_global;

use super::branch::Branch;
use super::want::{DETAIL_TYPE, SOURCE};
use super::{Rule, Rules};

pub use principals::{LONGEST_POLICY, forwarders};

/// The rules of a forwarding stack, ordered by id.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward(Vec<ForwardRule>);

/// A rule of a forwarding stack.
#[derive(Clone, Debug, PartialEq)]
pub struct ForwardRule {
    /// The rule of [`GLOBAL`](aws_facts::regions::GLOBAL), which the home stack has too.
    pub rule: Rule,
    /// What is left of its pattern in any other region, where nothing of the global services arises; none if nothing is.
    pub elsewhere: Option<Pattern>,
}

impl Forward {
    /// From the rules of all that the watchers want, and of what they want besides the global services.
    pub(super) fn new(all: &Rules, regional: &Rules) -> Forward {
        let elsewhere =
            |id: &str| regional.iter().find(|rule| rule.id == id).map(|rule| rule.pattern.clone());
        Forward(
            all.iter()
                .map(|rule| ForwardRule { elsewhere: elsewhere(&rule.id), rule: rule.clone() })
                .collect(),
        )
    }

    /// The rules, ordered by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ForwardRule> {
        self.0.iter()
    }

    /// The CloudFormation template of a forwarding stack: the file `generated/forward.json`. It is whole and has no
    /// transforms, because the stack sets that AWS Organizations manages refuse them.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html>
    pub fn template(&self) -> String {
        template::template(self)
    }
}

/// Whether the home bus takes what a branch takes: events of AWS's own only, since anybody can write any other source.
pub(super) fn can_be_forwarded(branch: &Branch) -> bool {
    texts(branch, SOURCE).is_none_or(|sources| sources.iter().any(|source| source.starts_with("aws.")))
}

/// Whether any of that arises in regions other than the global services' own. Only a branch that takes nothing but
/// CloudTrail's events of global services does not.
pub(super) fn arises_everywhere(branch: &Branch) -> bool {
    let global = texts(branch, SOURCE).is_some_and(|sources| sources.iter().all(|source| is_global(source)));
    let of_cloudtrail = texts(branch, DETAIL_TYPE)
        .is_some_and(|types| types.iter().all(|kind| kind.ends_with(" via CloudTrail")));
    can_be_forwarded(branch) && !(global && of_cloudtrail)
}

/// What a branch takes at a key, if it takes literal texts only.
fn texts<'b>(branch: &'b Branch, path: &str) -> Option<Vec<&'b str>> {
    branch.keys.get(path)?.iter().map(Candidate::as_str).collect()
}
