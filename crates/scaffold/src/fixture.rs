//! Example events in the shape in which AWS records them.

use serde_json::{Value, json};

use crate::example::{ACCOUNT, digits};
use crate::json::Json;

/// An event of CloudTrail.
pub(super) struct Record<'a> {
    pub(super) watcher: &'a str,
    pub(super) detail_type: &'a str,
    pub(super) event_source: &'a str,
    pub(super) event_name: &'a str,
    pub(super) region: &'a str,
    pub(super) read_only: bool,
    pub(super) data_event: bool,
    pub(super) request: Value,
    pub(super) response: Value,
}

/// CloudTrail's word for what arrives under a detail-type.
fn event_type(detail_type: &str) -> &'static str {
    match detail_type {
        "AWS Service Event via CloudTrail" => "AwsServiceEvent",
        "AWS Console Sign In via CloudTrail" => "AwsConsoleSignIn",
        "AWS Console Action via CloudTrail" => "AwsConsoleAction",
        _ => "AwsApiCall",
    }
}

/// The event as EventBridge delivers it.
pub(super) fn via_cloudtrail(record: &Record<'_>) -> Json {
    let Record { watcher, detail_type, event_source, event_name, region, .. } = record;
    let digits = digits(watcher);
    let kind = event_type(detail_type);
    let identity = match kind {
        "AwsServiceEvent" => format!(r#"{{"accountId": "{ACCOUNT}", "invokedBy": "{event_source}"}}"#),
        _ => format!(
            r#"{{"type": "IAMUser", "principalId": "AIDAEXAMPLEALICE00001", "arn": "arn:aws:iam::{ACCOUNT}:user/alice",
                "accountId": "{ACCOUNT}", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "alice"}}"#
        ),
    };
    let ip = if kind == "AwsServiceEvent" { event_source } else { "203.0.113.10" };
    let agent = match kind {
        "AwsServiceEvent" => *event_source,
        "AwsApiCall" => "aws-cli/2.31.0",
        _ => "Mozilla/5.0",
    };
    let (management, category) = if record.data_event { (false, "Data") } else { (true, "Management") };
    let text = format!(
        r#"{{"version": "0", "id": "{digits}-5555-4666-8777-888888888888", "detail-type": "{detail_type}",
        "source": "aws.{source}", "account": "{ACCOUNT}", "time": "2026-01-12T08:30:00Z", "region": "{region}",
        "resources": [], "detail": {{"eventVersion": "1.11", "userIdentity": {identity},
        "eventTime": "2026-01-12T08:30:00Z", "eventSource": "{event_source}", "eventName": {event_name},
        "awsRegion": "{region}", "sourceIPAddress": "{ip}", "userAgent": "{agent}",
        "requestParameters": {request}, "responseElements": {response},
        "requestID": "EXAMPLE{digits}", "eventID": "{digits}-1111-4222-8333-444444444444", "readOnly": {read_only},
        "eventType": "{kind}", "managementEvent": {management}, "recipientAccountId": "{ACCOUNT}",
        "eventCategory": "{category}"}}}}"#,
        source = event_source.strip_suffix(".amazonaws.com").unwrap_or(event_source),
        event_name = json!(event_name),
        request = record.request,
        response = record.response,
        read_only = record.read_only,
    );
    serde_json::from_str(&text).expect("the names of the catalog need no escapes in JSON")
}

/// A native event with that `detail`.
pub(super) fn native(watcher: &str, source: &str, detail_type: &str, region: &str, detail: &Value) -> Json {
    let text = format!(
        r#"{{"version": "0", "id": "{}-5555-4666-8777-888888888888", "detail-type": {}, "source": "{source}",
        "account": "{ACCOUNT}", "time": "2026-01-12T08:30:00Z", "region": "{region}", "resources": [], "detail": {detail}}}"#,
        digits(watcher),
        json!(detail_type),
    );
    serde_json::from_str(&text).expect("the names of the catalog need no escapes in JSON")
}
