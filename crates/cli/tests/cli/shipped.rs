//! `[shipped]`: a project with Account Watcher in a folder of its own, as every command shows it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{check, path, run, scratch, watcher, write};

const CHANNELS: &str = r#"[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }

[channels.audit]
sns = { topic = "arn:aws:sns:eu-west-1:123456789012:audit" }

"#;

/// One of the shipped watchers is on, and another one is replaced.
const SHIPPED: &str = r#"[shipped]
path = "account-watcher"
on = ["s3-bucket-*"]
replaced = ["iam-user-created"]

[[override]]
watchers = ["s3-bucket-deleted"]
channels = ["audit"]
"#;

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            write(&to, fs::read(entry.path()).unwrap());
        }
    }
}

/// A project around the shop, which stands for Account Watcher.
fn project(name: &str, config: &str) -> PathBuf {
    let folder = scratch(name);
    let shop = path("projects/shop");
    copy(&shop, &folder.join("account-watcher"));
    write(
        &folder.join("account-watcher/template.yaml"),
        "Environment:\n  Variables:\n    ACCOUNT_TOPIC_ARN: !Ref AccountTopic\n",
    );
    write(&folder.join("account-watcher.toml"), config);
    let user = fs::read_to_string(shop.join("watchers/iam-user-created.toml")).unwrap();
    let user = user
        .replace("[\"mail\"]", "[\"audit\"]")
        .replace("User created", "Our user created")
        .replace("s3-bucket-deleted.json", "policy.json");
    write(&folder.join("watchers/iam-user-created.toml"), user);
    let deleted = fs::read_to_string(shop.join("watchers/s3-bucket-deleted.toml")).unwrap();
    let own = deleted
        .replace("DeleteBucket", "PutBucketPolicy")
        .replace("\"security\", \"oncall\", \"mail\", \"chat\"", "\"audit\"")
        .split("\n[[test]]")
        .next()
        .unwrap()
        .to_owned();
    let own = own.replace("tags = \"$.detail.requestParameters.tags\"\n", "");
    let test = "\n[[test]]\nname = \"a policy is set\"\nevent = \"policy.json\"\nwith.detail.eventName = \"PutBucketPolicy\"\n\
        fields.bucket = \"demo\"\n\n[[test]]\nname = \"not a deletion\"\nevent = \"policy.json\"\nmatches = false\n";
    write(&folder.join("watchers/our-bucket-policy.toml"), own + test);
    let event = fs::read(shop.join("tests/events/s3-bucket-deleted.json")).unwrap();
    write(&folder.join("tests/events/policy.json"), event);
    folder
}

pub(crate) fn both(name: &str) -> PathBuf {
    project(name, &format!("{CHANNELS}{SHIPPED}"))
}

#[test]
fn the_list_tells_own_from_shipped_and_what_is_on() {
    let project = both("shipped-list");
    check("out/shipped-list.out", &project, &["list"], "");
    let json = run(watcher(&project, &["list", "--format", "json"]), "").stdout;
    let json: Value = serde_json::from_slice(&json).unwrap();
    let of =
        |name: &str| json.as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap().clone();
    let deleted = of("s3-bucket-deleted");
    assert_eq!(deleted["file"], "account-watcher/watchers/s3-bucket-deleted.toml");
    assert_eq!((&deleted["shipped"], &deleted["enabled"]), (&Value::from(true), &Value::from(true)));
    let own = of("our-bucket-policy");
    assert_eq!((&own["shipped"], &own["file"]), (&false.into(), &"watchers/our-bucket-policy.toml".into()));
    assert_eq!(of("iam-user-created")["title"], "Our user created");
    assert_eq!(of("iam-role-deleted")["enabled"], false);
}

#[test]
fn what_is_tried_is_what_is_deployed() {
    let project = both("shipped-try");
    let event = "account-watcher/tests/events/s3-bucket-deleted.json";
    check("out/shipped-try.out", &project, &["try", event], "");
    check("out/shipped-rules.out", &project, &["rules"], "");
}

/// The shipped ones are tested where they are made, with the channels that they are made for.
#[test]
fn own_tests_run_and_those_of_shipped_watchers_where_they_are_made() {
    let project = both("shipped-test");
    check("out/shipped-test.out", &project, &["test"], "");
    check("out/shipped-test-named.out", &project, &["test", "s3-bucket-deleted"], "");
    let there = run(watcher(&project, &["test", "--project", "account-watcher", "s3-bucket-deleted"]), "");
    assert_eq!(there.status.code(), Some(0), "{}", String::from_utf8_lossy(&there.stdout));
}

#[test]
fn paths_of_both_folders_are_linted() {
    let project = both("shipped-paths");
    check("out/shipped-lint.out", &project, &["lint"], "");
    for file in [
        "account-watcher/watchers/s3-bucket-deleted.toml",
        "account-watcher/tests/events/several.jsonl",
        "watchers/our-bucket-policy.toml",
        "tests/events/policy.json",
        "account-watcher",
        "watchers",
    ] {
        let output = run(watcher(&project, &["lint", file]), "");
        assert_eq!(output.status.code(), Some(0), "{file}: {}", String::from_utf8_lossy(&output.stderr));
    }
    check(
        "out/shipped-lint-one.out",
        &project,
        &["lint", "account-watcher/watchers/iam-role-deleted.toml"],
        "",
    );
    // The project is asked about, not the copy of Account Watcher alone.
    write(&project.join("account-watcher/docs/page.md"), "");
    let output = run(watcher(&project, &["lint", "account-watcher/docs/page.md"]), "");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("tests/events/*, and the same of account-watcher: move"), "{text}");
}

/// There is nothing to do about a note on a file that is not one's own.
#[test]
fn notes_on_shipped_watchers_are_shown_when_they_are_asked_for() {
    let project = both("shipped-notes");
    let note = "note[read-only-event]: `GetSecretValue` only reads\n --> account-watcher/";
    for (args, is_shown) in [(["lint"].as_slice(), false), (&["lint", "account-watcher"], true)] {
        let output = run(watcher(&project, args), "");
        let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        assert_eq!(out.contains(note), is_shown, "{out}");
        assert!(out.contains(" --> watchers/iam-user-created.toml:8:1") || is_shown, "{out}");
        let left_out = "2 notes of shipped watchers left out: `watcher lint account-watcher` shows them\n";
        assert_eq!(err, if is_shown { "" } else { left_out });
    }
}

/// What is shipped comes with the next version; an edit there would only be in its way.
#[test]
fn only_own_files_are_fixed_and_formatted() {
    let project = both("shipped-own-only");
    let own = project.join("watchers/our-bucket-policy.toml");
    let shipped = project.join("account-watcher/watchers/s3-bucket-deleted.toml");
    let config = project.join("account-watcher/account-watcher.toml");
    for (file, name) in [(&own, "PutBucketPolicy"), (&shipped, "DeleteBucket")] {
        let text = fs::read_to_string(file).unwrap();
        write(file, text.replace(&format!("[\"{name}\"]"), &format!("[  \"{}\"]", &name[..name.len() - 1])));
    }
    write(&config, format!("\n\n\n{}", fs::read_to_string(&config).unwrap()));
    let before = [&shipped, &config].map(|file| fs::read(file).unwrap());
    for args in [["lint", "--fix"].as_slice(), &["fmt"], &["lint", "--fix", "account-watcher"]] {
        let output = run(watcher(&project, args), "");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!([Some(0), Some(1)].contains(&output.status.code()), "{args:?}: {text}");
        assert_eq!(before, [&shipped, &config].map(|file| fs::read(file).unwrap()), "{args:?}: {text}");
    }
    assert!(fs::read_to_string(&own).unwrap().contains("PutBucketPolicy\"]"));
    let output = run(watcher(&project, &["fmt", "account-watcher/watchers"]), "");
    assert_eq!(
        (output.status.code(), String::from_utf8(output.stderr).unwrap()),
        (
            Some(2),
            "error: account-watcher is the folder of the shipped watchers, in which an edit would be in the way of the next \
             version: change what they do with an `[[override]]` in account-watcher.toml\n"
                .to_owned()
        )
    );
}

#[test]
fn a_new_watcher_does_not_take_the_name_of_a_shipped_one() {
    let project = both("shipped-new");
    let new = ["new", "s3:DeleteBucket", "--name", "s3-bucket-deleted"];
    check("out/shipped-new.out", &project, &new, "");
    assert!(!project.join("watchers/s3-bucket-deleted.toml").exists());
}

fn lint(name: &str, project: &Path) {
    check(&format!("out/shipped-fault-{name}.out"), project, &["lint", "account-watcher.toml"], "");
}

#[test]
fn each_fault_of_the_table_is_a_finding() {
    for (name, table) in [
        ("outside", "path = \"../account-watcher\"\n"),
        ("absolute", "path = \"/opt/account-watcher\"\n"),
        ("itself", "path = \".\"\n"),
        ("keys", "on = \"tag:cis\"\nreplaces = []\n"),
        ("other", "path = \"watchers\"\n"),
        (
            "selectors",
            "path = \"account-watcher\"\non = [\"s3-bukcet-deleted\", \"tag:cis\", \"our-*\"]\n\
             replaced = [\"iam-user-created\", \"s3-*\", \"iam-rol-deleted\", \"iam-role-deleted\"]\n",
        ),
        ("name-taken", "path = \"account-watcher\"\n"),
    ] {
        let project = project(&format!("shipped-{name}"), &format!("{CHANNELS}[shipped]\n{table}"));
        // Nobody knows what the shipped watchers are called; that is no second fault.
        let config = project.join("account-watcher.toml");
        let text = fs::read_to_string(&config).unwrap();
        write(&config, text + "\n[[override]]\nwatchers = [\"s3-bucket-deleted\"]\nchannels = [\"audit\"]\n");
        lint(name, &project);
    }
}

#[test]
fn a_folder_without_account_watcher_is_a_finding() {
    let missing = both("shipped-missing");
    fs::remove_dir_all(missing.join("account-watcher")).unwrap();
    lint("missing", &missing);
    fs::create_dir(missing.join("account-watcher")).unwrap();
    lint("empty", &missing);
    write(&missing.join("account-watcher/README.md"), "");
    lint("another", &missing);
    fs::remove_dir_all(missing.join("account-watcher")).unwrap();
    write(&missing.join("account-watcher"), "");
    lint("file", &missing);

    let config = format!("{CHANNELS}{SHIPPED}");
    let nested = both("shipped-nested");
    write(&nested.join("account-watcher/account-watcher.toml"), config);
    let file = "account-watcher/account-watcher.toml";
    check("out/shipped-fault-nested.out", &nested, &["lint", file], "");
}

#[cfg(unix)]
#[test]
fn a_link_to_elsewhere_is_a_finding() {
    let project = both("shipped-link");
    let elsewhere = scratch("shipped-elsewhere");
    fs::remove_dir_all(&elsewhere).unwrap();
    fs::rename(project.join("account-watcher"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, project.join("account-watcher")).unwrap();
    lint("link", &project);
}

/// They name channels that somebody else chose: one finding for each, not one for each watcher.
#[test]
fn channels_of_shipped_watchers_are_declared_or_overridden() {
    let project =
        project("shipped-channels", &format!("{CHANNELS}{SHIPPED}").replace("on = [\"s3-bucket-*\"]\n", ""));
    lint("channels", &project);
}
