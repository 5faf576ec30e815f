//! What CloudTrail's events arrive as.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>

/// A call that somebody or something made.
pub const API_CALL: &str = "AWS API Call via CloudTrail";
/// What a service did by itself.
pub const SERVICE_EVENT: &str = "AWS Service Event via CloudTrail";
/// A sign-in to the console.
pub const SIGN_IN: &str = "AWS Console Sign In via CloudTrail";

/// Something else that was done in the console.
pub const CONSOLE_ACTION: &str = "AWS Console Action via CloudTrail";
/// What CloudTrail Insights found unusual.
pub const INSIGHT: &str = "AWS Insight via CloudTrail";
/// A call through a VPC endpoint.
pub const NETWORK_ACTIVITY: &str = "AWS Network Activity Event via CloudTrail";

/// All of them.
pub const VIA_CLOUDTRAIL: [&str; 6] =
    [API_CALL, SERVICE_EVENT, SIGN_IN, CONSOLE_ACTION, INSIGHT, NETWORK_ACTIVITY];

/// Those that one record has, each with its mark in the catalog. Insights and network activity repeat the names of calls.
pub const OF_A_RECORD: [(&str, &str); 4] =
    [("call", API_CALL), ("service", SERVICE_EVENT), ("sign-in", SIGN_IN), ("console", CONSOLE_ACTION)];
