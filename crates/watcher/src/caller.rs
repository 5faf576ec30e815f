//! Which role made a call, as CloudTrail records it.

use crate::event::Event;

/// A call by an assumed role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The role's ARN.
    pub role: String,
    /// The name of its session: what follows the role's name in `userIdentity.arn`.
    pub session: Option<String>,
    /// What the credentials were issued to, a Lambda function for example; CloudTrail does not always say it.
    pub issued_to: Option<String>,
    /// The `eventSource`.
    pub service: String,
    /// The `eventName`.
    pub call: String,
}

impl Caller {
    /// None when it was not a role, or when the event is not CloudTrail's: others may say of themselves what they like.
    pub(crate) fn of(event: &Event) -> Option<Caller> {
        let text = |key: &str| event.text(&format!("/detail/{key}")).map(str::to_owned);
        if !event.is_cloudtrails() {
            return None;
        }
        Some(Caller {
            role: text("userIdentity/sessionContext/sessionIssuer/arn")?,
            session: text("userIdentity/arn").as_deref().and_then(session),
            issued_to: text("userIdentity/inScopeOf/credentialsIssuedTo"),
            service: text("eventSource")?,
            call: text("eventName")?,
        })
    }
}

/// `arn:aws:sts::123456789012:assumed-role/ROLE/SESSION`: the role without its path, and a name without a slash.
fn session(arn: &str) -> Option<String> {
    let mut parts = arn.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(_), Some(_), Some(session), None) => Some(session.to_owned()),
        _ => None,
    }
}

/// Whose ARN of `userIdentity` it is. A role's sessions have names of their own, so of a session it is all that stands before
/// its name; but for a role of IAM Identity Center, whose sessions are called after the people who use it.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html>
pub fn identity(arn: &str) -> &str {
    match arn.rfind('/') {
        Some(slash) if arn.contains(":assumed-role/") && !arn.contains("/AWSReservedSSO_") => &arn[..=slash],
        _ => arn,
    }
}

#[cfg(test)]
mod tests {
    use super::identity;

    #[test]
    fn all_sessions_of_a_role_are_one() {
        let role = "arn:aws:sts::123456789012:assumed-role/deploy/";
        assert_eq!(identity(&format!("{role}session-1")), role);
        let person = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/alice";
        for own in ["arn:aws:iam::123456789012:user/path/alice", person, ""] {
            assert_eq!(identity(own), own);
        }
    }
}
