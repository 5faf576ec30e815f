//! Parameters of EC2's security group calls, which are recorded in two shapes, as the caller wrote them.

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
