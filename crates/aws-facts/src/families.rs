//! Calls that do the same, from `data/families.txt`.

use std::sync::LazyLock;

use crate::data::lines;

/// Calls of a service that do the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// The service's prefix: `ec2`.
    pub service: &'static str,
    /// What all of them do, as a verb says it.
    pub what: &'static str,
    /// Their names.
    pub calls: Vec<&'static str>,
}

/// All of them.
pub fn all() -> &'static [Family] {
    static FAMILIES: LazyLock<Vec<Family>> =
        LazyLock::new(|| lines(include_str!("../data/families.txt")).filter_map(read).collect());
    &FAMILIES
}

/// `ec2 change the rules = CallOne CallTwo`
fn read(line: &'static str) -> Option<Family> {
    let (head, calls) = line.split_once(" = ")?;
    let (service, what) = head.split_once(' ')?;
    Some(Family { service, what, calls: calls.split(' ').collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_line_is_a_family_of_known_calls() {
        assert_eq!(all().len(), lines(include_str!("../data/families.txt")).count());
        for family in all() {
            let service = Catalog::get().service_of(&format!("aws.{}", family.service)).unwrap();
            assert!(family.calls.len() > 1, "{}", family.what);
            for call in &family.calls {
                assert!(service.call(call).is_some_and(|call| !call.is_read_only()), "{call}");
            }
        }
    }
}
