//! `watcher drill`: what it asks of AWS and of the function, what it says of the answers, and what is refused. `aws` is a script
//! here; the end-to-end tests have the real one.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{run, scratch, watcher, write};

const CONFIG: &str = "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n";

/// Answers each operation from a file of its name, and each invocation from the next one; keeps what it was invoked with.
const AWS: &str = r#"#!/bin/sh
cd "$(dirname "$0")" || exit 9
case "$2" in
invoke)
    n=$(($(cat count 2>/dev/null || echo 0) + 1))
    echo $n >count
    for last; do :; done
    while [ $# -gt 1 ]; do [ "$1" = --payload ] && cp "${2#fileb://}" "payload-$n"; shift; done
    [ -e "answer-$n" ] || n=1
    cp "answer-$n" "$last"
    cat said
    ;;
*) cat "$2" ;;
esac
"#;

/// A project with one watcher, and an AWS account with its stack, whose rule is in this state.
fn project(name: &str, state: &str, answers: &[Value]) -> PathBuf {
    let project = scratch(name);
    write(&project.join("account-watcher.toml"), CONFIG);
    fs::create_dir(project.join("watchers")).unwrap();
    assert_eq!(run(watcher(&project, &["new", "s3:DeleteBucket"]), "").status.code(), Some(0));
    let stack = json!({"Stacks": [{
        "StackId": "arn:aws:cloudformation:eu-west-1:210987654321:stack/account-watcher/1",
        "Outputs": [{"OutputKey": "FunctionName", "OutputValue": "account-watcher-F1"}],
    }]});
    let resource = |kind: &str, name: &str, id: &str| json!({"ResourceType": kind, "LogicalResourceId": name, "PhysicalResourceId": id});
    let resources = json!({"StackResourceSummaries": [
        resource("AWS::Events::Rule", "FunctionBucket00", "account-watcher-S3"),
        resource("AWS::Events::Rule", "ForwardedEvents", "account-watcher|account-watcher-Forwarded"),
        resource("AWS::SQS::Queue", "RetryQueue", "somebody-elses"),
    ]});
    let rule = |name: &str, state: &str| json!({"Name": name, "State": state, "EventPattern": r#"{"source": ["aws.s3"]}"#});
    let rules = json!({"Rules": [rule("somebody-elses", "ENABLED"), rule("account-watcher-S3", state)]});
    let bin = project.join("bin");
    write(&bin.join("describe-stacks"), stack.to_string());
    write(&bin.join("list-stack-resources"), resources.to_string());
    write(&bin.join("list-rules"), rules.to_string());
    write(&bin.join("said"), json!({"StatusCode": 200}).to_string());
    for (answer, n) in answers.iter().zip(1..) {
        write(&bin.join(format!("answer-{n}")), answer.to_string());
    }
    write(&bin.join("aws"), AWS);
    fs::set_permissions(bin.join("aws"), fs::Permissions::from_mode(0o755)).unwrap();
    project
}

fn drill(project: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let mut command = watcher(project, &[&["drill"], arguments].concat());
    let path = std::env::var("PATH").unwrap();
    command.env("PATH", format!("{}:{path}", project.join("bin").canonicalize().unwrap().display()));
    let output = run(command, "");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

fn payload(project: &Path, n: u32) -> Value {
    let text = fs::read_to_string(project.join(format!("bin/payload-{n}"))).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["account-watcher"]["drill"].take()
}

fn answer(result: &str, deliveries: &Value) -> Value {
    json!({"watcher": "s3-bucket-deleted", "result": result, "others": [], "deliveries": deliveries})
}

fn sent(channel: &str) -> Value {
    json!({"channel": channel, "outcome": "sent", "tries": 1, "milliseconds": 42})
}

const COMES: &str = "  a real event arrives through the rule account-watcher-S3\n";

#[test]
fn the_watchers_own_example_happens_now_in_the_stacks_account() {
    let project = project("drill-example", "ENABLED", &[answer("matched", &json!([sent("security")]))]);
    let (stdout, stderr, code) = drill(&project, &["s3-bucket-deleted"]);
    let expected = format!(
        "s3-bucket-deleted (alice calls DeleteBucket)\n{COMES}  security: sent in 42 ms\n1 drill, 1 alert sent: all is well\n"
    );
    assert_eq!((stdout, stderr.as_str(), code), (expected, "", Some(0)));
    let asked = payload(&project, 1);
    assert_eq!((&asked["watcher"], &asked["channel"]), (&json!("s3-bucket-deleted"), &Value::Null));
    assert_eq!(asked["event"]["account"], "210987654321");
    assert!(!asked.to_string().contains("123456789012"), "{asked}");
    let time: jiff::Timestamp = asked["event"]["time"].as_str().unwrap().parse().unwrap();
    assert!(time.duration_until(jiff::Timestamp::now()) < jiff::SignedDuration::from_mins(5));
}

#[test]
fn programs_get_all_of_it() {
    let project = project("drill-json", "ENABLED", &[answer("matched", &json!([sent("security")]))]);
    let (stdout, _, code) = drill(&project, &["--all", "--channel", "security", "--format", "json"]);
    let expected = json!({
        "stack": "account-watcher", "account": "210987654321", "function": "account-watcher-F1",
        "drills": [{
            "watcher": "s3-bucket-deleted", "event": "alice calls DeleteBucket",
            "rule": {"name": "account-watcher-S3", "enabled": true},
            "result": "matched", "others": [], "deliveries": [sent("security")],
        }],
    });
    assert_eq!((serde_json::from_str::<Value>(&stdout).unwrap(), code), (expected, Some(0)));
    assert_eq!(payload(&project, 1)["channel"], "security");
}

/// Each thing that would keep a real alert away, and what is said of it.
#[test]
fn what_would_keep_a_real_alert_away_is_said() {
    let fine = answer("matched", &json!([sent("security")]));
    let failed = json!([{"channel": "security", "outcome": "failed", "tries": 3, "milliseconds": 42, "reason": "slack answered 500"}]);
    let strange = json!([{"channel": "security", "outcome": "sent", "tries": 1, "milliseconds": 42, "reason": "it answered strangely"}]);
    let said = |result: &str, reason: &str| {
        let mut answer = answer(result, &json!([]));
        answer["reason"] = reason.into();
        answer
    };
    let cases = [
        (
            "DISABLED",
            fine,
            "  a real event would not arrive: its rule account-watcher-S3 is disabled; enable it with `aws events enable-rule --name \
             account-watcher-S3`\n  security: sent in 42 ms\n",
            1,
        ),
        ("ENABLED", answer("matched", &failed), "  security: failed after 3 tries: slack answered 500\n", 1),
        ("ENABLED", answer("matched", &strange), "  security: sent in 42 ms, but it answered strangely\n", 0),
        (
            "ENABLED",
            answer("unmatched", &json!([])),
            "  no alert: the deployed watcher does not match this event; it is not the one of this project: deploy\n",
            1,
        ),
        ("ENABLED", said("ignored", "noise"), "  no alert: the deployed function ignores it: noise\n", 1),
        ("ENABLED", answer("self", &json!([])), "  no alert: it is a call of the function itself\n", 1),
        ("ENABLED", said("refused", "no such watcher"), "  refused: no such watcher\n", 1),
        (
            "ENABLED",
            json!("an answer of something else"),
            "  the function's answer is not that of Account Watcher to a drill (invalid type: string \"an answer of something \
             else\", expected struct Answer at line 1 column 29): deploy this version\n",
            1,
        ),
    ];
    for (n, (state, answer, expected, code)) in cases.into_iter().enumerate() {
        let project = project(&format!("drill-wrong-{n}"), state, &[answer]);
        let (stdout, _, status) = drill(&project, &["s3-bucket-deleted"]);
        assert!(stdout.contains(expected), "{stdout}");
        assert_eq!(status, Some(code), "{stdout}");
    }
}

#[test]
fn an_older_function_and_one_that_fails_are_told_apart() {
    let cases = [
        (
            r#"`account-watcher` cannot be read: …; a test is {"account-watcher": …}"#,
            "the deployed function is older than drills: deploy this version",
        ),
        (
            "the function panicked; its log says where",
            "the function failed: the function panicked; its log says where",
        ),
    ];
    for (n, (message, expected)) in cases.into_iter().enumerate() {
        let project = project(&format!("drill-failed-{n}"), "ENABLED", &[json!({"errorMessage": message})]);
        write(
            &project.join("bin/said"),
            json!({"StatusCode": 200, "FunctionError": "Unhandled"}).to_string(),
        );
        let (stdout, _, code) = drill(&project, &["s3-bucket-deleted"]);
        assert!(stdout.contains(expected), "{stdout}");
        assert_eq!(code, Some(1));
    }
}

#[test]
fn a_busy_channel_is_asked_again_alone() {
    let busy = json!({"channel": "security", "outcome": "busy", "tries": 0, "milliseconds": 42, "reason": "others wait"});
    let answers =
        [answer("matched", &json!([sent("mail"), busy])), answer("matched", &json!([sent("security")]))];
    let project = project("drill-busy", "ENABLED", &answers);
    let (stdout, _, code) = drill(&project, &["s3-bucket-deleted"]);
    assert!(
        stdout.ends_with(
            "  mail: sent in 42 ms\n  security: sent in 42 ms\n1 drill, 2 alerts sent: all is well\n"
        ),
        "{stdout}"
    );
    assert_eq!((code, payload(&project, 2)["channel"].clone()), (Some(0), json!("security")));
}

#[test]
fn wrong_usage_asks_nothing() {
    let project = project("drill-usage", "ENABLED", &[]);
    let name = "s3-bucket-deleted";
    let cases: [(&[&str], &str); 3] = [
        (
            &[name, "--channel", "nowhere"],
            "error: account-watcher.toml has no channel `nowhere`; it has security\n",
        ),
        (
            &["s3-bucket-delete"],
            "error: there is no watcher `s3-bucket-delete`: did you mean `s3-bucket-deleted`?\n",
        ),
        (&[name, "--event", "none.json"], "error: none.json: "),
    ];
    for (arguments, expected) in cases {
        let (stdout, stderr, code) = drill(&project, arguments);
        assert!(stderr.starts_with(expected), "{stderr}");
        assert_eq!((stdout.as_str(), code), ("", Some(2)));
    }
    assert!(!project.join("bin/count").exists());
    write(
        &project.join("bin/describe-stacks"),
        json!({"Stacks": [{"StackId": "arn:aws:cloudformation:a:1:stack/b"}]}).to_string(),
    );
    let (_, stderr, code) = drill(&project, &[name]);
    let expected =
        "error: the stack `account-watcher` has no output FunctionName: is it Account Watcher's?\n";
    assert_eq!((stderr.as_str(), code), (expected, Some(2)));
}

#[test]
fn a_rule_that_gets_no_read_only_calls_brings_none() {
    let answered = [answer("matched", &json!([sent("security")]))];
    for (state, code) in [("ENABLED", 1), ("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", 0)] {
        let project = project(&format!("drill-reads-{code}"), state, &answered);
        let made = fs::read_to_string(project.join("tests/events/s3-bucket-deleted.json")).unwrap();
        write(&project.join("read.json"), made.replace("DeleteBucket", "GetBucketPolicy"));
        let (stdout, _, status) = drill(&project, &["s3-bucket-deleted", "--event", "read.json"]);
        let is_missed = stdout.contains("a real event would not arrive: no deployed rule matches it");
        assert_eq!((is_missed, status), (code == 1, Some(code)), "{stdout}");
    }
}
