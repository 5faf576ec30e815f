//! What a record is called as an event.

/// The eventTypes of records that become events.
pub const EVENT_TYPES: [&str; 6] = [
    "AwsApiCall",
    "AwsServiceEvent",
    "AwsConsoleSignIn",
    "AwsConsoleAction",
    "AwsCloudTrailInsight",
    "AwsVpceEvent",
];

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
pub fn source(event_source: &str) -> String {
    format!("aws.{}", event_source.strip_suffix(".amazonaws.com").unwrap_or(event_source))
}
