//! What holds for each shipped watcher, also for those that are switched off.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use watcher::STANDARD_VARIABLES;
use watchfile::{Project, load};

fn library() -> Project {
    load(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")).0
}

/// Where the standard variables come from.
const STANDARD_PATHS: [&str; 5] = [
    "detail.userIdentity.arn",
    "detail.userIdentity.type",
    "detail.sourceIPAddress",
    "detail.errorCode",
    "detail.errorMessage",
];

#[test]
fn no_field_repeats_a_standard_variable() {
    for file in library().files {
        for field in &file.watcher.fields {
            let first = serde_json::to_value(&field.paths[0]).unwrap();
            let steps = first.as_array().into_iter().flatten().map(|step| step.as_str().unwrap_or("*"));
            let path = steps.collect::<Vec<_>>().join(".");
            let repeats = STANDARD_VARIABLES.contains(&field.name.as_str());
            assert!(
                !repeats && !STANDARD_PATHS.contains(&path.as_str()),
                "{}: `{}` is a standard variable",
                file.watcher.name,
                field.name
            );
        }
    }
}
