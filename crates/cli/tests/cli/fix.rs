//! `watcher lint --fix` and `--diff`: over every fixture of every lint, and what they do with files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{check, path, run, scratch, watcher, write};

/// A sound project without watchers.
fn project(name: &str) -> PathBuf {
    let project = scratch(&format!("fix-{name}"));
    fs::create_dir_all(project.join("watchers")).unwrap();
    for file in ["account-watcher.toml", "tests/events/s3-bucket-deleted.json", "tests/events/broken.json"] {
        write(&project.join(file), fs::read(path("projects/lint").join(file)).unwrap());
    }
    project
}

/// All fixtures of `tests/lint`, and the examples of the lints' documentation, as projects.
fn fixtures() -> Vec<PathBuf> {
    let mut projects = Vec::new();
    let files = |folder: &str| {
        let entries = fs::read_dir(path(folder)).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|file| file.extension().is_some_and(|end| end == "toml")).collect::<Vec<_>>()
    };
    for folder in ["lint/err", "lint/ok", "lint/config"] {
        for file in files(folder) {
            let name = file.file_name().unwrap().to_str().unwrap();
            let project = project(&format!("{}-{name}", folder.replace('/', "-")));
            if folder == "lint/config" {
                let sound = "watchers/s3-bucket-deleted.toml";
                fs::copy(path("projects/lint").join(sound), project.join(sound)).unwrap();
                fs::copy(&file, project.join("account-watcher.toml")).unwrap();
            } else {
                fs::copy(&file, project.join("watchers").join(name)).unwrap();
            }
            projects.push(project);
        }
    }
    let topic = project("topic-variable");
    write(&topic.join("template.yaml"), "Variables:\n  ACCOUNT_TOPIC_ARN: !Ref AlertTopic\n");
    let config = fs::read_to_string(topic.join("account-watcher.toml")).unwrap();
    assert!(config.contains("env:ACCOUNT_TOPIC_ARN"), "{config}");
    write(&topic.join("account-watcher.toml"), config.replace("env:ACCOUNT_TOPIC", "env:ACOUNT_TOPIC"));
    projects.push(topic);
    for lint in watchfile::lints::all() {
        let project = project(&format!("example-{}", lint.name));
        for (name, text) in watchfile::lints::files(lint.bad) {
            match name.strip_suffix('/') {
                Some(folder) => fs::create_dir(project.join(folder)).unwrap(),
                None => write(&project.join(name), text),
            }
        }
        projects.push(project);
    }
    projects
}

fn texts(project: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let watchers = fs::read_dir(project.join("watchers")).unwrap().map(|entry| entry.unwrap().path());
    let files = watchers.chain([project.join("account-watcher.toml")]).filter(|file| file.is_file());
    files.map(|file| (file.clone(), fs::read(file).unwrap())).collect()
}

/// Runs `watcher lint` for the findings.
fn findings(project: &Path, options: &[&str]) -> Vec<Value> {
    let args = [&["lint", "--today", "2026-01-12", "--format", "json"], options].concat();
    let output = run(watcher(project, &args), "");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"].as_array().unwrap().clone()
}

fn comments(texts: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<String> {
    let texts = texts.values().map(|text| String::from_utf8_lossy(text).into_owned());
    let lines = texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>());
    let mut comments: Vec<String> = lines
        .filter_map(|line| line.trim_start().starts_with('#').then(|| line.trim().to_owned()))
        .filter(|line| !line.contains("allow"))
        .collect();
    comments.sort();
    comments
}

#[test]
fn every_fixture_of_every_lint() {
    let mut repaired: BTreeMap<String, usize> = BTreeMap::new();
    for project in fixtures() {
        let name = project.file_name().unwrap().to_str().unwrap().to_owned();
        let (before, had) = (texts(&project), findings(&project, &[]));
        let left = findings(&project, &["--fix"]);
        let after = texts(&project);
        let fixable = had.iter().filter(|finding| !finding["fix"].is_null()).count();
        if fixable == 0 {
            assert!(before == after, "{name} changed without a fix");
            continue;
        }
        // What is left has no fix, or its file says on standard error why it stays.
        let is_left = |finding: &&Value| !finding["fix"].is_null();
        if before == after {
            let output = run(watcher(&project, &["lint", "--today", "2026-01-12", "--fix"]), "");
            let errors = String::from_utf8(output.stderr).unwrap();
            assert!(errors.contains(": not fixed: "), "{name}: {errors}");
            continue;
        }
        let left: Vec<&Value> = left.iter().filter(is_left).collect();
        assert!(left.is_empty(), "{name}: {left:#?}");
        assert_eq!(comments(&before), comments(&after), "{name}");
        findings(&project, &["--fix"]);
        assert!(texts(&project) == after, "{name} changed again");
        for finding in had.iter().filter(|finding| !finding["fix"].is_null()) {
            *repaired.entry(finding["lint"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    let fixable = watchfile::lints::all().iter().filter(|lint| lint.fix.is_some());
    let fixable: BTreeSet<String> = fixable.map(|lint| lint.name.to_owned()).collect();
    let shown: BTreeSet<String> = repaired.keys().cloned().collect();
    assert_eq!(shown, fixable, "each lint that says what its fix does has a fixture that is repaired");
}

const WATCHER: &str = "title = \"Bucket deleted\"
severity = \"hihg\" # bad enough
channels = [\"security\"]
message = \"{{bucket}}: {{outcome}}\"

# Only buckets.
[pattern]
source = [\"aws.s3\"]
detail-type = [\"AWS API Call via CloudTrail\"]
detail.eventName = [\"DeletBucket\"]

[fields]
bucket = \"$.detail.requestParameters.BucketName\"

[[test]]
name = \"a user deletes a bucket\"
event = \"s3-bucket-deleted.json\"
";

fn fixed() -> String {
    let fixed = WATCHER.replace("hihg", "high").replace("DeletBucket", "DeleteBucket");
    fixed.replace("BucketName", "bucketName")
}

#[test]
fn a_file_keeps_what_it_is() {
    let project = project("keeps");
    let (file, link) = (project.join("elsewhere.toml"), project.join("watchers/a.toml"));
    write(&file, WATCHER);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("../elsewhere.toml", &link).unwrap();
    let windows = project.join("watchers/b.toml");
    write(&windows, WATCHER.replace("Bucket deleted", "B").replace('\n', "\r\n"));
    let output = run(watcher(&project, &["lint", "--fix", "--allow", "duplicate-watcher"]), "");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "fixed 6 findings in 2 files\n");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(fs::read_to_string(&file).unwrap(), fixed());
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    let expected = fixed().replace("Bucket deleted", "B").replace('\n', "\r\n");
    assert_eq!(fs::read_to_string(&windows).unwrap(), expected);
    let left: Vec<_> = fs::read_dir(project.join("watchers")).unwrap().collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_diff_shows_and_writes_nothing() {
    let project = project("diff");
    let file = project.join("watchers/a.toml");
    write(&file, WATCHER);
    check("out/lint-diff.out", &project, &["lint", "--diff"], "");
    assert_eq!(fs::read_to_string(&file).unwrap(), WATCHER);
    write(&file, fixed());
    check("out/lint-diff-none.out", &project, &["lint", "--diff"], "");
}

#[test]
fn only_what_was_asked_about_is_fixed() {
    let project = project("only");
    let (one, other) = (project.join("watchers/a.toml"), project.join("watchers/b.toml"));
    write(&one, WATCHER);
    write(&other, WATCHER);
    run(watcher(&project, &["lint", "--fix", "watchers/a.toml"]), "");
    assert_eq!(fs::read_to_string(&one).unwrap(), fixed());
    assert_eq!(fs::read_to_string(&other).unwrap(), WATCHER);
}

#[test]
fn what_an_editor_has_not_saved_is_fixed_on_standard_output() {
    let project = project("stdin");
    let args = ["lint", "-", "--stdin-filename", "watchers/a.toml"];
    let output = run(watcher(&project, &[&args[..], &["--fix"]].concat()), WATCHER);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), fixed());
    assert_eq!(output.status.code(), Some(0));
    let output = run(watcher(&project, &[&args[..], &["--diff"]].concat()), WATCHER);
    assert!(String::from_utf8(output.stdout).unwrap().contains("\n+severity = \"high\" # bad enough\n"));
    assert_eq!(output.status.code(), Some(1));
    assert!(!project.join("watchers/a.toml").exists());
}

/// What is linted has its secrets masked: what is written must not.
#[test]
fn a_secret_is_neither_shown_nor_changed() {
    let project = project("secret");
    let config = project.join("account-watcher.toml");
    let text = "[channels.security]\n# https://hooks.slack.com/services/T0/B0/s3cret\nslack = { webhook = \
                \"https://hooks.slack.com/services/T0/B0/s3cret\" }\n[channels.mail]\nsnss = { topic = \
                \"env:ACCOUNT_TOPIC_ARN\" }\n";
    write(&config, text);
    let output = run(watcher(&project, &["lint", "--diff"]), "");
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("+sns = ") && !shown.contains("s3cret"), "{shown}");
    run(watcher(&project, &["lint", "--fix"]), "");
    assert_eq!(fs::read_to_string(&config).unwrap(), text.replace("snss =", "sns ="));
}

#[test]
fn a_file_that_would_come_out_worse_stays() {
    let project = project("worse");
    // The test is of another watcher's event.
    let fails = WATCHER
        .replace("event = \"s3-bucket-deleted.json\"", "event = \"s3-bucket-deleted.json\"\nmatches = false");
    // As a text it would be one that the field never has.
    let reveals = "title = \"Task\"\nseverity = \"low\"\nchannels = [\"security\"]\nmessage = \"{{event_name}}\"\n\n\
                   [pattern]\nsource = [\"aws.ecs\"]\ndetail-type = [\"ECS Task State Change\"]\n\
                   detail.lastStatus = [1]\n";
    write(&project.join("watchers/fails.toml"), &fails);
    write(&project.join("watchers/reveals.toml"), reveals);
    check("out/lint-fix-refused.out", &project, &["lint", "--fix"], "");
    assert_eq!(fs::read_to_string(project.join("watchers/fails.toml")).unwrap(), fails);
    assert_eq!(fs::read_to_string(project.join("watchers/reveals.toml")).unwrap(), reveals);
}
