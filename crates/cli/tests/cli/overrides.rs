//! `[[override]]`: every command shows what it makes of a watcher.

use std::fs;
use std::path::PathBuf;

use crate::support::{check, path, scratch, write};

const OVERRIDES: &str = r#"
[[override]]
watchers = ["iam-*"]
enabled = true
channels = ["security"]

[[override]]
watchers = ["s3-bucket-deleted"]
severity = "critical"
group = { by = ["actor"], window = "30m" }

[[override.ignore]]
reason = "the sandbox account"
pattern.account = ["111122223333"]

[[override]]
watchers = ["severity:low"]
severity = "info"
"#;

/// The shop, with overrides.
fn shop(name: &str) -> PathBuf {
    let (from, to) = (path("projects/shop"), scratch(name));
    for folder in ["watchers", "tests/events"] {
        for entry in fs::read_dir(from.join(folder)).unwrap() {
            let entry = entry.unwrap();
            write(&to.join(folder).join(entry.file_name()), fs::read(entry.path()).unwrap());
        }
    }
    let config = fs::read_to_string(from.join("account-watcher.toml")).unwrap();
    write(&to.join("account-watcher.toml"), config + OVERRIDES);
    to
}

#[test]
fn the_list_says_where_a_value_comes_from() {
    let shop = shop("overrides-list");
    check("out/overrides-list.out", &shop, &["list"], "");
    check("out/overrides-list-json.out", &shop, &["list", "--format", "json"], "");
}

#[test]
fn what_is_tried_is_what_is_deployed() {
    let shop = shop("overrides-try");
    check("out/overrides-try.out", &shop, &["try", "tests/events/s3-bucket-deleted.json"], "");
}

/// A file's tests are for what it says, so that an override fails none of them.
#[test]
fn tests_are_of_the_files() {
    let shop = shop("overrides-test");
    check("out/overrides-test.out", &shop, &["test"], "");
}
