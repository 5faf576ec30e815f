//! Which calls are the function's own. An alert about a call that sending an alert makes would never end, so these make
//! none; whatever else the function's role does is somebody else's doing, or code that is not ours, and is judged by the
//! watchers like anybody's calls.

use watcher::Caller;

use crate::settings::Settings;

/// What the function calls, and what Lambda calls with its role, service by service. A test holds the list to be what
/// the role in template.yaml allows, since nothing else can succeed.
pub const CALLS: [(&str, &[&str]); 9] = [
    ("dynamodb.amazonaws.com", &["GetItem", "PutItem", "TransactWriteItems", "UpdateItem"]),
    ("kms.amazonaws.com", &["Decrypt", "GenerateDataKey"]),
    ("logs.amazonaws.com", &["CreateLogStream", "PutLogEvents"]),
    ("organizations.amazonaws.com", &["DescribeAccount"]),
    ("secretsmanager.amazonaws.com", &["GetSecretValue"]),
    ("sns.amazonaws.com", &["Publish"]),
    (
        "sqs.amazonaws.com",
        &["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage", "SendMessage"],
    ),
    ("ssm.amazonaws.com", &["GetParameter"]),
    ("xray.amazonaws.com", &["PutTelemetryRecords", "PutTraceSegments"]),
];

/// Whether the function did it: its role, in a session with the function's name as Lambda makes it, by a call that the
/// function makes. Whoever assumes the role can choose that name too, but not what CloudTrail says of the function to
/// which the credentials were issued, where it says so.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>
pub(crate) fn is_own(caller: &Caller, settings: &Settings) -> bool {
    let name = settings.function_name.as_str();
    let issued_here = caller.issued_to.as_deref().is_none_or(|arn| {
        // arn:aws:lambda:REGION:ACCOUNT:function:NAME, perhaps with a version.
        arn.split(':').nth(6) == Some(name) && arn.contains(":lambda:")
    });
    caller.role == settings.role_arn
        && caller.session.as_deref() == Some(name)
        && issued_here
        && CALLS
            .iter()
            .any(|(service, calls)| *service == caller.service && calls.contains(&caller.call.as_str()))
}
