//! `watcher fmt`: what it writes, shows and answers. What the layout is is tested where it is made.

use std::fs;

use crate::support::{path, run, scratch, watcher, write};

const OTHERWISE: &str = "# why\nmessage = \"{{outcome}}\"\ntitle = \"T\"\n[pattern]\nsource=[\"aws.s3\"]\n";
const LAID_OUT: &str =
    "title    = \"T\"\n# why\nmessage  = \"{{outcome}}\"\n\n[pattern]\nsource = [\"aws.s3\"]\n";

#[test]
fn files_are_written_checked_and_shown() {
    let project = scratch("fmt");
    write(
        &project.join("account-watcher.toml"),
        "[channels.a]\nslack={webhook=\"ssm:/account-watcher/a\"}\n",
    );
    let file = project.join("watchers/a.toml");
    write(&file, OTHERWISE);
    write(&project.join("watchers/b.toml"), LAID_OUT);
    let output = run(watcher(&project, &["fmt", "--check"]), "");
    let expected = "would format account-watcher.toml\nwould format watchers/a.toml\n";
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "2 files would be formatted, 1 as they should be\n"
    );
    assert_eq!(output.status.code(), Some(1));
    let output = run(watcher(&project, &["fmt", "--diff", "watchers/a.toml"]), "");
    assert!(String::from_utf8(output.stdout).unwrap().contains("\n+title    = \"T\"\n"));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&file).unwrap(), OTHERWISE);
    let output = run(watcher(&project, &["fmt"]), "");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(fs::read_to_string(&file).unwrap(), LAID_OUT);
    let config = fs::read_to_string(project.join("account-watcher.toml")).unwrap();
    assert_eq!(config, "[channels.a]\nslack = {webhook=\"ssm:/account-watcher/a\"}\n");
    let output = run(watcher(&project, &["fmt", "--check"]), "");
    assert_eq!((output.stdout.as_slice(), output.status.code()), (&b""[..], Some(0)));
}

#[test]
fn standard_input_goes_to_standard_output() {
    let output = run(watcher(&scratch("fmt-stdin"), &["fmt", "-"]), OTHERWISE);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), LAID_OUT);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_is_not_toml_stays() {
    let project = scratch("fmt-broken");
    write(&project.join("account-watcher.toml"), "");
    write(&project.join("watchers/a.toml"), "title = \n");
    let output = run(watcher(&project, &["fmt"]), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with("error: watchers/a.toml is not TOML: "), "{errors}");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(project.join("watchers/a.toml")).unwrap(), "title = \n");
}

#[test]
fn new_watchers_are_laid_out_so() {
    let project = scratch("fmt-new");
    write(
        &project.join("account-watcher.toml"),
        fs::read(path("projects/lint/account-watcher.toml")).unwrap(),
    );
    fs::create_dir_all(project.join("watchers")).unwrap();
    for call in ["s3:DeleteBucket", "kinesis:DeleteStream", "signin:ConsoleLogin", "iam:CreateUser"] {
        let made = run(watcher(&project, &["new", call]), "");
        assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let output = run(watcher(&project, &["fmt", "--check"]), "");
    let shown = run(watcher(&project, &["fmt", "--diff"]), "");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&shown.stdout));
}
