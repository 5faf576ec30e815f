//! A file's keys and values with their places, read from tokens: also of a file that is no TOML yet.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::{Token, TokenKind};

/// In a path: a table in a list.
pub(crate) const ELEMENT: &str = "[]";

/// What stands somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Key,
    /// A name in `[…]`.
    Header,
    /// A string.
    Text,
    /// Any other value.
    Value,
    Comment,
}

/// A key, a value or a comment.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) role: Role,
    /// The keys that lead to it. Of a key: itself too. For a table in a list stands [`ELEMENT`], since in a pattern
    /// that is an operator; `$or` has patterns in its list.
    pub(crate) path: Vec<String>,
    pub(crate) span: Range<usize>,
    /// Of a string: without its quotes, and without the line break that a multi-line one begins with.
    pub(crate) inner: Range<usize>,
    /// Which table it stands in: each header and each inline table begins another one.
    pub(crate) table: usize,
}

impl Part {
    /// The keys that lead to it.
    pub(crate) fn names(&self) -> Vec<&str> {
        names(&self.path)
    }
}

/// The keys of a path, without elements of lists.
pub(crate) fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).filter(|key| *key != ELEMENT).collect()
}

/// A place where something can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) role: Role,
    /// The keys that lead there. Of a key: to the table in which it stands.
    pub(crate) path: Vec<String>,
    /// What is there already, without quotes: as far as it is one thing with what is typed.
    pub(crate) written: Range<usize>,
    pub(crate) table: usize,
}

/// A file as far as it can be read.
pub(crate) struct Document<'a> {
    pub(crate) text: &'a str,
    pub(crate) parts: Vec<Part>,
}

impl<'a> Document<'a> {
    pub(crate) fn read(text: &'a str) -> Document<'a> {
        let mut reader = Reader::new(text);
        Source::new(text).lex().for_each(|token| reader.step(&token));
        Document { text, parts: reader.parts }
    }

    /// The part that has this byte.
    pub(crate) fn at(&self, offset: usize) -> Option<&Part> {
        self.parts.iter().find(|part| part.span.contains(&offset))
    }

    /// The strings, each with the path to it.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&Part, &'a str)> {
        let texts = self.parts.iter().filter(|part| part.role == Role::Text);
        texts.map(|part| (part, &self.text[part.inner.clone()]))
    }
}

/// Where a cursor in front of this byte is; nothing where nothing can be written.
pub(crate) fn place(text: &str, offset: usize) -> Option<Place> {
    let mut reader = Reader::new(text);
    for token in Source::new(text).lex() {
        let span = token.span().start()..token.span().end();
        if span.start >= offset {
            break;
        }
        let parts = reader.parts.len();
        reader.step(&token);
        if span.end < offset {
            continue;
        }
        let has_part = reader.parts.len() > parts;
        let Some(part) = reader.parts.last().filter(|_| has_part) else { continue };
        let is_closed = part.role == Role::Text && part.inner.end < part.span.end;
        if is_closed && offset > part.inner.end || part.role == Role::Text && offset < part.inner.start {
            return None;
        }
        let path = match part.role {
            Role::Key | Role::Header => &part.path[..part.path.len() - 1],
            _ => &part.path,
        };
        // Behind an open string is what stood there before somebody typed it.
        let end = if part.role == Role::Text && !is_closed { offset } else { part.inner.end };
        let written = part.inner.start..end;
        return Some(Place { role: part.role, path: path.to_vec(), written, table: part.table });
    }
    reader.gap(offset)
}

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

struct Reader<'a> {
    source: Source<'a>,
    parts: Vec<Part>,
    frames: Vec<Frame>,
    state: State,
    tables: usize,
    /// The first part of the line, and whether nothing stands before the next token.
    line: usize,
    is_fresh: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Reader<'a> {
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

    fn step(&mut self, token: &Token) {
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
    fn gap(&self, offset: usize) -> Option<Place> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the cursor.
    fn at(text: &str) -> Option<(Role, String, String)> {
        let offset = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        let place = place(&text, offset)?;
        Some((place.role, place.path.join("/"), text[place.written].to_owned()))
    }

    #[test]
    fn a_cursor_knows_where_it_is() {
        let cases = [
            ("ti|tle = 1", Role::Key, "", "title"),
            ("|", Role::Key, "", ""),
            ("a = 1\n|\nb = 2", Role::Key, "", ""),
            ("[pattern]\n|", Role::Key, "pattern", ""),
            ("[pattern]\ndetail.|", Role::Key, "pattern/detail", ""),
            ("[pattern]\ndetail.ev|\nx = 1", Role::Key, "pattern/detail", "ev"),
            ("[pattern]\ndetail.eventName = [\"De|\"]", Role::Text, "pattern/detail/eventName", "De"),
            ("[pattern]\nsource = [\"aws.s3\", |]", Role::Value, "pattern/source", ""),
            ("severity = |", Role::Value, "severity", ""),
            ("severity = \"|", Role::Text, "severity", ""),
            ("severity = hi|gh", Role::Value, "severity", "high"),
            ("m = '''\nab|c'''", Role::Text, "m", "abc"),
            ("a = { b = \"x|\" }", Role::Text, "a/b", "x"),
            ("a = [{ b = 1 }, { |", Role::Key, "a/[]", ""),
            ("\"$or\" = [{ b = 1 }, { |", Role::Key, "$or", ""),
            ("[[te|", Role::Header, "", "te"),
            ("[test.|]", Role::Header, "test", ""),
            ("x = 1 # allow: br|", Role::Comment, "", "# allow: br"),
            // Not closed yet.
            ("channels = [\"sec\n[pattern]\nsource = [\"aws.|\"]", Role::Text, "pattern/source", "aws."),
            ("channels = [\nmessage = \"x|\"", Role::Text, "message", "x"),
            ("[pattern]\r\ndetail.userIdentity.|\r\n", Role::Key, "pattern/detail/userIdentity", ""),
            ("é = '😀|'", Role::Text, "é", "😀"),
        ];
        for (text, role, path, written) in cases {
            assert_eq!(at(text), Some((role, path.to_owned(), written.to_owned())), "{text}");
        }
        for text in ["title = \"x\" |", "title |", "title = \"x\"|", "[a] |", "x = |\"a\""] {
            let found = at(text);
            assert!(
                found.is_none() || found.as_ref().unwrap().2.is_empty() && text.contains("= |"),
                "{text} {found:?}"
            );
        }
    }

    #[test]
    fn any_text_can_be_read_at_any_place() {
        let text = include_str!("../../../watchers/s3-bucket-deleted.toml");
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let document = Document::read(&text[..end]);
            assert!(
                document
                    .parts
                    .iter()
                    .all(|part| part.span.contains(&part.inner.start) || part.inner.is_empty())
            );
            place(&text[..end], end);
        }
        for text in [
            "\"",
            "'''",
            "[[[",
            "]]]",
            "{{{",
            "}}}",
            "= = =",
            "a.b.c",
            "...",
            "[a.\"b",
            "\u{1F600} = [",
            "x = [[1, {",
            "\"\"\"",
        ] {
            for offset in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                place(text, offset);
            }
            Document::read(text);
        }
    }
}
