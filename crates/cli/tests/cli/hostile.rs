//! Folders that nobody would make on purpose: right counts, no crash, clear lines, exit code 2.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use serde_json::{Value, json};

use crate::backtest::{deletion, log};
use crate::support::{gzip, path, run, scratch, watcher, write};

fn record(id: u32) -> Value {
    deletion(id, "2026-01-12T08:30:00Z", "alice")
}

/// The report, the lines on standard error without the folder's name, and the exit code.
fn backtest(folder: &std::path::Path) -> (Value, Vec<String>, Option<i32>) {
    let args = ["backtest", "--format", "json", folder.to_str().unwrap()];
    let output = run(watcher(&path("projects/shop"), &args), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {errors}"));
    let lines = errors.lines().map(|line| line.replace(&format!("{}/", folder.display()), ""));
    (report, lines.collect(), output.status.code())
}

fn deleted(report: &Value) -> u64 {
    let all = report["watchers"].as_array().unwrap();
    let deleted = all.iter().find(|watcher| watcher["name"] == "s3-bucket-deleted").unwrap();
    deleted["alerts"].as_u64().unwrap() + deleted["grouped"].as_u64().unwrap()
}

#[test]
fn a_tree_with_links_and_other_things_is_read_once() {
    let folder = scratch("hostile-tree");
    write(&folder.join("real/2026/01/a.json.gz"), log(&[record(1)]));
    symlink("..", folder.join("real/2026/up")).unwrap();
    symlink(&folder, folder.join("real/whole")).unwrap();
    symlink("real/2026", folder.join("again")).unwrap();
    let elsewhere = scratch("hostile-elsewhere");
    write(&elsewhere.join("b.json.gz"), log(&[record(2)]));
    symlink(&elsewhere, folder.join("elsewhere")).unwrap();
    symlink("nowhere", folder.join("x-broken")).unwrap();
    symlink("y-itself", folder.join("y-itself")).unwrap();
    assert!(Command::new("mkfifo").arg(folder.join("z-pipe")).status().unwrap().success());
    let (report, lines, status) = backtest(&folder);
    assert_eq!((&report["events"], deleted(&report)), (&json!(2), 2), "{lines:?}");
    let expected = [
        "x-broken: cannot be read: No such file",
        "y-itself: cannot be read: ",
        "z-pipe: cannot be read: it is no regular file",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(&format!("error: {expected}")), "{line}");
    }
    assert_eq!(status, Some(2));
}

/// Whoever may read everything reads this too; anybody else hears of it.
#[test]
fn a_file_without_permission_is_one_line() {
    let folder = scratch("hostile-permission");
    write(&folder.join("a.json.gz"), log(&[record(1)]));
    write(&folder.join("b.json.gz"), log(&[record(2)]));
    let file = folder.join("a.json.gz");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    let is_readable = fs::read(&file).is_ok();
    let (report, lines, status) = backtest(&folder);
    let (events, expected, code): (_, &[&str], _) = if is_readable {
        (2, &[], 0)
    } else {
        (1, &["error: a.json.gz: cannot be read: Permission denied (os error 13)"], 2)
    };
    assert_eq!(
        (&report["events"], lines, status),
        (&json!(events), expected.iter().map(|line| (*line).to_owned()).collect(), Some(code))
    );
}

#[test]
fn records_that_are_long_deep_or_not_unicode() {
    let folder = scratch("hostile-records");
    let with = |id: u32, parameters: &str| {
        record(id).to_string().replacen(
            "\"requestParameters\":{",
            &format!("\"requestParameters\":{{\"x\":{parameters},"),
            1,
        )
    };
    let long = with(1, &format!("\"{}\"", "é".repeat(150_000)));
    let deep = with(2, &format!("{}{}", "[".repeat(20_000), "]".repeat(20_000)));
    let log = gzip(&format!("{{\"Records\":[{long},{deep},{}]}}", record(3)));
    write(&folder.join("a.json.gz"), log);
    let mut bytes =
        format!("{{\"Records\":[{},{},{}]}}", record(4), with(5, "\"?\""), record(6)).into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xff;
    write(&folder.join("b.json"), bytes);
    let (report, lines, status) = backtest(&folder);
    let deep_why = lines.first().cloned().unwrap_or_default();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(deep_why.starts_with("error: a.json.gz:1, record 2: "), "{deep_why}");
    assert_eq!(lines[1], "error: b.json:1, record 2: the record is not UTF-8 text");
    assert_eq!((deleted(&report), &report["faults"], status), (4, &json!(2), Some(2)), "{lines:?}");
}

/// 200 MB of spaces and one record: what is packed well is read as anything else is.
#[test]
fn a_small_file_that_unpacks_to_much() {
    let folder = scratch("hostile-bomb");
    let spaces = " ".repeat(200 << 20);
    write(&folder.join("a.json.gz"), gzip(&format!("{{\"Records\":[{spaces}{}]}}", record(1))));
    let (report, lines, status) = backtest(&folder);
    assert_eq!((&report["events"], deleted(&report), lines, status), (&json!(1), 1, Vec::new(), Some(0)));
}
