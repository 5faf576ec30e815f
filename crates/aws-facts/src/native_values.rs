//! The values that a field of a native event can have, where AWS lists them all; from `data/native-values.txt`.

use std::sync::LazyLock;

use crate::data::{lines, pairs};

/// A field of a native event with all its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// `aws.ecs`
    pub source: &'static str,
    /// `ECS Task State Change`
    pub detail_type: &'static str,
    /// The dotted path within `detail`, lists without their index.
    pub path: &'static str,
    /// What it can be.
    pub values: Vec<&'static str>,
}

/// What the field at a path can be; none if that is not known.
pub fn of(source: &str, detail_type: &str, path: &str) -> Option<&'static [&'static str]> {
    let is_it = |one: &&Closed| (one.source, one.detail_type, one.path) == (source, detail_type, path);
    all().iter().find(is_it).map(|one| &*one.values)
}

/// Whether a field comes as a number in one event and as a text in another; from `data/loose-types.txt`.
pub fn is_loose(source: &str, path: &str) -> bool {
    static LOOSE: LazyLock<Vec<(&str, &str)>> =
        LazyLock::new(|| pairs(include_str!("../data/loose-types.txt")));
    LOOSE.contains(&(source, path))
}

/// All of them.
pub fn all() -> &'static [Closed] {
    static CLOSED: LazyLock<Vec<Closed>> =
        LazyLock::new(|| lines(include_str!("../data/native-values.txt")).filter_map(read).collect());
    &CLOSED
}

/// `aws.ecs ECS Task State Change | lastStatus | RUNNING STOPPED`
fn read(line: &'static str) -> Option<Closed> {
    let mut parts = line.split(" | ");
    let (source, detail_type) = parts.next()?.split_once(' ')?;
    let (path, values) = (parts.next()?, parts.next()?.split(' ').collect());
    Some(Closed { source, detail_type, path, values })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Native;

    #[test]
    fn every_line_is_a_field_of_a_known_event() {
        assert_eq!(all().len(), lines(include_str!("../data/native-values.txt")).count());
        for one in all() {
            let mut events = Native::get().of(one.source).unwrap_or_default().iter();
            let event = events.find(|event| event.detail_type == one.detail_type);
            let event = event.unwrap_or_else(|| panic!("{one:?} is not of a known event"));
            // Below an object or JSON the schema says nothing.
            let is_there = event.fields().any(|(path, kind)| {
                path == one.path
                    || matches!(kind, "object" | "json") && one.path.starts_with(&format!("{path}."))
            });
            assert!(is_there, "{one:?} is not a field of the event");
            let mut values = one.values.clone();
            values.sort_unstable();
            values.dedup();
            assert!(values.len() == one.values.len() && !values.is_empty(), "{one:?}");
        }
    }

    #[test]
    fn loose_fields_are_of_known_events() {
        for (source, path) in pairs(include_str!("../data/loose-types.txt")) {
            let events = Native::get().of(source).unwrap();
            assert!(
                events.iter().any(|event| event.fields().any(|(field, _)| field == path)),
                "{source} {path}"
            );
            assert!(is_loose(source, path));
        }
        assert!(!is_loose("aws.guardduty", "severity"));
    }

    #[test]
    fn what_is_not_known_has_no_values() {
        assert!(
            of("aws.ecs", "ECS Task State Change", "lastStatus").is_some_and(|all| all.contains(&"STOPPED"))
        );
        assert_eq!(of("aws.ecs", "ECS Task State Change", "stoppedReason"), None);
        assert_eq!(of("aws.ec2", "ECS Task State Change", "lastStatus"), None);
    }
}
