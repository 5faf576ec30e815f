//! `watcher changes`: what an upgrade of the shipped watchers changes, and what of a project's own it concerns.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{check, git, run, scratch, watcher, write};

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
[shipped]
path = "account-watcher"
on = ["bucket-made", "tag:cis-*", "bucket-opened"]
replaced = ["bucket-same"]

[[override]]
watchers = ["bucket-made", "bucket-deleted"]
severity = "high"

[[override]]
watchers = ["bucket-pol*"]
enabled = false

[[override]]
watchers = ["tag:acl"]
group = { by = ["bucket"], window = "5m" }

[[override]]
watchers = ["ours"]
channels = ["mail"]
"#;

/// A repository of a user's, with these shipped watchers beside it and as a submodule at their first version.
fn user(name: &str) -> PathBuf {
    let folder = scratch(name);
    let shipped = folder.join("shipped");
    first(&shipped);
    git(&shipped, &["init", "--quiet", "--initial-branch", "main"]);
    git(&shipped, &["add", "."]);
    git(&shipped, &["commit", "--quiet", "--message", "First"]);
    git(&shipped, &["tag", "v0.1.0"]);
    second(&shipped);
    git(&shipped, &["add", "--all", "."]);
    git(&shipped, &["commit", "--quiet", "--message", "Second"]);
    git(&shipped, &["tag", "v0.2.0"]);
    let user = folder.join("user");
    write(&user.join("account-watcher.toml"), format!("{CHANNELS}{OWN}"));
    write(&user.join("watchers/ours.toml"), toml("\"PutBucketWebsite\"", "", BUCKET));
    write(&user.join("watchers/bucket-same.toml"), toml("\"PutBucketTagging\"", "", BUCKET));
    git(&user, &["init", "--quiet", "--initial-branch", "main"]);
    git(&user, &["submodule", "--quiet", "add", "../shipped", "account-watcher"]);
    git(&user.join("account-watcher"), &["checkout", "--quiet", "v0.1.0"]);
    git(&user, &["add", "."]);
    git(&user, &["commit", "--quiet", "--message", "Ours"]);
    user
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
        check(expected, &user, &["changes", "v0.1.0", "v0.2.0", "--format", format], "");
    }
}

#[test]
fn revisions_and_folders_are_compared_alike() {
    let user = user("changes-sides");
    let folder = user.parent().unwrap();
    first(&folder.join("one"));
    second(&folder.join("two"));
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

/// The two commands of an upgrade, and what is left to do until the project lints.
#[test]
fn an_upgrade_says_what_to_edit() {
    let user = user("changes-upgrade");
    let (json, code) = changes(&user, &[]);
    assert_eq!((&json["watchers"], &json["touched"], code), (&json!([]), &json!([]), Some(3)));
    git(&user.join("account-watcher"), &["checkout", "--quiet", "v0.2.0"]);
    let (json, code) = changes(&user, &[]);
    assert!(json["from"].as_str().unwrap().starts_with("the pinned "), "{json}");
    let edits = |json: &Value| -> Vec<String> {
        let all = json["touched"].as_array().unwrap().iter();
        all.filter(|it| it["must_edit"] == true)
            .map(|it| {
                format!("{}:{} {}", it["file"].as_str().unwrap(), it["line"], it["help"].as_str().unwrap())
            })
            .collect()
    };
    assert_eq!(
        edits(&json),
        [
            "account-watcher.toml:9 write `bucket-created`",
            "account-watcher.toml:13 write `bucket-created`",
            "account-watcher.toml:17 `bucket-opened` sees these calls too",
            "account-watcher.toml:22 group by another one",
            "watchers/ours.toml:1 rename the file, or write `replaced = [\"ours\"]` in `[shipped]`",
        ]
    );
    assert_eq!(code, Some(1));
    let lint = || run(watcher(&user, &["lint"]), "");
    assert_eq!(lint().status.code(), Some(1));
    // What it says is done.
    let config = fs::read_to_string(user.join("account-watcher.toml")).unwrap();
    let config = config
        .replace("bucket-made", "bucket-created")
        .replace("bucket-pol*", "bucket-opened")
        .replace("by = [\"bucket\"]", "by = [\"name\"]")
        .replace("replaced = [\"bucket-same\"]", "replaced = [\"bucket-same\", \"ours\"]");
    write(&user.join("account-watcher.toml"), config);
    let (json, code) = changes(&user, &[]);
    assert_eq!((edits(&json), code), (Vec::new(), Some(0)));
    let findings = String::from_utf8(lint().stdout).unwrap();
    for stops in ["unused-override", "name-taken", "unknown-variable", "unknown-channel"] {
        assert!(!findings.contains(stops), "{findings}");
    }
    // The pin is committed: from there nothing differs any more.
    git(&user, &["add", "."]);
    git(&user, &["commit", "--quiet", "--message", "Upgrade"]);
    assert_eq!(changes(&user, &[]).1, Some(3));
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
            ("bucket-listed", "added"),
            ("bucket-opened", "changed"),
            ("bucket-policy", "removed"),
            ("ours", "added"),
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
    for (args, expected) in [
        (
            &["v9"][..],
            "v9: this is neither a folder with account-watcher.toml nor a revision of the git repository",
        ),
        (&["../nothing"], "../nothing: this is neither a folder"),
        (&["v0.1.0", "v9"], "v9: this is neither"),
    ] {
        let output = run(watcher(&user, &[&["changes"], args].concat()), "");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.contains(expected), "{args:?}: {errors}");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    write(
        &folder.path().join("account-watcher.toml"),
        format!("{CHANNELS}\n[shipped]\npath = \"account-watcher\"\n"),
    );
    fs::create_dir_all(folder.path().join("watchers")).unwrap();
    let error = || {
        let output = run(watcher(folder.path(), &["changes"]), "");
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(error().contains("git submodule update --init account-watcher"), "{}", error());
    first(&folder.path().join("account-watcher"));
    assert!(error().contains("name the version before: `watcher changes FROM`"), "{}", error());
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
