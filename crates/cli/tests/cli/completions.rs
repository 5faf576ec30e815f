//! `watcher completions` and `watcher man`: they need no project.

use std::path::Path;

use crate::support::{run, watcher};

fn output(args: &[&str]) -> String {
    let output = run(watcher(Path::new("/"), args), "");
    assert!(output.status.success(), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let text = output(&["completions", shell]);
        for command in ["try", "lint", "explain", "test", "rules"] {
            assert!(text.contains(command), "{shell} {command}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    assert!(output(&["man"]).contains("watcher\\-try(1)"));
    assert!(output(&["man", "try"]).contains(".TH watcher-try 1"));
}

#[test]
fn the_committed_schemas_are_what_is_printed() {
    for (kind, file) in [("watcher", "watcher.json"), ("config", "account-watcher.json")] {
        let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/");
        assert_eq!(output(&["schema", kind]), std::fs::read_to_string(format!("{committed}{file}")).unwrap());
    }
}
