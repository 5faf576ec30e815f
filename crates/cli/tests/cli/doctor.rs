//! `watcher doctor` as far as it needs no AWS: the rest is tested against moto, in tests/e2e.

use serde_json::Value;

use crate::support::{path, run, scratch, watcher};

#[test]
fn the_policy_needs_no_aws_and_names_the_secrets_of_the_project() {
    let mut command = watcher(&path("projects/shop"), &["doctor", "--policy", "--stack", "shop-alerts"]);
    command.env("PATH", scratch("doctor-policy"));
    let output = run(command, "");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let policy: Value = serde_json::from_slice(&output.stdout).unwrap();
    let resources = |sid: &str| {
        let statements = policy["Statement"].as_array().unwrap();
        statements.iter().find(|statement| statement["Sid"] == sid).unwrap()["Resource"].clone()
    };
    assert_eq!(resources("ReadLog"), serde_json::json!(["arn:*:logs:*:*:log-group:shop-alerts-*"]));
    let parameters = resources("JudgeParameters");
    assert_eq!(parameters[0], "arn:*:ssm:*:*:parameter/account-watcher/slack/security", "{parameters}");
}

#[test]
fn without_aws_it_says_what_is_missing() {
    let mut command = watcher(&path("projects/shop"), &["doctor"]);
    command.env("PATH", scratch("doctor-no-aws"));
    let output = run(command, "");
    let errors = String::from_utf8(output.stderr).unwrap();
    let expected = "error: this needs the command `aws`, which is not installed: ";
    assert!(errors.starts_with(expected) && output.status.code() == Some(2), "{errors}");
}

#[test]
fn a_project_with_findings_is_compared_with_nothing() {
    let output = run(watcher(&path("projects/broken"), &["doctor"]), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    let expected = "error: no stack is compared with the project before the findings are fixed\n";
    assert!(errors.ends_with(expected) && output.status.code() == Some(1), "{errors}");
}

#[test]
fn what_is_not_a_region_is_refused() {
    let output = run(watcher(&path("projects/shop"), &["doctor", "--region", "Ireland"]), "");
    let expected = "error: `Ireland` is not a region: write it like `eu-west-1`\n";
    assert_eq!(
        (String::from_utf8(output.stderr).unwrap().as_str(), output.status.code()),
        (expected, Some(2))
    );
}
