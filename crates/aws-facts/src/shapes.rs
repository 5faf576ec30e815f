//! Parameters that are recorded in two ways, as the caller wrote them: those of EC2's security group calls in two shapes, others
//! under one of two names.

use std::sync::LazyLock;

use crate::data::lines;

/// The calls.
pub const CALLS: [&str; 4] = [
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
];

/// A parameter that stands flat in `requestParameters`, and its place in the other shape.
pub type Parameter = (&'static str, &'static str);

/// The parameters.
pub const PARAMETERS: [Parameter; 4] = [
    ("cidrIp", "ipPermissions.items.ipRanges.items.cidrIp"),
    ("fromPort", "ipPermissions.items.fromPort"),
    ("ipProtocol", "ipPermissions.items.ipProtocol"),
    ("toPort", "ipPermissions.items.toPort"),
];

/// Two parameters of which a call takes one, from `data/either-name.txt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Either {
    /// The service's prefix: `ec2`.
    pub service: &'static str,
    /// The two.
    pub names: [&'static str; 2],
    /// The calls.
    pub calls: Vec<&'static str>,
}

/// All of them.
pub fn either() -> &'static [Either] {
    static EITHER: LazyLock<Vec<Either>> =
        LazyLock::new(|| lines(include_str!("../data/either-name.txt")).filter_map(read).collect());
    &EITHER
}

/// `ec2 groupId groupName = CallOne CallTwo`
fn read(line: &'static str) -> Option<Either> {
    let (head, calls) = line.split_once(" = ")?;
    let mut words = head.split(' ');
    let (service, names) = (words.next()?, [words.next()?, words.next()?]);
    Some(Either { service, names, calls: calls.split(' ').collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, Part};

    #[test]
    fn every_line_is_of_calls_that_have_both() {
        assert_eq!(either().len(), lines(include_str!("../data/either-name.txt")).count());
        for one in either() {
            let service = Catalog::get().service_of(&format!("aws.{}", one.service)).unwrap();
            for call in &one.calls {
                let keys = service.call(call).unwrap().keys(Part::Request).unwrap();
                assert!(one.names.iter().all(|name| keys.contains(name)), "{call} {:?}", one.names);
            }
        }
    }
}
