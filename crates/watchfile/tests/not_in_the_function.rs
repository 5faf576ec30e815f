//! The Lambda function carries no TOML, no lints, and not the catalog of half a megabyte; and what only `watcher new`
//! needs is not compiled to build it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

#[test]
fn the_function_depends_on_nothing_that_only_builds_it() {
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
    let build = crates("normal,build");
    // build.rs needs them, so the names are right.
    for name in ["watchfile", "rules", "aws-facts"] {
        assert!(!is_there(&normal, name), "{name} would become part of the function:\n{normal}");
        assert!(is_there(&build, name), "{build}");
    }
    assert!(!is_there(&build, "scaffold"), "{build}");
}
