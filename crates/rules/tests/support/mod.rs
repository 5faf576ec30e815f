//! Random watchers and events.

use event_pattern::Pattern;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use watcher::{Config, Severity, Template, Watcher, Watchers};

const SOURCES: [&str; 24] = [
    "aws.s3",
    "aws.iam",
    "aws.ec2",
    "aws.kms",
    "aws.sts",
    "aws.ecs",
    "aws.rds",
    "aws.lambda",
    "aws.signin",
    "aws.secretsmanager",
    "aws.cloudtrail",
    "aws.config",
    "aws.guardduty",
    "aws.organizations",
    "aws.route53",
    "aws.cloudfront",
    "aws.eks",
    "aws.elasticloadbalancing",
    "aws.dynamodb",
    "aws.sns",
    "aws.sqs",
    "aws.logs",
    "custom.billing",
    "partner/example.com/orders",
];
/// The last one is in no catalog: it may read.
const WRITES: [&str; 11] = [
    "DeleteBucket",
    "CreateUser",
    "PutBucketPolicy",
    "AuthorizeSecurityGroupIngress",
    "StopLogging",
    "ConsoleLogin",
    "CreateFunction20150331",
    "DeleteRole",
    "GetSessionToken",
    "UpdateTrail",
    "PonderBucket",
];
const READS: [&str; 8] = [
    "GetSecretValue",
    "ListBuckets",
    "DescribeInstances",
    "AssumeRole",
    "Decrypt",
    "LookupEvents",
    "GetObject",
    "BatchGetSecretValue",
];
pub(crate) const TYPES: [&str; 4] = [
    "AWS API Call via CloudTrail",
    "AWS Console Sign In via CloudTrail",
    "AWS Service Event via CloudTrail",
    "ECS Task State Change",
];

fn name() -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => select(&WRITES[..]), 2 => select(&READS[..])]
}

fn texts<T: Strategy<Value = &'static str>>(text: T, most: usize) -> impl Strategy<Value = Value> {
    proptest::collection::btree_set(text, 1..=most).prop_map(|set| json!(set))
}

/// A list of candidates for `source`, or none.
fn source() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        12 => texts(select(&SOURCES[..]), 3).prop_map(Some),
        1 => Just(None),
        1 => Just(Some(json!([{"prefix": "aws."}]))),
        1 => Just(Some(json!(["aws.s3", {"wildcard": "custom.*"}]))),
        1 => Just(Some(json!([{"anything-but": ["aws.s3", "aws.kms"]}]))),
        1 => Just(Some(json!(["aws.iam", null]))),
    ]
}

fn event_name() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![
        10 => texts(name(), 4).prop_map(Some),
        2 => Just(None),
        1 => select(vec!["Get", "Delete", "Create", "Put"]).prop_map(|prefix| Some(json!([{"prefix": prefix}]))),
        1 => texts(name(), 2).prop_map(|names| Some(json!([{"anything-but": names}]))),
        1 => Just(Some(json!([{"wildcard": "Delete*Role"}, "GetObject"]))),
        1 => Just(Some(json!([null, "ListBuckets"]))),
        1 => Just(Some(json!([{"exists": false}, "DeleteRole"]))),
    ]
}

/// Conditions on the rest of the detail: some fit into a rule, some do not.
fn conditions() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let all = vec![
        ("errorCode", json!([{"exists": false}])),
        ("errorCode", json!(["AccessDenied", {"prefix": "Client."}])),
        ("userIdentity.type", json!(["Root"])),
        ("requestParameters.prefix", json!(["logs/"])),
        ("requestParameters.force", json!([null])),
        ("requestParameters.bucketName", json!([{"wildcard": "prod-*"}])),
        ("requestParameters.count", json!([{"numeric": [">", 5]}])),
        ("requestParameters.items.cidr", json!([null, "0.0.0.0/0"])),
        ("requestParameters.items.port", json!([{"exists": false}])),
        ("Ref", json!(["main"])),
        ("note", json!(["{{resolve:ssm:x}}"])),
    ];
    subsequence(all, 0..=3)
}

fn detail(name: Option<Value>, conditions: Vec<(&'static str, Value)>) -> serde_json::Map<String, Value> {
    conditions
        .into_iter()
        .map(|(key, list)| (key.to_owned(), list))
        .chain(name.map(|n| ("eventName".to_owned(), n)))
        .collect()
}

pub(crate) fn pattern() -> impl Strategy<Value = String> {
    let branch = (event_name(), conditions()).prop_map(|(name, conditions)| detail(name, conditions));
    let or = proptest::option::weighted(0.25, proptest::collection::vec(branch, 2..=3));
    (source(), proptest::option::of(texts(select(&TYPES[..]), 2)), event_name(), conditions(), or)
        .prop_filter_map("a pattern needs a key", |(source, detail_type, name, conditions, or)| {
            let mut pattern = serde_json::Map::new();
            pattern.extend(source.map(|s| ("source".to_owned(), s)));
            pattern.extend(detail_type.map(|t| ("detail-type".to_owned(), t)));
            let mut own = detail(name, conditions);
            let branches: Vec<_> = or.into_iter().flatten().filter(|branch| !branch.is_empty()).collect();
            // `prefix` is a reserved name inside an `$or`.
            if branches.len() >= 2 && branches.iter().all(|b| !b.contains_key("requestParameters.prefix")) {
                own.insert("$or".to_owned(), json!(branches));
            }
            if !own.is_empty() {
                pattern.insert("detail".to_owned(), Value::Object(own));
            }
            (!pattern.is_empty()).then(|| Value::Object(pattern).to_string())
        })
}

pub(crate) fn event() -> impl Strategy<Value = Value> {
    let value = select(vec![json!("x"), json!(null), json!("prod-1"), json!(7), json!("logs/")]);
    let item = (proptest::bool::ANY, proptest::bool::ANY).prop_map(|(open, port)| {
        let mut item = serde_json::Map::new();
        item.insert("cidr".into(), if open { json!("0.0.0.0/0") } else { json!(null) });
        if port {
            item.insert("port".into(), json!(22));
        }
        Value::Object(item)
    });
    let request = (value.clone(), value.clone(), value, proptest::collection::vec(item, 0..3))
        .prop_map(|(force, count, bucket, items)| json!({"force": force, "count": count, "bucketName": bucket, "prefix": "logs/", "items": items}));
    (
        select(&SOURCES[..]).prop_map(|s| if s == "aws.sqs" { "aws.nobody" } else { s }),
        select(&TYPES[..]),
        proptest::option::weighted(0.9, name()),
        proptest::option::of(select(vec!["AccessDenied", "Client.X", "Other"])),
        select(vec!["Root", "IAMUser"]),
        request,
    )
        .prop_map(|(source, detail_type, name, error, identity, request)| {
            let mut detail = json!({"userIdentity": {"type": identity}, "requestParameters": request, "Ref": "main"});
            if let Some(name) = name {
                detail["eventName"] = json!(name);
            }
            if let Some(error) = error {
                detail["errorCode"] = json!(error);
            }
            json!({"source": source, "detail-type": detail_type, "account": "123456789012", "region": "eu-west-1", "detail": detail})
        })
}

pub(crate) fn watchers(patterns: &[String]) -> Watchers {
    let watcher = |(index, pattern): (usize, &String)| Watcher {
        name: format!("watcher-{index}"),
        title: Template::parse("t").unwrap(),
        severity: Severity::Info,
        channels: Vec::new(),
        attempt: None,
        runbook: None,
        cases: Vec::new(),
        message: Template::parse("m").unwrap(),
        pattern: Pattern::parse(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}")),
        fields: Vec::new(),
        ignores: Vec::new(),
        group: None,
    };
    Watchers::new(Config::default(), patterns.iter().enumerate().map(watcher).collect())
}
