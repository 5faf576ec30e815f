//! The thread that answers: open files, their projects, and what is asked of them.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use gen_lsp_types as lsp;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lsp_server::{ErrorCode, Message, Notification, Request, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use watchfile::WatcherFile;

use super::documents::{Document, Documents};
use super::handshake::{Client, watched_files};
use super::linting::{Job, Linted};
use super::uri::Home;
use super::{Event, answers, diagnostics, wire};
use crate::exit::{Error, Status};

/// How long nothing must be typed before the project is linted. Keys of a fast typist come every 80 ms.
const PAUSE: Duration = Duration::from_millis(30);

/// A project with an open file.
#[derive(Default)]
pub(super) struct Folder {
    /// What came of the last lint; none before the first.
    pub(super) linted: Option<Linted>,
    /// The watchers as they could be read last, by path: a file that is being typed often cannot be.
    pub(super) files: BTreeMap<String, WatcherFile>,
    /// When to lint next.
    due: Option<Instant>,
    /// What the editor shows, by URI.
    shown: Shown,
}

/// The diagnostics of files by their URIs, each with the version of the text that they are of, if the file is open.
type Shown = BTreeMap<String, (Option<i32>, Vec<lsp::Diagnostic>)>;

/// Where the conversation is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before `initialize`.
    New,
    Running,
    /// After `shutdown`.
    Ending,
}

pub(super) struct Server {
    pub(super) documents: Documents,
    pub(super) folders: BTreeMap<PathBuf, Folder>,
    jobs: Sender<Job>,
    /// Whether a project is being linted.
    is_busy: bool,
    /// Requests about projects that were not linted yet.
    held: Vec<Request>,
    /// Files of no project, of which that was said.
    told: BTreeSet<String>,
    client: Client,
    stage: Stage,
    /// The number of the next request to the editor.
    number: i32,
}

impl Server {
    pub(super) fn new(jobs: Sender<Job>) -> Server {
        Server {
            documents: Documents::default(),
            folders: BTreeMap::new(),
            jobs,
            is_busy: false,
            held: Vec::new(),
            told: BTreeSet::new(),
            client: Client::default(),
            stage: Stage::New,
            number: 0,
        }
    }

    pub(super) fn run(mut self, events: &Receiver<Event>) -> Result<Status, Error> {
        loop {
            let due = self.folders.values().filter_map(|folder| folder.due).min().filter(|_| !self.is_busy);
            let pause = due.map_or(Duration::MAX, |due| due.saturating_duration_since(Instant::now()));
            match events.recv_timeout(pause) {
                Ok(Event::Message(Message::Notification(notification))) if notification.method == "exit" => {
                    return Ok(if self.stage == Stage::Ending { Status::Clean } else { Status::Findings });
                }
                Ok(Event::Message(message)) => self.message(message)?,
                Ok(Event::Malformed(why)) => log(&format!("a message is not JSON-RPC: {why}"))?,
                Ok(Event::Closed(Some(why))) => {
                    return Err(Error::usage(format!(
                        "standard input is not the Language Server Protocol: {why}"
                    )));
                }
                // What the specification wants of an editor that goes without `exit`.
                Ok(Event::Closed(None)) | Err(RecvTimeoutError::Disconnected) => return Ok(Status::Findings),
                Ok(Event::Linted(linted)) => self.accept(*linted)?,
                Err(RecvTimeoutError::Timeout) => self.lint_next(),
            }
        }
    }

    fn message(&mut self, message: Message) -> Result<(), Error> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) if self.stage == Stage::Running => {
                self.notification(notification)
            }
            // Before `initialize` and after `shutdown` they do not count; of answers we need none.
            Message::Notification(_) | Message::Response(_) => Ok(()),
        }
    }

    fn request(&mut self, request: Request) -> Result<(), Error> {
        let Request { id, method, params } = &request;
        let refused = |code: ErrorCode, why: &str| Response::new_err(id.clone(), code as i32, why.to_owned());
        let response = match (self.stage, method.as_str()) {
            (Stage::New, "initialize") => {
                self.client = Client::read(params);
                self.documents.encoding = self.client.encoding;
                self.stage = Stage::Running;
                Response::new_ok(id.clone(), self.client.answer())
            }
            (Stage::New, _) => refused(ErrorCode::ServerNotInitialized, "`initialize` comes first"),
            (Stage::Running, "initialize") => refused(ErrorCode::InvalidRequest, "`initialize` came already"),
            (Stage::Running, "shutdown") => {
                self.stage = Stage::Ending;
                Response::new_ok(id.clone(), ())
            }
            (Stage::Running, _) if self.must_wait(params) => {
                self.held.push(request);
                return Ok(());
            }
            (Stage::Running, _) => {
                // A fault of ours must not take the findings with it.
                let answer = panic::catch_unwind(AssertUnwindSafe(|| answers::answer(self, method, params)));
                match answer
                    .unwrap_or_else(|_| Err((ErrorCode::InternalError, "a fault of the server".to_owned())))
                {
                    Ok(answer) => Response::new_ok(id.clone(), answer),
                    Err((code, why)) => refused(code, &why),
                }
            }
            (Stage::Ending, _) => refused(ErrorCode::InvalidRequest, "after `shutdown` comes `exit`"),
        };
        wire::write(response)
    }

    /// Whether what is asked needs a project that was not linted yet.
    fn must_wait(&self, params: &Value) -> bool {
        let document = params.pointer("/textDocument/uri").and_then(Value::as_str);
        let document = document.and_then(|uri| self.documents.open.get(uri));
        document.is_some_and(|document| {
            self.folders.get(&document.home.root).is_some_and(|folder| folder.linted.is_none())
        })
    }

    fn notification(&mut self, notification: Notification) -> Result<(), Error> {
        let Notification { method, params } = notification;
        match method.as_str() {
            "initialized" if self.client.watches_files => {
                self.ask("client/registerCapability", watched_files())
            }
            "textDocument/didOpen" => match read::<lsp::DidOpenTextDocumentParams>(&method, params)? {
                Some(opened) => self.open(opened.text_document),
                None => Ok(()),
            },
            "textDocument/didChange" => {
                if let Some(changed) = read::<lsp::DidChangeTextDocumentParams>(&method, params)? {
                    let uri = changed.text_document.text_document_identifier.uri;
                    self.documents.change(
                        uri.as_ref(),
                        changed.text_document.version,
                        changed.content_changes,
                    );
                    self.touch(uri.as_ref());
                }
                Ok(())
            }
            "textDocument/didClose" => match params.pointer("/textDocument/uri").and_then(Value::as_str) {
                Some(uri) => self.close(uri),
                None => Ok(()),
            },
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                let due = Some(Instant::now() + PAUSE);
                self.folders.values_mut().for_each(|folder| folder.due = due);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, opened: lsp::TextDocumentItem) -> Result<(), Error> {
        let uri = opened.uri.as_ref().to_owned();
        let Some(home) = Home::of(&uri) else {
            // Editors send every TOML file.
            if self.told.insert(uri.clone()) {
                return log(&format!("{uri} is not a file of a project: nothing is checked"));
            }
            return Ok(());
        };
        self.folders.entry(home.root.clone()).or_default().due = Some(Instant::now());
        let document = Document { version: opened.version, text: opened.text, home };
        self.documents.open.insert(uri, document);
        Ok(())
    }

    /// Something in the file's project is otherwise.
    fn touch(&mut self, uri: &str) {
        let home = self.documents.open.get(uri).map(|document| &document.home);
        if let Some(folder) = home.and_then(|home| self.folders.get_mut(&home.root)) {
            folder.due = Some(Instant::now() + PAUSE);
        }
    }

    fn close(&mut self, uri: &str) -> Result<(), Error> {
        self.touch(uri);
        let Some(Document { home, .. }) = self.documents.open.remove(uri) else { return Ok(()) };
        if self.documents.open.values().any(|other| other.home.root == home.root) {
            return Ok(());
        }
        let shown = self.folders.remove(&home.root).map(|folder| folder.shown).unwrap_or_default();
        shown.keys().try_for_each(|uri| self.show(uri, &[]))?;
        self.answer_held()
    }

    /// Answers what waited for a project to be linted, or closed. What still has to wait is held again.
    fn answer_held(&mut self) -> Result<(), Error> {
        std::mem::take(&mut self.held).into_iter().try_for_each(|request| self.request(request))
    }

    /// Lints the project that waits longest, unless one is being linted.
    fn lint_next(&mut self) {
        let now = Instant::now();
        let waiting = self.folders.iter_mut().filter(|(_, folder)| folder.due.is_some_and(|due| due <= now));
        let Some((root, folder)) = waiting.min_by_key(|(_, folder)| folder.due) else { return };
        folder.due = None;
        let documents = self.documents.open.values().filter(|document| document.home.root == *root);
        let texts = documents.map(|document| (document.home.path.clone(), document.text.clone()));
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let job = Job { root: root.clone(), texts: texts.collect(), today };
        self.is_busy = self.jobs.send(job).is_ok();
    }

    fn accept(&mut self, linted: Linted) -> Result<(), Error> {
        self.is_busy = false;
        if linted.failed {
            log("a fault of the linter: the findings are not complete")?;
        }
        let mut found = diagnostics::of(&linted, &self.documents);
        // What lies in another open project's folder is that one's to say: two would talk each other down.
        found.retain(|uri, _| {
            let home = Home::of(uri).filter(|home| home.root != linted.root);
            home.is_none_or(|home| !self.folders.contains_key(&home.root))
        });
        // Its last file may have been closed meanwhile.
        let Some(folder) = self.folders.get_mut(&linted.root) else { return Ok(()) };
        for path in linted.texts.keys() {
            if let Some(file) = linted.project.file(path) {
                folder.files.insert(path.clone(), file.clone());
            }
        }
        let shown = std::mem::take(&mut folder.shown);
        let root = linted.root.clone();
        folder.linted = Some(linted);
        let shown = self.publish(&root, shown, found)?;
        if let Some(folder) = self.folders.get_mut(&root) {
            folder.shown = shown;
        }
        self.answer_held()?;
        if self.client.refreshes_lenses {
            self.ask("workspace/codeLens/refresh", Value::Null)?;
        }
        Ok(())
    }

    /// Shows what is otherwise than the editor has it. Gives what it has then.
    fn publish(
        &self,
        root: &Path,
        mut shown: Shown,
        found: BTreeMap<String, Vec<lsp::Diagnostic>>,
    ) -> Result<Shown, Error> {
        for uri in shown.keys().filter(|uri| !found.contains_key(*uri)) {
            self.show(uri, &[])?;
        }
        shown.retain(|uri, _| found.contains_key(uri));
        for (uri, diagnostics) in found {
            let document = self.documents.open.get(&uri);
            // What was typed meanwhile is linted next; places of the text before would be wrong.
            let is_stale = document.is_some_and(|document| {
                let linted = self.folders.get(root).and_then(|folder| folder.linted.as_ref());
                linted.and_then(|linted| linted.texts.get(&document.home.path)) != Some(&document.text)
            });
            let now = (document.map(|document| document.version), diagnostics);
            if !is_stale && shown.get(&uri) != Some(&now) {
                self.show(&uri, &now.1)?;
                shown.insert(uri, now);
            }
        }
        Ok(shown)
    }

    fn show(&self, uri: &str, diagnostics: &[lsp::Diagnostic]) -> Result<(), Error> {
        let mut params = json!({ "uri": uri, "diagnostics": diagnostics });
        if let Some(document) = self.documents.open.get(uri) {
            params["version"] = json!(document.version);
        }
        wire::write(Notification::new("textDocument/publishDiagnostics".to_owned(), params))
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<(), Error> {
        self.number += 1;
        wire::write(Request { id: self.number.into(), method: method.to_owned(), params })
    }
}

/// A line in the editor's log.
fn log(message: &str) -> Result<(), Error> {
    wire::tell("window/logMessage", message)
}

/// The parameters; what is wrong with them goes to the editor's log, since a notification has no answer.
fn read<T: DeserializeOwned>(method: &str, params: Value) -> Result<Option<T>, Error> {
    match serde_json::from_value(params) {
        Ok(params) => Ok(Some(params)),
        Err(error) => log(&format!("{method}: {error}")).map(|()| None),
    }
}
