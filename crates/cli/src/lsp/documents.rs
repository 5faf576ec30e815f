//! The texts that an editor has open.

use std::collections::BTreeMap;
use std::ops::Range;

use editor::{Encoding, Lines, Position};
use gen_lsp_types as lsp;
use lsp::TextDocumentContentChangeEvent as Change;

use super::uri::Home;

/// An open file of a project.
pub(super) struct Document {
    pub(super) version: i32,
    pub(super) text: String,
    pub(super) home: Home,
}

/// The open files by their URIs, as the editor writes them.
#[derive(Default)]
pub(super) struct Documents {
    pub(super) open: BTreeMap<String, Document>,
    pub(super) encoding: Encoding,
}

impl Documents {
    pub(super) fn lines<'a>(&self, text: &'a str) -> Lines<'a> {
        Lines::new(text, self.encoding)
    }

    /// Makes the changes one after the other: each counts in the text that the one before has left.
    pub(super) fn change(&mut self, uri: &str, version: i32, changes: Vec<Change>) {
        let encoding = self.encoding;
        let Some(document) = self.open.get_mut(uri) else { return };
        for change in changes {
            match change {
                Change::TextDocumentContentChangePartial(change) => {
                    let range = bytes(&Lines::new(&document.text, encoding), change.range);
                    document.text.replace_range(range, &change.text);
                }
                Change::TextDocumentContentChangeWholeDocument(change) => document.text = change.text,
            }
        }
        document.version = version;
    }

    /// The open file with that path in that project, with its URI.
    pub(super) fn at(&self, home: &Home) -> Option<(&String, &Document)> {
        self.open.iter().find(|(_, document)| document.home == *home)
    }
}

/// The bytes of a range.
pub(super) fn bytes(lines: &Lines<'_>, range: lsp::Range) -> Range<usize> {
    let position = |it: lsp::Position| Position { line: it.line, character: it.character };
    lines.range(position(range.start), position(range.end))
}

/// The range of some bytes.
pub(super) fn range(lines: &Lines<'_>, bytes: &Range<usize>) -> lsp::Range {
    let position = |offset| {
        let Position { line, character } = lines.position(offset);
        lsp::Position::new(line, character)
    };
    lsp::Range::new(position(bytes.start), position(bytes.end))
}
