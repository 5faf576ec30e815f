//! The standard variables: what every template may use without declaring a field.

use serde_json::{Map, Value};

use crate::event::Event;
use crate::target::Target;

/// Their names. A watcher's own field of one of these names wins.
pub const STANDARD_VARIABLES: &[&str] = &[
    "actor",
    "identity_arn",
    "identity_type",
    "account",
    "region",
    "time",
    "event_name",
    "call",
    "source_ip",
    "error_code",
    "error_message",
    "outcome",
    "target",
    "target_link",
    "link",
    "event",
];

/// The standard variables of an event, without `event` itself; what the event does not tell is absent. `account` is the
/// account's name, or its id if it has none.
pub(crate) fn standard(event: &Event, account: Option<&str>) -> Map<String, Value> {
    let target = Target::of(event);
    let id = event.text("/account").unwrap_or_default();
    [
        ("actor", actor(event)),
        ("identity_arn", identity_arn(event).map(str::to_owned)),
        ("identity_type", event.text("/detail/userIdentity/type").map(str::to_owned)),
        ("account", account.map(str::to_owned)),
        ("region", event.text("/region").map(str::to_owned)),
        ("time", event.text("/time").map(str::to_owned)),
        ("event_name", event_name(event).map(str::to_owned)),
        ("call", event_name(event).map(|name| call(name).to_owned())),
        ("source_ip", event.text("/detail/sourceIPAddress").map(str::to_owned)),
        ("error_code", event.text("/detail/errorCode").map(str::to_owned)),
        ("error_message", error_message(event).map(str::to_owned)),
        ("outcome", outcome(event)),
        ("target", target.as_ref().map(|target| target.in_words(id)).filter(|text| !text.is_empty())),
        ("target_link", target.as_ref().and_then(|target| target.link(event))),
        ("link", link(event)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))))
    .collect()
}

/// CloudTrail's `eventName`, else the `detail-type` of a native event.
pub(crate) fn event_name(event: &Event) -> Option<&str> {
    event.text("/detail/eventName").or_else(|| event.text("/detail-type"))
}

/// A call's name as its documentation has it: CloudTrail puts the date of the API behind those of Lambda and `CloudFront`,
/// `CreateFunction20150331`, `UpdateFunctionCode20150331v2`, `CreateDistribution2020_05_31`.
pub(crate) fn call(event_name: &str) -> &str {
    let undated = event_name.strip_suffix("v2").unwrap_or(event_name);
    let name = undated.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    let digits = undated[name.len()..].chars().filter(char::is_ascii_digit).count();
    if digits == 8 && !name.is_empty() { name } else { event_name }
}

/// The human behind the call: the session name of an assumed role (an e-mail address for Identity Center), the
/// user's name, `Root`, or the service that called.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>
pub(crate) fn actor(event: &Event) -> Option<String> {
    let text = |key: &str| event.text(&format!("/detail/userIdentity/{key}")).filter(|text| !text.is_empty());
    let session = || text("arn").and_then(|arn| arn.rsplit_once('/')).map(|(_, session)| session);
    // `AROA…:session`: all that is left of a caller from another account.
    let principal = || text("principalId").map(|id| id.rsplit_once(':').map_or(id, |(_, session)| session));
    let found = match text("type")? {
        "Root" => Some("Root"),
        "AWSService" => text("invokedBy"),
        "AssumedRole" | "FederatedUser" | "Role" => session().or_else(principal),
        "AWSAccount" => principal().or_else(|| text("accountId")),
        "IdentityCenterUser" => {
            text("userName").or_else(|| event.text("/detail/userIdentity/onBehalfOf/userId"))
        }
        _ => text("userName"),
    };
    found
        .or_else(|| text("userName"))
        .or_else(|| text("arn"))
        .or_else(principal)
        .or_else(|| text("invokedBy"))
        .map(str::to_owned)
}

/// What CloudTrail calls the caller: its ARN; where it has none, as services, callers from other accounts and Identity
/// Center's users, the name or the id that stands in its place.
fn identity_arn(event: &Event) -> Option<&str> {
    ["arn", "invokedBy", "onBehalfOf/userId", "principalId", "accountId", "type"]
        .into_iter()
        .filter_map(|key| event.text(&format!("/detail/userIdentity/{key}")))
        .find(|text| !text.is_empty())
}

/// What the service said of the failure. Services with REST interfaces, such as Macie, say it in the
/// body of the answer.
fn error_message(event: &Event) -> Option<&str> {
    event.text("/detail/errorMessage").or_else(|| {
        event.text("/detail/errorCode")?;
        event.text("/detail/responseElements/message")
    })
}

/// `succeeded`, or `failed: CODE`. Sign-in events carry no `errorCode`: `responseElements` says `Failure` under
/// the event's own name (`ConsoleLogin`, `SwitchRole`). A native event has no outcome.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>
fn outcome(event: &Event) -> Option<String> {
    // ECS's own events have an `eventName` too, and say nothing of an outcome.
    let name = event.text("/detail/eventName").filter(|_| is_via_cloudtrail(event))?;
    let failure = event.text(&format!("/detail/responseElements/{}", escape(name))) == Some("Failure");
    let reason = event.text("/detail/errorCode").or_else(|| event.text("/detail/errorMessage"));
    Some(match reason {
        Some(code) => format!("failed: {code}"),
        None if failure => "failed: Failure".to_owned(),
        None => "succeeded".to_owned(),
    })
}

/// Whether an `errorCode` says that the caller was not allowed to, and not that the call could not be done. EC2 says
/// `Client.UnauthorizedOperation`, SNS `AuthorizationError`, few others `UnauthorizedException`.
pub fn is_denial(code: &str) -> bool {
    code.starts_with("AccessDenied")
        || code.ends_with("UnauthorizedOperation")
        || ["AuthorizationError", "UnauthorizedException"].contains(&code)
}

/// All six detail-types of CloudTrail's events end so.
fn is_via_cloudtrail(event: &Event) -> bool {
    event.text("/detail-type").is_some_and(|kind| kind.ends_with(" via CloudTrail"))
}

/// Where the console of a region's partition is; none of those that we do not know.
pub(crate) fn console_host(region: &str) -> Option<&'static str> {
    match region {
        _ if region.starts_with("cn-") => Some("console.amazonaws.cn"),
        _ if region.starts_with("us-gov-") => Some("console.amazonaws-us-gov.com"),
        _ if ["us-iso", "eu-iso", "eusc-"].iter().any(|start| region.starts_with(start)) => None,
        _ => Some("console.aws.amazon.com"),
    }
}

/// The event in CloudTrail's console, which finds it some minutes later and only in the event's own account.
fn link(event: &Event) -> Option<String> {
    let id = event.cloudtrail_id().filter(|id| is_word(id))?;
    let region = event.text("/region").filter(|region| is_word(region))?;
    let host = console_host(region)?;
    Some(format!("https://{region}.{host}/cloudtrailv2/home?region={region}#/events/{id}"))
}

/// Ids and regions are short words; anything else has no place in a URL.
pub(crate) fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// A key as a step of a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_has_no_date() {
        let cases = [
            ("CreateFunction20150331", "CreateFunction"),
            ("UpdateFunctionCode20150331v2", "UpdateFunctionCode"),
            ("CreateDistribution2020_05_31", "CreateDistribution"),
            ("ListObjectsV2", "ListObjectsV2"),
            ("DeleteBucket", "DeleteBucket"),
            ("EC2 Instance State-change Notification", "EC2 Instance State-change Notification"),
            ("20150331", "20150331"),
        ];
        for (event_name, expected) in cases {
            assert_eq!(call(event_name), expected);
        }
    }
    use serde_json::json;

    fn event(detail: &Value) -> Event {
        let event = json!({
            "source": "aws.iam", "detail-type": "AWS API Call via CloudTrail", "account": "123456789012",
            "region": "eu-west-1", "time": "2026-01-12T08:30:00Z", "detail": detail,
        });
        Event::parse(event.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn the_actor_is_the_human() {
        let cases = [
            (json!({"type": "Root", "arn": "arn:aws:iam::123456789012:root"}), Some("Root")),
            (
                json!({"type": "IAMUser", "userName": "alice", "arn": "arn:aws:iam::123456789012:user/alice"}),
                Some("alice"),
            ),
            (
                json!({"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/Admin/bob@example.com",
                       "sessionContext": {"sessionIssuer": {"userName": "Admin"}}}),
                Some("bob@example.com"),
            ),
            (json!({"type": "AssumedRole", "principalId": "AROAEXAMPLE:carol"}), Some("carol")),
            (
                json!({"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}),
                Some("autoscaling.amazonaws.com"),
            ),
            (
                json!({"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": "210987654321"}),
                Some("AIDAEXAMPLE"),
            ),
            (json!({"type": "AWSAccount", "accountId": "210987654321"}), Some("210987654321")),
            (json!({"type": "WebIdentityUser", "userName": "dave"}), Some("dave")),
            (json!({"type": "Unknown", "arn": "arn:x"}), Some("arn:x")),
            (json!({}), None),
        ];
        for (identity, expected) in cases {
            assert_eq!(actor(&event(&json!({"userIdentity": identity}))).as_deref(), expected, "{identity}");
        }
    }

    #[test]
    fn the_identity_is_what_stands_in_the_place_of_the_arn() {
        let cases = [
            (
                json!({"type": "Root", "arn": "arn:aws:iam::123456789012:root"}),
                "arn:aws:iam::123456789012:root",
            ),
            (json!({"type": "AWSService", "invokedBy": "backup.amazonaws.com"}), "backup.amazonaws.com"),
            (json!({"type": "AWSAccount", "principalId": "", "accountId": "210987654321"}), "210987654321"),
            (json!({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1"}, "accountId": "1"}), "u-1"),
            (json!({"type": "Unknown"}), "Unknown"),
        ];
        for (identity, expected) in cases {
            let variables = standard(&event(&json!({"userIdentity": identity})), None);
            assert_eq!(variables["identity_arn"], expected, "{identity}");
            assert_eq!(variables["identity_type"], identity["type"], "{identity}");
        }
    }

    #[test]
    fn what_the_service_said_may_stand_in_its_answer() {
        let said = json!({"message": "no"});
        let cases = [
            (json!({"errorCode": "X", "errorMessage": "denied", "responseElements": said}), Some("denied")),
            (json!({"errorCode": "X", "responseElements": said}), Some("no")),
            (json!({"responseElements": said}), None),
        ];
        for (detail, expected) in cases {
            assert_eq!(error_message(&event(&detail)), expected, "{detail}");
        }
    }

    #[test]
    fn a_failed_call_does_not_read_as_if_it_had_happened() {
        let cases = [
            (json!({"eventName": "DeleteBucket"}), Some("succeeded")),
            (json!({"eventName": "DeleteBucket", "errorCode": "AccessDenied"}), Some("failed: AccessDenied")),
            (
                json!({"eventName": "ConsoleLogin", "errorMessage": "Failed authentication",
                       "responseElements": {"ConsoleLogin": "Failure"}}),
                Some("failed: Failed authentication"),
            ),
            (
                json!({"eventName": "SwitchRole", "responseElements": {"SwitchRole": "Failure"}}),
                Some("failed: Failure"),
            ),
            (json!({"lastStatus": "STOPPED"}), None),
        ];
        for (detail, expected) in cases {
            assert_eq!(outcome(&event(&detail)).as_deref(), expected, "{detail}");
        }
        let native = json!({"source": "aws.ecs", "detail-type": "ECS Service Action",
                            "detail": {"eventType": "ERROR", "eventName": "SERVICE_TASK_PLACEMENT_FAILURE"}});
        assert_eq!(outcome(&Event::parse(native.to_string().as_bytes()).unwrap()), None);
    }

    #[test]
    fn the_link_leads_to_the_console_of_the_partition() {
        let cases = [
            (
                "eu-west-1",
                Some(
                    "https://eu-west-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-west-1#/events/1-a",
                ),
            ),
            (
                "cn-north-1",
                Some(
                    "https://cn-north-1.console.amazonaws.cn/cloudtrailv2/home?region=cn-north-1#/events/1-a",
                ),
            ),
            (
                "us-gov-west-1",
                Some(
                    "https://us-gov-west-1.console.amazonaws-us-gov.com/cloudtrailv2/home?region=us-gov-west-1#/events/1-a",
                ),
            ),
            ("us-iso-east-1", None),
            ("evil.example/", None),
            (&"x".repeat(65), None),
        ];
        for (region, expected) in cases {
            let event = json!({"source": "aws.iam", "detail-type": "AWS API Call via CloudTrail", "region": region, "detail": {"eventID": "1-a"}});
            assert_eq!(link(&Event::parse(event.to_string().as_bytes()).unwrap()).as_deref(), expected);
        }
    }
}
