//! docs/doctor.md lists every kind of finding. `SNAPSHOTS=overwrite cargo test` writes the list anew.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::{env, fs};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/doctor.md");
const HEAD: &str = "| finding | check | severity | what it is | why it matters |\n|---|---|---|---|---|\n";

#[test]
fn the_page_lists_every_kind_of_finding() {
    let mut rows = String::new();
    for (check, fault) in doctor::faults() {
        let severity = fault.severity.as_str();
        writeln!(rows, "| `{}` | {check} | {severity} | {} | {} |", fault.id, fault.what, fault.why).unwrap();
    }
    let page = fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(HEAD).unwrap();
    let (listed, after) = rest.split_once("\n\n").unwrap();
    if env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        fs::write(PAGE, format!("{before}{HEAD}{rows}\n{after}")).unwrap();
        return;
    }
    assert_eq!(format!("{listed}\n"), rows);
}

#[test]
fn no_two_have_one_name() {
    let ids: Vec<&str> = doctor::faults().map(|(_, fault)| fault.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

/// Everything that is asked for only reads.
#[test]
fn nothing_that_is_asked_for_changes_anything() {
    for call in doctor::CALLS {
        let (_, name) = call.action.split_once(':').unwrap();
        let reads = ["Get", "List", "Describe", "BatchGet", "StartQuery"];
        assert!(reads.iter().any(|verb| name.starts_with(verb)), "{}", call.action);
    }
}
