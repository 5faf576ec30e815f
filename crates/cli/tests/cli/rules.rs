//! `watcher rules`: rules, budget, fragment, and regions.

use crate::support::{check, path};

#[test]
fn the_rules_and_their_budget() {
    check("out/rules.out", &path("projects/shop"), &["rules"], "");
    check("out/rules-json.out", &path("projects/shop"), &["rules", "--format", "json"], "");
}

#[test]
fn watchers_that_cannot_fire_in_a_region() {
    check("out/rules-region.out", &path("projects/untested"), &["rules", "--region", "eu-west-1"], "");
    check("out/rules-home-region.out", &path("projects/untested"), &["rules", "--region", "us-east-1"], "");
}

/// Without a region, the home stack's, with what forwards to it.
#[test]
fn what_the_home_stack_does_not_see() {
    let project = path("projects/forwarding");
    check("out/rules-forwarding.out", &project, &["rules"], "");
    check("out/rules-forwarding-elsewhere.out", &project, &["rules", "--region", "us-east-1"], "");
}

#[test]
fn the_rules_that_forward() {
    let project = path("projects/forwarding");
    check("out/rules-forward.out", &project, &["rules", "--forward"], "");
    check("out/rules-forward-json.out", &project, &["rules", "--forward", "--format", "json"], "");
}

#[test]
fn no_rules_of_a_broken_project() {
    check("out/rules-broken.out", &path("projects/broken"), &["rules", "--format", "json"], "");
}
