//! A pattern as conditions on a record: for each alternative the sources and the names of its events, and what else it
//! wants.

use std::collections::BTreeSet;

use event_pattern::{Alternative, Candidate, Pattern};

use crate::columns::Place;
use crate::condition::Condition;
use crate::json;
use crate::sql::among;
use crate::text::Text;

/// What one alternative of a pattern wants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wanted {
    /// Its event sources, if they are named.
    pub(crate) sources: Option<BTreeSet<String>>,
    /// What else.
    pub(crate) rest: Condition,
    /// Its event names, if they are named.
    pub(crate) names: Option<BTreeSet<String>>,
}

/// What the alternatives want that CloudTrail's records can have, and the paths that are not asked or not all.
pub(crate) fn wanted(pattern: &Pattern) -> (Vec<Wanted>, BTreeSet<String>) {
    let mut widened = BTreeSet::new();
    let wanted = pattern.alternatives().iter().filter_map(|one| alternative(one, &mut widened)).collect();
    (wanted, widened)
}

fn alternative(alternative: &Alternative, widened: &mut BTreeSet<String>) -> Option<Wanted> {
    let (mut sources, mut names) = (None, None);
    let mut rest = Vec::new();
    for (path, candidates) in alternative.fields() {
        let place = Place::of(path);
        match (&place, literals(candidates)) {
            (Place::Source, Some(literals)) => narrow(&mut sources, event_sources(&literals)),
            (Place::EventSource, Some(literals)) => narrow(&mut sources, owned(&literals)),
            (Place::Text(column), Some(literals)) if column == "eventname" => {
                narrow(&mut names, owned(&literals));
            }
            _ => {
                let condition = condition(&place, candidates);
                if condition == Condition::Any {
                    widened.insert(path.to_owned());
                }
                rest.push(condition);
            }
        }
    }
    let rest = Condition::all(rest);
    let nothing = |set: &Option<BTreeSet<String>>| set.as_ref().is_some_and(BTreeSet::is_empty);
    let never = rest == Condition::Never || nothing(&sources) || nothing(&names);
    (!never).then_some(Wanted { sources, rest, names })
}

impl Wanted {
    /// All of it as one condition.
    pub(crate) fn condition(&self) -> Condition {
        let named = |column: &str, names: &Option<BTreeSet<String>>| {
            names.as_ref().map_or(Condition::Any, |names| {
                Condition::Sql(among(column, names.iter().map(String::as_str)))
            })
        };
        Condition::all([
            named("eventsource", &self.sources),
            named("eventname", &self.names),
            self.rest.clone(),
        ])
    }
}

fn owned(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// The event sources that become one of these sources.
fn event_sources(sources: &[&str]) -> BTreeSet<String> {
    let services = sources.iter().filter_map(|source| source.strip_prefix("aws."));
    let both = services.flat_map(|service| [format!("{service}.amazonaws.com"), service.to_owned()]);
    // What would be another source is another record's.
    both.filter(|name| sources.contains(&records::source(name).as_str())).collect()
}

fn narrow(set: &mut Option<BTreeSet<String>>, by: BTreeSet<String>) {
    *set = Some(match set.take() {
        Some(set) => set.intersection(&by).cloned().collect(),
        None => by,
    });
}

/// The texts, if all candidates are texts as they stand.
fn literals(candidates: &[Candidate]) -> Option<Vec<&str>> {
    let is_literal =
        |candidate: &Candidate| matches!(candidate, Candidate::String(_) | Candidate::Exactly(_));
    if !candidates.iter().all(is_literal) {
        return None;
    }
    let texts: Vec<&str> = candidates.iter().filter_map(Candidate::as_str).collect();
    texts.iter().all(|text| crate::sql::can_hold(text)).then_some(texts)
}

fn condition(place: &Place<'_>, candidates: &[Candidate]) -> Condition {
    let text = |sql: &str, can_lack, certain| Text { sql, can_lack, certain }.any_of(candidates);
    match place {
        Place::Unknown => Condition::Any,
        Place::Constant(value) => {
            let takes = candidates.iter().any(|candidate| candidate.matches_text(value));
            if takes { Condition::Any } else { Condition::Never }
        }
        Place::DetailType => detail_type(candidates),
        Place::Source => text(
            r"('aws.' || regexp_replace(coalesce(eventsource, ''), '\.amazonaws\.com\z', ''))",
            false,
            true,
        ),
        Place::EventSource => text("eventsource", true, true),
        Place::Envelope(sql) => text(sql, false, true),
        Place::Text(sql) => text(sql, true, true),
        Place::Flag(sql) => text(sql, true, false),
        Place::Json(column, steps) => json::any_of(column, steps, candidates),
    }
}

/// The event types whose detail-type is wanted. Old records have none, and are calls or sign-ins.
fn detail_type(candidates: &[Candidate]) -> Condition {
    let takes = |detail_type: &str| candidates.iter().any(|candidate| candidate.matches_text(detail_type));
    let types: Vec<&str> = records::EVENT_TYPES
        .into_iter()
        .filter(|kind| records::detail_type(kind).is_some_and(takes))
        .collect();
    if types.is_empty() {
        return Condition::Never;
    }
    let old = ["AwsApiCall", "AwsConsoleSignIn"].iter().any(|kind| types.contains(kind));
    let typed = Condition::Sql(among("eventtype", types));
    let none = if old { Condition::Sql("eventtype IS NULL".to_owned()) } else { Condition::Never };
    Condition::either([typed, none])
}
