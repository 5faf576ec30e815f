//! The pages of this repository's watchers, and of a project whose events and files are written to deceive.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use site::{File, files, is_path};
use tempfile::TempDir;
use watchfile::{Project, load};

fn shipped() -> Project {
    load(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")).0
}

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| files(&shipped()).unwrap());

fn page<'a>(files: &'a [File], path: &str) -> &'a str {
    &files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("there is no {path}")).text
}

fn write(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

#[test]
fn each_shipped_watcher_has_a_page_with_its_alert() {
    let project = shipped();
    let files = &*FILES;
    for file in files {
        assert!(is_path(&file.path), "{}", file.path);
    }
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths.len(), files.len());
    assert_eq!(paths.len(), project.files.len() + 5);
    for file in &project.files {
        let name = &file.watcher.name;
        let page = page(files, &format!("watchers/{name}.html"));
        for part in ["<p class=\"header\">", "<p class=\"subject\">", "<dt>Severity</dt>", "<h2 id=\"file\">"]
        {
            assert!(page.contains(part), "{name} has no {part}");
        }
        assert!(
            page.contains(if file.enabled { "<dt>Rule</dt>" } else { "<dt>State</dt><dd>off" }),
            "{name}"
        );
    }
    assert_eq!(*files, site::files(&project).unwrap(), "the same project makes the same files");
}

#[test]
fn a_page_says_what_is_sent_and_where_it_comes_from() {
    let page = page(&FILES, "watchers/s3-bucket-deleted.html");
    let slack = "<p class=\"header\"><bdi>🟠 S3 bucket deleted</bdi></p><p class=\"section\"><bdi>Bucket &quot;demo&quot; was deleted by alice (IAMUser arn:aws:iam::123456789012:user/alice)\n\
        Next: see what still uses its name: it is free now, and whoever takes it gets those requests.</bdi></p>\
        <p class=\"context\"><span><bdi>123456789012</bdi></span> <span><bdi>eu-west-1</bdi></span> <span><bdi>alice</bdi></span>";
    assert!(page.contains(slack), "{page}");
    assert!(page.contains("<p class=\"subject\"><bdi>S3 bucket deleted</bdi></p>"), "{page}");
    assert!(page.contains("\n\nEvent: DeleteBucket\nOutcome: succeeded\nActor: alice\n"), "{page}");
    for part in [
        "Sent to <strong>security</strong> for “a user deletes a bucket”</p>",
        "Sent to <strong>account-email</strong>",
        "<a href=\"https://attack.mitre.org/techniques/T1485/\">ATT&amp;CK T1485 Data Destruction</a>",
        "<li>another call</li>",
        "watchers/s3-bucket-deleted.toml, without its 3 tests",
        "<small><span class=\"pill medium\">medium</span> <bdi>Attempt to delete an S3 bucket was denied</bdi></small>",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

/// What ends an element, an attribute or a script, turns the direction of a line, or is an address that runs something.
const HOSTILE: &str = r#"</bdi></script><script>alert(1)</script><img src=x onerror=alert(1)>" onclick="alert(1)' &lt; {{7*7}} \u202e"#;

fn hostile() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| write(folder.path(), path, text);
    let text = serde_json::Value::from(HOSTILE.replace(r"\u202e", "\u{202e}")).to_string();
    let toml = text.replace("{{", "{");
    write(
        "account-watcher.toml",
        &format!(
            "[channels.chat]\nslack = {{ webhook = \"ssm:/account-watcher/slack\" }}\n\
             [channels.mail]\nsns = {{ topic = \"arn:aws:sns:eu-west-1:123456789012:alerts\" }}\n\
             [channels.workflow]\nslack-workflow = {{ trigger = \"ssm:/account-watcher/workflow\" }}\n\
             [accounts]\n\"123456789012\" = {toml}\n\
             [[ignore]]\nreason = {toml}\npattern.detail.eventName = [{toml}]\n\
             [[override]]\nwatchers = [\"deceit\"]\nseverity = \"critical\"\n"
        ),
    );
    write(
        "watchers/deceit.toml",
        &format!(
            "title = {toml}\nseverity = \"high\"\nchannels = [\"chat\", \"mail\", \"workflow\"]\nmessage = {message}\n\
             tags = [{toml}, \"mitre-T1/../..\"]\nreferences = [{toml}, \"javascript:alert(1)\"]\n\
             runbook = {runbook}\n\
             # {HOSTILE}\n\
             [pattern]\nsource = [{toml}]\ndetail-type = [\"AWS API Call via CloudTrail\"]\ndetail.eventName = [{toml}, \"X\"]\n\
             [fields]\nname = \"$.detail.requestParameters.name\"\n\
             [[ignore]]\nreason = {toml}\npattern.region = [\"nowhere\"]\n\
             [[test]]\nname = {toml}\nevent = \"deceit.json\"\n\
             [[test]]\nname = {other}\nevent = \"deceit.json\"\nwith.source = \"other\"\nmatches = false\n",
            runbook = toml.replace("{{7*7}}", ""),
            message = toml.replacen('"', "\"{{name}} {{actor}} ", 1),
            other = toml.replacen('"', "\"not ", 1),
        ),
    );
    write(
        "tests/events/deceit.json",
        &format!(
            r#"{{"version": "0", "id": {text}, "detail-type": "AWS API Call via CloudTrail", "source": {toml}, "account": "123456789012",
                "time": {text}, "region": {text}, "resources": [], "detail": {{"eventName": "X", "eventSource": {text}, "sourceIPAddress": {text},
                "userAgent": {text}, "eventID": {text}, "awsRegion": {text}, "recipientAccountId": "123456789012", "requestParameters": {{"name": {text}}},
                "userIdentity": {{"type": "IAMUser", "userName": {text}, "arn": {text}, "accountId": "123456789012"}}}}}}"#,
        ),
    );
    folder
}

#[test]
fn what_others_write_is_text() {
    let folder = hostile();
    let (project, findings) = load(folder.path());
    assert_eq!(project.files.len(), 1, "{findings:#?}");
    let files = files(&project).unwrap();
    let page = page(&files, "watchers/deceit.html");
    // It is there: in the message, the mail, the file, the facts.
    assert!(page.matches("&lt;img src=x onerror=alert(1)&gt;").count() > 15, "{page}");
    assert!(page.contains("by account-watcher.toml:") && page.contains(r"\u{202e}"), "{page}");
    for File { path, text } in files.iter().filter(|file| file.text.starts_with("<!DOCTYPE html>")) {
        let lower = text.to_lowercase();
        assert_eq!(lower.matches("<script").count(), 1, "{path}");
        for wrong in [
            "<img",
            "\" onclick",
            "href=\"javascript",
            "\u{202e}",
            "href=\"https://attack.mitre.org/techniques/T1/",
        ] {
            assert!(!lower.contains(wrong), "{path} has {wrong}: {text}");
        }
    }
}

/// A project with one own and one shipped watcher, of which the configuration overrides a part.
fn own_and_shipped() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| write(folder.path(), path, text);
    write(
        "account-watcher.toml",
        "[shipped]\npath = \"engine\"\n\
         [channels.chat]\nslack = { webhook = \"ssm:/account-watcher/slack\" }\n\
         [channels.staging]\nslack = { webhook = \"ssm:/account-watcher/staging\", mention = { high = \"S0123ABCD\" } }\n\
         [[route]]\nwhen.account = [\"123456789012\"]\nchannels = { chat = \"staging\" }\n\
         [[override]]\nwatchers = [\"s3-bucket-deleted\"]\nseverity = \"critical\"\nenabled = false\n\
         runbook = \"https://wiki.example.com/s3\"\n",
    );
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let watcher = fs::read_to_string(root.join("watchers/s3-bucket-deleted.toml")).unwrap();
    let (text, _) = watcher.split_once("\n[[test]]\nname = \"another call\"").unwrap();
    let text = text.replace("[\"security\", \"account-email\"]", "[\"chat\"]");
    write("engine/account-watcher.toml", "");
    write("engine/template.yaml", "");
    write("engine/watchers/s3-bucket-deleted.toml", &text);
    write(
        "watchers/own-bucket-deleted.toml",
        &(text + "\n[group]\nby = [\"actor\"]\nwindow = \"15m\"\nat-least = 5\n"),
    );
    let event = fs::read_to_string(root.join("tests/events/s3-bucket-deleted.json")).unwrap();
    write("engine/tests/events/s3-bucket-deleted.json", &event);
    write("tests/events/s3-bucket-deleted.json", &event);
    folder
}

#[test]
fn own_and_shipped_are_told_apart_and_overrides_name_their_line() {
    let folder = own_and_shipped();
    let (project, findings) = load(folder.path());
    assert_eq!((project.files.len(), findings.len()), (2, 0), "{findings:#?}");
    let files = files(&project).unwrap();
    let (own, shipped) =
        (page(&files, "watchers/own-bucket-deleted.html"), page(&files, "watchers/s3-bucket-deleted.html"));
    for part in [
        "<span class=\"pill\">own</span>",
        "Sent to <strong>staging</strong>",
        "<p class=\"section\"><span class=\"mention\">@S0123ABCD</span></p>",
        "the example goes to staging instead of chat, by a route",
        "by actor: number 5 within 15m is sent, further ones within 15m in one summary",
        "<dt>Rule</dt><dd><code>Bucket11</code></dd>",
        "watchers/own-bucket-deleted.toml<small>where all this comes from</small>",
    ] {
        assert!(own.contains(part), "{part}\n{own}");
    }
    for part in [
        "<span class=\"pill\">shipped</span>",
        "off: nothing is sent, and no rule is for it<small>by account-watcher.toml:13</small>",
        "<dt>Runbook</dt><dd><a href=\"https://wiki.example.com/s3\">wiki.example.com/s3</a><small>by account-watcher.toml:14</small></dd>",
        "<span class=\"button\"><bdi>Runbook</bdi></span>",
        "<dd>critical<small>by account-watcher.toml:12</small></dd>",
        "engine/watchers/s3-bucket-deleted.toml<small>where all this comes from, but for what names another place</small>",
        "Would be sent to <strong>staging</strong> for “a user deletes a bucket”",
        "<bdi>🔴 S3 bucket deleted</bdi>",
    ] {
        assert!(shipped.contains(part), "{part}\n{shipped}");
    }
    assert!(!shipped.contains("<dt>Rule</dt>"));
    let index = page(&files, "index.html");
    assert_eq!(index.matches("<span class=\"pill own\">own</span>").count(), 1);
    assert!(index.contains("chat → staging for <code>"), "{index}");
    assert!(index.contains("<option>shipped</option>"));
}
