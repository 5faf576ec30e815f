//! What type of value stands at a path of an event, as far as that is known.

use aws_facts::catalog::{Native, NativeEvent};
use aws_facts::parameters::Kind;
use aws_facts::{lists, native_values, whole_objects};
use event_pattern::{Alternative, Candidate};

use crate::places::PlacedPattern;

use super::facts::{is_below, only, parameter, part_of};

/// A type of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Type {
    Boolean,
    Number,
    Object,
    /// A list of objects.
    Objects,
    Text,
}

impl Type {
    /// Of a word of a schema; none for what says nothing of the values.
    fn of_schema(word: &str) -> Option<Type> {
        match word {
            "boolean" => Some(Type::Boolean),
            "integer" | "number" => Some(Type::Number),
            "object" => Some(Type::Object),
            "string" => Some(Type::Text),
            _ => None,
        }
    }

    fn of_parameter(kind: Kind) -> Option<Type> {
        Some(match kind {
            Kind::Text | Kind::Name | Kind::Json => Type::Text,
            Kind::Number => Type::Number,
            Kind::Boolean => Type::Boolean,
            Kind::Object | Kind::Body => Type::Object,
            Kind::Objects => Type::Objects,
            Kind::List => return None,
        })
    }

    /// `a number`
    pub(super) fn named(self) -> &'static str {
        match self {
            Type::Boolean => "true or false",
            Type::Number => "a number",
            Type::Object => "an object",
            Type::Objects => "a list of objects",
            Type::Text => "a text",
        }
    }

    /// Whether a value of this type can meet the condition.
    pub(super) fn takes(self, candidate: &Candidate) -> bool {
        let is_number = matches!(candidate, Candidate::Number(_) | Candidate::Numeric(_));
        let is_boolean = matches!(candidate, Candidate::True | Candidate::False);
        match (self, candidate) {
            (_, Candidate::Exists(_) | Candidate::Null | Candidate::AnythingBut(_)) => true,
            (Type::Boolean, _) => is_boolean,
            (Type::Number, _) => is_number,
            (Type::Text, _) => !is_number && !is_boolean,
            (Type::Object | Type::Objects, _) => is_redacted(candidate),
        }
    }
}

/// What stands in the place of a parameter that is a secret, whatever it holds.
fn is_redacted(candidate: &Candidate) -> bool {
    candidate.as_str().is_some_and(|text| text.starts_with("HIDDEN") || text.starts_with("***"))
}

/// The types at a path in the events that an alternative takes, each once; none if one is not known.
pub(super) fn at(pattern: &PlacedPattern, alternative: &Alternative, path: &str) -> Option<Vec<Type>> {
    let native = || in_native(alternative, path.strip_prefix("detail.")?);
    of_parameter(pattern, path).map(|one| vec![one]).or_else(native)
}

/// The type of a parameter of the calls.
fn of_parameter(pattern: &PlacedPattern, path: &str) -> Option<Type> {
    let (part, key) = part_of(path)?;
    if key.contains('.') {
        return None;
    }
    Type::of_parameter(parameter(pattern, part, key)?)
}

/// The types of a field of `detail` in the native events that are taken, each once; none if one is not known.
fn in_native(alternative: &Alternative, path: &str) -> Option<Vec<Type>> {
    let (sources, types) = (only(alternative, "source")?, only(alternative, "detail-type")?);
    let is_open = |source: &&str| !source.starts_with("aws.") || native_values::is_loose(source, path);
    if sources.iter().any(is_open) {
        return None;
    }
    let mut found = Vec::new();
    for detail_type in types {
        let mut is_known = false;
        for source in &sources {
            let events = Native::get().of(source).unwrap_or_default();
            for event in events.iter().filter(|event| event.detail_type == detail_type) {
                found.push(in_event(source, event, path)?);
                is_known = true;
            }
        }
        is_known.then_some(())?;
    }
    found.sort_unstable();
    found.dedup();
    (!found.is_empty()).then_some(found)
}

/// The type of a field in an event. What has fields below it is an object, though no line of the schema is about it.
fn in_event(source: &str, event: &NativeEvent, path: &str) -> Option<Type> {
    let word = event.fields().find(|(known, _)| *known == path).map(|(_, word)| word);
    if let Some(word) = word.filter(|word| *word != "any") {
        return Type::of_schema(word);
    }
    // What is one of some words is a text.
    if native_values::of(source, event.detail_type, path).is_some() {
        return Some(Type::Text);
    }
    let is_above = event.fields().any(|(known, _)| is_below(known, path));
    if word.is_some() || !(is_above || whole_objects::of(source, event.detail_type, path).is_some()) {
        return None;
    }
    let is_list = lists::in_native(source, event.detail_type, path);
    Some(if is_list { Type::Objects } else { Type::Object })
}
