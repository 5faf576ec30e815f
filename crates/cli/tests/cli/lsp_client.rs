//! An editor, as `watcher lsp` sees one.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::watcher;

/// Longer than the linter needs beside a dozen builds; a server that says nothing fails the test.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    received: Receiver<Value>,
    next: i64,
    versions: BTreeMap<String, i64>,
    /// What came while something else was waited for.
    pub(crate) notes: Vec<Value>,
}

impl Editor {
    /// Starts the server and greets it.
    pub(crate) fn start(capabilities: &Value) -> Editor {
        let mut editor = Editor::silent();
        let answer = editor
            .ask("initialize", &json!({ "processId": null, "rootUri": null, "capabilities": capabilities }));
        assert!(answer["result"]["capabilities"].is_object(), "{answer}");
        editor.tell("initialized", &json!({}));
        editor
    }

    /// Starts the server without a word.
    pub(crate) fn silent() -> Editor {
        let mut command = watcher(Path::new("/"), &["lsp"]);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, received) = mpsc::channel();
        thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let input = child.stdin.take();
        Editor { child, input, received, next: 0, versions: BTreeMap::new(), notes: Vec::new() }
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks, and gives the whole answer.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        let number = self.request(method, params);
        self.answer(number)
    }

    /// Asks, and gives the number of what it asked.
    pub(crate) fn request(&mut self, method: &str, params: &Value) -> i64 {
        self.next += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.next, "method": method, "params": params }));
        self.next
    }

    /// The answer to what was asked with this number.
    pub(crate) fn answer(&mut self, number: i64) -> Value {
        self.wait(|message| message["id"] == number && message.get("method").is_none())
    }

    /// The next message of that kind; others are kept.
    pub(crate) fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.notes.iter().position(&is_it) {
            return self.notes.remove(at);
        }
        loop {
            let message = self.received.recv_timeout(PATIENCE).expect("the server answers");
            if is_it(&message) {
                return message;
            }
            self.notes.push(message);
        }
    }

    pub(crate) fn open(&mut self, uri: &str, text: &str) {
        self.versions.insert(uri.to_owned(), 1);
        let document = json!({ "uri": uri, "languageId": "toml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    pub(crate) fn change(&mut self, uri: &str, changes: &Value) {
        let version = self.versions.get_mut(uri).unwrap();
        *version += 1;
        let document = json!({ "uri": uri, "version": *version });
        self.tell("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": changes }));
    }

    pub(crate) fn close(&mut self, uri: &str) {
        self.tell("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    }

    /// What the server says of the file's present text: the place, the level and the lint of each finding.
    pub(crate) fn findings(&mut self, uri: &str) -> Vec<String> {
        let version = self.versions[uri];
        let shown = self.wait(|message| is_of(message, uri) && message["params"]["version"] == version);
        of(&shown)
    }

    /// What it says next of a file that is not open.
    pub(crate) fn findings_of_closed(&mut self, uri: &str) -> Vec<String> {
        of(&self.wait(|message| is_of(message, uri)))
    }

    pub(crate) fn at(&mut self, method: &str, uri: &str, line: usize, character: usize) -> Value {
        let place =
            json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
        self.ask(method, &place)["result"].clone()
    }

    /// What is offered at a place.
    pub(crate) fn offers(&mut self, uri: &str, line: usize, character: usize) -> Vec<String> {
        let list = self.at("textDocument/completion", uri, line, character);
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["label"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What is shown of the name at a place.
    pub(crate) fn hover(&mut self, uri: &str, line: usize, character: usize) -> String {
        let hover = self.at("textDocument/hover", uri, line, character);
        hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// Closes its side, and gives the exit code and the errors.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        drop(self.input.take());
        let mut errors = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (self.child.wait().unwrap().code(), errors)
    }

    /// Ends the conversation as editors do.
    pub(crate) fn quit(mut self) {
        assert_eq!(self.ask("shutdown", &Value::Null)["result"], Value::Null);
        self.tell("exit", &Value::Null);
        assert_eq!(self.end(), (Some(0), String::new()));
    }
}

fn is_of(message: &Value, uri: &str) -> bool {
    message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri
}

fn of(shown: &Value) -> Vec<String> {
    let one = |it: &Value| {
        let (start, end) = (&it["range"]["start"], &it["range"]["end"]);
        format!(
            "{}:{}-{}:{} {} {}",
            start["line"],
            start["character"],
            end["line"],
            end["character"],
            it["severity"],
            it["code"].as_str().unwrap()
        )
    };
    shown["params"]["diagnostics"].as_array().unwrap().iter().map(one).collect()
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            header => length = header.strip_prefix("Content-Length: ")?.parse().ok()?,
        }
    }
    let mut text = vec![0; length];
    output.read_exact(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}

pub(crate) fn uri(root: &Path, path: &str) -> String {
    let file: PathBuf = root.join(path);
    format!("file://{}", file.display())
}
