//! `watcher new`: what it writes, says and refuses.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use snapbox::Assert;
use snapbox::data::{Data, DataFormat};

use crate::support::{path, run, scratch, watcher, write};

const CONFIG: &str = "\
[channels.security]
slack = { webhook = \"ssm:/account-watcher/slack/security\" }

[channels.mail]
sns = { topic = \"arn:aws:sns:eu-west-1:123456789012:alerts\" }
";

/// A project with channels and nothing else.
fn project(name: &str) -> PathBuf {
    let project = scratch(name);
    write(&project.join("account-watcher.toml"), CONFIG);
    fs::create_dir(project.join("watchers")).unwrap();
    project
}

/// What it prints and all that it wrote, compared with a file of `tests/out/`.
fn check(name: &str, args: &[&str]) {
    check_from(name, args, "");
}

/// The same with a text on standard input.
fn check_from(name: &str, args: &[&str], input: &str) {
    let project = project(name);
    let output = run(watcher(&project, &[&["new"], args].concat()), input);
    let mut text = String::from_utf8(output.stdout).unwrap();
    write!(text, "--- standard error\n{}", String::from_utf8(output.stderr).unwrap()).unwrap();
    writeln!(text, "--- exit code {}", output.status.code().unwrap()).unwrap();
    for file in written(&project) {
        let content = fs::read_to_string(project.join(&file)).unwrap();
        write!(text, "--- {}\n{content}", file.display()).unwrap();
    }
    let expected = Data::read_from(&path(&format!("out/{name}.out")), Some(DataFormat::Text)).raw();
    Assert::new().action_env("SNAPSHOTS").eq(Data::text(text).raw(), expected);
}

fn written(project: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["watchers", "tests/events"] {
        let Ok(entries) = fs::read_dir(project.join(folder)) else { continue };
        files.extend(entries.map(|entry| Path::new(folder).join(entry.unwrap().file_name())));
    }
    files.sort();
    files
}

/// The exit code and what stands on standard error.
fn refused(project: &Path, args: &[&str]) -> (Option<i32>, String) {
    let before = written(project);
    let output = run(watcher(project, args), "");
    assert_eq!(written(project), before, "{args:?}");
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_call() {
    check("new-call", &["s3:DeleteBucket"]);
}

#[test]
fn what_is_recorded_under_another_name() {
    let calls = [
        "elb:DeleteLoadBalancer",
        "lambda:UpdateFunctionCode",
        "lambda:DeleteFunction",
        "cloudwatch:PutMetricAlarm",
    ];
    check("new-renamed", &calls);
}

#[test]
fn a_service_by_the_name_that_the_sdks_have() {
    check(
        "new-sdk-names",
        &["neptune:DeleteDBCluster", "s3-control:CreateAccessPoint", "sso-oidc:CreateToken"],
    );
}

#[test]
fn what_stands_in_a_list_or_a_wrapper_is_told() {
    check(
        "new-lists",
        &["cloudwatch:DeleteAlarms", "apigateway:CreateRestApi", "resource-groups:DeleteGroup"],
    );
}

#[test]
fn what_does_not_arrive_everywhere_is_said() {
    check("new-notes", &["secretsmanager:GetSecretValue", "s3:PutObject", "iam:CreateAccessKey"]);
}

#[test]
fn what_the_answer_names_is_told() {
    check(
        "new-answered",
        &["ec2:RunInstances", "ec2:CreateVpc", "ec2:CreateSecurityGroup", "ecs:UpdateService"],
    );
}

#[test]
fn several_calls_of_a_service_in_one_watcher() {
    check("new-several", &["ec2:StartInstances,StopInstances", "--name", "ec2-instances-switched"]);
}

#[test]
fn a_sign_in() {
    check("new-sign-in", &["ConsoleLogin"]);
}

#[test]
fn a_native_event() {
    check("new-native", &["--native", "ECS Task State Change"]);
}

/// A record of CloudTrail with values that nobody would publish.
const RECORD: &str = r#"{"eventVersion": "1.08", "userIdentity": {"type": "AssumedRole",
"principalId": "AROA1B2C3D4E5F6G7H8I9:jane.doe@corp.example", "accountId": "999988887777",
"arn": "arn:aws:sts::999988887777:assumed-role/AWSReservedSSO_Admin/jane.doe@corp.example", "accessKeyId": "KEY",
"sessionContext": {"sessionIssuer": {"type": "Role", "userName": "AWSReservedSSO_Admin"}}},
"eventTime": "2026-01-12T08:31:00Z", "eventSource": "ec2.amazonaws.com", "eventName": "DeleteNatGateway",
"awsRegion": "eu-central-1", "sourceIPAddress": "1.2.3.4", "userAgent": "aws-cli/2.31.0 md/jane",
"requestParameters": {"DeleteNatGatewayRequest": {"NatGatewayId": "nat-0f1e2d3c4b5a69788"}},
"responseElements": {"DeleteNatGatewayResponse": {"natGatewayId": "nat-0f1e2d3c4b5a69788"}},
"requestID": "0a1b2c3d-0000-4000-8000-000000000000", "eventID": "0a1b2c3d-1111-4111-8111-111111111111",
"readOnly": false, "eventType": "AwsApiCall", "recipientAccountId": "999988887777"}"#;

/// In two parts, so that no scanner takes it for a key in this file.
fn record() -> String {
    RECORD.replace("\"KEY\"", &format!("\"ASIA{}\"", "QWERTYUIOPASDFGH"))
}

#[test]
fn a_recorded_event_without_its_secrets() {
    let record = record();
    check_from("new-from-record", &["--from", "-"], &record);
    // The same from a log file, and from what `aws cloudtrail lookup-events` prints.
    let log = format!("{{\"Records\": [{record}]}}");
    let looked_up =
        serde_json::json!({"Events": [{"EventName": "DeleteNatGateway", "CloudTrailEvent": record}]});
    for input in [log, looked_up.to_string()] {
        check_from("new-from-record", &["--from", "-"], &input);
    }
}

#[test]
fn a_recorded_native_event() {
    let event = r#"{"version": "0", "id": "0a1b2c3d-0000-4000-8000-000000000000", "detail-type": "Shop Order Failed",
        "source": "com.example.shop", "account": "999988887777", "time": "2026-01-12T08:31:00Z", "region": "eu-west-1",
        "resources": [], "detail": {"order": {"id": "o-1", "items": [{"name": "tea"}, {"name": "cup"}]}, "reason": "no stock"}}"#;
    check_from("new-from-native", &["--from", "-"], event);
}

#[test]
fn a_recorded_call_that_failed() {
    let failed =
        RECORD.replace("\"readOnly\"", "\"errorCode\": \"Client.UnauthorizedOperation\", \"readOnly\"");
    check_from("new-from-failed", &["--from", "-"], &failed);
}

#[test]
fn what_is_no_event_is_explained() {
    let project = project("new-from-refused");
    let several = format!("{{\"Records\": [{RECORD}, {RECORD}]}}");
    let cases = [
        ("nonsense", "<stdin>:1: this is not JSON: expected ident at column 2"),
        ("{\"Records\": []}", "<stdin>: there is no event in it"),
        (
            several.as_str(),
            "<stdin>: there are 2 events in it (DeleteNatGateway, DeleteNatGateway): give one of them, for example with `jq '.Records[0]'`",
        ),
        (
            "{\"a\": 1}",
            "<stdin>:1: this is neither an EventBridge event (with `source`, `detail-type` and `detail`) nor a CloudTrail record (with `eventSource` and `eventName`)",
        ),
        (
            r#"{"eventSource": "s3.amazonaws.com", "eventName": "X", "eventType": "AwsOther"}"#,
            "<stdin>:1: EventBridge has no events of the eventType `AwsOther`",
        ),
    ];
    for (input, expected) in cases {
        let output = run(watcher(&project, &["new", "--from", "-"]), input);
        assert_eq!(String::from_utf8(output.stderr).unwrap(), format!("error: {expected}\n"));
        assert_eq!(output.status.code(), Some(2));
        assert!(written(&project).is_empty());
    }
}

#[test]
fn it_goes_where_most_of_the_others_go() {
    let project = project("new-channel");
    let channels = |name: &str| {
        let text = fs::read_to_string(project.join(format!("watchers/{name}.toml"))).unwrap();
        text.lines().find(|line| line.starts_with("channels = ")).unwrap().to_owned()
    };
    let new =
        |call: &str| assert_eq!(run(watcher(&project, &["new", call]), "").status.code(), Some(0), "{call}");
    new("s3:DeleteBucket");
    assert_eq!(channels("s3-bucket-deleted"), "channels = [\"security\"] # names from account-watcher.toml");
    // Another channel does not become the usual one by its name.
    let audit = "\n[channels.audit]\nslack = { webhook = \"ssm:/account-watcher/slack/audit\" }\n";
    write(&project.join("account-watcher.toml"), format!("{CONFIG}{audit}"));
    new("iam:CreateUser");
    assert_eq!(channels("iam-user-created"), "channels = [\"security\"] # names from account-watcher.toml");
    let only_mail = CONFIG.split_once("[channels.mail]").unwrap().1;
    write(&project.join("account-watcher.toml"), format!("[channels.mail]{only_mail}"));
    fs::remove_dir_all(project.join("watchers")).unwrap();
    new("iam:DeleteUser");
    assert_eq!(channels("iam-user-deleted"), "channels = [\"mail\"] # names from account-watcher.toml");
}

#[test]
fn nothing_is_overwritten() {
    let project = project("new-twice");
    let first = run(watcher(&project, &["new", "s3:DeleteBucket"]), "");
    assert_eq!(first.status.code(), Some(0));
    let there = "error: watchers/s3-bucket-deleted.toml is there already, and nothing was written: edit it, or give the new watcher another name with --name\n";
    assert_eq!(refused(&project, &["new", "iam:CreateUser", "s3:DeleteBucket"]), (Some(2), there.to_owned()));
    let same = run(watcher(&project, &["new", "s3:DeleteBucket", "--name", "bucket-gone"]), "");
    assert_eq!(same.status.code(), Some(1));
    assert!(String::from_utf8(same.stdout).unwrap().starts_with(
        "wrote watchers/bucket-gone.toml\nwrote tests/events/bucket-gone.json\nerror[duplicate-watcher]"
    ));
}

#[test]
fn who_tells_of_the_event_already_is_said() {
    let project = project("new-told-twice");
    let first = run(watcher(&project, &["new", "s3:DeleteBucket,CreateBucket", "--name", "s3-buckets"]), "");
    assert_eq!(first.status.code(), Some(0));
    let second =
        run(watcher(&project, &["new", "s3:DeleteBucket,DeleteBucketPolicy", "--name", "s3-deleted"]), "");
    let expected = "note: `s3-buckets` takes the example event of `s3-deleted` too, and sends to the same channel: the event would alert twice\n";
    assert_eq!(String::from_utf8(second.stderr).unwrap(), expected);
    assert_eq!(second.status.code(), Some(0));
    // That all of its events are told already is a finding.
    let within = run(watcher(&project, &["new", "s3:CreateBucket"]), "");
    assert_eq!(String::from_utf8(within.stderr).unwrap(), "");
    let found = String::from_utf8(within.stdout).unwrap();
    assert!(
        found.contains("note[overlapping-watchers]: `s3-buckets` takes every event of this one too"),
        "{found}"
    );
    assert_eq!(within.status.code(), Some(0));
    let apart = run(watcher(&project, &["new", "s3:PutBucketPolicy"]), "");
    assert_eq!(String::from_utf8(apart.stderr).unwrap(), "");
}

#[test]
fn what_cannot_be_made_is_explained() {
    let project = project("new-refused");
    let cases: [(&[&str], &str); 11] = [
        (&["s3:DeletBucket"], "s3 has no call `DeletBucket`: did you mean `DeleteBucket`?"),
        (&["s4:DeleteBucket"], "the catalog has no service `s4`: did you mean `s3`?"),
        (&["DeletBucket"], "the catalog has no call `DeletBucket`: did you mean `DeleteBucket`?"),
        (
            &["CreateTopic"],
            "several services have `CreateTopic`: write `kafka-cluster:CreateTopic`, `kafka:CreateTopic`, `quicksight:CreateTopic` or `sns:CreateTopic`",
        ),
        (&["iam:PassRole"], "`PassRole` is an IAM action that no call has: there is no event of it"),
        (
            &["marketplace-catalog:StartChangeSet"],
            "CloudTrail records marketplace-catalog under several names: write `aws-marketplace` or `marketplacecatalog`",
        ),
        (&["s3:"], "`s3:` names no call: write it like `s3:DeleteBucket`"),
        (
            &["s3:Frobnicate"],
            "s3 has no call `Frobnicate`: the catalog may be older than the call; make the watcher from an event with `watcher new --from event.json`",
        ),
        (
            &["--native", "ECS Task Stat Change"],
            "the catalog has no event `ECS Task Stat Change`: did you mean `ECS Task State Change`?",
        ),
        (
            &["s3:DeleteBucket", "--name", "Bucket"],
            "`Bucket` is not a watcher's name: write up to 64 lower-case letters and digits, words joined by `-`",
        ),
        (&["s3:DeleteBucket", "iam:CreateUser", "--name", "x"], "--name goes with one new watcher"),
    ];
    for (args, expected) in cases {
        let found = refused(&project, &[&["new"], args].concat());
        assert_eq!(found, (Some(2), format!("error: {expected}\n")), "{args:?}");
    }
    write(&project.join("account-watcher.toml"), "");
    let (code, error) = refused(&project, &["new", "s3:DeleteBucket"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("account-watcher.toml declares no channel"), "{error}");
}
