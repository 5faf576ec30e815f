//! `watcher athena`: patterns in, SQL out. That it loses nothing is held by tests/lake.

use crate::support::{check, path, run, scratch, watcher, write};

#[test]
fn one_watcher_and_all() {
    let shop = path("projects/shop");
    let one = [
        "athena",
        "--watcher",
        "s3-bucket-deleted",
        "--since",
        "2026-01-12",
        "--until",
        "2026-02-01T08:30:00.5Z",
    ];
    check("out/athena-watcher.out", &shop, &one, "");
    let all =
        ["athena", "--to", "s3://demo/candidates/", "--region", "eu-west-1", "--account", "123456789012"];
    check("out/athena-unload.out", &shop, &all, "");
    // AWS's own table has no other partition.
    let table = [
        "athena",
        "--partitions",
        "timestamp",
        "--table",
        "logs.trail",
        "--region",
        "eu-west-1",
        "--format",
        "json",
    ];
    check("out/athena-json.out", &shop, &table, "");
}

#[test]
fn the_definition_of_the_table() {
    let shop = path("projects/shop");
    let location = ["--location", "s3://demo/AWSLogs/o-example/"];
    // The accounts are those of `[accounts]`.
    let definition =
        [&["athena", "--table-definition", "--since", "2026-01-12", "--region", "eu-west-1"], &location[..]]
            .concat();
    check("out/athena-table.out", &shop, &definition, "");
    let bare = scratch("athena-bare");
    write(&bare.join("account-watcher.toml"), "");
    write(&bare.join("watchers/.keep"), "");
    let output = run(watcher(&bare, &[&["athena", "--table-definition"], &location[..]].concat()), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("name the accounts of the logs with --account"), "{errors}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_becomes_sql_must_have_its_form() {
    let shop = path("projects/shop");
    for (arguments, says) in [
        (["--table", "x; DROP TABLE y"], "write it like `cloudtrail_logs`"),
        (["--account", "1' OR '1'='1"], "an account's id has 12 digits"),
        (["--region", "eu'west"], "is not a region"),
        (["--to", "s3://x') --"], "write it like `s3://BUCKET/FOLDER`"),
        (["--watcher", "s3-bucket-delted"], "there is no watcher `s3-bucket-delted`"),
    ] {
        let output = run(watcher(&shop, &[&["athena"], &arguments[..]].concat()), "");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.contains(says), "{arguments:?}: {errors}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
    }
}

#[test]
fn what_cloudtrail_does_not_log_is_said() {
    let root = path("../../..");
    let output = run(watcher(&root, &["athena", "--watcher", "rds-failover"]), "");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("no record of CloudTrail's can be wanted"));
}
