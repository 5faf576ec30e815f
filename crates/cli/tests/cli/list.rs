//! `watcher list`: in all formats, and with findings.

use crate::support::{check, path};

#[test]
fn the_watchers_of_a_project() {
    for format in ["text", "json", "markdown"] {
        let expected = format!("out/list-{format}.out");
        check(&expected, &path("projects/shop"), &["list", "--format", format], "");
    }
}

#[test]
fn the_routes_of_a_project() {
    check("out/list-routes.out", &path("projects/forwarding"), &["list"], "");
}

#[test]
fn faulty_files_are_told_and_left_out() {
    check("out/list-broken.out", &path("projects/broken"), &["list"], "");
}
