//! From a template's text to its tree. handlebars keeps the line and column of a tag, and of what stands in it nothing, so
//! this follows its grammar with places; whether a text is a template at all handlebars decides. A test compares both
//! trees.
//!
//! Here are the texts and blocks; `tag` reads one tag, `words` what stands in it.
//! <https://docs.rs/crate/handlebars/6.4.4/source/src/grammar.pest>

mod tag;
mod words;

use std::mem;
use std::ops::Range;

use super::error::TemplateError;
use super::tree::{Block, Call, Node, Output, Word};
use tag::Tag;
use words::Reader;

/// The tree of a text, and what is wrong with its tags, in the order of the text.
pub(super) fn read(source: &str) -> (Vec<Node>, Vec<TemplateError>) {
    let mut builder = Builder { source, nodes: Vec::new(), open: Vec::new(), errors: Vec::new() };
    let mut reader = Reader { source, at: 0, depth: 0 };
    while reader.at < source.len() {
        builder.text(&mut reader);
        if reader.at < source.len() {
            let start = reader.at;
            match tag::read(&mut reader) {
                Ok(tag) => builder.tag(tag, start..reader.at),
                Err(at) => {
                    reader.at = source[start..].find("}}").map_or(source.len(), |end| start + end + 2);
                    builder.broken(start..reader.at, at);
                    // Else its `{{/…}}` would seem to have no beginning.
                    if source[start + 2..].trim_start_matches(['~', ' ']).starts_with('#') {
                        builder.open(reader.at..reader.at, Opened::Broken, false);
                    }
                }
            }
        }
    }
    builder.end()
}

struct Builder<'a> {
    source: &'a str,
    /// Of the innermost block that is open.
    nodes: Vec<Node>,
    open: Vec<Open>,
    errors: Vec<TemplateError>,
}

/// A block that is open.
struct Open {
    start: Range<usize>,
    what: Opened,
    /// What stands before the block.
    before: Vec<Node>,
    /// What stands in it, once `{{else}}` was there.
    inner: Option<Vec<Node>>,
    /// Opened by an `{{else if …}}`: closed with the block before.
    is_chained: bool,
}

/// What opened a block.
enum Opened {
    Helper(Call, Vec<Word>),
    /// A partial or a decorator.
    Unsupported,
    /// A tag that cannot be read.
    Broken,
}

impl Builder<'_> {
    /// Up to the next tag: `\{{` is none, and before one `\\` stands for `\`.
    fn text(&mut self, reader: &mut Reader<'_>) {
        let bytes = self.source.as_bytes();
        let mut start = reader.at;
        let mut at = start;
        while at < bytes.len() && !bytes[at..].starts_with(b"{{") {
            let slashes = bytes[at..].iter().take_while(|byte| **byte == b'\\').count();
            if slashes == 1 && bytes[at + 1..].starts_with(b"{{") {
                self.put_text(start..at);
                let len = if bytes[at + 1..].starts_with(b"{{{{") { 5 } else { 3 };
                self.nodes.push(Node::Escape(at..at + len));
                at += len;
                start = at;
            } else {
                at += slashes.max(1);
            }
        }
        self.put_text(start..at);
        reader.at = at;
    }

    fn put_text(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.nodes.push(Node::Text(range));
        }
    }

    fn tag(&mut self, tag: Tag, range: Range<usize>) {
        match tag {
            Tag::Comment => self.nodes.push(Node::Comment(range)),
            Tag::Value(expression) => self.nodes.push(Node::Output(Output { range, expression })),
            Tag::Unsupported => self.nodes.push(Node::Unsupported(range)),
            Tag::Open(call, names) => self.open(range, Opened::Helper(call, names), false),
            Tag::OpenUnsupported => self.open(range, Opened::Unsupported, false),
            Tag::Raw { call, names, open, text } => {
                let inner = if text.is_empty() { Vec::new() } else { vec![Node::Text(text)] };
                let block = Block { range, open, call, names, inner, inverse: Vec::new() };
                self.nodes.push(Node::Block(Box::new(block)));
            }
            Tag::Else(chain) => {
                let Some(block) = self.open.last_mut().filter(|block| block.inner.is_none()) else {
                    return self.orphan(range);
                };
                block.inner = Some(mem::take(&mut self.nodes));
                if let Some((call, names)) = chain {
                    self.open(range, Opened::Helper(call, names), true);
                }
            }
            Tag::Close(name) => self.close(&name, range),
        }
    }

    fn open(&mut self, start: Range<usize>, what: Opened, is_chained: bool) {
        let before = mem::take(&mut self.nodes);
        self.open.push(Open { start, what, before, inner: None, is_chained });
    }

    fn close(&mut self, name: &str, range: Range<usize>) {
        if self.open.is_empty() {
            return self.orphan(range);
        }
        while let Some(block) = self.open.pop() {
            let is_chained = block.is_chained;
            let opened = match &block.what {
                Opened::Helper(call, _) => Some(call.name.text.clone()),
                Opened::Unsupported | Opened::Broken => None,
            };
            self.put_block(block, range.end);
            if !is_chained {
                if let Some(opened) = opened.filter(|opened| opened != name) {
                    self.misfit(TemplateError::mismatch(range.start, &opened, name));
                }
                return;
            }
        }
    }

    /// Puts a block that ends there behind what stands before it.
    fn put_block(&mut self, block: Open, end: usize) {
        let last = mem::replace(&mut self.nodes, block.before);
        let (inner, inverse) = match block.inner {
            Some(inner) => (inner, last),
            None => (last, Vec::new()),
        };
        let range = block.start.start..end;
        if let Opened::Helper(call, names) = block.what {
            let block = Block { range, open: block.start, call, names, inner, inverse };
            return self.nodes.push(Node::Block(Box::new(block)));
        }
        if let Opened::Unsupported = block.what {
            self.nodes.push(Node::Unsupported(range));
        }
        self.nodes.extend(inner);
        self.nodes.extend(inverse);
    }

    /// A tag without the block that it belongs to.
    fn orphan(&mut self, range: Range<usize>) {
        self.misfit(TemplateError::unexpected(self.source, range.start + 2));
        self.nodes.push(Node::Broken(range));
    }

    /// Blocks that do not fit together. Behind another fault that is what comes of it.
    fn misfit(&mut self, error: TemplateError) {
        if self.errors.is_empty() {
            self.errors.push(error);
        }
    }

    fn broken(&mut self, range: Range<usize>, at: usize) {
        self.errors.push(TemplateError::unexpected(self.source, at));
        self.nodes.push(Node::Broken(range));
    }

    fn end(mut self) -> (Vec<Node>, Vec<TemplateError>) {
        if !self.open.is_empty() {
            self.misfit(TemplateError::unexpected(self.source, self.source.len()));
        }
        while let Some(block) = self.open.pop() {
            self.put_block(block, self.source.len());
        }
        (self.nodes, self.errors)
    }
}
