//! Exit codes of all commands, and what is said on standard error.

use std::fs;

use crate::support::{path, run, scratch, watcher, write};

fn check(project: &str, args: &[&str], input: &str, expected: (i32, &str)) {
    let output = run(watcher(&path("projects").join(project), args), input);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(expected.0), "{project} {args:?}: {errors}");
    assert!(errors.contains(expected.1), "{project} {args:?}: {errors}");
}

#[test]
fn clean() {
    for args in [
        &["lint"][..],
        &["test"],
        &["rules"],
        &["try", "tests/events/several.jsonl"],
        &["--help"],
        &["--version"],
    ] {
        check("shop", args, "", (0, ""));
    }
    check(
        "shop",
        &["try", "--watcher", "s3-bucket-deleted", "tests/events/s3-bucket-deleted.json"],
        "",
        (0, ""),
    );
}

#[test]
fn findings() {
    for args in [&["lint"][..], &["test"], &["rules"], &["try", "tests/events/s3-bucket-deleted.json"]] {
        check("broken", args, "", (1, ""));
    }
    check("failing", &["test"], "", (1, ""));
    check("shop", &["try", "--watcher", "s3-listed", "tests/events/s3-bucket-deleted.json"], "", (1, ""));
    let args = ["try", "--watcher", "s3-bucket-deleted", "tests/events/s3-bucket-deleted.json"];
    check(
        "broken",
        &args,
        "",
        (1, "error: watcher `s3-bucket-deleted` cannot be tried before its findings are fixed"),
    );
}

#[test]
fn unusable() {
    let shop: [(&[&str], &str); 12] = [
        (&[], "Usage: watcher"),
        (&["lnt"], "some similar subcommands exist: 'init', 'list', 'lint'"),
        (&["try"], "required arguments were not provided"),
        (&["lint", "--format", "xml"], "invalid value 'xml'"),
        (&["test", "--today", "tomorrow"], "invalid value 'tomorrow'"),
        (
            &["test", "s3-bucket-delted"],
            "error: there is no watcher `s3-bucket-delted`: did you mean `s3-bucket-deleted`?",
        ),
        (
            &["test", "nothing"],
            "error: there is no watcher `nothing`: a watcher's name is its file's, without `.toml`",
        ),
        (&["try", "--watcher", "iam-user-create", "-"], "did you mean `iam-user-created`?"),
        (&["try", "tests/events/none.json"], "error: tests/events/none.json: cannot be read: No such file"),
        (&["rules", "--region", "Ireland"], "error: `Ireland` is not a region: write it like `eu-west-1`"),
        (&["rules", "--region", "eu-west-1", "--format", "json"], "error: --region goes with --format text"),
        (&["man", "lnt"], "error: there is no command `lnt`"),
    ];
    for (args, error) in shop {
        check("shop", args, "", (2, error));
    }
    check(
        "shop",
        &["try", "-"],
        "{} nonsense",
        (2, "error: <stdin>:1, record 2: this is not JSON: expected ident at column 5"),
    );
    check(
        "shop",
        &["try", "-"],
        "{}",
        (
            2,
            "error: <stdin>:1: this is neither an EventBridge event (with `source`, `detail-type` and `detail`)",
        ),
    );
    check(".", &["lint", "--project", "nowhere"], "", (2, "error: nowhere has no account-watcher.toml"));
}

#[test]
fn no_project() {
    for command in [&["lint"][..], &["test"], &["rules"], &["try", "-"]] {
        let output = run(watcher(std::path::Path::new("/"), command), "{}");
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .starts_with("error: no account-watcher.toml here or in a folder above")
        );
    }
}

#[test]
fn nothing_to_check() {
    check("shop", &["try", "-"], "\n", (3, "error: there are no events in the input"));
    check("shop", &["try", "tests/events/empty.jsonl"], "", (3, ""));
    check("untested", &["test"], "", (3, ""));
    check("unused", &["rules"], "", (3, ""));
    let empty = scratch("empty");
    fs::create_dir(empty.join("watchers")).unwrap();
    write(&empty.join("account-watcher.toml"), "");
    for command in ["lint", "test", "rules"] {
        assert_eq!(run(watcher(&empty, &[command]), "").status.code(), Some(3), "{command}");
    }
}

#[test]
fn a_project_is_found_from_below_and_by_its_path() {
    let below = run(watcher(&path("projects/broken/tests/events"), &["lint", "--format", "json"]), "");
    assert!(
        String::from_utf8(below.stdout)
            .unwrap()
            .contains(r#""file":"../../watchers/s3-bucket-deleted.toml""#)
    );
    let above = run(watcher(&path("projects"), &["lint", "--format", "json", "--project", "broken"]), "");
    assert!(
        String::from_utf8(above.stdout)
            .unwrap()
            .contains(r#""file":"broken/watchers/s3-bucket-deleted.toml""#)
    );
}
