//! `watcher lint`: every finding, one fixture for each kind of fault. `lint/err` holds watchers, `lint/config` files
//! in the place of `account-watcher.toml`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{check, path, scratch, write};

#[test]
fn a_watcher_with_this_fault() {
    for fixture in fixtures("lint/err") {
        let name = fixture.file_name().unwrap().to_str().unwrap();
        let project = project(&format!("err-{name}"));
        fs::copy(&fixture, project.join("watchers").join(name)).unwrap();
        check_fixture("lint/err", &fixture, &project);
    }
}

#[test]
fn a_configuration_with_this_fault() {
    for fixture in fixtures("lint/config") {
        let project = project(&format!("config-{}", fixture.file_name().unwrap().to_str().unwrap()));
        let sound = "watchers/s3-bucket-deleted.toml";
        fs::copy(path("projects/lint").join(sound), project.join(sound)).unwrap();
        fs::copy(&fixture, project.join("account-watcher.toml")).unwrap();
        check_fixture("lint/config", &fixture, &project);
    }
}

fn check_fixture(folder: &str, fixture: &Path, project: &Path) {
    let stem = fixture.file_stem().unwrap().to_str().unwrap();
    check(&format!("{folder}/{stem}.out"), project, &["lint"], "");
}

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(path(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(!files.is_empty());
    files
}

/// A sound project without watchers.
fn project(name: &str) -> PathBuf {
    let project = scratch(name);
    fs::create_dir_all(project.join("watchers")).unwrap();
    for file in ["account-watcher.toml", "tests/events/s3-bucket-deleted.json", "tests/events/broken.json"] {
        write(&project.join(file), fs::read(path("projects/lint").join(file)).unwrap());
    }
    project
}

#[test]
fn a_topic_variable_that_the_template_does_not_set() {
    let project = project("topic-variable");
    write(
        &project.join("template.yaml"),
        "Environment:\n  Variables:\n    ACCOUNT_TOPIC_ARN: !Ref AlertTopic\n",
    );
    let channel = |variable| format!("[channels.mail]\nsns = {{ topic = \"env:{variable}\" }}\n");
    write(&project.join("account-watcher.toml"), channel("ACOUNT_TOPIC_ARN"));
    check("out/lint-topic-variable.out", &project, &["lint"], "");
    write(&project.join("account-watcher.toml"), channel("ACCOUNT_TOPIC_ARN"));
    check("out/lint-topic-variable-set.out", &project, &["lint"], "");
}

#[test]
fn every_format() {
    for format in ["text", "json", "github"] {
        check(&format!("out/lint-{format}.out"), &path("projects/broken"), &["lint", "--format", format], "");
    }
    check("out/lint-clean.out", &path("projects/shop"), &["lint"], "");
}

#[test]
fn a_file_that_is_no_watcher() {
    let project = project("not-a-watcher");
    write(&project.join("watchers/README.md"), "# Watchers\n");
    write(&project.join("watchers/latin1.toml"), b"title = \"caf\xe9\"\n");
    fs::create_dir(project.join("watchers/folder.toml")).unwrap();
    check("out/lint-not-a-watcher.out", &project, &["lint"], "");
}

#[test]
fn a_project_without_its_folder() {
    let project = project("no-folder");
    fs::remove_dir(project.join("watchers")).unwrap();
    check("out/lint-no-folder.out", &project, &["lint"], "");
}

#[test]
fn watchers_that_do_not_fit() {
    let project = project("budget");
    let names: Vec<String> = (0..150).map(|n| format!("\"DescribeSomethingOrOther{n}\"")).collect();
    let head = "title = \"Much\"\nseverity = \"low\"\nchannels = [\"mail\"]\nmessage = \"much\"\n";
    let pattern = format!(
        "[pattern]\nsource = [\"aws.ec2\"]\ndetail.eventName = [{}, \"RunInstances\"]\n",
        names.join(", ")
    );
    write(&project.join("watchers/much.toml"), format!("{head}{pattern}"));
    check("out/lint-budget.out", &project, &["lint"], "");
}
