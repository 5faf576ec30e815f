//! What editor and server tell each other first.

use editor::Encoding;
use gen_lsp_types as lsp;
use serde_json::{Value, json};

use crate::revision::FILES;

/// What the editor can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Client {
    pub(super) encoding: Encoding,
    /// It tells of files that change on the disk, if it is asked to.
    pub(super) watches_files: bool,
    /// It asks for code lenses again when it is told to.
    pub(super) refreshes_lenses: bool,
}

/// The command behind the line above a test.
pub(super) const SHOW_TEST: &str = "watcher.showTest";

impl Client {
    /// From the parameters of `initialize`. Only what is needed is looked at: editors get the rest wrong now and then.
    pub(super) fn read(parameters: &Value) -> Client {
        let is = |pointer: &str| parameters.pointer(pointer) == Some(&Value::Bool(true));
        let encodings =
            parameters.pointer("/capabilities/general/positionEncodings").and_then(Value::as_array);
        let takes_utf8 = encodings.is_some_and(|some| some.iter().any(|one| one == "utf-8"));
        Client {
            encoding: if takes_utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            watches_files: is("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
            refreshes_lenses: is("/capabilities/workspace/codeLens/refreshSupport"),
        }
    }

    /// The answer to `initialize`.
    pub(super) fn answer(self) -> Value {
        let encoding = match self.encoding {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16 => "utf-16",
        };
        json!({
            "capabilities": {
                "positionEncoding": encoding,
                "textDocumentSync": {
                    "openClose": true,
                    "change": lsp::TextDocumentSyncKind::Incremental,
                    "save": true,
                },
                "hoverProvider": true,
                "completionProvider": { "triggerCharacters": [".", "\"", "'", "{", "#", "[", ":"] },
                "codeActionProvider": { "codeActionKinds": ["quickfix", "source.fixAll"] },
                "codeLensProvider": {},
                "executeCommandProvider": { "commands": [SHOW_TEST] },
            },
            "serverInfo": { "name": "watcher", "version": env!("CARGO_PKG_VERSION") },
        })
    }
}

/// That the editor should tell of the project's files when something else changes them.
pub(super) fn watched_files() -> Value {
    let pattern = |path: &str| if path.contains('.') { format!("**/{path}") } else { format!("**/{path}/*") };
    let watchers = FILES.map(|path| json!({ "globPattern": pattern(path) }));
    json!({ "registrations": [{
        "id": "files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    }] })
}
