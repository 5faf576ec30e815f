//! Events as CloudTrail sends them through EventBridge, and rules as people write for them.

use fastrand::Rng;
use serde_json::json;

use super::Workload;

const SERVICES: [&str; 60] = [
    "acm",
    "apigateway",
    "appsync",
    "athena",
    "autoscaling",
    "backup",
    "batch",
    "bedrock",
    "cloudformation",
    "cloudfront",
    "cloudtrail",
    "codebuild",
    "cognito-idp",
    "config",
    "dax",
    "dms",
    "docdb",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "eks",
    "elasticache",
    "elasticfilesystem",
    "elasticloadbalancing",
    "emr",
    "events",
    "firehose",
    "fsx",
    "glue",
    "guardduty",
    "iam",
    "inspector2",
    "iot",
    "kafka",
    "kinesis",
    "kms",
    "lambda",
    "lightsail",
    "logs",
    "macie2",
    "memorydb",
    "mq",
    "organizations",
    "rds",
    "redshift",
    "route53",
    "s3",
    "sagemaker",
    "secretsmanager",
    "securityhub",
    "ses",
    "shield",
    "sns",
    "sqs",
    "ssm",
    "sts",
    "transfer",
    "waf",
    "workspaces",
];
const NOUNS: [&str; 40] = [
    "AccessKey",
    "Alarm",
    "Alias",
    "Application",
    "Bucket",
    "Certificate",
    "Channel",
    "Cluster",
    "Connection",
    "Container",
    "Database",
    "Domain",
    "Endpoint",
    "Export",
    "Function",
    "Gateway",
    "Grant",
    "Group",
    "Image",
    "Instance",
    "Job",
    "Key",
    "Listener",
    "Member",
    "Network",
    "Policy",
    "Pipeline",
    "Project",
    "Queue",
    "Role",
    "Rule",
    "Secret",
    "Snapshot",
    "Stack",
    "Stream",
    "Subnet",
    "Table",
    "Tags",
    "User",
    "Volume",
];
const READS: [&str; 4] = ["Get", "List", "Describe", "Lookup"];
const WRITES: [&str; 6] = ["Create", "Delete", "Update", "Put", "Attach", "Modify"];
const IDENTITIES: [&str; 5] = ["AssumedRole", "IAMUser", "AWSService", "Root", "FederatedUser"];

/// A thousand events of 1.76 kB and so many rules.
pub(crate) fn workload(rules: usize) -> Workload {
    let mut rng = Rng::with_seed(1);
    let events = (0..1_000).map(|_| event(&mut rng)).collect();
    let mut rng = Rng::with_seed(2);
    let rules: Vec<String> = (0..rules).map(|_| rule(&mut rng)).collect();
    Workload { name: format!("{} rules", rules.len()), events, rules }
}

fn pick<'a>(rng: &mut Rng, list: &[&'a str]) -> &'a str {
    list[rng.usize(..list.len())]
}

/// Each service has half of the nouns, so services share event names, as they do with tags.
fn event_name(rng: &mut Rng, service: usize, verbs: &[&str]) -> String {
    let noun = NOUNS[(service * 7 + rng.usize(..20) * 3) % NOUNS.len()];
    format!("{}{noun}", pick(rng, verbs))
}

fn id(rng: &mut Rng) -> String {
    let mut digits = |count: u32| format!("{:0width$x}", rng.u64(..1 << (4 * count)), width = count as usize);
    format!("{}-{}-{}-{}-{}", digits(8), digits(4), digits(4), digits(4), digits(12))
}

/// Seven of ten events read, the others write; one of ten fails.
fn event(rng: &mut Rng) -> String {
    let service = rng.usize(..SERVICES.len());
    let read = rng.f64() < 0.7;
    let name = event_name(rng, service, if read { &READS } else { &WRITES });
    let service = SERVICES[service];
    let account = "123456789012";
    let region = pick(rng, &["eu-central-1", "us-east-1", "us-west-2"]);
    let user = pick(rng, &["ada", "grace", "deploy", "backup-runner", "terraform"]);
    let identity = pick(rng, &IDENTITIES);
    let time = format!("2025-03-{:02}T{:02}:{:02}:07Z", rng.u8(1..29), rng.u8(..24), rng.u8(..60));
    let mut detail = json!({
        "eventVersion": "1.11",
        "userIdentity": {
            "type": identity,
            "principalId": format!("AROAEXAMPLE{:09}:{user}", rng.u32(..1_000_000_000)),
            "arn": format!("arn:aws:sts::{account}:assumed-role/{user}/session-{:04}", rng.u16(..10_000)),
            "accountId": account,
            "accessKeyId": format!("ASIAEXAMPLE{:09}", rng.u32(..1_000_000_000)),
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": "AROAEXAMPLEEXAMPLE",
                    "arn": format!("arn:aws:iam::{account}:role/{user}"),
                    "accountId": account,
                    "userName": user
                },
                "attributes": { "creationDate": time, "mfaAuthenticated": "false" }
            }
        },
        "eventTime": time,
        "eventSource": format!("{service}.amazonaws.com"),
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": format!("203.0.113.{}", rng.u8(..)),
        "userAgent": "aws-cli/2.24.5 md/awscrt#0.23.8 ua/2.0 os/linux#6.1 lang/python#3.12.9 md/pyimpl#CPython cfg/retry-mode#standard md/command",
        "requestParameters": {
            "name": format!("{user}-{:x}", rng.u64(..)),
            "maxResults": rng.u32(..1_000),
            "dryRun": false,
            "filters": [{ "name": "state", "values": ["available", "pending"] }],
            "description": "Managed by the platform team; the handbook says whom to ask before anybody changes, moves, renames or deletes this, and how to get it back afterwards"
        },
        "responseElements": null,
        "requestID": id(rng),
        "eventID": id(rng),
        "readOnly": read,
        "eventType": "AwsApiCall",
        "managementEvent": true,
        "recipientAccountId": account,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": format!("{service}.{region}.amazonaws.com")
        }
    });
    if rng.f64() < 0.1 {
        detail["errorCode"] = json!("AccessDenied");
    }
    // One `json!` per level, because its maps are sorted and an envelope is not.
    format!(
        r#"{{"version":"0","id":"{}","detail-type":"AWS API Call via CloudTrail","source":"aws.{service}","account":"{account}","time":"{time}","region":"{region}","resources":[],"detail":{detail}}}"#,
        id(rng)
    )
}

/// All rules name the service twice and one to five writing calls; some ask who called and how it went.
fn rule(rng: &mut Rng) -> String {
    let service = rng.usize(..SERVICES.len());
    let names: Vec<String> = (0..rng.usize(1..=5)).map(|_| event_name(rng, service, &WRITES)).collect();
    let service = SERVICES[service];
    let mut detail = json!({ "eventSource": [format!("{service}.amazonaws.com")], "eventName": names });
    match rng.u8(..10) {
        0 | 1 => detail["userIdentity"] = json!({ "type": ["IAMUser", "Root"] }),
        2 => detail["userIdentity"] = json!({ "arn": [{ "suffix": ":root" }] }),
        3 => {
            detail["userIdentity"] =
                json!({ "sessionContext": { "sessionIssuer": { "userName": ["ada"] } } });
        }
        4 => detail["errorCode"] = json!([{ "exists": false }]),
        5 => detail["errorCode"] = json!([{ "prefix": "AccessDenied" }]),
        _ => {}
    }
    json!({ "source": [format!("aws.{service}")], "detail": detail }).to_string()
}
