//! The EventBridge rules of a deployment, generated from its watchers.
//!
//! Every rule is a superset of what the watchers want, and the function matches again: no quota can bend what a
//! watcher means. The rules are pairwise disjoint: an event invokes the function at most once. This holds because
//! an event has one `source`, and one `detail.eventName` where it has any, as CloudTrail writes it; an event of
//! somebody's own with a list of names can match two rules.
//!
//! - Sources are spread over [`BUCKETS`] buckets by a stable hash. Adding a watcher moves no source from one bucket to
//!   another; only what a watcher names for the first time moves.
//! - One rule takes the read-only calls that watchers name, and those that the catalog does not know; all others
//!   exclude these names, as long as there is room for them.
//! - One rule takes all sources that no watcher names, for watchers without a literal source.

mod absorb;
mod branch;
mod delivery;
mod fit;
mod forward;
mod fragment;
mod names;
mod secrets;
mod values;
mod want;

use std::collections::BTreeSet;
use std::fmt;

use aws_facts::{is_read_only, needs_all_events};
use event_pattern::Pattern;
use watcher::Watchers;

pub use delivery::{Arrival, is_dropped};
pub use forward::{Forward, ForwardRule, LONGEST_POLICY, forwarders};
pub use secrets::ChannelSecrets;

use branch::Branch;
use want::{Names, Want};

/// Into how many rules sources are spread. Each rule costs about 470 bytes of the function's policy, which SAM
/// writes one statement a rule for, and which may have 20,480 bytes: at most 43 rules.
pub const BUCKETS: u64 = 24;

/// What EventBridge and CloudFormation allow, and what we allow ourselves.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
pub mod limits {
    /// Characters of a pattern: the default quota.
    pub const PATTERN: usize = 2_048;
    /// Combinations that `$or` may make.
    pub const COMBINATIONS: usize = 1_000;
    /// Rules, for the sake of the function's policy.
    pub const RULES: usize = 40;
}

/// The rules of a deployment, ordered by id.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules(Vec<Rule>);

/// One EventBridge rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The logical id within the SAM function: `Bucket00` … `Bucket23`, `ReadOnly`, `Rest`.
    pub id: String,
    /// What it delivers.
    pub pattern: Pattern,
    /// The state `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`: read-only calls arrive too.
    pub all_management_events: bool,
    /// It takes more than the watchers want, because what they want is too long to say.
    pub widened: bool,
}

/// Watchers that do not fit into EventBridge's quotas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetError {
    /// Which rule.
    pub rule: String,
    /// How long its pattern is at its widest.
    pub characters: usize,
    /// What fills it.
    pub because: &'static str,
}

impl fmt::Display for BudgetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "rule {} needs a pattern of {} characters, EventBridge allows {}: {}",
            self.rule,
            self.characters,
            limits::PATTERN,
            self.because
        )
    }
}

impl std::error::Error for BudgetError {}

impl Rules {
    /// Generates the rules. No watchers, no rules.
    ///
    /// # Errors
    /// When the names alone do not fit: too many read-only calls, or too many sources beside a watcher without
    /// a literal source.
    pub fn generate(watchers: &Watchers) -> Result<Rules, BudgetError> {
        // Dozens of calls that the catalog does not know fill a rule. Better they are writes than that nothing is deployed.
        Rules::with(watchers, needs_all_events, &|_| true)
            .or_else(|_| Rules::with(watchers, is_read_only, &|_| true))
    }

    /// Generates the rules with which other regions and accounts forward to a stack of these watchers.
    ///
    /// # Errors
    /// As [`Rules::generate`].
    pub fn forward(watchers: &Watchers) -> Result<Forward, BudgetError> {
        let both = |special| {
            let all = Rules::with(watchers, special, &forward::can_be_forwarded)?;
            Ok(Forward::new(&all, &Rules::with(watchers, special, &forward::arises_everywhere)?))
        };
        both(needs_all_events).or_else(|_| both(is_read_only))
    }

    /// `special`: which calls that a watcher names need a rule for all management events. `arises`: whether what a branch
    /// takes can arise at all; the rules are the same otherwise, so that they stay disjoint.
    fn with(
        watchers: &Watchers,
        special: want::Special,
        arises: &dyn Fn(&Branch) -> bool,
    ) -> Result<Rules, BudgetError> {
        let wants: Vec<Want> =
            watchers.iter().flat_map(|watcher| want::wants(&watcher.pattern, special)).collect();
        let named: BTreeSet<&str> = wants.iter().filter_map(|want| want.source.as_deref()).collect();
        let read_only: BTreeSet<&str> =
            wants.iter().flat_map(|want| &want.read_only).map(String::as_str).collect();
        let open = || wants.iter().filter(|want| want.source.is_none());

        let mut rules = Vec::new();
        for bucket in 0..BUCKETS {
            let sources: BTreeSet<&str> =
                named.iter().copied().filter(|source| bucket_of(source) == bucket).collect();
            let mut branches = Vec::new();
            for want in
                wants.iter().filter(|want| want.source.as_deref().is_some_and(|s| sources.contains(s)))
            {
                branches.extend(want.branch(want.source.as_deref(), Names::Except(&read_only)));
            }
            for want in open() {
                for source in &sources {
                    branches.extend(want.branch(Some(source), Names::Except(&read_only)));
                }
            }
            rules.extend(rule(format!("Bucket{bucket:02}"), branches, &read_only, arises)?);
        }
        let rest =
            open().filter_map(|want| Some(want.branch(None, Names::Except(&read_only))?.excluding(&named)));
        rules.extend(rule("Rest".to_owned(), rest.collect(), &read_only, arises)?);
        let of_read_only =
            wants.iter().filter_map(|want| want.branch(want.source.as_deref(), Names::Only(&read_only)));
        rules.extend(rule("ReadOnly".to_owned(), of_read_only.collect(), &read_only, arises)?);
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        debug_assert!(rules.len() <= limits::RULES, "buckets, read-only and rest are 26 at most");
        Ok(Rules(rules))
    }

    /// The rules, ordered by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.0.iter()
    }

    /// The SAM events of the function, as the JSON fragment that the template includes.
    pub fn fragment(&self) -> String {
        fragment::fragment(self)
    }

    /// The ARNs of these rules and of the template's own, as the JSON fragment that the template includes: nobody else
    /// writes into the dead-letter queue in EventBridge's name.
    pub fn arns(&self) -> String {
        fragment::arns(self)
    }
}

impl Rule {
    /// Its id in the project, by the logical id that SAM gives it in the template; none of another resource.
    pub fn id_of(logical: &str) -> Option<&str> {
        logical.strip_prefix(fragment::FUNCTION)
    }

    /// The length of its pattern as EventBridge counts it.
    pub fn characters(&self) -> usize {
        characters(&self.pattern)
    }

    /// The state in which it gets what it is for.
    pub fn state(&self) -> &'static str {
        if self.all_management_events { "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" } else { "ENABLED" }
    }

    /// How many combinations its `$or` makes.
    pub fn combinations(&self) -> usize {
        self.pattern.alternatives().len()
    }
}

/// The length of a pattern as EventBridge counts it.
pub fn characters(pattern: &Pattern) -> usize {
    characters_of(pattern)
}

/// Other letters than ASCII count as `\uXXXX`.
fn characters_of(pattern: &impl fmt::Display) -> usize {
    pattern.to_string().chars().map(|c| if c.is_ascii() { 1 } else { 6 * c.len_utf16() }).sum()
}

/// The rule for these branches, if there are any.
fn rule(
    id: String,
    mut branches: Vec<Branch>,
    read_only: &BTreeSet<&str>,
    arises: &dyn Fn(&Branch) -> bool,
) -> Result<Option<Rule>, BudgetError> {
    branches.retain(arises);
    if branches.is_empty() {
        return Ok(None);
    }
    let all_management_events = id == "ReadOnly";
    match fit::fit(branches, (!all_management_events).then_some(read_only)) {
        Ok((pattern, widened)) => Ok(Some(Rule { id, pattern, all_management_events, widened })),
        Err(characters) => {
            let because = match id.as_str() {
                "Rest" => "it excludes every source that a watcher names, because a watcher names no source",
                _ => "the watchers name too many read-only calls, which it must list",
            };
            Err(BudgetError { rule: id, characters, because })
        }
    }
}

/// The bucket of a source: FNV-1a of its service's name, which never changes.
/// <http://www.isthe.com/chongo/tech/comp/fnv/>
pub fn bucket_of(source: &str) -> u64 {
    let service = source.strip_prefix("aws.").unwrap_or(source);
    let hash = service.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash % BUCKETS
}
