//! What is asked of an open file, and the answers.

use editor::{Completion, Context, Kind, Shown};
use gen_lsp_types as lsp;
use lsp_server::ErrorCode;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use watchfile::fix::Together;
use watchfile::{Failure, Finding, TestCase};

use super::documents::{Document, bytes, range};
use super::handshake::SHOW_TEST;
use super::linting::Linted;
use super::server::{Folder, Server};
use super::wire;
use crate::exit::Error;

type Answer = Result<Value, (ErrorCode, String)>;

/// The answer to a request.
pub(super) fn answer(server: &Server, method: &str, params: &Value) -> Answer {
    match method {
        "textDocument/hover" => Ok(hover(server, &read(params)?)),
        "textDocument/completion" => Ok(completion(server, &read(params)?)),
        "textDocument/codeAction" => Ok(actions(server, &read(params)?)),
        "textDocument/codeLens" => Ok(lenses(server, &read(params)?)),
        "workspace/executeCommand" => command(server, read(params)?),
        _ => Err((ErrorCode::MethodNotFound, format!("`{method}` is not known"))),
    }
}

fn read<T: DeserializeOwned>(params: &Value) -> Result<T, (ErrorCode, String)> {
    T::deserialize(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

/// An open file with its project.
struct Open<'a> {
    server: &'a Server,
    document: &'a Document,
    folder: &'a Folder,
    linted: &'a Linted,
}

impl<'a> Open<'a> {
    /// None if it is in no project: then there is nothing to say.
    fn of(server: &'a Server, uri: &lsp::Uri) -> Option<Open<'a>> {
        let document = server.documents.open.get(uri.as_ref())?;
        let folder = server.folders.get(&document.home.root)?;
        Some(Open { server, document, folder, linted: folder.linted.as_ref()? })
    }

    fn context(&self) -> Context<'a> {
        let path = &self.document.home.path;
        let linted = self.linted;
        Context {
            kind: if self.document.home.is_config() { Kind::Config } else { Kind::Watcher },
            project: &linted.project,
            file: linted.project.file(path).or_else(|| self.folder.files.get(path)),
            today: linted.today,
        }
    }

    fn offset(&self, position: lsp::Position) -> usize {
        bytes(&self.server.documents.lines(&self.document.text), lsp::Range::new(position, position)).start
    }

    fn range(&self, bytes: &std::ops::Range<usize>) -> lsp::Range {
        range(&self.server.documents.lines(&self.document.text), bytes)
    }

    /// Whether the text is the one that was linted: places count in that.
    fn is_linted(&self) -> bool {
        self.linted.texts.get(&self.document.home.path) == Some(&self.document.text)
    }

    /// The findings of the file.
    fn findings(&self) -> impl Iterator<Item = &'a Finding> {
        let path = &self.document.home.path;
        let is_current = self.is_linted();
        self.linted.findings.iter().filter(move |finding| is_current && finding.source.path == *path)
    }

    /// The tests of the file, where they can be run.
    fn tests(&self) -> &'a [TestCase] {
        let file = self.linted.project.file(&self.document.home.path).filter(|_| self.is_linted());
        file.map_or(&[], |file| &file.tests)
    }

    /// What is wrong with a test; nothing if it passes.
    fn failures(&self, test: &TestCase) -> Vec<Failure> {
        let Some(file) = self.linted.project.file(&self.document.home.path) else { return Vec::new() };
        watchfile::run(file, &self.linted.project.config, test, self.linted.today)
    }
}

fn hover(server: &Server, params: &lsp::HoverParams) -> Value {
    let place = &params.text_document_position_params;
    let Some(open) = Open::of(server, &place.text_document.uri) else { return Value::Null };
    let hover = editor::hover(&open.document.text, open.offset(place.position), &open.context());
    hover.map_or(Value::Null, |hover| {
        json!({ "contents": { "kind": "markdown", "value": hover.markdown }, "range": open.range(&hover.span) })
    })
}

fn completion(server: &Server, params: &lsp::CompletionParams) -> Value {
    let place = &params.text_document_position_params;
    let Some(open) = Open::of(server, &place.text_document.uri) else { return Value::Null };
    let found = editor::complete(&open.document.text, open.offset(place.position), &open.context());
    let range = open.range(&found.span);
    let items = found.items.iter().enumerate().map(|(order, item)| shown(order, item, range));
    let items: Vec<Value> = items.collect();
    json!({ "isIncomplete": found.is_incomplete, "items": items })
}

fn shown(order: usize, completion: &Completion, range: lsp::Range) -> Value {
    let kind = match completion.shown {
        Shown::Key => lsp::CompletionItemKind::Property,
        Shown::Field => lsp::CompletionItemKind::Field,
        Shown::Variable => lsp::CompletionItemKind::Variable,
        Shown::Function => lsp::CompletionItemKind::Function,
        Shown::Value => lsp::CompletionItemKind::Value,
    };
    json!({
        "label": completion.text,
        "kind": kind,
        "detail": completion.detail,
        "sortText": format!("{order:05}"),
        "filterText": completion.text,
        "textEdit": { "range": range, "newText": completion.text },
    })
}

/// The fixes of the findings in the range, and all of the file's at once.
fn actions(server: &Server, params: &lsp::CodeActionParams) -> Value {
    let uri = &params.text_document.uri;
    let Some(open) = Open::of(server, uri) else { return json!([]) };
    let asked = bytes(&server.documents.lines(&open.document.text), params.range);
    let wants = |kind: &str| {
        let only = params.context.only.as_ref();
        only.is_none_or(|kinds| kinds.iter().any(|wanted| is_within(kind, &wanted.to_string())))
    };
    let edit = |edits: &[watchfile::Edit]| {
        let edits = edits.iter().map(|edit| json!({ "range": open.range(&edit.span), "newText": edit.text }));
        json!({ "changes": { uri.as_ref(): edits.collect::<Vec<_>>() } })
    };
    let mut actions = Vec::new();
    if wants("quickfix") {
        let touched = |finding: &&Finding| finding.span.start <= asked.end && asked.start <= finding.span.end;
        for finding in open.findings().filter(touched) {
            let Some(fix) = &finding.fix else { continue };
            actions.push(json!({
                "title": fix.title,
                "kind": "quickfix",
                "isPreferred": true,
                "diagnostics": params.context.diagnostics.iter().filter(|it| {
                    it.range == open.range(&finding.span)
                        && it.code == Some(finding.lint.name.to_owned().into())
                }).collect::<Vec<_>>(),
                "edit": edit(&fix.edits),
            }));
        }
    }
    if wants("source.fixAll") {
        let mut all = Together::default();
        open.findings().filter_map(|finding| finding.fix.as_ref()).for_each(|fix| all.add(fix));
        if !all.edits.is_empty() {
            let title = "fix all that has one right answer";
            actions.push(json!({ "title": title, "kind": "source.fixAll", "edit": edit(&all.edits) }));
        }
    }
    json!(actions)
}

/// Kinds form a tree by their dots.
fn is_within(kind: &str, wanted: &str) -> bool {
    wanted.is_empty()
        || kind.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What came of each test, above it.
fn lenses(server: &Server, params: &lsp::CodeLensParams) -> Value {
    let uri = &params.text_document.uri;
    let Some(open) = Open::of(server, uri) else { return json!([]) };
    let lens = |(index, test): (usize, &TestCase)| {
        let failures = open.failures(test);
        let title = match failures.as_slice() {
            [] => "✓ passes".to_owned(),
            [one, ..] => format!("✗ fails: {}", one.step),
        };
        json!({
            "range": open.range(&test.span),
            "command": { "title": title, "command": SHOW_TEST, "arguments": [uri.as_ref(), index] },
        })
    };
    json!(open.tests().iter().enumerate().map(lens).collect::<Vec<_>>())
}

/// What differs, and why, where that is known.
fn line(Failure { step, expected, actual, why }: &Failure) -> String {
    let why = why.as_ref().map_or_else(String::new, |why| format!(": {}", why.trim_end()));
    format!("{step}: expected {expected}, got {actual}{why}")
}

/// Says what came of a test, in full.
fn command(server: &Server, params: lsp::ExecuteCommandParams) -> Answer {
    let arguments = params.arguments.unwrap_or_default();
    let (uri, index) = match arguments.as_slice() {
        [Value::String(uri), index] if params.command == SHOW_TEST => (uri.as_str(), index.as_u64()),
        _ => return Err((ErrorCode::InvalidParams, format!("`{}` is not known", params.command))),
    };
    let open = Open::of(server, &uri.into());
    let index = index.and_then(|index| usize::try_from(index).ok());
    let test = open.as_ref().and_then(|open| open.tests().get(index?));
    let said = match (&open, test) {
        (Some(open), Some(test)) => match open.failures(test) {
            failures if failures.is_empty() => format!("“{}” passes", test.name),
            failures => {
                let lines = failures.iter().map(|failure| format!("\n{}", line(failure)));
                format!("“{}” fails{}", test.name, lines.collect::<String>())
            }
        },
        _ => "the file has changed: there is no such test any more".to_owned(),
    };
    let closed = |_: Error| (ErrorCode::InternalError, "the editor is gone".to_owned());
    wire::tell("window/showMessage", &said).map_err(closed)?;
    Ok(Value::Null)
}
