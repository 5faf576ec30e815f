//! From tokens to keys and values: which table and which list a token stands in. A list that was not closed ends where a line can
//! only be the next statement, since the line is being typed.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

use crate::part::{ELEMENT, Part, Place, Role};

#[derive(Clone, Debug)]
enum State {
    /// The parts of a dotted key so far, and whether a dot follows them.
    Key(Vec<String>, bool),
    Header(Vec<String>, bool),
    /// Behind `=`.
    Value(Vec<String>),
    /// Behind a value.
    After,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// The file, or a table with a header.
    Top,
    Array,
    Inline,
}

struct Frame {
    shape: Shape,
    path: Vec<String>,
    table: usize,
}

/// The state of reading, token by token.
pub(crate) struct Reader<'a> {
    source: Source<'a>,
    pub(crate) parts: Vec<Part>,
    frames: Vec<Frame>,
    state: State,
    tables: usize,
    /// The first part of the line, and whether nothing stands before the next token.
    line: usize,
    is_fresh: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Reader<'a> {
        Reader {
            source: Source::new(text),
            parts: Vec::new(),
            frames: vec![Frame { shape: Shape::Top, path: Vec::new(), table: 0 }],
            state: State::Key(Vec::new(), false),
            tables: 0,
            line: 0,
            is_fresh: true,
        }
    }

    fn frame(&self) -> &Frame {
        self.frames.last().expect("the first frame stays")
    }

    pub(crate) fn step(&mut self, token: &Token) {
        let is_fresh = self.is_fresh;
        let shape = self.frame().shape;
        match token.kind() {
            TokenKind::Whitespace | TokenKind::Eof => return,
            TokenKind::Newline => {
                if shape == Shape::Top {
                    self.state = State::Key(Vec::new(), false);
                }
                (self.line, self.is_fresh) = (self.parts.len(), true);
                return;
            }
            TokenKind::Comment => self.add(token, Role::Comment, Vec::new()),
            TokenKind::LeftSquareBracket => self.open_bracket(token, is_fresh),
            TokenKind::RightSquareBracket => self.close_bracket(shape),
            TokenKind::LeftCurlyBracket => {
                let path = match &self.state {
                    State::Value(path) => path.clone(),
                    _ => self.frame().path.clone(),
                };
                self.push(Shape::Inline, path);
                self.state = State::Key(Vec::new(), false);
            }
            TokenKind::RightCurlyBracket if shape == Shape::Inline => {
                self.frames.pop();
                self.state = State::After;
            }
            TokenKind::Comma if shape == Shape::Inline => self.state = State::Key(Vec::new(), false),
            TokenKind::Equals => self.equals(shape),
            TokenKind::Dot => match &mut self.state {
                State::Key(parts, dotted) | State::Header(parts, dotted) if !parts.is_empty() => {
                    *dotted = true;
                }
                _ => {}
            },
            TokenKind::RightCurlyBracket | TokenKind::Comma => {}
            _ => self.word(token),
        }
        self.is_fresh = false;
    }

    fn open_bracket(&mut self, token: &Token, is_fresh: bool) {
        let at = token.span().start();
        match &self.state {
            State::Header(parts, _) if parts.is_empty() => {}
            // Somebody is still typing the list or the table before.
            _ if is_fresh && (self.frame().shape == Shape::Top || is_header(&self.source.input()[at..])) => {
                self.frames.truncate(1);
                self.state = State::Header(Vec::new(), false);
            }
            State::Value(path) => self.push(Shape::Array, path.clone()),
            _ if self.frame().shape == Shape::Array => self.push(Shape::Array, self.frame().path.clone()),
            _ => {}
        }
    }

    fn close_bracket(&mut self, shape: Shape) {
        match &mut self.state {
            State::Header(parts, _) => {
                let path = std::mem::take(parts);
                self.tables += 1;
                self.frames = vec![Frame { shape: Shape::Top, path, table: self.tables }];
                self.state = State::After;
            }
            _ if shape == Shape::Array => {
                self.frames.pop();
                self.state = State::After;
            }
            _ => {}
        }
    }

    fn equals(&mut self, shape: Shape) {
        if shape == Shape::Array {
            // No list has a `=`: it was not closed, and this line is the next statement.
            self.frames.truncate(1);
            let (mut path, table) = (self.frame().path.clone(), self.frame().table);
            for part in &mut self.parts[self.line..] {
                if part.role == Role::Comment {
                    continue;
                }
                path.push(self.source.input()[part.inner.clone()].to_owned());
                (part.role, part.path, part.table) = (Role::Key, path.clone(), table);
            }
            self.state = State::Value(path);
        } else if let State::Key(parts, _) = &self.state
            && !parts.is_empty()
        {
            self.state = State::Value([self.frame().path.as_slice(), parts].concat());
        }
    }

    /// A key, or a value that is no table and no list.
    fn word(&mut self, token: &Token) {
        let role = if token.kind() == TokenKind::Atom { Role::Value } else { Role::Text };
        let path = self.frame().path.clone();
        if let State::Value(path) = &mut self.state {
            let path = std::mem::take(path);
            self.add(token, role, path);
            self.state = State::After;
        } else if let State::Header(parts, dotted) = &mut self.state {
            parts.push(decoded(&self.source, token));
            *dotted = false;
            let path = parts.clone();
            self.add(token, Role::Header, path);
        } else if self.frame().shape == Shape::Array {
            self.add(token, role, path);
        } else if let State::Key(parts, dotted) = &mut self.state {
            if !*dotted {
                parts.clear();
            }
            parts.push(decoded(&self.source, token));
            *dotted = false;
            let path = [path.as_slice(), parts].concat();
            self.add(token, Role::Key, path);
        }
    }

    fn add(&mut self, token: &Token, role: Role, path: Vec<String>) {
        let span = token.span().start()..token.span().end();
        let inner = inner(self.source.input(), token.kind(), &span);
        self.parts.push(Part { role, path, inner, span, table: self.frame().table });
    }

    fn push(&mut self, shape: Shape, mut path: Vec<String>) {
        let is_element = shape == Shape::Inline && self.frame().shape == Shape::Array;
        if is_element && path.last().is_some_and(|key| key != "$or") {
            path.push(ELEMENT.to_owned());
        }
        self.tables += usize::from(shape == Shape::Inline);
        let table = if shape == Shape::Inline { self.tables } else { self.frame().table };
        self.frames.push(Frame { shape, path, table });
        if shape == Shape::Array {
            self.state = State::After;
        }
    }

    /// What can be written where nothing is.
    pub(crate) fn gap(&self, offset: usize) -> Option<Place> {
        let Frame { shape, path, table } = self.frame();
        let below = |parts: &[String]| [path.as_slice(), parts].concat();
        let (role, path) = match &self.state {
            State::Value(path) => (Role::Value, path.clone()),
            State::Header(parts, dotted) if *dotted || parts.is_empty() => (Role::Header, parts.clone()),
            _ if *shape == Shape::Array => (Role::Value, path.clone()),
            State::Key(parts, dotted) if *dotted || parts.is_empty() => (Role::Key, below(parts)),
            _ => return None,
        };
        Some(Place { role, path, written: offset..offset, table: *table })
    }
}

/// A key without quotes and escapes.
fn decoded(source: &Source<'_>, token: &Token) -> String {
    let mut name = std::borrow::Cow::Borrowed("");
    if let Some(raw) = source.get(token) {
        raw.decode_key(&mut name, &mut ());
    }
    name.into_owned()
}

/// Whether the line is nothing but `[name]` or `[[name]]`.
fn is_header(rest: &str) -> bool {
    let line = rest.lines().next().unwrap_or_default();
    let line = line.split('#').next().unwrap_or_default().trim_end();
    let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) else { return false };
    let name = name.strip_prefix('[').map_or(Some(name), |name| name.strip_suffix(']'));
    name.is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.\"".contains(&b))
    })
}

fn inner(text: &str, kind: TokenKind, span: &Range<usize>) -> Range<usize> {
    let quote = match kind {
        TokenKind::LiteralString => "'",
        TokenKind::BasicString => "\"",
        TokenKind::MlLiteralString => "'''",
        TokenKind::MlBasicString => "\"\"\"",
        _ => return span.clone(),
    };
    let start = span.start + quote.len();
    let rest = &text[start.min(span.end)..span.end];
    let is_closed = rest.ends_with(quote);
    let end = if is_closed { span.end - quote.len() } else { span.end };
    let skipped = if quote.len() == 3 { line_break(rest) } else { 0 };
    (start + skipped).min(end)..end
}

fn line_break(text: &str) -> usize {
    if text.starts_with("\r\n") { 2 } else { usize::from(text.starts_with('\n')) }
}
