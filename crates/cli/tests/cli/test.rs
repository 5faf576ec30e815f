//! `watcher test`: what it prints for tests that pass and tests that fail, what it writes, and what it misses.

use std::fs;
use std::path::{Path, PathBuf};

use snapbox::Assert;
use snapbox::data::{Data, DataFormat};

use crate::support::{check, gzip, path, run, scratch, watcher, write};

#[test]
fn all_pass() {
    check("out/test-pass.out", &path("projects/shop"), &["test"], "");
    check("out/test-one.out", &path("projects/shop"), &["test", "iam-user-created"], "");
}

#[test]
fn a_failure_says_what_and_why() {
    check("out/test-fail.out", &path("projects/failing"), &["test", "--today", "2027-02-01"], "");
    let one = ["test", "--today", "2027-02-01", "iam-role-deleted"];
    check("out/test-fail-other.out", &path("projects/failing"), &one, "");
}

#[test]
fn a_broken_file_fails_beside_the_tests_of_the_others() {
    check("out/test-broken.out", &path("projects/broken"), &["test"], "");
    check("out/test-broken-one.out", &path("projects/broken"), &["test", "s3-bucket-deleted"], "");
}

/// In the forms in which people have events: a fixture need not be taken out of its log first.
#[test]
fn a_fixture_has_any_form() {
    let project = copy("shop", "test-forms");
    let events = project.join("tests/events");
    let text = fs::read_to_string(events.join("s3-bucket-deleted.json")).unwrap();
    let event: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut record = event["detail"].clone();
    for (key, member) in [("eventTime", "time"), ("awsRegion", "region"), ("recipientAccountId", "account")] {
        record[key] = event[member].clone();
    }
    let log = serde_json::json!({"Records": [record]}).to_string();
    let lookup = serde_json::json!({"Events": [{"CloudTrailEvent": record.to_string()}]}).to_string();
    let file = project.join("watchers/s3-bucket-deleted.toml");
    let toml = fs::read_to_string(&file).unwrap();
    for (name, bytes) in [
        ("record.json", record.to_string().into_bytes()),
        ("123456789012_CloudTrail_eu-west-1.json.gz", gzip(&log)),
        ("lookup.txt", lookup.into_bytes()),
    ] {
        write(&events.join(name), bytes);
        write(&file, toml.replace("s3-bucket-deleted.json", name));
        let output = run(watcher(&project, &["test", "s3-bucket-deleted"]), "");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(said.ends_with(" passed\n") && output.status.code() == Some(0), "{name}: {said}");
    }
    write(&events.join("two.json"), format!("{record}\n{record}"));
    write(&file, toml.replace("s3-bucket-deleted.json", "two.json"));
    let output = run(watcher(&project, &["lint"]), "");
    let said = String::from_utf8(output.stdout).unwrap();
    let why = "tests/events/two.json cannot be read: it holds several events, and a test needs one";
    assert!(said.contains(why), "{said}");
}

/// A copy of a project, which a test may change.
fn copy(project: &str, name: &str) -> PathBuf {
    let (from, to) = (path("projects").join(project), scratch(name));
    copy_folder(&from, &to);
    to
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            write(&target, fs::read(entry.path()).unwrap());
        }
    }
}

fn same(expected: &str, text: String) {
    let expected = Data::read_from(&path(expected), Some(DataFormat::Text)).raw();
    Assert::new().action_env("SNAPSHOTS").eq(Data::text(text).raw(), expected);
}

#[test]
fn what_came_is_accepted_in_place() {
    let project = copy("failing", "test-update");
    let args = ["test", "--today", "2027-02-01", "--update"];
    check("out/test-update.out", &project, &args, "");
    let file = project.join("watchers/s3-bucket-deleted.toml");
    let updated = fs::read_to_string(&file).unwrap();
    same("out/test-update.toml", updated.clone());
    // What is left fails in the same way again, and nothing is written.
    let again = run(watcher(&project, &args), "");
    assert_eq!(again.status.code(), Some(1));
    assert!(!String::from_utf8(again.stdout).unwrap().contains("updated"));
    assert_eq!(fs::read_to_string(&file).unwrap(), updated);
}

#[test]
fn payloads_can_be_pinned() {
    let project = copy("shop", "test-payload");
    let file = project.join("watchers/s3-bucket-deleted.toml");
    let pinned = "\n[[test]]\nname = \"as it is sent\"\nevent = \"s3-bucket-deleted.json\"\n\
        slack.text = \"another\"\nsns = '{\"subject\": \"another\"}'\n";
    let text = fs::read_to_string(&file).unwrap() + pinned;
    write(&file, text);
    check("out/test-payload.out", &project, &["test", "s3-bucket-deleted"], "");
    let accepted = run(watcher(&project, &["test", "s3-bucket-deleted", "--update"]), "");
    assert_eq!(accepted.status.code(), Some(0), "{accepted:?}");
    assert_eq!(run(watcher(&project, &["test"]), "").status.code(), Some(0));
}

#[test]
fn why_nothing_is_sent_is_said() {
    let project = copy("shop", "test-ignored");
    let file = project.join("watchers/s3-bucket-deleted.toml");
    let ignored = "\n[[ignore]]\nreason = \"the migration deletes buckets\"\npattern.detail.eventName = [\"DeleteBucket\"]\n\
        [[test]]\nname = \"ignored\"\nevent = \"s3-bucket-deleted.json\"\ntitle = \"S3 bucket deleted\"\n";
    let text = fs::read_to_string(&file).unwrap().split("[[test]]").next().unwrap().to_owned() + ignored;
    write(&file, text);
    check("out/test-ignored.out", &project, &["test", "s3-bucket-deleted"], "");
}

#[test]
fn the_results_as_xml() {
    for project in ["failing", "broken", "shop"] {
        let file = scratch(&format!("test-junit-{project}")).join("new/results.xml");
        let shown = file.display().to_string();
        let args = ["test", "--today", "2027-02-01", "--junit", &shown];
        run(watcher(&path("projects").join(project), &args), "");
        let xml = fs::read_to_string(&file).unwrap();
        // Times differ from run to run.
        let parts: Vec<&str> = xml.split(" time=\"").collect();
        let rest = parts[1..].iter().map(|part| part.split_once('"').unwrap().1);
        let stable: String = parts[..1].iter().copied().chain(rest).collect();
        same(&format!("out/test-junit-{project}.xml"), stable);
    }
}

#[test]
fn what_no_test_exercises() {
    check(
        "out/test-coverage.out",
        &path("projects/failing"),
        &["test", "--today", "2027-02-01", "--coverage"],
        "",
    );
    check("out/test-coverage-untested.out", &path("projects/untested"), &["test", "--coverage"], "");
    check("out/test-coverage-shop.out", &path("projects/shop"), &["test", "--coverage"], "");
    let one = ["test", "--coverage", "iam-user-created"];
    check("out/test-coverage-one.out", &path("projects/shop"), &one, "");
}
