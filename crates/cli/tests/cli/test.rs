//! `watcher test`: what it prints for tests that pass and tests that fail.

use crate::support::{check, path};

#[test]
fn all_pass() {
    check("out/test-pass.out", &path("projects/shop"), &["test"], "");
    check("out/test-one.out", &path("projects/shop"), &["test", "iam-user-created"], "");
}

#[test]
fn a_failure_says_what_and_why() {
    check("out/test-fail.out", &path("projects/failing"), &["test", "--today", "2027-02-01"], "");
    let one = ["test", "--today", "2027-02-01", "iam-role-deleted"];
    check("out/test-fail-other.out", &path("projects/failing"), &one, "");
}

#[test]
fn a_broken_file_fails_beside_the_tests_of_the_others() {
    check("out/test-broken.out", &path("projects/broken"), &["test"], "");
    check("out/test-broken-one.out", &path("projects/broken"), &["test", "s3-bucket-deleted"], "");
}
