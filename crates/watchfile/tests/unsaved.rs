//! Texts that an editor has not saved yet count in the place of the files.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{env, fs};

use jiff::civil::date;
use watchfile::{Elsewhere, Options, lint_with};

#[test]
fn all_files_of_a_project_can_be_unsaved() {
    let root = env::temp_dir().join(format!("unsaved-{}", std::process::id()));
    fs::create_dir_all(root.join("watchers")).unwrap();
    let config = |channel: &str| {
        format!("[channels.{channel}]\nsns = {{ topic = \"arn:aws:sns:eu-west-1:123456789012:a\" }}\n")
    };
    let watcher = |channel: &str| {
        format!(
            "title = \"a\"\nseverity = \"low\"\nchannels = [\"{channel}\"]\nmessage = \"{{{{outcome}}}}\"\n\
             [pattern]\nsource = [\"mine\"]\n"
        )
    };
    fs::write(root.join("account-watcher.toml"), config("saved")).unwrap();
    fs::write(root.join("watchers/a.toml"), watcher("saved")).unwrap();
    let unsaved = [
        ("account-watcher.toml", config("unsaved")),
        ("watchers/a.toml", watcher("unsaved")),
        ("watchers/b.toml", watcher("saved")),
    ];
    let unsaved = unsaved.into_iter().map(|(path, text)| (path.to_owned(), text)).collect();
    let options = Options { today: date(2026, 1, 12), region: None };

    let (project, findings) = lint_with(&root, &options, &Elsewhere { config: None, unsaved });

    let wrong: Vec<_> =
        findings.iter().filter(|it| it.stops_build()).map(|it| (&*it.source.path, it.lint.name)).collect();
    assert_eq!(wrong, [("watchers/b.toml", "unknown-channel")]);
    assert!(project.watcher("a").is_some() && project.watcher("b").is_none());
    assert!(project.file("watchers/b.toml").is_some(), "what has a fault can still be looked at");
    fs::remove_dir_all(&root).unwrap();
}
