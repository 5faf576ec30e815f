//! The parts of a JSONPath (RFC 9535) with their places, and what is wrong behind the first fault. Whether a text is a
//! path at all, and what it finds, jsonpath-rust decides, which keeps no places; a test compares both.

use std::ops::Range;

use super::parsed::{Filter, Segment, Selector};

/// What a scan finds.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) segments: Vec<Segment>,
    /// Where white space stands inside a name behind a dot.
    pub(super) spaces: Vec<usize>,
    /// Where something stands that no path has.
    pub(super) unexpected: Vec<usize>,
}

/// Reads a text that begins with `$`. Behind a faulty name the next dot or bracket begins a part; behind a fault in
/// brackets nothing is known.
pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner { text, at: 1, found: Scan::default() };
    while scanner.segment().is_some() {}
    scanner.found.unexpected.dedup();
    scanner.found
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    found: Scan,
}

impl<'a> Scanner<'a> {
    /// One part; nothing at the end, and where reading cannot go on: there the part has what could be read of it.
    fn segment(&mut self) -> Option<()> {
        self.skip_space();
        let start = self.at;
        self.peek()?;
        let descends = self.take("..");
        let mut selectors = Vec::new();
        let is_read = if self.peek() == Some('[') {
            self.bracket(&mut selectors)
        } else if descends || self.take(".") {
            self.shorthand().map(|selector| selectors.push(selector))
        } else {
            self.unexpected()
        };
        let end = if is_read.is_some() { self.at } else { self.text.len() };
        self.found.segments.push(Segment { range: start..end, descends, selectors });
        is_read
    }

    fn shorthand(&mut self) -> Option<Selector> {
        if self.take("*") { Some(Selector::Wildcard) } else { self.name() }
    }

    /// A name behind a dot.
    fn name(&mut self) -> Option<Selector> {
        let start = self.at;
        loop {
            let word = self.rest().split(ends_word).next().unwrap_or_default();
            let is_wrong = |(at, c): &(usize, char)| !is_of_name(*c, self.at + at == start);
            if let Some((at, _)) = word.char_indices().find(is_wrong) {
                self.found.unexpected.push(self.at + at);
            }
            self.at += word.len();
            let behind = self.rest().trim_start();
            let gap = &self.rest()[..self.rest().len() - behind.len()];
            // RFC 9535 has white space of other scripts in names; jsonpath-rust drops it at their ends.
            let belongs = gap.contains(|c| !is_space(c)) || behind.starts_with(|c| is_of_name(c, false));
            if gap.is_empty() || !belongs || self.at == start && gap.starts_with(is_space) {
                break;
            }
            self.found.spaces.push(self.at);
            self.at += gap.len();
        }
        if self.at == start {
            return self.unexpected();
        }
        Some(Selector::Name { text: self.text[start..self.at].to_owned(), range: start..self.at })
    }

    fn bracket(&mut self, selectors: &mut Vec<Selector>) -> Option<()> {
        self.take("[");
        loop {
            self.skip_space();
            selectors.push(self.selector()?);
            self.skip_space();
            if self.take("]") {
                return Some(());
            }
            if !self.take(",") {
                return self.unexpected();
            }
        }
    }

    fn selector(&mut self) -> Option<Selector> {
        match self.peek() {
            Some('\'' | '"') => {
                let range = self.string()?;
                Some(Selector::Name { text: unescaped(&self.text[range.clone()]), range })
            }
            Some('*') => {
                self.take("*");
                Some(Selector::Wildcard)
            }
            Some('?') => Some(Selector::Filter(self.filter())),
            Some('-' | ':' | '0'..='9') => self.numbers(),
            _ => self.unexpected(),
        }
    }

    /// Behind the string, its bytes without the quotes.
    fn string(&mut self) -> Option<Range<usize>> {
        let quote = self.peek()?;
        let start = self.at + 1;
        let mut is_escaped = false;
        for (at, c) in self.text[start..].char_indices() {
            if c == quote && !is_escaped {
                self.at = start + at + 1;
                return Some(start..start + at);
            }
            is_escaped = c == '\\' && !is_escaped;
        }
        self.at = self.text.len();
        self.unexpected()
    }

    /// An index or a slice.
    fn numbers(&mut self) -> Option<Selector> {
        let end = |c: char| !(c.is_ascii_digit() || c == '-' || c == ':' || is_space(c));
        let written = self.rest().split(end).next().unwrap_or_default().trim_end();
        let selector = if written.contains(':') {
            Some(Selector::Slice)
        } else {
            written.parse().ok().map(Selector::Index)
        };
        if selector.is_none() {
            return self.unexpected();
        }
        self.at += written.len();
        selector
    }

    /// Up to the bracket that ends it, or the comma behind it.
    fn filter(&mut self) -> Filter {
        let start = self.at + 1;
        self.at = start;
        let (mut depth, mut bracket) = (0_usize, start);
        let mut filter = Filter { text: String::new(), is_regex: false, descends: false, inner: None };
        while let Some(c) = self.peek() {
            match c {
                '\'' | '"' => {
                    if self.string().is_none() {
                        break;
                    }
                    continue;
                }
                ']' | ',' if depth == 0 => break,
                ')' | ']' => depth = depth.saturating_sub(1),
                '(' => {
                    depth += 1;
                    let before = &self.text[start..self.at];
                    filter.is_regex |= before.ends_with("match") || before.ends_with("search");
                }
                '[' => {
                    depth += 1;
                    bracket = self.at;
                }
                '?' if filter.inner.is_none() => filter.inner = Some(bracket),
                '.' => filter.descends |= self.rest().starts_with(".."),
                _ => {}
            }
            self.at += c.len_utf8();
        }
        self.text[start..self.at].clone_into(&mut filter.text);
        filter
    }

    fn unexpected<T>(&mut self) -> Option<T> {
        self.found.unexpected.push(self.at);
        None
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches(is_space).len();
    }

    fn take(&mut self, text: &str) -> bool {
        let is_there = self.rest().starts_with(text);
        if is_there {
            self.at += text.len();
        }
        is_there
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn ends_word(c: char) -> bool {
    c == '.' || c == '[' || c.is_whitespace()
}

/// <https://www.rfc-editor.org/rfc/rfc9535#name-child-segment>
fn is_of_name(c: char, is_first: bool) -> bool {
    c == '_'
        || c.is_ascii_alphabetic()
        || !c.is_ascii() && !c.is_whitespace()
        || c.is_ascii_digit() && !is_first
}

/// The text that a string stands for. Of an escape that JSON does not have, the letter remains.
fn unescaped(written: &str) -> String {
    let mut text = String::new();
    let mut rest = written.chars();
    let mut half = None;
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let digits: String = rest.by_ref().take(4).collect();
                let unit = u16::from_str_radix(&digits, 16).unwrap_or_default();
                let units = half.take().into_iter().chain([unit]);
                match char::decode_utf16(units).next() {
                    Some(Ok(c)) => text.push(c),
                    _ => half = Some(unit),
                }
            }
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}
