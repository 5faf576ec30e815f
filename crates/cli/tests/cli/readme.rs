//! What the documents show is what the command prints: every block ` ```console ` is run and compared.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

const DOCUMENTS: [&str; 3] = ["README.md", "docs/watcher-file.md", "docs/how-it-works.md"];

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
