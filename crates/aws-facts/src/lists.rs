//! The lists of objects in events; from `data/lists.txt`.

use std::sync::LazyLock;

use crate::data::lines;

/// Whether that is a list of CloudTrail's record: a path below `detail`.
pub fn in_record(path: &str) -> bool {
    has("record", path)
}

/// Whether a service gives this name to lists within its parameters.
pub fn is_name(service: &str, name: &str) -> bool {
    all().iter().any(|(of, known)| of.strip_prefix("named ") == Some(service) && *known == name)
}

/// Whether that is a list of a native event: a path below `detail`, lists without their index.
pub fn in_native(source: &str, detail_type: &str, path: &str) -> bool {
    let is_event = |of: &str| of.split_once(' ') == Some((source, detail_type));
    all().iter().any(|(of, known)| is_event(of) && *known == path)
}

fn has(of: &str, path: &str) -> bool {
    all().contains(&(of, path))
}

/// In what the list is, and its path.
fn all() -> &'static [(&'static str, &'static str)] {
    static LISTS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
        lines(include_str!("../data/lists.txt")).filter_map(|line| line.split_once(" | ")).collect()
    });
    &LISTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, Native};

    #[test]
    fn every_line_is_of_something_known() {
        assert_eq!(all().len(), lines(include_str!("../data/lists.txt")).count());
        for (of, path) in all() {
            let (first, rest) = of.split_once(' ').unwrap_or((of, ""));
            let is_known = match first {
                "record" => crate::fields::at(&format!("detail.{path}")).is_some(),
                "named" => Catalog::get().service(&format!("{rest}.amazonaws.com")).is_some(),
                source => Native::get()
                    .of(source)
                    .is_some_and(|events| events.iter().any(|event| event.detail_type == rest)),
            };
            assert!(is_known, "{of} {path}");
        }
    }

    #[test]
    fn lists_are_found_where_they_are() {
        assert!(in_record("resources") && !in_record("userIdentity"));
        assert!(is_name("ec2", "items") && !is_name("iam", "items"));
        assert!(in_native("aws.ecs", "ECS Task State Change", "containers"));
        assert!(!in_native("aws.ecs", "ECS Deployment State Change", "containers"));
    }
}
