//! What a watcher wants of one source: its pattern taken apart by `$or` and by source, without what cannot stand
//! in a rule.

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::{Alternative, AnythingBut, Candidate, Pattern, RESERVED};

use crate::branch::{Branch, drop_key};
use crate::values::Values;

pub(super) const SOURCE: &str = "source";
pub(super) const DETAIL_TYPE: &str = "detail-type";
pub(super) const EVENT_NAME: &str = "detail.eventName";

/// One alternative of a pattern for one source.
#[derive(Clone, Debug)]
pub(super) struct Want {
    /// The source that it names; none if it names none literally.
    pub(super) source: Option<String>,
    /// The calls that it names literally and that need a rule for all management events.
    pub(super) read_only: Vec<String>,
    names: Option<Vec<Candidate>>,
    keys: BTreeMap<String, Values>,
}

/// Whether a call, by its `source` and its name, needs a rule for all management events.
pub(super) type Special = fn(Option<&str>, &str) -> bool;

/// Which event names a rule takes.
#[derive(Clone, Copy)]
pub(super) enum Names<'a> {
    Only(&'a BTreeSet<&'a str>),
    Except(&'a BTreeSet<&'a str>),
}

/// A pattern's wants.
pub(super) fn wants(pattern: &Pattern, special: Special) -> Vec<Want> {
    pattern.alternatives().iter().flat_map(|alternative| by_source(alternative, special)).collect()
}

fn by_source(alternative: &Alternative, special: Special) -> Vec<Want> {
    let mut keys: BTreeMap<String, Values> = alternative
        .fields()
        .filter(|(path, _)| *path != SOURCE && *path != EVENT_NAME)
        .map(|(path, candidates)| (path.to_owned(), candidates.iter().cloned().collect()))
        .collect();
    for (path, candidates) in alternative.fields() {
        if !(fits_path(path) && candidates.iter().all(fits)) {
            drop_key(&mut keys, path);
        }
    }
    let of_cloudtrail = alternative.get(DETAIL_TYPE).is_none_or(|types| types.iter().any(via_cloudtrail));
    let named = || {
        let names = alternative.get(EVENT_NAME).filter(|_| of_cloudtrail).unwrap_or_default();
        names.iter().filter_map(Candidate::as_str)
    };
    let read_only =
        |source: Option<&str>| named().filter(|name| special(source, name)).map(str::to_owned).collect();
    // A name list that does not fit, with a wildcard for example, is as good as none.
    let names = alternative.get(EVENT_NAME).filter(|names| names.iter().all(fits)).map(<[Candidate]>::to_vec);
    let want = |source: Option<String>| {
        let read_only = read_only(source.as_deref());
        Want { source, read_only, names: names.clone(), keys: keys.clone() }
    };
    let Some(sources) = alternative.get(SOURCE) else { return vec![want(None)] };
    let literal: BTreeSet<&str> = sources.iter().filter_map(Candidate::as_str).collect();
    let mut wants: Vec<Want> = literal.into_iter().map(|source| want(Some(source.to_owned()))).collect();
    if sources.iter().any(|source| source.as_str().is_none()) {
        wants.push(want(None));
    }
    wants
}

/// Whether the detail-type may be CloudTrail's. Other events have names too, which say nothing of reading.
fn via_cloudtrail(detail_type: &Candidate) -> bool {
    detail_type.as_str().is_none_or(|literal| literal.ends_with(" via CloudTrail"))
}

impl Want {
    /// The branch of a rule for these event names; none if it wants none of them.
    pub(super) fn branch(&self, source: Option<&str>, of: Names<'_>) -> Option<Branch> {
        let mut keys = self.keys.clone();
        if let Some(source) = source {
            keys.insert(SOURCE.to_owned(), Values::texts([source]));
        }
        match self.event_names(of) {
            Wanted::Nothing => return None,
            Wanted::Everything => {}
            Wanted::These(names) => {
                keys.insert(EVENT_NAME.to_owned(), names);
            }
        }
        Some(Branch { keys })
    }

    fn event_names(&self, of: Names<'_>) -> Wanted {
        match of {
            Names::Only(read_only) => {
                let wants = |name: &str| {
                    self.names.as_ref().is_none_or(|list| list.iter().any(|c| c.matches_text(name)))
                };
                Wanted::these(Values::texts(read_only.iter().copied().filter(|name| wants(name))))
            }
            Names::Except(read_only) => {
                let Some(names) = &self.names else { return Wanted::all_but(read_only) };
                let is_excluded = |c: &&Candidate| c.as_str().is_some_and(|name| read_only.contains(name));
                let left: Values = names.iter().filter(|c| !is_excluded(c)).cloned().collect();
                if left.iter().any(|c| read_only.iter().any(|name| c.matches_text(name))) {
                    // "prefix Get, but not GetObject" cannot be said in one list: take more.
                    return Wanted::all_but(read_only);
                }
                Wanted::these(left)
            }
        }
    }
}

/// The event names that a want has in a rule.
enum Wanted {
    Nothing,
    Everything,
    These(Values),
}

impl Wanted {
    fn these(names: Values) -> Wanted {
        if names.is_empty() { Wanted::Nothing } else { Wanted::These(names) }
    }

    fn all_but(names: &BTreeSet<&str>) -> Wanted {
        excluding(names).map_or(Wanted::Everything, Wanted::These)
    }
}

/// Every event name but these, and events without a name. No condition where there are none.
pub(super) fn excluding(names: &BTreeSet<&str>) -> Option<Values> {
    (!names.is_empty()).then(|| {
        [Candidate::anything_but(names.iter().copied()), Candidate::Exists(false)].into_iter().collect()
    })
}

/// Whether a rule may hold the candidate. CloudFormation refuses `null`, and resolves `{{resolve:…}}`; a bus may
/// have 30 rules with wildcards; a number that binary64 does not hold would not survive the template.
/// <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1378>
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
fn fits(candidate: &Candidate) -> bool {
    let stable = match candidate {
        Candidate::Null | Candidate::Wildcard(_) | Candidate::AnythingBut(AnythingBut::Wildcards(_)) => false,
        Candidate::Number(number) => number.value().is_some(),
        _ => true,
    };
    stable && !candidate.to_string().contains("{{resolve:")
}

/// Whether a rule may hold the path: no name that `$or` reserves for operators, and none that CloudFormation would
/// take for an intrinsic function.
fn fits_path(path: &str) -> bool {
    path.split('.').all(|step| {
        !RESERVED.contains(&step)
            && step != "$or"
            && step != "Ref"
            && step != "Condition"
            && !step.starts_with("Fn::")
    })
}
