//! The event that EventBridge makes of a record.

use serde_json::json;

use crate::head::Head;
use crate::members::Members;

/// The detail-type under which a record of this `eventType` arrives. Older records have none: nearly all of them are calls.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>
pub fn detail_type(event_type: &str) -> Option<&'static str> {
    Some(match event_type {
        "AwsApiCall" | "" => "AWS API Call via CloudTrail",
        "AwsServiceEvent" => "AWS Service Event via CloudTrail",
        "AwsConsoleSignIn" => "AWS Console Sign In via CloudTrail",
        "AwsConsoleAction" => "AWS Console Action via CloudTrail",
        "AwsCloudTrailInsight" => "AWS Insight via CloudTrail",
        "AwsVpceEvent" => "AWS Network Activity Event via CloudTrail",
        _ => return None,
    })
}

/// The `source` of an `eventSource`.
pub(crate) fn source(event_source: &str) -> String {
    format!("aws.{}", event_source.strip_suffix(".amazonaws.com").unwrap_or(event_source))
}

/// The event; the record's own text stays as it is, down to its spaces.
///
/// # Errors
/// Why there is no such event.
pub(crate) fn event(record: &str, head: &Head<'_>) -> Result<String, String> {
    let id = Members::parse(record)
        .map_err(|e| format!("the record is not JSON: {e}"))?
        .text("eventID")
        .unwrap_or_default()
        .into_owned();
    // Records of years ago have no type.
    let is_sign_in = head.kind.is_empty() && head.source == "signin.amazonaws.com";
    let kind = if is_sign_in { "AwsConsoleSignIn" } else { head.kind.as_ref() };
    let detail_type = detail_type(kind)
        .ok_or_else(|| format!("EventBridge has no events of the eventType `{}`", head.kind))?;
    Ok(format!(
        r#"{{"version":"0","id":{},"detail-type":{},"source":{},"account":{},"time":{},"region":{},"resources":[],"detail":{record}}}"#,
        json!(id),
        json!(detail_type),
        json!(source(&head.source)),
        json!(head.account),
        json!(head.time),
        json!(head.region),
    ))
}
