//! The Lambda function carries nothing of this crate: no TOML, no lints, and not the catalog of half a megabyte.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

#[test]
fn the_function_does_not_depend_on_watchfile() {
    let crates = |edges: &str| {
        let arguments =
            ["tree", "--locked", "--package", "account-watcher", "--prefix", "none", "--edges", edges];
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let output = Command::new(env!("CARGO")).args(arguments).current_dir(root).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let is_there = |tree: &str, name: &str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    let normal = crates("normal");
    assert!(is_there(&normal, "watcher"), "{normal}");
    assert!(!is_there(&normal, "watchfile"), "it would become part of the function:\n{normal}");
    // build.rs needs it, so the name is right.
    assert!(is_there(&crates("build"), "watchfile"));
}
