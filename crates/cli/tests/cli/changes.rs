//! `watcher changes`: what an upgrade of the shipped watchers changes, and what of a project's own it concerns.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{check, run, scratch, watcher, write};

const CHANNELS: &str = "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n\n\
                        [channels.mail]\nsns = { topic = \"env:ACCOUNT_TOPIC_ARN\" }\n";

const ROLE: &str =
    "\n[[ignore]]\nreason = \"AWS itself\"\npattern.detail.userIdentity.type = [\"AWSService\"]\n";

/// A watcher of these calls, with more keys on top and tables at the end.
fn toml(calls: &str, on_top: &str, rest: &str) -> String {
    let title = if on_top.contains("title = ") { "" } else { "title = \"{{bucket}}: {{event_name}}\"\n" };
    let severity = if on_top.contains("severity = ") { "" } else { "severity = \"low\"\n" };
    let channels = if on_top.contains("channels = ") { "" } else { "channels = [\"security\"]\n" };
    let message =
        if on_top.contains("message = ") { "" } else { "message = \"\"\"{{bucket}}\nby {{actor}}\"\"\"\n" };
    format!(
        "{title}{severity}{channels}{message}{on_top}\n[pattern]\nsource = [\"aws.s3\"]\n\
         detail-type = [\"AWS API Call via CloudTrail\"]\ndetail.eventSource = [\"s3.amazonaws.com\"]\n\
         detail.eventName = [{calls}]\n{rest}"
    )
}

const BUCKET: &str = "\n[fields]\nbucket = \"$.detail.requestParameters.bucketName\"\n";

/// Writes a version of the shipped watchers.
fn ship(folder: &Path, ignores: &str, renames: &str, watchers: &[(&str, String)]) {
    let _ = fs::remove_dir_all(folder.join("watchers"));
    write(&folder.join("account-watcher.toml"), format!("{CHANNELS}{ignores}"));
    write(&folder.join("renames.toml"), renames);
    write(&folder.join("template.yaml"), "ACCOUNT_TOPIC_ARN: !Ref AccountTopic\n");
    for (name, text) in watchers {
        write(&folder.join(format!("watchers/{name}.toml")), text);
    }
}

fn first(folder: &Path) {
    let renamed = toml("\"CreateBucket\"", "tags = [\"cis-1\"]\n", BUCKET);
    let went = toml("\"PutBucketPolicy\"", "tags = [\"cis-2\"]\n", BUCKET);
    let case = "\n[[case]]\nwhen = \"eq bucket 'audit'\"\nseverity = \"high\"\n";
    let group = "\n[group]\nby = [\"actor\"]\nwindow = \"15m\"\n";
    let ignore = "\n[[ignore]]\nreason = \"the sandbox\"\npattern.account = [\"123456789012\"]\n";
    let changed = toml("\"DeleteBucket\"", "tags = [\"cis-3\"]\n", &[BUCKET, case, group, ignore].concat());
    let narrowed = toml("\"PutBucketAcl\", \"PutObjectAcl\"", "tags = [\"acl\"]\n", BUCKET);
    let watchers = [
        ("bucket-made", renamed),
        ("bucket-policy", went),
        ("bucket-deleted", changed),
        ("bucket-opened", narrowed),
        ("bucket-same", toml("\"PutBucketTagging\"", "", BUCKET)),
    ];
    ship(folder, ROLE, "", &watchers);
}

fn second(folder: &Path) {
    let renamed = toml("\"CreateBucket\"", "tags = [\"cis-1\"]\n", BUCKET);
    let two = BUCKET.replace("bucketName\"", "bucketName\"\nregion_of_bucket = \"$.detail.awsRegion\"");
    let group = "\n[group]\nby = [\"account\"]\nwindow = \"1h\"\nat-least = 3\n";
    let ignore =
        "\n[[ignore]]\nreason = \"the sandbox\"\nuntil = 2099-01-31\npattern.account = [\"123456789012\"]\n";
    let on_top = "title = \"{{bucket}} is gone\"\nseverity = \"critical\"\nchannels = [\"security\", \"mail\"]\n\
                  message = \"\"\"{{bucket}}\nwas deleted by {{actor}}\"\"\"\ntags = [\"cis-3\", \"cis-4\"]\nenabled = false\n";
    let changed = toml("\"DeleteBucket\", \"DeleteBucketPolicy\"", on_top, &[&two, group, ignore].concat());
    let name = BUCKET.replace("bucket =", "name =");
    let narrowed = toml("\"PutBucketAcl\"", "tags = [\"acl\"]\n", &name).replace("{{bucket}}", "{{name}}");
    let same = format!("# A comment.\n{}", toml("\"PutBucketTagging\"", "", BUCKET)).replace(" = ", "  =  ");
    let watchers = [
        ("bucket-created", renamed),
        ("bucket-deleted", changed),
        ("bucket-opened", narrowed),
        ("bucket-same", same),
        ("bucket-listed", toml("\"PutBucketCors\"", "tags = [\"cis-9\"]\nenabled = false\n", BUCKET)),
        ("ours", toml("\"PutBucketLogging\"", "severity = \"high\"\n", BUCKET)),
    ];
    let renames = "bucket-made = { to = \"bucket-created\", version = \"0.2.0\" }\n\
                   bucket-policy = { removed = \"`bucket-opened` sees these calls too\", version = \"0.2.0\" }\n";
    ship(folder, &ROLE.replace("AWSService", "AWSAccount"), renames, &watchers);
}

const OWN: &str = r#"
[[override]]
watchers = ["bucket-made", "bucket-deleted"]
severity = "high"

[[override]]
watchers = ["bucket-pol*"]
enabled = false

[[override]]
watchers = ["tag:acl"]
group = { by = ["bucket"], window = "5m" }
"#;

/// A project with overrides, beside both versions.
fn user(name: &str) -> PathBuf {
    let folder = scratch(name);
    first(&folder.join("one"));
    second(&folder.join("two"));
    let user = folder.join("user");
    first(&user);
    write(&user.join("account-watcher.toml"), format!("{CHANNELS}{OWN}"));
    user
}

fn git(folder: &Path, arguments: &[&str]) {
    let settings =
        ["user.name=x", "user.email=x@example.com", "protocol.file.allow=always", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.current_dir(folder).args(settings.iter().flat_map(|setting| ["-c", setting])).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The JSON, and the exit code.
fn changes(folder: &Path, args: &[&str]) -> (Value, Option<i32>) {
    let output = run(watcher(folder, &[&["changes", "--format", "json"], args].concat()), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{errors}"));
    (json, output.status.code())
}

#[test]
fn every_kind_of_change_is_said_in_every_format() {
    let user = user("changes-formats");
    for (format, expected) in [
        ("text", "out/changes-text.out"),
        ("json", "out/changes-json.out"),
        ("markdown", "out/changes-markdown.out"),
        ("github", "out/changes-github.out"),
    ] {
        check(expected, &user, &["changes", "../one", "../two", "--format", format], "");
    }
}

#[test]
fn revisions_and_folders_are_compared_alike() {
    let user = user("changes-sides");
    git(&user, &["init", "--quiet", "--initial-branch", "main"]);
    for (write_version, tag) in [(first as fn(&Path), "v0.1.0"), (second, "v0.2.0")] {
        write_version(&user);
        git(&user, &["add", "--all", "."]);
        git(&user, &["commit", "--quiet", "--message", tag]);
        git(&user, &["tag", tag]);
    }
    write(&user.join("account-watcher.toml"), format!("{CHANNELS}{OWN}"));
    let of = |args: &[&str]| {
        let (mut json, code) = changes(&user, args);
        json["from"].take();
        json["to"].take();
        (json, code)
    };
    let revisions = of(&["v0.1.0", "v0.2.0"]);
    assert_eq!(revisions, of(&["../one", "../two"]));
    assert_eq!(revisions, of(&["../one", "v0.2.0"]));
    assert_eq!(revisions.1, Some(1));
}

/// Watchers added to a clone stand among the shipped ones; then it is about the files that are there.
#[test]
fn a_clone_is_compared_with_its_own_commit() {
    let folder = scratch("changes-clone");
    first(&folder);
    git(&folder, &["init", "--quiet", "--initial-branch", "main"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "--message", "First"]);
    let config = fs::read_to_string(folder.join("account-watcher.toml")).unwrap();
    second(&folder);
    let over = "\n[[override]]\nwatchers = [\"bucket-made\"]\nenabled = false\n";
    write(&folder.join("account-watcher.toml"), config + over);
    let (json, code) = changes(&folder, &[]);
    let watchers: Vec<(&str, &str)> = json["watchers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|watcher| (watcher["name"].as_str().unwrap(), watcher["change"].as_str().unwrap()))
        .collect();
    assert_eq!(
        watchers,
        [
            ("bucket-created", "renamed"),
            ("bucket-deleted", "changed"),
            ("bucket-listed", "came"),
            ("bucket-opened", "changed"),
            ("bucket-policy", "went"),
            ("ours", "came"),
        ]
    );
    assert_eq!(
        (&json["from"], json["touched"][0]["help"].as_str()),
        (&json!("HEAD"), Some("write `bucket-created`"))
    );
    assert_eq!(code, Some(1));
}

#[test]
fn what_a_version_cannot_read_neither_came_nor_went() {
    let folder = scratch("changes-faulty");
    first(&folder.join("one"));
    second(&folder.join("two"));
    write(&folder.join("two/watchers/bucket-deleted.toml"), "title = 7\n");
    let output = run(watcher(&folder.join("one"), &["changes", ".", "../two", "--format", "json"]), "");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["left_out"], output.status.code()), (&json!(["bucket-deleted"]), Some(1)));
    assert!(json["watchers"].as_array().unwrap().iter().all(|watcher| watcher["name"] != "bucket-deleted"));
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let user = user("changes-errors");
    git(&user, &["init", "--quiet"]);
    for (args, expected) in [
        (
            &["v9"][..],
            "v9: this is neither a folder with account-watcher.toml nor a revision of the git repository",
        ),
        (&["../nothing"], "../nothing: this is neither a folder"),
        (&["../one", "v9"], "v9: this is neither"),
    ] {
        let output = run(watcher(&user, &[&["changes"], args].concat()), "");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.contains(expected), "{args:?}: {errors}");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
    }
}

/// Anybody can propose a watcher: nothing of its texts is markup in the comment.
#[test]
fn a_comment_is_short_and_no_text_in_it_is_markup() {
    let folder = scratch("changes-comment");
    first(&folder.join("one"));
    let hostile = "@octocat `` </details><img src=x> [x](https://evil.example) | #1";
    let watchers: Vec<(String, String)> = (0..60)
        .map(|number| {
            let calls: Vec<String> = (0..60).map(|call| format!("\"{call}{}\"", "`x".repeat(80))).collect();
            let on_top = format!("title = '{hostile} {}'\n", "`<@|".repeat(100));
            (format!("bucket-{number}"), toml(&calls.join(", "), &on_top, BUCKET))
        })
        .collect();
    let watchers: Vec<(&str, String)> = watchers.iter().map(|(name, text)| (&**name, text.clone())).collect();
    ship(&folder.join("one"), "", "", &watchers);
    let other: Vec<(&str, String)> = watchers
        .iter()
        .map(|(name, text)| (*name, text.replace("`x", "`y").replace("low", "high")))
        .collect();
    ship(&folder.join("two"), "", "", &other);
    let output = run(watcher(&folder.join("one"), &["changes", ".", "../two", "--format", "markdown"]), "");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("and ") && text.contains(" more"), "{text}");
    assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
    crate::against::outside_of_code(&text);
}
