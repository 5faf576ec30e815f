//! `watcher plan`: what a deployment would change for people.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::against::{HOSTILE, outside_of_code};
use crate::support::{check, git, run, scratch, watcher, write};

const CHANNELS: &str = "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n\n\
                        [channels.mail]\nsns = { topic = \"env:ACCOUNT_TOPIC_ARN\" }\n";
const ONCALL: &str = "\n[channels.oncall]\nslack-workflow = { trigger = \"ssm:/account-watcher/oncall\" }\n";
const ENDS: &str = "\n[[override]]\nwatchers = [\"bucket-opened\"]\n\n[[override.ignore]]\nreason = \"the migration\"\n\
                    until = 2026-12-05\npattern.account = [\"111122223333\"]\n";
const ENDED: &str =
    "\n[[ignore]]\nreason = \"the audit\"\nuntil = 2026-10-31\npattern.account = [\"444455556666\"]\n";

/// A watcher of this call, with a test of it.
fn toml(call: &str, on_top: &str, rest: &str) -> String {
    let severity = if on_top.contains("severity = ") { "" } else { "severity = \"high\"\n" };
    let channels = if on_top.contains("channels = ") { "" } else { "channels = [\"security\", \"mail\"]\n" };
    let message = "message = \"\"\"{{bucket}}: {{event_name}}\nby {{actor}}\"\"\"\n";
    let tested = if call == "PutBucketAcl" { "" } else { call };
    let test = if rest.contains("[[test]]") || tested.is_empty() {
        String::new()
    } else {
        format!("\n[[test]]\nname = \"alice calls {call}\"\nevent = \"{call}.json\"\n")
    };
    let title =
        if on_top.contains("title = ") { String::new() } else { format!("title = \"{call} was called\"\n") };
    format!(
        "{title}{severity}{channels}{message}{on_top}\n[pattern]\nsource = [\"aws.s3\"]\n\
         detail-type = [\"AWS API Call via CloudTrail\"]\ndetail.eventSource = [\"s3.amazonaws.com\"]\n\
         detail.eventName = [\"{call}\"]\n{rest}\n[fields]\nbucket = \"$.detail.requestParameters.bucketName\"\n{test}"
    )
}

fn event(call: &str, bucket: &str) -> String {
    let event = json!({
        "version": "0", "id": "00000001-1111-4222-8333-444444444444", "source": "aws.s3", "account": "123456789012",
        "detail-type": "AWS API Call via CloudTrail", "region": "eu-west-1", "time": "2026-01-12T08:30:00Z",
        "resources": [],
        "detail": {
            "eventSource": "s3.amazonaws.com", "eventName": call, "awsRegion": "eu-west-1",
            "eventID": "00000001-1111-4222-8333-555555555555", "eventTime": "2026-01-12T08:30:00Z",
            "userIdentity": {"type": "IAMUser", "userName": "alice"}, "requestParameters": {"bucketName": bucket},
        },
    });
    event.to_string()
}

const CALLS: [&str; 5] =
    ["DeleteBucket", "CreateBucket", "PutBucketPolicy", "PutBucketLogging", "PutBucketTagging"];

fn project(folder: &Path, config: &str, watchers: &[(&str, String)]) {
    let _ = std::fs::remove_dir_all(folder.join("watchers"));
    write(&folder.join("account-watcher.toml"), config);
    write(&folder.join("template.yaml"), "ACCOUNT_TOPIC_ARN: !Ref AccountTopic\n");
    for call in CALLS {
        write(&folder.join(format!("tests/events/{call}.json")), event(call, "demo"));
    }
    for (name, text) in watchers {
        write(&folder.join(format!("watchers/{name}.toml")), text);
    }
}

fn first(folder: &Path) {
    let watchers = [
        ("bucket-deleted", toml("DeleteBucket", "", "")),
        ("bucket-logged", toml("PutBucketLogging", "enabled = false\n", "")),
        ("bucket-opened", toml("PutBucketAcl", "", "")),
        ("bucket-policy", toml("PutBucketPolicy", "", "")),
        ("bucket-tagged", toml("PutBucketTagging", "severity = \"info\"\n", "")),
    ];
    project(folder, &format!("{CHANNELS}{ENDED}"), &watchers);
}

fn second(folder: &Path) {
    let group = "\n[group]\nby = [\"actor\"]\nwindow = \"15m\"\n";
    let policy =
        toml("PutBucketPolicy", "severity = \"critical\"\nchannels = [\"security\", \"oncall\"]\n", group);
    let watchers = [
        ("bucket-created", toml("CreateBucket", "severity = \"low\"\n", "")),
        ("bucket-logged", toml("PutBucketLogging", "", "")),
        ("bucket-opened", toml("PutBucketAcl", "", "")),
        ("bucket-policy", policy),
        ("bucket-tag-set", toml("PutBucketTagging", "severity = \"info\"\n", "")),
    ];
    project(folder, &format!("{CHANNELS}{ONCALL}{ENDED}{ENDS}"), &watchers);
}

/// Both states, beside each other.
fn made(name: &str) -> PathBuf {
    let folder = scratch(name);
    first(&folder.join("before"));
    second(&folder.join("after"));
    folder
}

fn plan(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let arguments: Vec<&str> = ["plan", "--today", "2026-11-28"].iter().chain(arguments).copied().collect();
    let output = run(watcher(folder, &arguments), "");
    let [text, errors] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    (text, errors, output.status.code())
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let (text, errors, _) = plan(folder, &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text} {errors}"))
}

#[test]
fn what_changes_is_told_in_each_format() {
    let folder = made("plan-formats");
    for format in ["text", "json", "markdown"] {
        let arguments = ["plan", "--from", "../before", "--today", "2026-11-28", "--format", format];
        check(&format!("out/plan-{format}.out"), &folder.join("after"), &arguments, "");
    }
}

#[test]
fn nothing_is_one_line() {
    let folder = made("plan-nothing");
    let same = folder.join("before");
    let line = |today: &str| {
        let arguments = ["plan", "--from", "../before", "--exit-code", "--today", today];
        let output = run(watcher(&same, &arguments), "");
        (String::from_utf8(output.stdout).unwrap(), output.status.code())
    };
    let nothing = "From ../before to the working folder: nothing changes\n";
    // The ignore that has ended is said, and changes nothing.
    assert_eq!(line("2026-09-01"), (nothing.to_owned(), Some(0)));
    let (text, code) = line("2026-11-28");
    assert!(text.starts_with(nothing) && text.contains("ended on 2026-10-31"), "{text}");
    assert_eq!(code, Some(0));
    let (_, _, code) = plan(&folder.join("after"), &["--from", "../before", "--exit-code"]);
    assert_eq!(code, Some(4));
    let (_, _, code) = plan(&folder.join("after"), &["--from", "../before"]);
    assert_eq!(code, Some(0));
}

/// Each way in which an alert can be lost is said first, with its reason.
#[test]
fn a_lost_alert_is_said_first_with_its_reason() {
    let folder = scratch("plan-silent");
    let base = || toml("DeleteBucket", "", "");
    project(&folder.join("before"), CHANNELS, &[("deleted", base()), ("made", toml("CreateBucket", "", ""))]);
    let ignore = "\n[[ignore]]\nreason = \"the sandbox\"\npattern.account = [\"123456789012\"]\n";
    let off = "\n[[override]]\nwatchers = [\"deleted\"]\nenabled = false\n";
    let other = base().replace("[\"DeleteBucket\"]", "[\"DeleteBucketPolicy\"]");
    let cases = [
        ("", None, "the watcher `deleted` was removed"),
        ("", Some(toml("DeleteBucket", "enabled = false\n", "")), "the watcher `deleted` is off"),
        (off, Some(base()), "the watcher `deleted` is off"),
        ("", Some(toml("DeleteBucket", "", ignore)), "`deleted` ignores it: the sandbox"),
        (ignore, Some(base()), "`deleted` ignores it: the sandbox"),
        (
            "",
            Some(other),
            "`deleted` does not match: detail.eventName: expected \"DeleteBucketPolicy\", found \"DeleteBucket\"",
        ),
    ];
    for (config, deleted, why) in cases {
        let mut watchers = vec![("made", toml("CreateBucket", "severity = \"critical\"\n", ""))];
        watchers.extend(deleted.map(|text| ("deleted", text)));
        project(&folder.join("after"), &format!("{CHANNELS}{config}"), &watchers);
        let (text, errors, _) = plan(&folder.join("after"), &["--from", "../before"]);
        let lost = if config == ignore { 2 } else { 1 };
        let first =
            if lost == 1 { "1 example event no longer alerts" } else { "2 example events no longer alert" };
        assert!(text.starts_with(&format!("From ../before to the working folder: {first}")), "{text}");
        let found = text.find(why).unwrap_or_else(|| panic!("{why}: {text} {errors}"));
        assert!(text.find("Watchers changed").is_none_or(|other| found < other), "{text}");
    }
}

#[test]
fn the_state_before_is_where_the_branch_left_the_default_branch() {
    let folder = scratch("plan-revisions");
    let origin = folder.join("origin");
    first(&origin);
    git(&origin, &["init", "--quiet", "--initial-branch", "trunk"]);
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "--quiet", "--message", "First"]);
    let from = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    // Without a remote: what is not committed.
    write(&origin.join("watchers/bucket-created.toml"), toml("CreateBucket", "", ""));
    let commit = git(&origin, &["rev-parse", "--short=12", "HEAD"]).trim().to_owned();
    let line = from(&plan(&origin, &[]).0);
    assert!(
        line.starts_with(&format!("From HEAD at {commit} to the working folder: 1 watcher added")),
        "{line}"
    );
    std::fs::remove_file(origin.join("watchers/bucket-created.toml")).unwrap();

    git(&folder, &["clone", "--quiet", "origin", "clone"]);
    let clone = folder.join("clone");
    git(&clone, &["branch", "origin/HEAD"]);
    git(&clone, &["checkout", "--quiet", "-b", "topic"]);
    second(&clone);
    git(&clone, &["add", "--all", "."]);
    git(&clone, &["commit", "--quiet", "--message", "Second"]);
    // What the default branch has gained since is not of this branch.
    write(
        &origin.join("watchers/bucket-cors.toml"),
        toml("PutBucketCors", "", "")
            .replace("[[test]]\n", "[[test]]\nmatches = false\n")
            .replace("PutBucketCors.json", "DeleteBucket.json"),
    );
    git(&origin, &["add", "."]);
    git(&origin, &["commit", "--quiet", "--message", "Third"]);
    git(&clone, &["fetch", "--quiet"]);
    let (text, errors, _) = plan(&clone, &[]);
    assert_eq!(errors, "");
    let expected = format!("From origin/trunk at {commit} to the working folder: ");
    assert!(text.starts_with(&expected), "{text}");
    assert!(!text.contains("bucket-cors"), "{text}");
    assert!(from(&plan(&clone, &["--from", "topic"]).0).ends_with(": nothing changes"));
    assert!(from(&plan(&clone, &["--from", &commit[..7]]).0).starts_with(&format!("From {commit} to")));
    assert!(plan(&clone, &["--from", "origin/trunk"]).0.contains("bucket-cors"));

    let (_, errors, code) = plan(&clone, &["--from", "nowhere"]);
    assert!(errors.contains("--from nowhere: this is neither a folder"), "{errors}");
    assert_eq!(code, Some(2));
    let url = format!("file://{}", origin.canonicalize().unwrap().display());
    git(&folder, &["clone", "--quiet", "--depth", "1", &url, "shallow"]);
    git(&folder.join("shallow"), &["fetch", "--quiet", "--depth", "1", &url, "trunk"]);
    git(&folder.join("shallow"), &["checkout", "--quiet", "--orphan", "alone"]);
    git(&folder.join("shallow"), &["commit", "--quiet", "--message", "Alone"]);
    let (_, errors, code) = plan(&folder.join("shallow"), &[]);
    assert!(errors.contains("have no common commit here") && errors.contains("fetch-depth: 0"), "{errors}");
    assert_eq!(code, Some(2));
}

#[test]
fn what_cannot_be_read_is_not_compared_and_said() {
    let folder = made("plan-findings");
    let after = folder.join("after");
    write(&after.join("watchers/bucket-policy.toml"), "severity = \"high\"\n");
    let (text, errors, code) = plan(&after, &["--from", "../before", "--exit-code"]);
    assert!(errors.contains("watchers/bucket-policy.toml"), "{errors}");
    assert!(text.contains("not compared, for their findings: bucket-policy"), "{text}");
    assert!(text.contains("the rules are not compared") && !text.contains("\nRules\n"), "{text}");
    assert!(!text.contains("alice calls PutBucketPolicy"), "{text}");
    assert_eq!(code, Some(1));
    let found = report(&after, &["--from", "../before"]);
    assert_eq!(
        (&found["complete"], &found["left_out"], &found["rules"]),
        (&json!(false), &json!(["bucket-policy"]), &Value::Null)
    );
    let (text, _, _) = plan(&after, &["--from", "../before", "--format", "markdown"]);
    assert!(text.contains("**Not compared**, for their findings: `bucket-policy`."), "{text}");
    outside_of_code(&text);

    project(&after, "[channels\n", &[]);
    let (_, errors, code) = plan(&after, &["--from", "../before"]);
    assert!(errors.contains("no watcher of one of the two states can be read"), "{errors}");
    assert_eq!(code, Some(2));
}

#[test]
fn nothing_of_a_pull_request_is_markup() {
    let folder = scratch("plan-hostile");
    let text = |value: &str| serde_json::to_string(value).unwrap();
    let named = |number: usize| format!("watcher-{number}");
    let all: String = HOSTILE.join(" ");
    let state = |folder: &Path, change: bool| {
        let mut config = CHANNELS.to_owned();
        let mut watchers = Vec::new();
        for (number, hostile) in HOSTILE.into_iter().enumerate() {
            let title = if change { format!("now {hostile}") } else { "{{bucket}}".to_owned() };
            let test = format!("\n[[test]]\nname = {}\nevent = \"hostile-{number}.json\"\n", text(hostile));
            let ignore = if change && number % 2 == 0 {
                format!(
                    "\n[[ignore]]\nreason = {}\npattern.detail.eventName = [\"CreateBucket\"]\n",
                    text(hostile)
                )
            } else {
                String::new()
            };
            let body =
                toml("DeleteBucket", &format!("title = {}\n", text(&title)), &format!("{ignore}#[[test]]"));
            let call = if number == 3 && change { "CreateBucket" } else { "DeleteBucket" };
            watchers.push((named(number), format!("{}\n{test}", body.replace("DeleteBucket", call))));
            write(
                &folder.join(format!("tests/events/hostile-{number}.json")),
                event("CreateBucket", hostile).replace("CreateBucket", "DeleteBucket"),
            );
        }
        if change {
            let _ = write!(
                config,
                "\n[accounts]\n123456789012 = {}\n\n[[ignore]]\nreason = {}\nuntil = 2026-12-01\npattern.account = [{}]\n",
                text(&all),
                text(&all),
                text(&all)
            );
            let _ = write!(
                config,
                "\n[[override]]\nwatchers = [\"watcher-4\"]\n[[override.ignore]]\nreason = {}\npattern.account = [\"123456789012\"]\n",
                text(&all)
            );
        }
        let watchers: Vec<(&str, String)> =
            watchers.iter().map(|(name, text)| (&**name, text.clone())).collect();
        project(folder, &config, &watchers);
    };
    state(&folder.join("before"), false);
    state(&folder.join("after"), true);
    let (text, errors, _) = plan(&folder.join("after"), &["--from", "../before", "--format", "markdown"]);
    assert!(!errors.contains("error"), "{errors}");
    let outside = outside_of_code(&text);
    for word in
        ["octocat", "evil", "#1", "alert(", "heading", "item", "bold", "tada", "reversed", "quote", "someone"]
    {
        assert!(text.contains(word), "{word} is not shown at all: {text}");
        assert!(!outside.contains(word), "{word} is outside of code: {outside}");
    }
    for hidden in ['\u{202e}', '\u{200b}', '\r'] {
        assert!(!text.contains(hidden));
    }
    let (text, _, _) = plan(&folder.join("after"), &["--from", "../before"]);
    assert!(!text.contains('\u{202e}'), "{text}");
}

#[test]
fn a_comment_is_never_too_long() {
    let folder = scratch("plan-long");
    for (side, word, calls) in [("before", "old", [0, 1]), ("after", "new", [0, 2])] {
        let long = "`<@|".repeat(200);
        let mut watchers = Vec::new();
        for number in 0..60 {
            for call in calls {
                let name = format!("{}-{number}-{}", CALLS[call].to_lowercase(), "x".repeat(40));
                let lines = format!("{word} {long}\n").repeat(18);
                let ignore = format!(
                    "\n[[ignore]]\nreason = \"{word}{long}\"\nuntil = 2026-12-0{}\npattern.account = [\"1\", \"{long}{word}\"]\n",
                    number % 9 + 1
                );
                let text = toml(CALLS[call], "", &ignore).replace("by {{actor}}", &lines);
                watchers.push((name, text));
            }
        }
        let watchers: Vec<(&str, String)> =
            watchers.iter().map(|(name, text)| (&**name, text.clone())).collect();
        project(&folder.join(side), CHANNELS, &watchers);
    }
    let (text, errors, _) = plan(&folder.join("after"), &["--from", "../before", "--format", "markdown"]);
    assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
    assert!(text.contains("\nand 110 more"), "{errors} {text}");
    outside_of_code(&text);
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}
