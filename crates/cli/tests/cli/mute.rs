//! `watcher mute`: where the ignore goes, what it compares, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{run, scratch, watcher, write};

const CONFIG: &str = "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n";

fn record(id: u32, user: &str, bucket: &str) -> Value {
    json!({
        "eventVersion": "1.11", "eventTime": "2026-01-12T08:30:00Z", "eventSource": "s3.amazonaws.com",
        "userIdentity": {"type": "IAMUser", "userName": user, "accountId": "123456789012",
            "arn": format!("arn:aws:iam::123456789012:user/{user}")},
        "eventName": "DeleteBucket", "awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.10",
        "userAgent": "aws-cli/2.31.0", "requestParameters": {"bucketName": bucket}, "responseElements": null,
        "eventID": format!("00000000-0000-4000-8000-{id:012}"), "readOnly": false, "eventType": "AwsApiCall",
        "managementEvent": true, "recipientAccountId": "123456789012", "eventCategory": "Management",
    })
}

/// A project with a watcher of `alice`'s deleted buckets, and events of others.
fn project(name: &str) -> PathBuf {
    let project = scratch(name);
    write(&project.join("account-watcher.toml"), CONFIG);
    fs::create_dir(project.join("watchers")).unwrap();
    let made = run(watcher(&project, &["new", "s3:DeleteBucket"]), "");
    assert_eq!(made.status.code(), Some(0));
    write(&project.join("bob.json"), record(1, "bob", "demo").to_string());
    let records = [record(1, "bob", "demo"), record(2, "eve", "other"), record(2, "eve", "other")];
    write(&project.join("logs/all.json"), json!({"Records": records}).to_string());
    project
}

fn mute(project: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let fixed = ["mute", "--today", "2026-01-12"];
    let output = run(watcher(project, &[&fixed, arguments].concat()), "");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

const WHY: [&str; 4] = ["--reason", "it's planned", "--days", "7"];

#[test]
fn the_ignore_goes_into_the_watchers_own_file_where_ignores_stand() {
    let project = project("mute-own");
    let file = project.join("watchers/s3-bucket-deleted.toml");
    let before = fs::read_to_string(&file).unwrap();
    let expected = "[[ignore]]\nreason = \"it's planned\"\nuntil = 2026-01-18\n\
                    pattern.detail.userIdentity.arn = [\"arn:aws:iam::123456789012:user/bob\"]\n\
                    pattern.detail.requestParameters.bucketName = [\"demo\"]\n\n";
    let arguments = [&["bob.json", "--by", "who,bucket"], &WHY[..]].concat();
    let (diff, _, code) = mute(&project, &[&arguments[..], &["--diff"]].concat());
    let added = diff.lines().filter_map(|line| line.strip_prefix('+')).skip(1);
    let added: String = added.flat_map(|line| [line, "\n"]).collect();
    assert_eq!((added.as_str(), code), (expected, Some(0)));
    assert_eq!(fs::read_to_string(&file).unwrap(), before);

    let (out, errors, code) = mute(&project, &arguments);
    let said = "watchers/s3-bucket-deleted.toml: s3-bucket-deleted is silent until 2026-01-18 for who \
                arn:aws:iam::123456789012:user/bob, bucket demo\n";
    assert_eq!((out.as_str(), errors.as_str(), code), (said, "", Some(0)));
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        before.replacen("[[test]]", &format!("{expected}[[test]]"), 1)
    );
    // Only what was meant, and only until then.
    let tried = |event: &str, today: &str| {
        let output = run(watcher(&project, &["try", "--today", today, event]), "");
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(tried("bob.json", "2026-01-18").contains("ignored, nothing is sent: it's planned"));
    assert!(!tried("bob.json", "2026-01-19").contains("ignored"));
    write(&project.join("other.json"), record(3, "bob", "other").to_string());
    assert!(!tried("other.json", "2026-01-12").contains("ignored"));
    assert_eq!(run(watcher(&project, &["lint", "--today", "2026-01-12"]), "").status.code(), Some(0));
    let again = mute(&project, &arguments);
    let ignored = "error: bob.json: `s3-bucket-deleted` ignores this event already: it's planned\n";
    assert_eq!(again, (String::new(), ignored.to_owned(), Some(2)));
}

#[test]
fn a_shipped_watcher_gets_an_override() {
    let project = project("mute-shipped");
    let engine = project.join("engine");
    fs::create_dir_all(&engine).unwrap();
    fs::rename(project.join("watchers"), engine.join("watchers")).unwrap();
    fs::rename(project.join("tests"), engine.join("tests")).unwrap();
    fs::create_dir(project.join("watchers")).unwrap();
    write(&engine.join("account-watcher.toml"), CONFIG);
    write(&engine.join("template.yaml"), "");
    let shipped = fs::read_to_string(engine.join("watchers/s3-bucket-deleted.toml")).unwrap();
    // Whatever its lines end with, and whether the last one does.
    for (config, line) in [
        (format!("{CONFIG}\n[shipped]\npath = \"engine\""), "\n"),
        (format!("{CONFIG}\n[shipped]\npath = \"engine\"\n").replace('\n', "\r\n"), "\r\n"),
    ] {
        write(&project.join("account-watcher.toml"), &config);
        let (out, errors, code) = mute(&project, &[&["bob.json"], &WHY[..]].concat());
        let said = "account-watcher.toml: s3-bucket-deleted is silent until 2026-01-18 for who \
                    arn:aws:iam::123456789012:user/bob\n";
        assert_eq!((out.as_str(), errors.as_str(), code), (said, "", Some(0)));
        let added = "\n[[override]]\nwatchers = [\"s3-bucket-deleted\"]\n\n[[override.ignore]]\nreason = \"it's planned\"\n\
                     until = 2026-01-18\npattern.detail.userIdentity.arn = [\"arn:aws:iam::123456789012:user/bob\"]\n";
        let expected = format!("{}{line}{}", config.trim_end(), added.replace('\n', line));
        assert_eq!(fs::read_to_string(project.join("account-watcher.toml")).unwrap(), expected);
    }
    assert_eq!(fs::read_to_string(engine.join("watchers/s3-bucket-deleted.toml")).unwrap(), shipped);
}

#[test]
fn an_event_of_many_is_found_by_its_id() {
    let project = project("mute-id");
    let id = "00000000-0000-4000-8000-000000000002";
    let (out, errors, code) = mute(&project, &[&["logs", "--id", id, "--override"], &WHY[..]].concat());
    let said = "account-watcher.toml: s3-bucket-deleted is silent until 2026-01-18 for who arn:aws:iam::123456789012:user/eve\n";
    assert_eq!((out.as_str(), errors.as_str(), code), (said, "", Some(0)));
    let expected = format!(
        "{CONFIG}\n[[override]]\nwatchers = [\"s3-bucket-deleted\"]\n\n[[override.ignore]]\nreason = \"it's planned\"\n\
         until = 2026-01-18\npattern.detail.userIdentity.arn = [\"arn:aws:iam::123456789012:user/eve\"]\n"
    );
    assert_eq!(fs::read_to_string(project.join("account-watcher.toml")).unwrap(), expected);
}

#[test]
fn what_would_hide_too_much_or_nothing_is_refused() {
    let project = project("mute-refused");
    let more = ["new", "s3:DeleteBucket,CreateBucket", "--name", "s3-buckets"];
    assert_eq!(run(watcher(&project, &more), "").status.code(), Some(0));
    write(
        &project.join("nothing.json"),
        record(1, "bob", "demo").to_string().replace("DeleteBucket", "GetBucketAcl"),
    );
    let file = fs::read_to_string(project.join("watchers/s3-bucket-deleted.toml")).unwrap();
    let one = ["--watcher", "s3-bucket-deleted"];
    let cases: [(&[&str], &[&str], i32, &str); 11] = [
        (
            &["bob.json"],
            &WHY,
            2,
            "error: bob.json: several watchers alert for this event: name one with --watcher: s3-bucket-deleted, s3-buckets\n",
        ),
        (
            &["nothing.json"],
            &WHY,
            2,
            "error: nothing.json: no watcher alerts for this event: `watcher try` says why\n",
        ),
        (
            &["nothing.json", "--watcher", "s3-buckets"],
            &WHY,
            2,
            "error: nothing.json: `s3-buckets` does not alert for this event: `watcher try` says why\n",
        ),
        (&["bob.json", "--watcher", "s3-bucket"], &WHY, 2, "error: there is no watcher `s3-bucket`"),
        (
            &["logs"],
            &WHY,
            2,
            "error: logs: there are 3 events in it (DeleteBucket, DeleteBucket, DeleteBucket): give one of them",
        ),
        (&["logs", "--id", "x"], &WHY, 2, "error: logs: there is no event with the id x in it\n"),
        (
            &["bob.json", "--by", "object", one[0], one[1]],
            &WHY,
            2,
            "error: the event does not show `object`, or a pattern cannot compare it: use --by with one of\n  who arn:aws:iam::123456789012:user/bob\n  call DeleteBucket\n",
        ),
        (&["bob.json", one[0], one[1]], &["--reason", " ", "--days", "1"], 2, "error: the reason is empty"),
        (
            &["bob.json", one[0], one[1]],
            &["--reason", "x", "--until", "2026-01-11"],
            2,
            "error: the ignore would have ended before today, 2026-01-12: give a later day\n",
        ),
        (
            &["bob.json", one[0], one[1]],
            &["--reason", "x"],
            2,
            "error: the following required arguments were not provided",
        ),
        // All that its own tests show.
        (&["bob.json", "--by", "account", one[0], one[1]], &WHY, 1, "error"),
    ];
    for (arguments, why, code, expected) in cases {
        let (out, errors, found) = mute(&project, &[arguments, why].concat());
        assert!(errors.starts_with(expected), "{arguments:?}: {errors}");
        assert_eq!((out.as_str(), found), ("", Some(code)), "{arguments:?}: {errors}");
        assert_eq!(fs::read_to_string(project.join("watchers/s3-bucket-deleted.toml")).unwrap(), file);
        assert_eq!(fs::read_to_string(project.join("account-watcher.toml")).unwrap(), CONFIG);
    }
    let (_, errors, _) =
        mute(&project, &[&["bob.json", "--by", "account", one[0], one[1]], &WHY[..]].concat());
    assert!(errors.contains("nothing was written\n"), "{errors}");
}
