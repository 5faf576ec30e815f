//! The objects of native events of which every key is known; from `data/whole-objects.txt`.

use std::sync::LazyLock;

use crate::data::lines;

/// An object of a native event with all its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// `aws.ec2`
    pub source: &'static str,
    /// `EC2 Instance State-change Notification`
    pub detail_type: &'static str,
    /// The dotted path within `detail`, lists without their index; empty for `detail` itself.
    pub path: &'static str,
    /// What it can have.
    pub keys: Vec<&'static str>,
}

/// The keys of the object at a path, if all are known.
pub fn of(source: &str, detail_type: &str, path: &str) -> Option<&'static [&'static str]> {
    let is_it = |one: &&Whole| (one.source, one.detail_type, one.path) == (source, detail_type, path);
    all().iter().find(is_it).map(|one| &*one.keys)
}

/// All of them.
pub fn all() -> &'static [Whole] {
    static WHOLE: LazyLock<Vec<Whole>> =
        LazyLock::new(|| lines(include_str!("../data/whole-objects.txt")).filter_map(read).collect());
    &WHOLE
}

/// `aws.ec2 EC2 Instance State-change Notification | . | instance-id state`
fn read(line: &'static str) -> Option<Whole> {
    let mut parts = line.split(" | ");
    let (source, detail_type) = parts.next()?.split_once(' ')?;
    let path = parts.next()?.trim_matches('.');
    Some(Whole { source, detail_type, path, keys: parts.next()?.split(' ').collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Native;
    use crate::native_values;

    #[test]
    fn every_line_is_an_object_of_a_known_event() {
        assert_eq!(all().len(), lines(include_str!("../data/whole-objects.txt")).count());
        for one in all() {
            let mut events = Native::get().of(one.source).unwrap_or_default().iter();
            let event = events.find(|event| event.detail_type == one.detail_type);
            let event = event.unwrap_or_else(|| panic!("{one:?} is not of a known event"));
            for (field, _) in event.fields().filter(|_| one.path.is_empty()) {
                assert!(one.keys.contains(&field.split('.').next().unwrap()), "{one:?} lacks {field}");
            }
        }
    }

    /// What the values are known of is known to be there.
    #[test]
    fn fields_with_known_values_are_among_the_keys() {
        for closed in native_values::all() {
            let (above, key) = closed.path.rsplit_once('.').unwrap_or(("", closed.path));
            let known = of(closed.source, closed.detail_type, above);
            assert!(known.is_none_or(|keys| keys.contains(&key)), "{closed:?}");
        }
    }
}
