//! What the documents show is what is there: every block ` ```console ` is run and compared, and so are the watcher, its
//! message and the mistake that the README shows.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{run, scratch, watcher as watcher_command, write};

const DOCUMENTS: [&str; 3] = ["README.md", "docs/watcher-file.md", "docs/how-it-works.md"];

#[test]
fn the_first_screen_is_a_watcher_of_this_repository() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (_, block) = readme.split_once("```toml\n# watchers/s3-bucket-deleted.toml\n").unwrap();
    let block = &block[..block.find("```").unwrap()];
    let watcher = fs::read_to_string(root.join("watchers/s3-bucket-deleted.toml")).unwrap();
    for line in block.lines() {
        assert!(watcher.lines().any(|other| other == line), "{line}");
    }
    let tried = Command::new(env!("CARGO_BIN_EXE_watcher"))
        .args(["try", "--format", "json", "tests/events/s3-bucket-deleted.json"])
        .current_dir(&root)
        .output()
        .unwrap();
    let tried: serde_json::Value = serde_json::from_slice(&tried.stdout).unwrap();
    let blocks = &tried["watchers"][0]["deliveries"][0]["slack"]["blocks"];
    for shown in [format!("> **{}**", text(&blocks[0]["text"])), format!("> {}", text(&blocks[1]["text"]))] {
        assert!(readme.lines().any(|line| line == shown), "{shown}");
    }
}

fn text(object: &serde_json::Value) -> &str {
    object["text"].as_str().unwrap()
}

#[test]
fn the_mistake_is_shown_as_lint_shows_it() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (_, block) = readme.split_once("```text\n").unwrap();
    let block = &block[..block.find("```").unwrap()];
    let (_, mistake) = block.lines().find_map(|line| line.split_once("4 | ")).unwrap();
    let project = scratch("readme");
    for file in [
        "account-watcher.toml",
        "tests/events/s3-bucket-deleted.json",
        "tests/events/s3-bucket-policy-deleted.json",
    ] {
        write(&project.join(file), fs::read(root.join(file)).unwrap());
    }
    let watcher = fs::read_to_string(root.join("watchers/s3-bucket-deleted.toml")).unwrap();
    let lines: Vec<&str> =
        watcher.lines().map(|line| if line.starts_with("message  =") { mistake } else { line }).collect();
    write(&project.join("watchers/s3-bucket-deleted.toml"), lines.join("\n"));
    let shown = run(watcher_command(&project, &["lint"]), "");
    assert_eq!(String::from_utf8(shown.stdout).unwrap(), format!("{block}\n1 error in 1 file\n"));
}

#[test]
fn the_documents_show_what_is_printed() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let texts = DOCUMENTS.map(|name| fs::read_to_string(root.join(name)).unwrap());
    let blocks: Vec<&str> = texts
        .iter()
        .flat_map(|text| text.split("```console\n").skip(1))
        .map(|rest| &rest[..rest.find("```").unwrap()])
        .collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let (command, expected) = block.split_once('\n').unwrap();
        let arguments = command.strip_prefix("$ cargo watcher ").unwrap().split(' ');
        let shown =
            Command::new(env!("CARGO_BIN_EXE_watcher")).args(arguments).current_dir(&root).output().unwrap();
        assert_eq!(String::from_utf8(shown.stdout).unwrap(), expected, "{command}");
    }
}
