//! `watcher backtest`: logs in, counts out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{check, gzip, path, run, scratch, watcher, write};

pub(crate) fn log(records: &[Value]) -> Vec<u8> {
    gzip(&json!({"Records": records}).to_string())
}

/// A deletion of a bucket in the shop, at this time.
pub(crate) fn deletion(id: u32, time: &str, user: &str) -> Value {
    json!({
        "eventVersion": "1.11", "userIdentity": {"type": "IAMUser", "userName": user, "accountId": "123456789012",
            "arn": format!("arn:aws:iam::123456789012:user/{user}")},
        "eventTime": time, "eventSource": "s3.amazonaws.com", "eventName": "DeleteBucket",
        "awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.10", "userAgent": "aws-cli/2.31.0",
        "requestParameters": {"bucketName": "demo"}, "responseElements": null,
        "eventID": format!("00000000-0000-4000-8000-{id:012}"), "readOnly": false, "eventType": "AwsApiCall",
        "managementEvent": true, "recipientAccountId": "123456789012", "eventCategory": "Management",
    })
}

fn named(mut record: Value, service: &str, name: &str) -> Value {
    record["eventSource"] = json!(format!("{service}.amazonaws.com"));
    record["eventName"] = json!(name);
    record
}

const TRAIL: &str = "AWSLogs/123456789012/CloudTrail";

/// A month of logs of the shop.
fn logs(name: &str) -> PathBuf {
    let folder = scratch(name);
    for day in (1..=28).filter(|day| ![12, 13].contains(day)) {
        let time = |clock: &str| format!("2026-01-{day:02}T{clock}Z");
        let mut records = vec![
            named(deletion(day * 100, &time("00:10:00"), "bob"), "s3", "ListBuckets"),
            named(deletion(day * 100 + 1, &time("00:11:00"), "bob"), "sqs", "CreateQueue"),
        ];
        for number in 0..day % 4 {
            records.push(deletion(day * 100 + 10 + number, &time(&format!("08:3{number}:00")), "alice"));
        }
        write(&folder.join(format!("{TRAIL}/eu-west-1/2026/01/{day:02}/{day}.json.gz")), log(&records));
    }
    folder
}

fn backtest(project: &Path, args: &[&str]) -> (Value, String, Option<i32>) {
    let output = run(watcher(project, &[&["backtest", "--format", "json"], args].concat()), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {errors}"));
    (report, errors, output.status.code())
}

#[test]
fn a_month_of_logs_for_people_and_for_programs() {
    let folder = logs("backtest-month");
    let shop = path("projects/shop");
    let folder = folder.to_str().unwrap();
    check("out/backtest.out", &shop, &["backtest", folder], "");
    check("out/backtest-json.out", &shop, &["backtest", "--format", "json", folder], "");
}

#[test]
fn filters_leave_out_what_they_say() {
    let folder = logs("backtest-filters");
    let folder = folder.to_str().unwrap();
    let shop = path("projects/shop");
    let all = backtest(&shop, &[folder]).0;
    let since = backtest(&shop, &["--since", "2026-01-20", "--until", "2026-01-22T08:31:00Z", folder]).0;
    // Days 20 and 21 whole; of day 22 two records and the first deletion.
    assert_eq!(since["events"], 2 + 3 + 2 + 1);
    assert_eq!(since["fate"]["filtered"], all["events"].as_u64().unwrap() - 8);
    for args in [["--account", "123456789012"], ["--region", "eu-west-1"]] {
        assert_eq!(backtest(&shop, &[&args[..], &[folder]].concat()).0["events"], all["events"]);
    }
    let one = backtest(&shop, &["--watcher", "s3-bucket-deleted", folder]).0;
    assert_eq!(one["watchers"].as_array().unwrap().len(), 1);
    let of = |report: &Value| {
        let watchers = report["watchers"].as_array().unwrap();
        watchers.iter().find(|watcher| watcher["name"] == "s3-bucket-deleted").unwrap().clone()
    };
    assert_eq!(of(&one), of(&all));
    let output = run(watcher(&shop, &["backtest", "--region", "eu-west-2", folder]), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("there are no events in the input: 93 were left out by --since"), "{errors}");
    assert_eq!(output.status.code(), Some(3));
    let output = run(watcher(&shop, &["backtest", "--since", "yesterday", folder]), "");
    assert!(String::from_utf8(output.stderr).unwrap().contains("write it like `2026-01-12`"));
}

/// Ten at once wait for the pace of a webhook, and for that of a workflow, which takes ten a minute. A mail waits for none: what is too much for its topic is summed up.
#[test]
fn only_what_has_to_take_turns_waits() {
    let folder = scratch("backtest-waits");
    let records: Vec<Value> = (0..10).map(|n| deletion(n, "2026-01-12T08:30:00Z", "alice")).collect();
    write(&folder.join("1.json.gz"), log(&records));
    let report = backtest(&path("projects/shop"), &[folder.to_str().unwrap()]).0;
    let waits: Vec<(&str, u64)> = report["channels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|channel| (channel["name"].as_str().unwrap(), channel["longest_wait"].as_u64().unwrap()))
        .collect();
    assert_eq!(waits, [("chat", 0), ("mail", 0), ("oncall", 54), ("security", 9)]);
}

/// Pasting each advice into account-watcher.toml saves what it says: for a watcher without a group, with one, and with
/// cases, whose severity and channels make groups of their own.
#[test]
fn advice_saves_what_it_says() {
    let folder = scratch("backtest-advice");
    for day in 1..=9 {
        let at = |minute: u32| format!("2026-01-{day:02}T08:{minute:02}:00Z");
        let mut records: Vec<Value> = (0..6).map(|n| deletion(day * 100 + n, &at(n * 9), "alice")).collect();
        records.push(deletion(day * 100 + 50, &at(5), "bob"));
        // Of three buckets, and now and then from another region.
        for (number, record) in records.iter_mut().enumerate() {
            record["requestParameters"]["bucketName"] = json!(match number {
                6 => "third",
                _ if number % 3 == 0 => "demo",
                _ => "other",
            });
            record["awsRegion"] = json!(if number % 4 == 3 { "us-east-1" } else { "eu-west-1" });
        }
        write(&folder.join(format!("{day}.json.gz")), log(&records));
    }
    let folder = folder.to_str().unwrap();
    let shop = path("projects/shop");
    let name = "watchers/s3-bucket-deleted.toml";
    let plain = fs::read_to_string(shop.join(name)).unwrap();
    let group = "\n[group]\nby = [\"bucket\"]\nwindow = \"50m\"\n";
    let case =
        "\n[[case]]\nwhen = 'eq region \"us-east-1\"'\nseverity = \"critical\"\nchannels = [\"oncall\"]\n";
    let variants = [
        ("plain", plain.clone(), &["group", "threshold", "ignore", "off"][..]),
        ("group", format!("{plain}{group}"), &["threshold", "ignore", "off"]),
        ("cases", format!("{plain}{case}"), &["group", "threshold", "ignore", "off"]),
    ];
    let project = |variant: &str, toml: &str| {
        let project = scratch(&format!("backtest-advice-{variant}"));
        write(&project.join(name), toml);
        for file in ["account-watcher.toml", "tests/events/s3-bucket-deleted.json"] {
            write(&project.join(file), fs::read(shop.join(file)).unwrap());
        }
        project
    };
    let messages = |report: &Value| {
        let watcher = &report["watchers"][0];
        watcher["alerts"].as_u64().unwrap() + watcher["summaries"].as_u64().unwrap()
    };
    for (variant, old, expected) in variants {
        let (report, errors, status) = backtest(&project(variant, &old), &[folder]);
        assert_eq!((status, errors.as_str()), (Some(0), ""), "{variant}");
        let advice = report["advice"].as_array().unwrap();
        let kinds: Vec<&str> = advice.iter().map(|advice| advice["change"].as_str().unwrap()).collect();
        assert_eq!(kinds, expected, "{variant}");
        for advice in advice {
            let change = advice["change"].as_str().unwrap();
            let toml = advice["toml"].as_str().unwrap();
            let changed = project(&format!("{variant}-{change}"), &old);
            let config = changed.join("account-watcher.toml");
            write(&config, format!("{}\n{toml}", fs::read_to_string(&config).unwrap()));
            let (changed, errors, _) = backtest(&changed, &[folder]);
            assert_eq!(advice["messages"], messages(&report), "{variant} {change}");
            assert_eq!(advice["messages_after"], messages(&changed), "{variant} {change}: {errors}");
            assert!(advice["messages_after"].as_u64() < advice["messages"].as_u64(), "{advice}");
        }
    }
}

/// The root of the repository, with the shipped watchers.
pub(crate) fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The records in the shipped watchers' example events, each with an id of its own.
pub(crate) fn shipped_records() -> Vec<Value> {
    let mut files: Vec<_> =
        fs::read_dir(shipped().join("tests/events")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut records = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "json")) {
        let event: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let is_record = event["detail-type"].as_str().is_some_and(|kind| kind.ends_with(" via CloudTrail"));
        if is_record && event["detail"]["eventType"].is_string() {
            let mut record = event["detail"].clone();
            record["eventID"] = json!(format!("00000000-0000-4000-8000-{:012}", records.len()));
            record["recipientAccountId"] = event["account"].clone();
            records.push(record);
        }
    }
    assert!(records.len() > 200, "{}", records.len());
    records
}

/// By watcher, the ids of the events that `try` sends something for, one by one.
fn tried(file: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let output = run(watcher(&shipped(), &["try", "--format", "json", file.to_str().unwrap()]), "");
    let mut tried: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if line["arrival"]["delivered"] != true {
            continue;
        }
        for found in line["watchers"].as_array().unwrap().iter().filter(|found| found["ignored"].is_null()) {
            let id = line["event_id"].as_str().unwrap().to_owned();
            tried.entry(found["name"].as_str().unwrap().to_owned()).or_default().insert(id);
        }
    }
    tried
}

#[test]
fn alerts_are_those_of_try_one_by_one() {
    let records = shipped_records();
    let folder = scratch("backtest-try");
    let lines = folder.join("records.jsonl");
    write(&lines, records.iter().map(Value::to_string).collect::<Vec<_>>().join("\n"));
    // One trail of an account, and one of an organization.
    for (at, record) in records.iter().enumerate() {
        let file = log(std::slice::from_ref(record));
        write(&folder.join(format!("one/{TRAIL}/us-east-1/2026/01/01/{at}.json.gz")), file);
    }
    for (at, chunk) in records.chunks(50).enumerate() {
        write(
            &folder.join(format!("all/AWSLogs/o-example/123456789012/CloudTrail/{at}.json.gz")),
            log(chunk),
        );
    }
    let tried = tried(&lines);
    assert!(tried.len() > 150, "{}", tried.len());
    for tree in ["one", "all"] {
        let (report, errors, status) = backtest(&shipped(), &[folder.join(tree).to_str().unwrap()]);
        assert_eq!((errors.as_str(), status), ("", Some(0)), "{tree}");
        assert_eq!(report["events"], records.len());
        let of = |watcher: &Value| watcher["alerts"].as_u64().unwrap() + watcher["grouped"].as_u64().unwrap();
        let backtested: BTreeMap<String, u64> = report["watchers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|watcher| (watcher["name"].as_str().unwrap().to_owned(), of(watcher)))
            .filter(|(_, alerts)| *alerts > 0)
            .collect();
        let expected: BTreeMap<String, u64> =
            tried.iter().map(|(name, events)| (name.clone(), events.len() as u64)).collect();
        assert_eq!(backtested, expected, "{tree}");
    }
}

#[test]
fn what_is_damaged_is_one_line_and_the_rest_is_counted() {
    let folder = scratch("backtest-damaged");
    let record = |id| deletion(id, "2026-01-12T08:30:00Z", "alice");
    let whole = log(&(0..50).map(record).collect::<Vec<_>>());
    write(&folder.join("a-cut.json.gz"), &whole[..whole.len() - 10]);
    write(
        &folder.join("b-broken.json"),
        format!(
            "{{\"Records\":[{},{{\"eventVersion\":\"1.11\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":}},{}]}}",
            record(100),
            record(101)
        ),
    );
    write(
        &folder.join("c-digest.json.gz"),
        gzip(
            "{\"awsAccountId\":\"123456789012\",\"digestStartTime\":\"2026-01-12T08:00:00Z\",\"logFiles\":[]}",
        ),
    );
    write(&folder.join("d-empty.json.gz"), gzip(""));
    write(&folder.join("e-empty.json"), "");
    write(&folder.join("f-eu-west-1.json.gz"), log(&[record(200)]));
    write(&folder.join("g-us-east-1.json.gz"), log(&[record(200)]));
    write(&folder.join("h-not.txt"), "these are notes\n");
    let (report, errors, status) = backtest(&path("projects/shop"), &[folder.to_str().unwrap()]);
    let errors = errors.replace(&format!("{}/", folder.display()), "");
    let expected = [
        "a-cut.json.gz: the file is cut off; what stands before that was read (50 records)",
        "b-broken.json:1, record 2: this is not JSON: expected value at column",
        "d-empty.json.gz: the file is empty",
        "e-empty.json: the file is empty",
        "h-not.txt:1, record 1: this is not JSON: expected ident at column 2",
    ];
    let lines: Vec<&str> = errors.lines().collect();
    assert_eq!(lines.len(), expected.len(), "{errors}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(&format!("error: {expected}")), "{line}");
    }
    assert_eq!(status, Some(2));
    assert_eq!((&report["events"], &report["faults"]), (&json!(54), &json!(5)));
    assert_eq!((&report["fate"]["digests"], &report["fate"]["duplicates"]), (&json!(1), &json!(1)));
    let deleted = report["watchers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|watcher| watcher["name"] == "s3-bucket-deleted")
        .unwrap();
    assert_eq!(deleted["alerts"].as_u64().unwrap() + deleted["grouped"].as_u64().unwrap(), 53);
}

/// All keys of a JSON value.
pub(crate) fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                // Days, accounts and regions are keys too, and no words.
                if key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
                    found.insert(key.clone());
                }
                keys(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn the_page_describes_every_key_of_the_json() {
    let page = fs::read_to_string(shipped().join("docs/backtest.md")).unwrap();
    let folder = logs("backtest-keys");
    let report = backtest(&path("projects/shop"), &[folder.to_str().unwrap()]).0;
    let mut found = BTreeSet::new();
    keys(&report, &mut found);
    assert!(found.contains("longest_wait") && found.len() > 40, "{found:?}");
    let missing: Vec<_> = found.iter().filter(|key| !page.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/backtest.md does not name {missing:?}");
}
