//! `watcher lsp` with projects that come and go, and with one in the folder of another.

use std::fs;

use serde_json::{Value, json};

use crate::lsp_client::{Editor, uri};
use crate::shipped::both;

/// As `watcher lint`: the notes on shipped watchers, where there is nothing to do about them, are left out.
#[test]
fn notes_on_shipped_watchers_are_left_out() {
    let project = both("lsp-shipped");
    let shipped = uri(&project, "account-watcher/watchers/secret-read.toml");
    let own = "watchers/iam-user-created.toml";
    let mut editor = Editor::start(&json!({}));
    editor.open(&uri(&project, own), &fs::read_to_string(project.join(own)).unwrap());
    let found = editor.findings_of_closed(&shipped);
    assert!(found.iter().all(|one| !one.ends_with("read-only-event")), "{found:?}");
    let found = editor.findings(&uri(&project, own));
    assert!(found.iter().any(|one| one.ends_with("global-event")), "{found:?}");
    editor.quit();
}

/// What was asked of a file that is closed before its project was linted is answered.
#[test]
fn nobody_waits_for_a_project_that_is_closed() {
    let project = both("lsp-closed");
    let file = uri(&project, "watchers/iam-user-created.toml");
    let text = fs::read_to_string(project.join("watchers/iam-user-created.toml")).unwrap();
    let mut editor = Editor::start(&json!({}));
    editor.open(&file, &text);
    let place = json!({ "textDocument": { "uri": file }, "position": { "line": 0, "character": 1 } });
    let number = editor.request("textDocument/hover", &place);
    editor.close(&file);
    let answer = editor.answer(number);
    // The linter may have been as fast.
    assert!(answer.get("error").is_none(), "{answer}");
    assert!(answer["result"] == Value::Null || answer["result"]["contents"].is_object(), "{answer}");
    editor.quit();
}
