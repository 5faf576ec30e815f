//! `watcher try`: what it prints for events, in both formats.

use std::fs;

use crate::support::{check, path, run, scratch, watcher, write};

fn check_shop(expected: &str, args: &[&str]) {
    let args = [&["try", "--today", "2027-01-31"], args].concat();
    check(&format!("out/{expected}.out"), &path("projects/shop"), &args, "");
}

#[test]
fn an_event_for_every_kind_of_channel() {
    check_shop("try-match", &["tests/events/s3-bucket-deleted.json"]);
    check_shop("try-match-json", &["--format", "json", "tests/events/s3-bucket-deleted.json"]);
}

/// A link and a text.
#[test]
fn every_kind_of_channel_shows_the_runbook() {
    let project = path("projects/runbooks");
    check("out/try-runbook.out", &project, &["try", "tests/events/s3-bucket-deleted.json"], "");
    check("out/list-runbook.out", &project, &["list", "--format", "json"], "");
}

#[test]
fn an_event_goes_where_a_route_leads_it() {
    let project = path("projects/forwarding");
    let events = ["tests/events/s3-bucket-deleted.json", "tests/events/staging-bucket-deleted.json"];
    check("out/try-route.out", &project, &[&["try"], &events[..]].concat(), "");
    check("out/try-route-json.out", &project, &[&["try", "--format", "json"], &events[..]].concat(), "");
}

#[test]
fn an_ignored_event_says_why() {
    check_shop("try-ignored", &["tests/events/ignored.json"]);
    check_shop("try-ignored-json", &["--format", "json", "tests/events/ignored.json"]);
}

#[test]
fn an_ignore_ends() {
    let args = ["try", "--format", "json", "--today", "2027-02-01", "tests/events/ignored.json"];
    check("out/try-ignore-ended.out", &path("projects/shop"), &args, "");
}

#[test]
fn many_events_arrive_or_do_not() {
    check_shop("try-several", &["tests/events/several.jsonl"]);
    check_shop("try-several-json", &["--format", "json", "tests/events/several.jsonl"]);
    check_shop("try-list", &["tests/events/list.json"]);
}

#[test]
fn standard_input_is_a_file_too() {
    let event = fs::read_to_string(path("projects/shop/tests/events/s3-bucket-deleted.json")).unwrap();
    let args = ["try", "--format", "json", "-", "tests/events/several.jsonl"];
    check("out/try-stdin.out", &path("projects/shop"), &args, &event);
}

#[test]
fn a_watcher_says_why_it_does_not_match() {
    let several = "tests/events/several.jsonl";
    check_shop("try-why", &["--watcher", "s3-bucket-deleted", several]);
    check_shop("try-why-json", &["--format", "json", "--watcher", "s3-bucket-deleted", several]);
    check_shop("try-why-or", &["--watcher", "ecs-task-failed", several]);
    check_shop("try-why-matches", &["--watcher", "s3-bucket-deleted", "tests/events/s3-bucket-deleted.json"]);
    check_shop(
        "try-why-switched-off",
        &["--watcher", "iam-user-created", "tests/events/s3-bucket-deleted.json"],
    );
}

#[test]
fn what_is_no_event_is_named_and_the_others_are_tried() {
    check_shop(
        "try-partly-broken",
        &["--format", "json", "tests/events/partly-broken.jsonl", "tests/events/none.json"],
    );
    check_shop("try-record", &["tests/events/record.json", "tests/events/log.json"]);
}

/// As `aws s3 sync` leaves a trail's bucket.
#[test]
fn a_folder_of_log_files_is_read() {
    let folder = scratch("try-folder");
    let record = fs::read_to_string(path("projects/shop/tests/events/record.json")).unwrap();
    let trail = folder.join("AWSLogs/123456789012");
    write(
        &trail.join("CloudTrail/eu-west-1/2026/01/12/b.json"),
        format!("{{\"Records\":[{record},{record}]}}"),
    );
    write(&trail.join("CloudTrail/us-east-1/2026/01/12/a.json"), format!("{{\"Records\":[{record}]}}"));
    write(
        &trail.join("CloudTrail-Digest/eu-west-1/2026/01/12/d.json"),
        "{\"digestStartTime\":\"2026-01-12T08:00:00Z\"}",
    );
    write(&trail.join(".DS_Store"), "x");
    let args = ["try", "--format", "json", folder.to_str().unwrap()];
    let output = run(watcher(&path("projects/shop"), &args), "");
    assert_eq!((String::from_utf8(output.stderr).unwrap(), output.status.code()), (String::new(), Some(0)));
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(lines.matches("\"name\":\"s3-bucket-deleted\"").count(), 3, "{lines}");
}

#[test]
fn a_template_that_fails_loses_no_alert() {
    let args = ["try", "tests/events/s3-bucket-deleted.json"];
    check("out/try-template-fails.out", &path("projects/template"), &args, "");
    let args = ["try", "--format", "json", "tests/events/s3-bucket-deleted.json"];
    check("out/try-template-fails-json.out", &path("projects/template"), &args, "");
    check("out/test-template-fails.out", &path("projects/template"), &["test"], "");
}

#[test]
fn sound_watchers_are_tried_beside_broken_ones() {
    let args = ["try", "--format", "json", "tests/events/s3-bucket-deleted.json"];
    check("out/try-broken.out", &path("projects/broken"), &args, "");
}
