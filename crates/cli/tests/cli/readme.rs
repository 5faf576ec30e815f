//! What the documents show is what is there: every block ` ```console ` is run and compared, and so are the watcher, its
//! message and the mistake that the README shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::Assert;
use snapbox::data::{Data, DataFormat};

use crate::support::{run, scratch, watcher as watcher_command, write};

const DOCUMENTS: [&str; 4] =
    ["README.md", "docs/watcher-file.md", "docs/writing-watchers.md", "docs/how-it-works.md"];

#[test]
fn the_first_screen_is_a_watcher_of_this_repository() {
    let root = root();
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
    let lines = text(&blocks[1]["text"]).lines().map(|line| format!("> {line}"));
    for shown in lines.chain([format!("> **{}**", text(&blocks[0]["text"]))]) {
        assert!(readme.lines().any(|line| line == shown), "{shown}");
    }
}

fn text(object: &serde_json::Value) -> &str {
    object["text"].as_str().unwrap()
}

#[test]
fn the_mistake_is_shown_as_lint_shows_it() {
    let root = root();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (_, block) = readme.split_once("```text\n").unwrap();
    let block = &block[..block.find("```").unwrap()];
    let (_, mistake) = block.lines().find_map(|line| line.split_once("6 | ")).unwrap();
    let project = scratch("readme");
    for file in [
        "account-watcher.toml",
        "tests/events/s3-bucket-deleted.json",
        "tests/events/s3-bucket-policy-deleted.json",
    ] {
        write(&project.join(file), fs::read(root.join(file)).unwrap());
    }
    let watcher = fs::read_to_string(root.join("watchers/s3-bucket-deleted.toml")).unwrap();
    let lines: Vec<&str> = watcher
        .lines()
        .map(|line| if line.starts_with("Bucket \"{{bucket}}\"") { mistake } else { line })
        .collect();
    write(&project.join("watchers/s3-bucket-deleted.toml"), lines.join("\n"));
    let shown = run(watcher_command(&project, &["lint"]), "");
    let more = "why, and what to write instead: `watcher explain unknown-variable`, or docs/lints.md#unknown-variable";
    let fix = "1 can be fixed: `watcher lint --diff` shows how, `watcher lint --fix` does it";
    let expected = format!("{block}\n1 error in 1 file\n{fix}\n{more}\n");
    assert_eq!(String::from_utf8(shown.stdout).unwrap(), expected);
}

/// Every document in a copy of this repository, from top to bottom: a block ` ```console ` is run and compared, of a
/// block ` ```toml shown ` the lines stand in the new watcher, ` ```toml replaces KEY ` and ` ```toml appended ` change it
/// as a reader would.
#[test]
fn the_documents_show_what_is_printed() {
    let root = root();
    for name in DOCUMENTS {
        let text = fs::read_to_string(root.join(name)).unwrap();
        let copy = copy(&root, &name.replace('/', "-"));
        let mut shown = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find("\n```") {
            let info = rest[at + 4..].lines().next().unwrap();
            let start = at + 4 + info.len() + 1;
            let end = start + rest[start..].find("```\n").unwrap();
            let block = &rest[start..end];
            shown.push_str(&rest[..start]);
            shown.push_str(&acted(&copy, info, block));
            shown.push_str("```\n");
            rest = &rest[end + 4 - 1..];
            shown.pop();
        }
        shown.push_str(rest);
        let expected = Data::read_from(&root.join(name), Some(DataFormat::Text)).raw();
        Assert::new().action_env("SNAPSHOTS").eq(Data::text(shown).raw(), expected);
    }
}

/// Does what a block says, and gives back what it should show.
fn acted(copy: &Path, info: &str, block: &str) -> String {
    let file = copy.join("watchers/kinesis-stream-deleted.toml");
    let watcher = || fs::read_to_string(&file).unwrap();
    match info.split_once(' ').unwrap_or((info, "")) {
        ("console", _) => {
            let command = block.lines().next().unwrap();
            let arguments: Vec<&str> = command.strip_prefix("$ cargo watcher ").unwrap().split(' ').collect();
            let output = run(watcher_command(copy, &arguments), "");
            return format!("{command}\n{}", String::from_utf8(output.stdout).unwrap());
        }
        ("toml", "shown") => {
            let watcher = watcher();
            let mut lines = watcher.lines();
            for line in block.lines() {
                assert!(lines.any(|other| other == line), "{line}");
            }
        }
        ("toml", "appended") => write(&file, format!("{}\n{block}", watcher())),
        ("toml", replaces) if !replaces.is_empty() => {
            let key = replaces.strip_prefix("replaces ").unwrap();
            let watcher = watcher();
            let start = watcher.find(&format!("\n{key} ")).unwrap() + 1;
            let end = start + watcher[start..].find("\n\n").unwrap() + 1;
            write(&file, format!("{}{block}{}", &watcher[..start], &watcher[end..]));
        }
        _ => {}
    }
    block.to_owned()
}

/// The files that the command reads, with those watchers that the documents show: reading all takes a second each time.
fn copy(root: &Path, name: &str) -> PathBuf {
    let copy = scratch(&format!("document-{name}"));
    for file in ["account-watcher.toml", "template.yaml"] {
        write(&copy.join(file), fs::read(root.join(file)).unwrap());
    }
    for folder in ["watchers", "tests/events"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let entry = entry.unwrap();
            let file = entry.file_name();
            if folder != "watchers" || file.to_str().unwrap().starts_with("s3-bucket-") {
                write(&copy.join(folder).join(file), fs::read(entry.path()).unwrap());
            }
        }
    }
    copy
}

#[test]
fn the_list_of_watchers_is_not_stale() {
    let root = root();
    let listed = run(watcher_command(&root, &["list", "--format", "markdown"]), "");
    let expected = Data::read_from(&root.join("docs/watchers.md"), Some(DataFormat::Text)).raw();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(!listed.contains("\n## Other\n"), "the service of a shipped watcher has a topic");
    Assert::new().action_env("SNAPSHOTS").eq(Data::text(listed).raw(), expected);
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
