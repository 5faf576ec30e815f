//! The catalog against what is known of AWS.

use super::{Access, Catalog, Native, Part, stream};

fn catalog() -> &'static Catalog {
    Catalog::get()
}

#[test]
fn it_says_what_it_was_made_from() {
    let version = stream::head(super::VERSION_LINE);
    assert!(
        include_str!("../../catalog/requirements.txt").contains(&version.replace(' ', "==")),
        "catalog.bin is made from {version}: run catalog/generate.py"
    );
}

#[test]
fn services_are_known_by_the_names_in_events() {
    for source in [
        "monitoring",
        "ses",
        "elasticloadbalancing",
        "elasticfilesystem",
        "elasticmapreduce",
        "states",
        "es",
        "sso",
        "macie2",
        "signin",
        "sso-directory",
        "agreement-marketplace",
    ] {
        assert!(catalog().service(&format!("{source}.amazonaws.com")).is_some(), "{source}");
        assert!(catalog().service_of(&format!("aws.{source}")).is_some(), "{source}");
    }
    assert!(catalog().service("email.amazonaws.com").is_none());
    assert_eq!(catalog().often_wrong("cloudwatch.amazonaws.com"), Some("monitoring.amazonaws.com"));
}

#[test]
fn a_call_with_two_names_tells_the_other_one() {
    let cases = [
        ("route53domains", "TransferDomain", Some("transferDomain")),
        ("route53domains", "listDomains", Some("ListDomains")),
        ("lambda", "AddPermission20150331", Some("AddPermission20150331v2")),
        // The second version is what is recorded now.
        ("lambda", "AddPermission20150331v2", None),
        ("cloudfront", "CreateDistribution2020_05_31", Some("CreateDistribution")),
        ("s3", "DeleteBucket", None),
    ];
    for (service, name, other) in cases {
        let service = catalog().service(&format!("{service}.amazonaws.com")).unwrap();
        assert_eq!(service.other_name(name), other, "{name}");
    }
    let domains = catalog().service("route53domains.amazonaws.com").unwrap();
    assert!(domains.call("listDomains").unwrap().is_read_only());
    assert!(!domains.call("transferDomain").unwrap().is_read_only());
}

#[test]
fn calls_are_known_as_cloudtrail_writes_them() {
    let cases = [
        ("lambda", "CreateFunction20150331", true),
        ("lambda", "UpdateFunctionCode20150331v2", true),
        ("lambda", "CreateFunction", false),
        ("lambda", "CreateFunctionUrlConfig", true),
        ("lambda", "Invoke", true),
        ("cloudfront", "CreateDistribution", true),
        ("cloudfront", "CreateFunction2020_05_31", true),
        ("cloudfront", "CreateFunctionv2", false),
        ("s3", "PutBucketPublicAccessBlock", true),
        ("s3", "PutPublicAccessBlock", false),
        ("iam", "PassRole", false),
        ("signin", "ConsoleLogin", true),
        ("kms", "RotateKey", true),
        ("s3", "é", false),
        ("route53domains", "TransferDomain", true),
        ("route53domains", "transferDomain", true),
    ];
    for (service, name, known) in cases {
        let service = catalog().service(&format!("{service}.amazonaws.com")).unwrap();
        assert_eq!(service.call(name).is_some(), known, "{} {name}", service.event_source);
    }
    let lambda = catalog().service("lambda.amazonaws.com").unwrap();
    let versions: Vec<_> = lambda.versions_of("CreateFunction").map(|call| call.name).collect();
    assert_eq!(versions, ["CreateFunction20150331"]);
    assert_eq!(catalog().recorded_as("iam.amazonaws.com", "PassRole"), Some(&[][..]));
    assert_eq!(
        catalog().recorded_as("s3.amazonaws.com", "PutEncryptionConfiguration"),
        Some(&["PutBucketEncryption"][..])
    );
    assert!(catalog().services_with("CreateCluster").count() > 3);
}

#[test]
fn calls_have_their_kind_and_keys() {
    let call = |service: &str, name: &str| {
        *catalog().service(&format!("{service}.amazonaws.com")).unwrap().call(name).unwrap()
    };
    assert_eq!(call("signin", "ConsoleLogin").detail_types(), ["AWS Console Sign In via CloudTrail"]);
    assert_eq!(call("kms", "RotateKey").detail_types(), ["AWS Service Event via CloudTrail"]);
    assert_eq!(call("iam", "DeleteRole").detail_types(), ["AWS API Call via CloudTrail"]);
    assert!(call("s3", "GetObject").is_data_event() && !call("s3", "GetObject").is_read_only());
    assert!(call("ec2", "DescribeInstances").is_read_only() && !call("ec2", "RunInstances").is_read_only());

    let has = |service, name, part, key| call(service, name).keys(part).unwrap().contains(&key);
    assert!(has("s3", "DeleteBucket", Part::Request, "bucketName"));
    assert!(!has("s3", "DeleteBucket", Part::Request, "bucket"));
    assert!(has("rds", "CreateDBInstance", Part::Request, "dBInstanceIdentifier"));
    assert!(has("iam", "CreateAccessKey", Part::Response, "accessKey.accessKeyId"));
    assert!(has("securityhub", "CreateInsight", Part::Request, "Filters"));
    assert!(has("sts", "AssumeRole", Part::Response, "credentials"));
    // CloudTrail records no response of these.
    assert_eq!(call("ec2", "DescribeInstances").keys(Part::Response), None);
    assert!(call("bedrock", "InvokeModel").is_read_only());
    assert!(!call("sts", "GetSessionToken").is_read_only());
    assert_eq!(call("cloudshell", "CreateSession").keys(Part::Request), None);
}

#[test]
fn a_name_tells_whether_a_call_reads() {
    let cases = [
        ("DescribeInstances", Access::Reads),
        ("DescribeWhatIsNewer", Access::Reads),
        ("InvokeModel", Access::Reads),
        ("GetObject", Access::Reads),
        ("GetSessionToken", Access::Writes),
        ("CreateFunction20150331v2", Access::Writes),
        ("DeleteDistribution2020_05_31", Access::Writes),
        ("PonderBucket", Access::Unknown),
    ];
    for (name, access) in cases {
        assert_eq!(catalog().access(None, name), access, "{name}");
    }
    assert_eq!(catalog().access(Some("aws.sts"), "GetFederationToken"), Access::Writes);
    assert_eq!(catalog().access(Some("aws.connect"), "GetFederationToken"), Access::Reads);
}

#[test]
fn what_only_documents_know_is_there() {
    let cases = [
        ("iam", "UploadCloudFrontPublicKey", "AWS API Call via CloudTrail"),
        ("amazonmq", "DeleteBroker", "AWS API Call via CloudTrail"),
        ("rdsdata", "ExecuteStatement", "AWS API Call via CloudTrail"),
        ("ec2", "BidEvictedEvent", "AWS Service Event via CloudTrail"),
        ("backup", "RestoreCompleted", "AWS Service Event via CloudTrail"),
        ("cognito-idp", "Token_POST", "AWS Service Event via CloudTrail"),
    ];
    for (service, name, detail_type) in cases {
        let service = catalog().service(&format!("{service}.amazonaws.com")).unwrap();
        assert_eq!(service.call(name).unwrap().detail_types(), [detail_type], "{name}");
    }
    for (service, name) in
        [("s3express", "PutObject"), ("healthlake", "CreateResource"), ("s3tables", "GetObject")]
    {
        let service = catalog().service(&format!("{service}.amazonaws.com")).unwrap();
        assert!(service.call(name).unwrap().is_data_event(), "{name}");
    }
    for (source, detail_type) in [
        ("aws.apprunner", "AppRunner Service Status Change"),
        ("aws.backup", "Copy Job State Change"),
        ("aws.guardduty", "GuardDuty Runtime Protection Unhealthy"),
    ] {
        let events = Native::get().of(source).unwrap();
        assert!(events.iter().any(|event| event.detail_type == detail_type), "{detail_type}");
    }
}

/// Half of its weight is names; a megabyte would show in every clone and every build.
#[test]
fn the_catalog_stays_small() {
    let bytes = include_bytes!("../../catalog/catalog.bin").len();
    assert!(bytes < 450_000, "{bytes} bytes");
}

#[test]
fn native_events_have_their_fields() {
    let events = Native::get().of("aws.ecs").unwrap();
    let task = events.iter().find(|event| event.detail_type == "ECS Task State Change").unwrap();
    assert!(task.fields().any(|field| field == ("containers.exitCode", "number")));
    assert!(Native::get().of("aws.nothing").is_none());
    assert!(Native::get().sources().all(|source| source.starts_with("aws.")));
    assert_eq!(Native::get().sources_with("GuardDuty Finding").collect::<Vec<_>>(), ["aws.guardduty"]);
}
