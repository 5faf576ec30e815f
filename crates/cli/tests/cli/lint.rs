//! `watcher lint`: every finding, one fixture for each kind of fault. `lint/err` holds watchers, `lint/config` files
//! in the place of `account-watcher.toml`.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::support::{check, path, run, scratch, watcher, write};

#[test]
fn a_watcher_with_this_fault() {
    for fixture in fixtures("lint/err") {
        let name = fixture.file_name().unwrap().to_str().unwrap();
        let project = project(&format!("err-{name}"));
        fs::copy(&fixture, project.join("watchers").join(name)).unwrap();
        check_fixture("lint/err", &fixture, &project);
    }
}

/// `lint/ok` holds watchers that are near to a fault and have none.
#[test]
fn a_watcher_that_looks_wrong_and_is_right() {
    for fixture in fixtures("lint/ok") {
        let name = fixture.file_name().unwrap().to_str().unwrap();
        let project = project(&format!("ok-{name}"));
        fs::copy(&fixture, project.join("watchers").join(name)).unwrap();
        check("out/lint-one-clean.out", &project, &["lint"], "");
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

/// `lint/examples` holds what is printed for the examples of the lints' documentation: `NAME.out` for the one that has
/// the fault, `NAME.instead.out` for what to write instead.
#[test]
fn every_lint() {
    for lint in watchfile::lints::all() {
        for (example, suffix) in [(lint.bad, ""), (lint.good, ".instead")] {
            let project = project(&format!("example-{}{suffix}", lint.name));
            for (name, text) in watchfile::lints::files(example) {
                match name.strip_suffix('/') {
                    Some(folder) => fs::create_dir(project.join(folder)).unwrap(),
                    None => write(&project.join(name), text),
                }
            }
            let args = ["lint", "--today", "2026-01-12"];
            check(&format!("lint/examples/{}{suffix}.out", lint.name), &project, &args, "");
        }
    }
}

#[test]
fn every_format() {
    for format in ["text", "json", "github", "sarif"] {
        check(&format!("out/lint-{format}.out"), &path("projects/broken"), &["lint", "--format", format], "");
    }
    check("out/lint-clean.out", &path("projects/shop"), &["lint"], "");
    let sound =
        ["lint", "watchers/a.toml", "--format", "sarif", "--region", "us-east-1", "--allow", "no-match-test"];
    check("out/lint-sarif-clean.out", &mixed("sarif-clean"), &sound, "");
}

#[test]
fn a_file_that_is_no_watcher() {
    let project = project("not-a-watcher");
    write(&project.join("watchers/README.md"), "# Watchers\n");
    write(&project.join("watchers/latin1.toml"), b"title = \"caf\xe9\"\n");
    let utf16: Vec<u8> = "\u{feff}title = 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
    write(&project.join("watchers/utf16.toml"), utf16);
    fs::create_dir(project.join("watchers/folder.toml")).unwrap();
    write(&project.join("watchers/long.toml"), "# long\n".repeat(50_000));
    // To read it would never end.
    symlink("/dev/zero", project.join("watchers/device.toml")).unwrap();
    write(&project.join("watchers").join(OsStr::from_bytes(b"caf\xe9.toml")), "");
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
    check(
        "out/lint-budget.out",
        &project,
        &["lint", "--allow", "unknown-event-name", "--allow", "read-only-event"],
        "",
    );
}

/// A project with a warning in one watcher, a note in another, and an error that two have together.
fn mixed(name: &str) -> PathBuf {
    let project = project(name);
    let watcher = |source: &str, name: &str, test: &str| {
        format!(
            "title = \"T\"\nseverity = \"low\"\nchannels = [\"mail\"]\nmessage = \"{{{{outcome}}}}\"\n\n[pattern]\nsource = [\"aws.{source}\"]\ndetail-type = [\"AWS API Call via CloudTrail\"]\ndetail.eventName = [\"{name}\"]\n{test}"
        )
    };
    let test = "\n[[test]]\nname = \"one\"\nevent = \"s3-bucket-deleted.json\"\nmatches = false\n";
    write(&project.join("watchers/a.toml"), watcher("iam", "DeleteRole", test));
    write(&project.join("watchers/b.toml"), watcher("s3", "DeleteBucket", ""));
    write(&project.join("watchers/c.toml"), watcher("s3", "DeleteBucket", test));
    project
}

#[test]
fn options() {
    let project = mixed("options");
    let cases: [(&str, &[&str]); 8] = [
        ("all", &["lint"]),
        ("file", &["lint", "watchers/a.toml"]),
        ("file-with-related", &["lint", "watchers/b.toml", "--allow", "no-match-test"]),
        ("folder", &["lint", "watchers", "--allow", "duplicate-watcher"]),
        ("deny", &["lint", "watchers/a.toml", "--deny", "global-event"]),
        ("deny-warnings", &["lint", "watchers/a.toml", "--deny-warnings"]),
        ("region", &["lint", "watchers/a.toml", "--region", "eu-west-1"]),
        ("home-region", &["lint", "watchers/a.toml", "--region", "us-east-1", "--allow", "no-match-test"]),
    ];
    for (name, args) in cases {
        check(&format!("out/lint-option-{name}.out"), &project, args, "");
    }
    let unknown = ["lint", "--allow", "no-mach-test"];
    check("out/lint-option-unknown.out", &project, &unknown, "");
    check("out/lint-option-no-file.out", &project, &["lint", "watchers/d.toml"], "");
}

/// A linter that says nothing of a file that it did not read is believed.
#[test]
fn a_path_that_is_not_of_the_project() {
    let project = mixed("outside");
    write(&project.join("drafts/d.toml"), "title = 1");
    write(&project.join("watchers/.e.toml"), "title = 1");
    write(&project.join("tests/events/.note"), "");
    write(&project.join("tests/events/recorded.jsonl"), "");
    for path in ["drafts/d.toml", "drafts", "watchers/.e.toml", "tests/events/.note"] {
        let output = run(watcher(&project, &["lint", "watchers/a.toml", path]), "");
        let expected = format!(
            "error: {path} is not a file of the project in {}, which are account-watcher.toml, watchers/*.toml and \
             tests/events/*: move the watcher there, lint another project with --project DIR, or lint the text alone \
             with `watcher lint - < {path}`\n",
            project.canonicalize().unwrap().display()
        );
        assert_eq!(String::from_utf8(output.stderr).unwrap(), expected, "{path}");
        assert_eq!((output.status.code(), output.stdout), (Some(2), vec![]), "{path}");
    }
    for path in [".", "..", "watchers", "tests", "tests/events", "tests/events/recorded.jsonl"] {
        let output = run(watcher(&project, &["lint", path, "--project", "."]), "");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{path}");
    }
}

/// The file is of the project, wherever its text is kept.
#[test]
fn a_link_to_a_watcher() {
    let project = mixed("linked");
    let elsewhere = project.join("elsewhere.toml");
    fs::rename(project.join("watchers/a.toml"), &elsewhere).unwrap();
    symlink(&elsewhere, project.join("watchers/a.toml")).unwrap();
    for path in ["watchers/a.toml", "elsewhere.toml"] {
        check("out/lint-option-file.out", &project, &["lint", path], "");
    }
}

#[test]
fn what_an_editor_has_not_saved() {
    let project = mixed("unsaved");
    let text =
        fs::read_to_string(project.join("watchers/c.toml")).unwrap().replace("DeleteBucket", "DeletBucket");
    check("out/lint-stdin.out", &project, &["lint", "-"], &text);
    let named = ["lint", "-", "--stdin-filename", "watchers/c.toml"];
    check("out/lint-stdin-named.out", &project, &named, &text);
}

#[test]
fn what_is_longer_than_a_file_may_be_is_not_parsed_from_standard_input_either() {
    let project = mixed("unsaved-long");
    let long = format!("# {}\n", "x".repeat(64 * 1024));
    let output = run(watcher(&project, &["lint", "-"]), &long);
    let text = String::from_utf8(output.stdout).unwrap();
    let expected =
        "error[unreadable-file]: the file cannot be read: it has 65539 bytes, and 65536 are the most\n";
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn another_configuration() {
    let project = mixed("other-config");
    fs::rename(project.join("account-watcher.toml"), project.join("other.toml")).unwrap();
    check("out/lint-config.out", &project, &["lint", "--config", "other.toml", "watchers/a.toml"], "");
    check("out/lint-config-missing.out", &project, &["lint", "--config", "none.toml"], "");
}

#[test]
fn explanations() {
    let here = Path::new("/");
    check("out/explain.out", here, &["explain", "unknown-event-name"], "");
    check("out/explain-unknown.out", here, &["explain", "unknown-event-nam"], "");
}
