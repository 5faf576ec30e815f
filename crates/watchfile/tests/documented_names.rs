//! Names as AWS's documents have them, of which the linter must say nothing. The cases are our own; `wild` has what is found
//! in wrong ones.
//!
//! Notes are left out, and what is said only because the watchers here have no tests.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use watchfile::{Finding, Level, Options, lint};

/// API calls of this service by these names.
fn calls(prefix: &str, names: &[&str]) -> String {
    recorded(prefix, "AWS API Call via CloudTrail", names)
}

/// What the service did by itself.
fn by_service(prefix: &str, names: &[&str]) -> String {
    recorded(prefix, "AWS Service Event via CloudTrail", names)
}

fn recorded(prefix: &str, kind: &str, names: &[&str]) -> String {
    format!(
        "source = [\"aws.{prefix}\"]\ndetail-type = [\"{kind}\"]\ndetail.eventSource = [\"{prefix}.amazonaws.com\"]\n\
         detail.eventName = {names:?}\n"
    )
}

fn native(source: &str, types: &[&str]) -> String {
    format!("source = [\"{source}\"]\ndetail-type = {types:?}\n")
}

#[test]
fn what_aws_documents_is_known() {
    let cases = [
        ("spot instances", by_service("ec2", &["BidEvictedEvent"])),
        ("capacity blocks", by_service("ec2", &["CapacityBlockScheduled", "CapacityBlockFailed"])),
        ("members of an organization", by_service("organizations", &["AccountJoinedOrganization"])),
        (
            "the events of backups",
            by_service("backup", &["BackupJobStarted", "InvalidOrganizationBackupPlan"]),
        ),
        ("lifecycle of images", by_service("ecr", &["PolicyExecutionEvent", "ImageActivationEvent"])),
        ("Control Tower", by_service("controltower", &["PrecheckOrganizationalUnit"])),
        ("sign-in pages", by_service("cognito-idp", &["Login_GET", "Token_POST"])),
        ("approval teams", by_service("mpa", &["TeamDeletionApprovalSuccess", "SessionExpiration"])),
        ("an image builder", by_service("appstream", &["CreateImage"])),
        ("CloudShell's files", calls("cloudshell", &["GetFileDownloadUrls"])),
        ("the portal's calls", calls("sso", &["ListApplications", "ListProfilesForApplication"])),
        ("consoles of Identity Center", calls("sso", &["AssociateProfile", "CreateApplicationInstance"])),
        ("its directory", calls("sso-directory", &["CreateAlias", "DeleteBearerToken"])),
        ("provisioning of users", calls("identitystore-scim", &["CreateUser", "PatchGroup"])),
        ("directory buckets", calls("s3express", &["CreateBucket"])),
        ("the Data API", calls("rdsdata", &["ExecuteStatement"])),
        ("the Data API of later clusters", calls("rdsdataapi", &["ExecuteStatement"])),
        ("S3 Tables", calls("s3tables", &["PutObject"])),
        ("S3 on Outposts", calls("s3-outposts", &["PutObject"])),
        ("AppSync", calls("appsync", &["GraphQL"])),
        ("payments", calls("payments", &["Instruments_Create"])),
        ("taxes", calls("taxconsole", &["SetTaxInheritance"])),
        ("recommended actions", calls("action-recommendations", &["ListRecommendedActions"])),
        ("an event source that the SDK does not say: a broker", calls("amazonmq", &["DeleteBroker"])),
        ("a key-value store", calls("edgekeyvaluestore", &["UpdateKeys"])),
        ("a network monitor", calls("networksynthetics", &["CreateMonitor"])),
        ("the same by its other name", calls("networkmonitor", &["CreateMonitor"])),
        ("objectives", calls("applicationsignals", &["CreateServiceLevelObjective"])),
        ("approvals", calls("multi-party-approval", &["CancelSession"])),
        ("metering", calls("metering-marketplace", &["BatchMeterUsage"])),
        ("campaigns", calls("pinpoint", &["GetCampaigns"])),
        ("a service without an SDK", calls("codewhisperer", &["CreateProfile"])),
        ("a source of which no call is known", calls("expertq", &["AskExpert"])),
        ("commands", native("aws.ssm", &["EC2 Command Status-change Notification", "OpsItem Create"])),
        ("copies", native("aws.backup", &["Copy Job State Change", "Restore Job State Change"])),
        ("warnings of instances", native("aws.ec2", &["EC2 Spot Instance Interruption Warning"])),
        ("refreshes", native("aws.autoscaling", &["EC2 Auto Scaling Instance Refresh Failed"])),
        ("coverage", native("aws.inspector2", &["Inspector2 Coverage", "Inspector2 Finding"])),
        ("runtime protection", native("aws.guardduty", &["GuardDuty Runtime Protection Unhealthy"])),
        ("domains", native("aws.es", &["Amazon OpenSearch Service Domain Update Notification"])),
        (
            "capacity that is shared",
            native("aws.ec2", &["EC2 Capacity Reservation Delayed", "Capacity Block Delivered"]),
        ),
        (
            "maintenance windows",
            native("aws.ssm", &["Maintenance Window Execution State-change Notification"]),
        ),
        ("add-ons", native("aws.eks", &["EKS Addon Health Degraded"])),
        ("compliance", native("aws.config", &["Config Rules Re-evaluation Status"])),
        ("unused access", native("aws.access-analyzer", &["Unused Access Finding for IAM entities"])),
        ("assessments", native("aws.auditmanager", &["Framework Share Created"])),
        ("a shared resource", native("aws.ram", &["Resource Sharing State Change"])),
        ("what ACM does with a key", by_service("kms", &["Encrypt"])),
        ("environments", native("aws.elasticbeanstalk", &["Health status change"])),
        ("flows", native("aws.appflow", &["AppFlow Event Flow Deactivated"])),
        ("running services", native("aws.apprunner", &["AppRunner Service Status Change"])),
        (
            "the quality of data, from a source of its own",
            native("aws.glue-dataquality", &["Data Quality Evaluation Results Available"]),
        ),
        ("the sign-in of `aws login`", calls("signin", &["AuthorizeOAuth2Access", "CreateOAuth2Token"])),
    ];
    for (what, pattern) in cases {
        assert_eq!(said(&pattern), Vec::<String>::new(), "{what}\n{pattern}");
    }
}

#[test]
fn what_aws_shows_in_an_event_can_be_read() {
    let sagemaker = |kind: &str| native("aws.sagemaker", &[kind]);
    let cases = [
        ("why training failed", sagemaker("SageMaker Training Job State Change"), "FailureReason"),
        ("why a transform failed", sagemaker("SageMaker Transform Job State Change"), "FailureReason"),
        ("why a job failed", native("aws.batch", &["Batch Job State Change"]), "container.reason"),
        ("of each attempt", native("aws.batch", &["Batch Job State Change"]), "attempts[*].container.reason"),
        ("a backup's plan", native("aws.backup", &["Backup Job State Change"]), "createdBy.backupPlanId"),
        ("of a snapshot", native("aws.rds", &["RDS DB Snapshot Event"]), "EventID"),
        ("of a cluster's snapshot", native("aws.rds", &["RDS DB Cluster Snapshot Event"]), "EventID"),
        ("a phase", native("aws.codebuild", &["CodeBuild Build Phase Change"]), "completed-phase-status"),
        (
            "why an action failed",
            native("aws.codepipeline", &["CodePipeline Action Execution State Change"]),
            "execution-result.error-code",
        ),
    ];
    for (what, pattern, path) in cases {
        assert_eq!(reading(&pattern, path), Vec::<String>::new(), "{what}: {path}");
    }
}

#[test]
fn what_stands_in_a_list_is_not_read_as_if_it_did_not() {
    let finding = native("aws.guardduty", &["GuardDuty Finding"]);
    let job = native("aws.batch", &["Batch Job State Change"]);
    let cases = [
        (&finding, "resource.instanceDetails.tags", "value"),
        (&finding, "resource.instanceDetails.networkInterfaces", "publicIp"),
        (&finding, "resource.instanceDetails.networkInterfaces[*].securityGroups", "groupId"),
        (&finding, "resource.instanceDetails.productCodes", "productCodeId"),
        (&finding, "resource.s3BucketDetails", "arn"),
        (&finding, "service.action.portProbeAction.portProbeDetails", "localPortDetails.port"),
        (&job, "attempts", "statusReason"),
        (&job, "container.environment", "value"),
    ];
    for (pattern, list, key) in cases {
        let found = reading(pattern, &format!("{list}.{key}"));
        let name = list.rsplit('.').next().unwrap();
        assert!(
            found.len() == 1 && found[0].contains("path-through-list") && found[0].contains(name),
            "{list}.{key}: {found:?}"
        );
        assert_eq!(reading(pattern, &format!("{list}[*].{key}")), Vec::<String>::new(), "{list}[*].{key}");
    }
}

#[test]
fn the_body_of_a_call_for_a_rest_api_is_in_a_wrapper() {
    let known = [
        ("CreateRestApi", "createRestApiInput.name"),
        ("UpdateRestApi", "updateRestApiInput.patchOperations"),
        ("UpdateStage", "updateStageInput.patchOperations"),
        ("CreateDeployment", "createDeploymentInput.stageName"),
        ("CreateStage", "createStageInput.stageName"),
        ("CreateStage", "stageName"),
        ("TagResource", "tagResourceInput.tags"),
        ("PutRestApi", "putRestApiInput"),
    ];
    let reading =
        |call: &str, path: &str| reading(&calls("apigateway", &[call]), &format!("requestParameters.{path}"));
    for (call, path) in known {
        assert_eq!(reading(call, path), Vec::<String>::new(), "{call} {path}");
    }
    let found = reading("CreateRestApi", "createStageInput.stageName");
    assert!(found.len() == 1 && found[0].contains("has no `createStageInput`"), "{found:?}");
    let found = reading("CreateRestApi", "createRestApiInputs.name");
    assert!(found.len() == 1 && found[0].contains("did you mean `createRestApiInput`?"), "{found:?}");
    // A call of HTTP APIs only.
    let found = reading("CreateRoute", "createRouteInput.routeKey");
    assert!(found.len() == 1 && !found[0].contains("createStageInput"), "{found:?}");
}

/// What is said of a watcher with this table as its pattern.
fn said(pattern: &str) -> Vec<String> {
    at_least(Level::Warning, &format!("[pattern]\n{pattern}"))
}

/// What is said, with notes, of a watcher whose message tells this value of `detail`; without what is said of all short ones.
fn reading(pattern: &str, path: &str) -> Vec<String> {
    let rest = format!("[pattern]\n{pattern}\n[fields]\ntold = \"$.detail.{path}\"\n");
    let is_of_it = |found: &String| {
        ["unknown-event-field", "unknown-parameter", "path-through-list", "wrong-value-type"]
            .iter()
            .any(|lint| found.contains(lint))
    };
    at_least(Level::Note, &rest).into_iter().filter(is_of_it).collect()
}

fn at_least(least: Level, rest: &str) -> Vec<String> {
    let root = folder(rest);
    let head = "title = \"T\"\nseverity = \"low\"\nchannels = [\"security\"]\nmessage = \"{{event_name}}: {{outcome}}\"\n";
    fs::write(root.join("watchers/w.toml"), format!("{head}{rest}")).unwrap();
    let (_, found) = lint(&root, &Options { today: date(2026, 1, 12), region: None });
    fs::remove_dir_all(root).unwrap();
    let is_meant = |finding: &&Finding| {
        finding.severity >= least && !["no-match-test", "no-negative-test"].contains(&finding.lint.name)
    };
    let text = |finding: &Finding| {
        let help = finding.help.as_deref().unwrap_or_default();
        format!("{} {}: {}; {help}", finding.severity.as_str(), finding.lint.name, finding.message)
    };
    let mut said: Vec<String> = found.iter().filter(is_meant).map(text).collect();
    said.sort();
    said
}

/// A project of its own for each test's thread.
fn folder(text: &str) -> PathBuf {
    let name = format!("{:?}-{}", std::thread::current().id(), text.len());
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documented-names").join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("watchers")).unwrap();
    fs::write(
        root.join("account-watcher.toml"),
        "channels.security.slack.webhook = \"ssm:/account-watcher/c\"\n",
    )
    .unwrap();
    root
}
