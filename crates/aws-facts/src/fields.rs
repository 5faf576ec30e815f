//! The fields of events: EventBridge's envelope, and the record of CloudTrail in `detail`.

use std::sync::LazyLock;

use crate::data::lines;

/// A field, from `data/fields.txt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// From the event's root: `detail.userIdentity.type`.
    pub path: &'static str,
    /// What stands there.
    pub holds: Holds,
    /// Whether there are records without it.
    pub is_optional: bool,
    /// Whether no two events have the same.
    pub is_unique: bool,
    /// Whether it has no other values than those.
    pub is_closed: bool,
    /// The values that are known, if they are few. There may be more, unless it is closed.
    pub values: Vec<&'static str>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A text, always.
    Text,
    /// `true` or `false`, without quotes.
    Boolean,
    /// An object whose keys are known. Structures grow: it may have more.
    Object,
    /// An object whose keys depend on the call, or null.
    Map,
    /// It is not known.
    Anything,
}

/// All of them, in the order of the file.
pub fn all() -> &'static [Field] {
    static FIELDS: LazyLock<Vec<Field>> =
        LazyLock::new(|| lines(include_str!("../data/fields.txt")).map(read).collect());
    &FIELDS
}

/// The field at a path.
pub fn at(path: &str) -> Option<&'static Field> {
    all().iter().find(|field| field.path == path)
}

/// The keys of the envelope.
pub fn envelope() -> impl Iterator<Item = &'static str> + Clone {
    all().iter().map(|field| field.path).filter(|path| !path.contains('.'))
}

/// The keys of CloudTrail's record: there are no others.
pub fn record() -> impl Iterator<Item = &'static str> + Clone {
    keys_below("detail")
}

/// The keys of the object at a path, if they are known.
pub fn keys(path: &str) -> Option<impl Iterator<Item = &'static str> + Clone> {
    at(path).filter(|field| field.holds == Holds::Object).map(|field| keys_below(field.path))
}

fn keys_below(above: &'static str) -> impl Iterator<Item = &'static str> + Clone {
    let below = move |field: &'static Field| field.path.strip_prefix(above)?.strip_prefix('.');
    all().iter().filter_map(below).filter(|key| !key.contains('.'))
}

/// `detail.eventID text unique closed = values`
fn read(line: &'static str) -> Field {
    let (facts, values) = line.split_once(" = ").unwrap_or((line, ""));
    let mut words = facts.split(' ');
    let path = words.next().unwrap_or_default();
    let holds = match words.next() {
        Some("text") => Holds::Text,
        Some("boolean") => Holds::Boolean,
        Some("object") => Holds::Object,
        Some("map") => Holds::Map,
        _ => Holds::Anything,
    };
    let marks: Vec<&str> = words.collect();
    Field {
        path,
        holds,
        is_optional: marks.contains(&"optional"),
        is_unique: marks.contains(&"unique"),
        is_closed: marks.contains(&"closed"),
        values: values.split(' ').filter(|value| !value.is_empty()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_is_a_field() {
        let paths: BTreeSet<&str> = all().iter().map(|field| field.path).collect();
        assert_eq!(paths.len(), all().len(), "a path stands there twice");
        for line in lines(include_str!("../data/fields.txt")) {
            let words: Vec<&str> = line.split(" = ").next().unwrap().split(' ').collect();
            assert!(["text", "boolean", "object", "map", "any"].contains(&words[1]), "{line}");
            assert!(words[2..].iter().all(|word| ["closed", "optional", "unique"].contains(word)), "{line}");
            assert!(!words.contains(&"closed") || line.contains(" = "), "{line}");
            let above = words[0].rsplit_once('.').map(|(above, _)| above);
            assert!(above.is_none_or(|above| paths.contains(above)), "nothing is above it: {line}");
        }
    }

    #[test]
    fn a_field_says_what_it_holds() {
        let id = at("detail.eventID").unwrap();
        assert!(id.holds == Holds::Text && id.is_unique && !id.is_optional);
        assert!(at("detail.errorCode").unwrap().is_optional);
        assert_eq!(at("detail.readOnly").unwrap().holds, Holds::Boolean);
        assert!(at("detail.userIdentity.type").unwrap().values.contains(&"AssumedRole"));
        assert_eq!(at("detail.requestParameters").unwrap().holds, Holds::Map);
        let sign_in = at("detail.responseElements.ConsoleLogin").unwrap();
        assert!(sign_in.is_closed && sign_in.values == ["Success", "Failure"]);
        assert!(!at("detail.userIdentity.type").unwrap().is_closed);
        assert!(at("detail.nothing").is_none());
    }

    #[test]
    fn keys_are_known_of_what_does_not_depend_on_the_call() {
        assert_eq!(envelope().next(), Some("source"));
        assert!(record().any(|key| key == "eventName") && record().all(|key| key != "type"));
        let attributes: Vec<_> = keys("detail.userIdentity.sessionContext.attributes").unwrap().collect();
        assert_eq!(attributes, ["creationDate", "mfaAuthenticated"]);
        assert!(keys("detail.additionalEventData").is_none() && keys("detail.eventName").is_none());
    }
}
