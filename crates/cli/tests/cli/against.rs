//! `watcher backtest --against`: which alerts are added, removed or changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use serde_json::{Value, json};

use crate::backtest::keys;
use crate::support::{check, git, path, run, scratch, watcher, write};

fn record(id: u32, name: &str, bucket: &str, user: &str) -> Value {
    json!({
        "eventVersion": "1.11", "userIdentity": {"type": "IAMUser", "userName": user, "accountId": "123456789012",
            "arn": format!("arn:aws:iam::123456789012:user/{user}")},
        "eventTime": format!("2026-01-{:02}T08:30:00Z", 1 + id % 28), "eventSource": "s3.amazonaws.com",
        "eventName": name, "awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.10",
        "userAgent": "aws-cli/2.31.0", "requestParameters": {"bucketName": bucket}, "responseElements": null,
        "eventID": format!("00000000-0000-4000-8000-{id:012}"), "readOnly": false, "eventType": "AwsApiCall",
        "managementEvent": true, "recipientAccountId": "123456789012", "eventCategory": "Management",
    })
}

pub(crate) const CONFIG: &str = "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n\n\
                      [channels.mail]\nsns = { topic = \"env:ACCOUNT_TOPIC_ARN\" }\n";

pub(crate) fn toml(call: &str, severity: &str, channels: &str, rest: &str) -> String {
    format!(
        "title = \"{call}\"\nseverity = \"{severity}\"\nchannels = [{channels}]\nmessage = \"{{{{bucket}}}} by {{{{actor}}}}\"\n\n\
         [pattern]\nsource = [\"aws.s3\"]\ndetail.eventName = [\"{call}\"]\n\n\
         [fields]\nbucket = \"$.detail.requestParameters.bucketName\"\n{rest}"
    )
}

/// Writes a project: watchers by name.
pub(crate) fn project(folder: &Path, watchers: &[(&str, String)]) {
    let _ = fs::remove_dir_all(folder.join("watchers"));
    write(&folder.join("account-watcher.toml"), CONFIG);
    for (name, text) in watchers {
        write(&folder.join(format!("watchers/{name}.toml")), text);
    }
}

const IGNORE: &str =
    "\n[[ignore]]\nreason = \"bob cleans up\"\npattern.detail.userIdentity.userName = [\"bob\"]\n";

/// The watchers before the change, and after it: one of each kind of change.
pub(crate) fn sides() -> [Vec<(&'static str, String)>; 2] {
    let mail = "\"mail\"";
    let group = "\n[group]\nby = [\"actor\"]\nwindow = \"24h\"\n";
    let off = |text: String| format!("enabled = false\n{text}");
    [
        vec![
            ("bucket-deleted", toml("DeleteBucket", "medium", mail, IGNORE)),
            ("bucket-made", toml("CreateBucket", "low", mail, "")),
            ("cors-set", toml("PutBucketCors", "low", mail, "")),
            ("grouped", toml("PutBucketTagging", "low", mail, "")),
            ("policy-gone", toml("DeleteBucketPolicy", "low", mail, "")),
            ("same", toml("PutBucketAcl", "low", mail, "")),
            ("switched", off(toml("PutBucketPolicy", "low", mail, ""))),
        ],
        vec![
            ("bucket-created", toml("CreateBucket", "low", mail, "")),
            ("bucket-deleted", toml("DeleteBucket", "high", "\"mail\", \"security\"", "")),
            ("cors-set", toml("PutBucketCors", "low", mail, "").replace("by {{", "was set by {{")),
            ("grouped", toml("PutBucketTagging", "low", mail, group)),
            ("logging-set", toml("PutBucketLogging", "low", mail, "")),
            ("same", toml("PutBucketAcl", "low", mail, "")),
            ("switched", toml("PutBucketPolicy", "low", mail, "")),
        ],
    ]
}

fn logs() -> Vec<Value> {
    let calls = [
        "DeleteBucket",
        "CreateBucket",
        "PutBucketCors",
        "PutBucketTagging",
        "DeleteBucketPolicy",
        "PutBucketAcl",
        "PutBucketPolicy",
        "PutBucketLogging",
    ];
    let mut records = Vec::new();
    for (number, call) in (0..).zip(calls) {
        records.push(record(number, call, "demo", "alice"));
        records.push(record(number + 28, call, "other", "bob"));
        records.push(record(number + 56, call, "third", "alice"));
    }
    records
}

/// Both projects and the logs in a folder.
pub(crate) fn made(name: &str) -> PathBuf {
    let folder = scratch(name);
    let [before, after] = sides();
    project(&folder.join("before"), &before);
    project(&folder.join("after"), &after);
    write(&folder.join("logs/all.json"), json!({"Records": logs()}).to_string());
    folder
}

pub(crate) fn against(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = run(watcher(folder, &[&["backtest", "--against"], arguments].concat()), "");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

pub(crate) fn report(folder: &Path, arguments: &[&str]) -> Value {
    let (out, errors, _) = against(folder, &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {errors}"))
}

#[test]
fn every_format_says_what_changes() {
    let folder = made("against-formats");
    for format in ["text", "json", "markdown", "github"] {
        let arguments = ["backtest", "../logs", "--against", "../before", "--format", format];
        check(&format!("out/against-{format}.out"), &folder.join("after"), &arguments, "");
    }
}

#[test]
fn a_notice_stands_where_the_change_was_made() {
    let folder = made("against-override");
    let [before, _] = sides();
    let after = folder.join("overridden");
    project(&after, &before);
    // By an override alone, by one and its file, and by its file.
    let overrides = "\n[[override]]\nwatchers = [\"bucket-made\", \"cors-set\"]\nseverity = \"critical\"\n";
    write(&after.join("account-watcher.toml"), format!("{CONFIG}{overrides}"));
    for name in ["cors-set", "same"] {
        let file = after.join(format!("watchers/{name}.toml"));
        write(&file, fs::read_to_string(&file).unwrap().replace("by {{", "was set by {{"));
    }
    let (out, errors, _) = against(&after, &["../before", "../logs", "--format", "github"]);
    let places: Vec<&str> =
        out.lines().filter_map(|line| line.strip_prefix("::notice file=")?.split(",title").next()).collect();
    let expected =
        ["account-watcher.toml,line=9", "watchers/cors-set.toml,line=1", "watchers/same.toml,line=1"];
    assert_eq!(places, expected, "{out}{errors}");
}

#[test]
fn each_kind_of_change_has_its_reason() {
    let folder = made("against-reasons");
    let report = report(&folder.join("after"), &["../before", "../logs"]);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for alert in report["alerts"].as_array().unwrap() {
        let why = alert["why"]["kind"].as_str().unwrap_or("-");
        let text = format!("{} {why}", alert["change"].as_str().unwrap());
        found.entry(alert["watcher"].as_str().unwrap().to_owned()).or_default().push(text);
    }
    let of = |name: &str| found.get(name).map(|texts| texts.join(", ")).unwrap_or_default();
    // In the order of their days: demo, other (bob's), third.
    assert_eq!(of("bucket-deleted"), "changed -, added ignored, changed -");
    assert_eq!(of("cors-set"), "changed -, changed -, changed -");
    assert_eq!(of("grouped"), "changed -");
    assert_eq!(of("policy-gone"), "removed no-watcher, removed no-watcher, removed no-watcher");
    assert_eq!(of("logging-set"), "added no-watcher, added no-watcher, added no-watcher");
    assert_eq!(of("switched"), "added off, added off, added off");
    assert_eq!((of("same"), of("bucket-made"), of("bucket-created")), Default::default());
    let renamed = report["watchers"].as_array().unwrap().iter();
    let renamed: Vec<_> = renamed.filter(|watcher| !watcher["renamed_from"].is_null()).collect();
    assert_eq!(renamed.len(), 1);
    assert_eq!(
        (&renamed[0]["name"], &renamed[0]["renamed_from"]),
        (&json!("bucket-created"), &json!("bucket-made"))
    );
}

#[test]
fn the_page_describes_every_key() {
    let page = fs::read_to_string(path("../../../docs/backtest.md")).unwrap();
    let page = page.split("With `--against` it is another object").nth(1).unwrap();
    let folder = made("against-keys");
    let mut found = BTreeSet::new();
    keys(&report(&folder.join("after"), &["../before", "../logs"]), &mut found);
    // What is as in the other object is described there.
    for key in ["first", "last", "days", "missing", "mean", "least", "most"] {
        assert!(found.remove(key), "{key}");
    }
    let missing: Vec<_> = found.iter().filter(|key| !page.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/backtest.md does not name {missing:?}");
}

/// What one side has more is what the two reports, each alone, differ by.
#[test]
fn the_figures_are_those_of_each_side_alone() {
    let folder = made("against-figures");
    let both = report(&folder.join("after"), &["../before", "../logs"]);
    for side in ["before", "after"] {
        let output = run(watcher(&folder.join(side), &["backtest", "../logs", "--format", "json"]), "");
        let alone: Value = serde_json::from_slice(&output.stdout).unwrap();
        for channel in alone["channels"].as_array().unwrap() {
            let compared = both["channels"].as_array().unwrap().iter().find(|c| c["name"] == channel["name"]);
            for key in ["messages", "weekly", "worst_day"] {
                assert_eq!(compared.unwrap()[side][key], channel[key], "{side} {channel}");
            }
        }
        for watcher in
            alone["watchers"].as_array().unwrap().iter().filter(|w| w["silence"]["reason"] != "off")
        {
            let is_it = |w: &&Value| {
                w["name"] == watcher["name"] || side == "before" && w["renamed_from"] == watcher["name"]
            };
            let compared = both["watchers"].as_array().unwrap().iter().find(is_it).unwrap();
            for key in ["alerts", "grouped", "summaries", "weekly"] {
                assert_eq!(compared[side][key], watcher[key], "{side} {watcher}");
            }
        }
    }
}

#[test]
fn what_one_side_cannot_read_is_compared_on_neither() {
    let folder = made("against-faulty");
    write(&folder.join("before/watchers/same.toml"), "title = 7\n");
    let (out, errors, code) = against(&folder.join("after"), &["../before", "../logs", "--format", "json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&report["left_out"], code), (&json!(["same"]), Some(1)));
    assert!(errors.contains("../before/watchers/same.toml:1:"), "{errors}");
    assert!(report["watchers"].as_array().unwrap().iter().all(|watcher| watcher["name"] != "same"));
    // A revision's findings are shown as git writes its files.
    let repository = folder.join("repository");
    fs::rename(folder.join("before"), &repository).unwrap();
    git(&repository, &["init", "--quiet", "--initial-branch", "main"]);
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "--quiet", "--message", "Before"]);
    project(&repository, &sides()[1]);
    let (out, errors, _) = against(&repository, &["main", "../logs", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), report);
    assert!(errors.contains("main:watchers/same.toml:1:"), "{errors}");
    // Nothing at all is left of a project without channels.
    write(&repository.join("account-watcher.toml"), "[channels]\n");
    git(&repository, &["commit", "--quiet", "--all", "--message", "Broken"]);
    project(&repository, &sides()[1]);
    let (_, errors, code) = against(&repository, &["main", "../logs"]);
    assert!(errors.contains("--against main: no watcher of that project can be read"), "{errors}");
    assert_eq!(code, Some(2));
}

/// Standard input can be read only once.
#[test]
fn the_events_are_read_once() {
    let folder = made("against-once");
    let text = json!({"Records": logs()}).to_string();
    let arguments = ["backtest", "--against", "../before", "--format", "json", "-"];
    let output = run(watcher(&folder.join("after"), &arguments), &text);
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read, report(&folder.join("after"), &["../before", "../logs"]));
}

#[test]
fn one_watcher_is_compared_under_both_of_its_names() {
    let folder = made("against-one");
    let one = report(&folder.join("after"), &["../before", "../logs", "--watcher", "bucket-created"]);
    let watchers = one["watchers"].as_array().unwrap();
    assert_eq!((watchers.len(), &watchers[0]["renamed_from"]), (1, &json!("bucket-made")));
    assert_eq!(one["alerts"], json!([]));
    let (_, errors, code) =
        against(&folder.join("after"), &["../before", "../logs", "--watcher", "bucket-creatd"]);
    assert!(errors.contains("there is no watcher `bucket-creatd`"), "{errors}");
    assert_eq!(code, Some(2));
}

#[test]
fn formats_of_comments_need_something_to_compare_with() {
    let output = run(watcher(&path("projects/shop"), &["backtest", "--format", "markdown", "."]), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("--format markdown and github go with --against REF"), "{errors}");
    assert_eq!(output.status.code(), Some(2));
}

pub(crate) const HOSTILE: [&str; 8] = [
    "@octocat see #1 and https://evil.example",
    "`` ` ``` </details><img src=x onerror=alert(1)>",
    "| a | b |\n|---|---|\n\n# heading\n\n- item",
    "[click](https://evil.example) ![x](https://evil.example/x.png)",
    "<!-- --><script>alert(1)</script>",
    "*bold* ~~gone~~ $x$ :tada: \\` \\| ``````````",
    "\u{202e}reversed\u{200b}hidden\r\n> quote",
    "www.evil.example someone@evil.example",
];

/// What a comment holds beside code, as a Markdown parser reads it.
pub(crate) fn outside_of_code(markdown: &str) -> String {
    let (mut outside, mut in_block) = (String::new(), false);
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Text(_) if in_block => {}
            Event::Text(text) => outside += &text,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) if *language == *"diff" => {
                in_block = true;
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Start(Tag::BlockQuote(Some(BlockQuoteKind::Caution))) => {}
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = [
                    "<!-- watcher backtest -->",
                    "<details><summary>Alerts added: ",
                    "<details><summary>Alerts removed: ",
                    "<details><summary>Alerts changed: ",
                    "<!-- watcher changes -->",
                    "<details><summary>Renamed: ",
                    "<details><summary>Changed: ",
                    "<details><summary>Shared ignores<",
                    "<!-- watcher plan -->",
                    "<details><summary>What changes in ",
                    "<details><summary>New alerts: ",
                    "<details><summary>account-watcher.toml<",
                    "<details><summary>Rules: ",
                    "</details>",
                ];
                assert!(ours.iter().any(|tag| html.starts_with(tag)), "{html}");
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_) | Tag::BlockQuote(_))
            | Event::End(TagEnd::Link | TagEnd::Image) => panic!("{event:?} in {markdown}"),
            _ => {}
        }
    }
    outside
}

#[test]
fn nothing_of_an_event_is_markup() {
    let folder = scratch("against-hostile");
    let titled = |text: &str| text.replace("title = \"DeleteBucket\"", "title = \"{{bucket}}\"");
    let base = toml("DeleteBucket", "medium", "\"mail\"", "");
    project(
        &folder.join("before"),
        &[("changed", titled(&base)), ("other", toml("CreateBucket", "low", "\"mail\"", ""))],
    );
    let after = titled(&base).replace("by {{", "was deleted by {{");
    let ignore = "\n[[ignore]]\nreason = \"@octocat [x](https://evil.example) `\"\npattern.detail.awsRegion = [\"eu-west-1\"]\n";
    project(
        &folder.join("after"),
        &[("changed", after), ("other", toml("CreateBucket", "low", "\"mail\"", ignore))],
    );
    let hostile = || (0..).zip(HOSTILE);
    let mut records: Vec<Value> =
        hostile().map(|(id, text)| record(id, "DeleteBucket", text, text)).collect();
    records.extend(hostile().map(|(id, text)| record(id + 100, "CreateBucket", text, text)));
    write(&folder.join("logs.json"), json!({"Records": records}).to_string());
    let (text, errors, _) =
        against(&folder.join("after"), &["../before", "../logs.json", "--format", "markdown"]);
    assert_eq!(errors, "");
    let outside = outside_of_code(&text);
    for word in
        ["octocat", "evil", "#1", "alert(", "heading", "item", "bold", "tada", "reversed", "quote", "someone"]
    {
        assert!(text.contains(word), "{word} is not shown at all");
        assert!(!outside.contains(word), "{word} is outside of code: {outside}");
    }
    for hidden in ['\u{202e}', '\u{200b}', '\r'] {
        assert!(!text.contains(hidden));
    }
}

#[test]
fn a_comment_is_never_too_long() {
    let folder = scratch("against-long");
    let long = |number: u32| format!("{number}{}", "`<@|".repeat(500));
    let watchers = |message: &str, calls: [&str; 2]| -> Vec<(String, String)> {
        let name = |call: &str, number| format!("{}-{number}-{}", call.to_lowercase(), "x".repeat(48));
        let toml = |call: &str| {
            toml(call, "low", "\"mail\"", "")
                .replace("by {{actor}}", message)
                .replace("title = \"", "title = \"{{bucket}} {{bucket}} ")
        };
        (0..40).flat_map(|number| calls.map(|call| (name(call, number), toml(call)))).collect()
    };
    for (side, message, calls) in [
        ("before", "old", ["DeleteBucket", "CreateBucket"]),
        ("after", "new", ["DeleteBucket", "PutBucketAcl"]),
    ] {
        let watchers = watchers(message, calls);
        let watchers: Vec<(&str, String)> = watchers.iter().map(|(n, t)| (n.as_str(), t.clone())).collect();
        project(&folder.join(side), &watchers);
    }
    let calls = ["DeleteBucket", "CreateBucket", "PutBucketAcl"];
    let records: Vec<Value> = (0..30)
        .flat_map(|id| (0..).zip(calls).map(move |(n, call)| record(id * 3 + n, call, &long(id), &long(id))))
        .collect();
    write(&folder.join("logs.json"), json!({"Records": records}).to_string());
    let (text, errors, _) =
        against(&folder.join("after"), &["../before", "../logs.json", "--format", "markdown"]);
    assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
    assert!(text.contains("and 1,180 more") && text.contains("and 70 more watchers"), "{errors} {text}");
    outside_of_code(&text);
}
