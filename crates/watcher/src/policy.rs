//! What a resource's or an identity's policy allows, as far as an alert has to know: to whom, whether to everybody, and
//! whether everything. A policy is JSON text in most parameters, and an object in S3's.

use serde_json::Value;

use crate::cidr;

/// Condition keys that tie a request to somebody, if their values are fixed: with one of them `"Principal": "*"` is not
/// everybody. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>
const LIMITING: [&str; 19] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicenameslist",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "aws:username",
    "kms:calleraccount",
    "lambda:eventsourcetoken",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
];

/// Its statements. Of one an object may stand in place of the list.
pub(crate) fn all(policy: &Value) -> Vec<Value> {
    let parsed = match policy {
        Value::String(text) => serde_json::from_str(text).unwrap_or(Value::Null),
        other => other.clone(),
    };
    match parsed.get("Statement") {
        Some(Value::Array(statements)) => statements.clone(),
        Some(statement @ Value::Object(_)) => vec![statement.clone()],
        _ => Vec::new(),
    }
}

/// The statements that allow something.
fn allowed(policy: &Value) -> Vec<Value> {
    all(policy).into_iter().filter(|statement| statement["Effect"] == "Allow").collect()
}

/// Whom it allows something: `*`, ARNs, account ids, services; each once. A single principal, as in a parameter, is
/// itself.
pub(crate) fn principals(policy: &Value) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        if !text.is_empty() && found.iter().all(|other| other != text) {
            found.push(text.to_owned());
        }
    };
    match policy {
        Value::Array(values) => values.iter().flat_map(principals).for_each(|text| add(&text)),
        Value::String(text) if !text.trim_start().starts_with('{') => add(text),
        _ => {
            for statement in allowed(policy) {
                match &statement["Principal"] {
                    Value::String(text) => add(text),
                    Value::Object(kinds) => {
                        kinds.values().flat_map(texts).for_each(|text| add(&text));
                    }
                    _ if !statement["NotPrincipal"].is_null() => add("*"),
                    _ => {}
                }
            }
        }
    }
    found
}

/// Whether it allows everybody something: no principal is asked for, and no condition with fixed values ties the
/// request to somebody.
pub(crate) fn is_public(policy: &Value) -> bool {
    match policy {
        Value::Array(values) => values.iter().any(is_public),
        Value::String(text) if !text.trim_start().starts_with('{') => text == "*" || is_public_grant(text),
        Value::Object(grant) if grant.contains_key("Grantee") => {
            grant["Grantee"]["URI"].as_str().is_some_and(is_public_grant)
        }
        _ => allowed(policy).iter().any(|statement| {
            let is_anybody = match &statement["Principal"] {
                Value::String(text) => text == "*",
                Value::Object(kinds) => {
                    kinds.iter().any(|(kind, value)| kind == "AWS" && texts(value).contains(&"*".to_owned()))
                }
                _ => !statement["NotPrincipal"].is_null(),
            };
            is_anybody && !is_limited(&statement["Condition"])
        }),
    }
}

/// A canned ACL or a grantee of S3 that stands for everybody, or for everybody with an account of AWS.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>
fn is_public_grant(text: &str) -> bool {
    ["public-read", "public-read-write", "authenticated-read"].contains(&text)
        || text.contains("/groups/global/AllUsers")
        || text.contains("/groups/global/AuthenticatedUsers")
}

/// Those who belong neither to the account nor to AWS itself.
pub(crate) fn others(policy: &Value, own: &str) -> Vec<String> {
    let is_other = |principal: &String| {
        let is_service = principal.ends_with(".amazonaws.com") || principal.ends_with(".amazonaws.com.cn");
        // `arn:aws:iam::123456789012:root` and `123456789012` are one.
        let account = principal.split(':').nth(4).unwrap_or(principal);
        !is_service && (own.is_empty() || account != own)
    };
    principals(policy).into_iter().filter(is_other).collect()
}

/// Whether it allows all actions on all resources, as an administrator's policy.
pub(crate) fn is_admin(policy: &Value) -> bool {
    allowed(policy).iter().any(|statement| {
        let is_all = |key: &str| texts(&statement[key]).iter().any(|text| text == "*" || text == "*:*");
        let all_actions = is_all("Action") || !statement["NotAction"].is_null();
        all_actions && (is_all("Resource") || !statement["NotResource"].is_null())
    })
}

/// The allowed actions that stand for several, each once.
pub(crate) fn starred(policy: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for action in allowed(policy).iter().flat_map(|statement| texts(&statement["Action"])) {
        if action.contains('*') && !found.contains(&action) {
            found.push(action);
        }
    }
    found
}

fn is_limited(condition: &Value) -> bool {
    condition.as_object().into_iter().flatten().any(|(operator, keys)| {
        // Without the key, `…IfExists` holds for everybody; `…NotEquals` names those who are kept out.
        let operator = operator.rsplit(':').next().unwrap_or(operator);
        let asks =
            ["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"];
        asks.contains(&operator)
            && keys.as_object().into_iter().flatten().any(|(key, values)| {
                let values = texts(values);
                let key = key.to_ascii_lowercase();
                let is_limiting = LIMITING.iter().any(|limiting| limiting.eq_ignore_ascii_case(&key));
                is_limiting && !values.is_empty() && values.iter().all(|value| is_fixed(&key, value))
            })
    })
}

/// Whether a condition's value stands for somebody: `*`, an ARN of any account and an address range of everybody do not.
fn is_fixed(key: &str, value: &str) -> bool {
    if key == "aws:sourceip" {
        return !cidr::is_world(value);
    }
    let account = value.strip_prefix("arn:").and_then(|_| value.split(':').nth(4));
    match account {
        // A bucket's ARN has no account.
        Some("") => value.split(':').nth(5).is_some_and(|name| !name.starts_with('*')),
        Some(account) => !account.contains(['*', '?']),
        None => value.chars().any(|c| !matches!(c, '*' | '?')),
    }
}

/// A text, or the texts of a list.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn statement(principal: &Value, condition: &Value) -> Value {
        json!({"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject",
                              "Resource": "*", "Condition": condition}]})
    }

    /// Policies, and whether they are public.
    #[test]
    fn a_policy_is_public_when_nothing_ties_the_request_to_somebody() {
        let none = json!({});
        let cases = [
            (json!("*"), none.clone(), true),
            (json!({"AWS": "*"}), none.clone(), true),
            (json!({"AWS": ["arn:aws:iam::123456789012:root", "*"]}), none.clone(), true),
            (json!({"AWS": "arn:aws:iam::210987654321:root"}), none.clone(), false),
            (json!({"Service": "cloudtrail.amazonaws.com"}), none.clone(), false),
            (json!({"Federated": "*"}), none.clone(), false),
            (json!("*"), json!({"StringEquals": {"aws:PrincipalOrgID": "o-example"}}), false),
            (json!("*"), json!({"StringEquals": {"aws:PrincipalOrgID": "*"}}), true),
            (json!("*"), json!({"StringLike": {"aws:PrincipalOrgID": "*"}}), true),
            (json!("*"), json!({"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-example"}}), true),
            (json!("*"), json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-example"}}), true),
            (json!("*"), json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-example/*"}}), false),
            (json!("*"), json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), false),
            (json!("*"), json!({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}), true),
            (json!("*"), json!({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}), true),
            (json!("*"), json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), true),
            (json!("*"), json!({"StringEquals": {"AWS:SourceVpce": "vpce-1"}}), false),
            (json!("*"), json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}}), false),
            (json!("*"), json!({"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:*"}}), true),
            (json!("*"), json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::shop-*"}}), false),
            (json!("*"), json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}), true),
            (json!("*"), json!({"Bool": {"aws:SecureTransport": "true"}}), true),
            (json!("*"), json!({"StringEquals": {"kms:CallerAccount": "123456789012"}}), false),
        ];
        for (principal, condition, expected) in cases {
            let policy = statement(&principal, &condition);
            assert_eq!(is_public(&policy), expected, "{policy}");
            assert_eq!(is_public(&Value::from(policy.to_string())), expected, "as text: {policy}");
        }
        let denied = json!({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*"}});
        let not =
            json!({"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "123456789012"}, "Action": "*"}});
        for (policy, expected) in
            [(denied, false), (not, true), (json!("*"), true), (json!("{"), false), (json!(7), false)]
        {
            assert_eq!(is_public(&policy), expected, "{policy}");
        }
    }

    #[test]
    fn an_acl_is_public_when_a_group_of_everybody_has_a_grant() {
        let grantee = |uri: &str| json!({"Grantee": {"URI": uri}, "Permission": "READ"});
        let groups = "http://acs.amazonaws.com/groups";
        let cases = [
            (json!("public-read"), true),
            (json!("authenticated-read"), true),
            (json!("private"), false),
            (json!("log-delivery-write"), false),
            (json!(format!("uri={groups}/global/AllUsers")), true),
            (json!("id=0123456789abcdef"), false),
            (grantee(&format!("{groups}/global/AuthenticatedUsers")), true),
            (grantee(&format!("{groups}/s3/LogDelivery")), false),
            (json!([{"Grantee": {"ID": "0123"}}, grantee(&format!("{groups}/global/AllUsers"))]), true),
        ];
        for (acl, expected) in cases {
            assert_eq!(is_public(&acl), expected, "{acl}");
        }
    }

    #[test]
    fn principals_are_told_once_and_others_are_neither_ours_nor_aws() {
        let policy = json!({"Statement": [
            {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::123456789012:root", "210987654321"]}},
            {"Effect": "Allow", "Principal": {"AWS": "210987654321", "Service": "sns.amazonaws.com"}},
            {"Effect": "Deny", "Principal": "*"},
        ]});
        let all = ["arn:aws:iam::123456789012:root", "210987654321", "sns.amazonaws.com"];
        assert_eq!(principals(&policy), all);
        assert_eq!(others(&policy, "123456789012"), ["210987654321"]);
        for (one, expected) in [
            ("123456789012", 0),
            ("arn:aws:iam::123456789012:role/x", 0),
            ("s3.amazonaws.com", 0),
            ("210987654321", 1),
            ("*", 1),
        ] {
            assert_eq!(others(&json!(one), "123456789012").len(), expected, "{one}");
        }
        assert_eq!(others(&json!(["123456789012", "210987654321"]), "123456789012"), ["210987654321"]);
    }

    #[test]
    fn an_administrators_policy_allows_everything_everywhere() {
        let cases = [
            (json!({"Effect": "Allow", "Action": "*", "Resource": "*"}), true, 1),
            (json!({"Effect": "Allow", "Action": ["s3:Get*", "*"], "Resource": ["*"]}), true, 2),
            (json!({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), true, 0),
            (json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::shop/*"}), false, 1),
            (json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}), false, 1),
            (json!({"Effect": "Deny", "Action": "*", "Resource": "*"}), false, 0),
        ];
        for (statement, admin, stars) in cases {
            let policy = Value::from(json!({"Version": "2012-10-17", "Statement": statement}).to_string());
            assert_eq!((is_admin(&policy), starred(&policy).len()), (admin, stars), "{policy}");
        }
    }
}
