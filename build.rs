//! Checks the watchers, embeds them into the function, and writes their EventBridge rules for SAM.

use std::path::{Path, PathBuf};
use std::{env, fs};

use watchfile::rules::Rules;

const FRAGMENT: &str = "generated/events.json";

fn main() {
    // `tests/events` too: a test's fixture is part of what is checked.
    for path in ["watchers", "account-watcher.toml", "tests/events"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let (project, findings) = watchfile::load(Path::new("."));
    for finding in &findings {
        println!("cargo::error={finding}");
    }
    let watchers = project.watchers();
    let embedded = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("watchers.json");
    fs::write(&embedded, watchers.to_embedded()).expect("OUT_DIR is writable");

    // Only where `sam build` looks for it: neither a `cargo check` nor a test may make rules and binary differ.
    if findings.is_empty() && env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::rerun-if-changed={FRAGMENT}");
        let rules = Rules::generate(&watchers).expect("load reports what does not fit");
        write_if_different(Path::new(FRAGMENT), &rules.fragment());
    }
}

/// A file that did not change keeps its time, so that cargo does not build again.
fn write_if_different(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|current| current == text) {
        return;
    }
    let folder = path.parent().unwrap_or(path);
    if let Err(error) = fs::create_dir_all(folder).and_then(|()| fs::write(path, text)) {
        println!("cargo::error=cannot write {}: {error}", path.display());
    }
}
