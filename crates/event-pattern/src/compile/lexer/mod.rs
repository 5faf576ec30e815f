//! A pull lexer for patterns that stops where the service's parser (Jackson) stops, so that a
//! fault has the service's text and location. What a string or a number is, `json` knows.
//!
//! Two habits decide about locations: with a name it already reads the start of the value, and a
//! string is read to its end only when its text is asked for or the next token is wanted.

mod fault;
mod repeats;
mod scalar;
mod string;

use std::ops::Range;

use super::location::location;
use crate::json::{MAX_DEPTH, Scanner, Stops};
use crate::parsed::Repeated;
use fault::{describe, kind};
use repeats::Repeats;

pub(crate) use fault::SyntaxFault;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Name,
    String,
    Number,
    True,
    False,
    Null,
}

pub(crate) struct Lexer<'p> {
    text: &'p str,
    scanner: Scanner<'p>,
    /// Everything before is read.
    at: usize,
    scopes: Vec<Scope>,
    /// The token of the value behind the current name.
    ahead: Option<Token>,
    /// The current string is not read to its end.
    open: bool,
    /// Where the current token starts: of strings, behind the quote.
    start: usize,
    name: String,
    /// Where the current name stands, in its quotes.
    name_at: Range<usize>,
    /// Kept for whoever asks only.
    repeats: Option<Repeats>,
}

struct Scope {
    closer: u8,
    start: usize,
    entries: usize,
}

type Lexed<T> = Result<T, SyntaxFault>;

const STRING_END: &str = ": was expecting closing quote for a string value";
const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

impl<'p> Lexer<'p> {
    /// `stops` are those of `text`.
    pub(crate) fn new(text: &'p str, stops: &'p Stops) -> Self {
        Self {
            text,
            scanner: Scanner::new(text.as_bytes(), stops.places()),
            at: 0,
            scopes: Vec::new(),
            ahead: None,
            open: false,
            start: 0,
            name: String::new(),
            name_at: 0..0,
            repeats: None,
        }
    }

    /// Keeps the names that stand twice in one object.
    pub(crate) fn noting_repeats(self) -> Self {
        Self { repeats: Some(Repeats::default()), ..self }
    }

    /// The names that stood twice so far, in the order of the text.
    pub(crate) fn into_repeats(self) -> Vec<Repeated> {
        self.repeats.map(|repeats| repeats.found).unwrap_or_default()
    }

    /// The byte offset up to which the text is read.
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    pub(crate) fn source(&self) -> &'p str {
        self.text
    }

    /// The current name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where the current name stands, in its quotes.
    pub(crate) fn name_at(&self) -> Range<usize> {
        self.name_at.clone()
    }

    /// Where a token that was just read starts.
    pub(crate) fn start_of(&self, token: Token) -> usize {
        if token == Token::String { self.start - 1 } else { self.start }
    }

    /// How many objects and lists are open.
    pub(crate) fn depth(&self) -> usize {
        self.scopes.len()
    }

    /// Reads on until only so many objects and lists are open, and the value that begins there to its end.
    pub(crate) fn skip_to(&mut self, depth: usize) -> Lexed<()> {
        if self.ahead.is_some() {
            self.next()?;
        }
        while self.depth() > depth {
            self.next()?;
        }
        if self.open {
            self.token_text()?;
        }
        Ok(())
    }

    /// The text of the current string, or of any other token as it stands there.
    pub(crate) fn token_text(&mut self) -> Lexed<String> {
        if self.open {
            self.open = false;
            self.read_string(STRING_END)
        } else {
            Ok(self.text[self.start..self.at].to_owned())
        }
    }

    pub(crate) fn next(&mut self) -> Lexed<Token> {
        if let Some(token) = self.ahead.take() {
            return self.enter(token);
        }
        if self.open {
            self.token_text()?;
        }
        let Some(byte) = self.skip_space() else {
            return Err(self.unclosed());
        };
        if let b']' | b'}' = byte {
            return self.close(byte);
        }
        let in_object = self.scopes.last().is_some_and(|scope| scope.closer == b'}');
        self.expect_comma()?;
        if in_object {
            self.read_name()?;
            self.ahead = Some(self.value()?);
            return Ok(Token::Name);
        }
        let token = self.value()?;
        self.enter(token)
    }

    /// What follows the pattern, if not white space.
    pub(crate) fn trailing(&mut self) -> Option<SyntaxFault> {
        self.skip_space()?;
        let service = format!("Unexpected character ({}): expected end-of-input", describe(self.peek_char()));
        Some(self.fault_here(service, "text after the pattern's closing brace"))
    }

    fn enter(&mut self, token: Token) -> Lexed<Token> {
        let closer = match token {
            Token::ObjectStart => b'}',
            Token::ArrayStart => b']',
            _ => return Ok(token),
        };
        if self.scopes.len() >= MAX_DEPTH {
            let service = format!(
                "Document nesting depth ({}) exceeds the maximum allowed ({MAX_DEPTH}, from \
                 `StreamReadConstraints.getMaxNestingDepth()`)",
                self.scopes.len() + 1
            );
            return Err(self.fault_here(service, "the pattern is nested too deeply"));
        }
        self.scopes.push(Scope { closer, start: self.start, entries: 0 });
        if let Some(repeats) = &mut self.repeats {
            repeats.enter();
        }
        Ok(token)
    }

    fn close(&mut self, byte: u8) -> Lexed<Token> {
        let close = char::from(byte);
        let Some(scope) = self.scopes.last() else {
            let service = format!("Unexpected close marker '{close}': no open {} to close", kind(byte));
            return Err(self.fault_here(service, &format!("unexpected `{close}`")));
        };
        if scope.closer != byte {
            let expected = char::from(scope.closer);
            let service = format!(
                "Unexpected close marker '{close}': expected '{expected}' (for {} starting at {})",
                kind(scope.closer),
                location(self.text, scope.start),
            );
            return Err(self.fault_here(service, &format!("`{close}` where `{expected}` is expected")));
        }
        self.scopes.pop();
        if let Some(repeats) = &mut self.repeats {
            repeats.leave();
        }
        self.start = self.at;
        self.at += 1;
        Ok(if byte == b'}' { Token::ObjectEnd } else { Token::ArrayEnd })
    }

    fn expect_comma(&mut self) -> Lexed<()> {
        let Some(scope) = self.scopes.last_mut() else {
            return Ok(());
        };
        scope.entries += 1;
        if scope.entries == 1 {
            return Ok(());
        }
        let kind = kind(scope.closer);
        if self.peek() != Some(b',') {
            return Err(self.unexpected(
                &format!("was expecting comma to separate {kind} entries"),
                "a comma is expected",
            ));
        }
        self.at += 1;
        match self.skip_space() {
            Some(_) => Ok(()),
            None => Err(self.ended(&format!(" within/between {kind} entries"))),
        }
    }

    fn read_name(&mut self) -> Lexed<()> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(
                "was expecting double-quote to start field name",
                "a name in double quotes is expected",
            ));
        }
        let start = self.at;
        self.at += 1;
        self.name = self.read_string(" in field name")?;
        self.name_at = start..self.at;
        match self.skip_space() {
            None => return Err(self.ended(" within/between Object entries")),
            Some(b':') => self.at += 1,
            Some(_) => {
                return Err(self.unexpected(
                    "was expecting a colon to separate field name and value",
                    "a colon is expected",
                ));
            }
        }
        let Some(byte) = self.skip_space() else {
            return Err(self.ended(" within/between Object entries"));
        };
        if let Some(repeats) = &mut self.repeats {
            repeats.name(&self.name, &self.name_at, byte == b'[');
        }
        Ok(())
    }

    fn value(&mut self) -> Lexed<Token> {
        self.start = self.at;
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.start = self.at;
                self.open = true;
                Ok(Token::String)
            }
            Some(b'{') => Ok(self.bracket(Token::ObjectStart)),
            Some(b'[') => Ok(self.bracket(Token::ArrayStart)),
            Some(b't') => self.word("true", Token::True),
            Some(b'f') => self.word("false", Token::False),
            Some(b'n') => self.word("null", Token::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'}') => Err(self.unexpected("expected a value", "a value is expected")),
            Some(b'/') => Err(self.unexpected(
                "maybe a (non-standard) comment? (not recognized as one since Feature 'ALLOW_COMMENTS' not \
                 enabled for parser)",
                "JSON has no comments",
            )),
            _ if self.rest().chars().next().is_some_and(char::is_alphabetic) => {
                let word = self.take_word();
                Err(self.unknown_word(word))
            }
            _ => Err(self.unexpected(&format!("expected a valid value {VALUES}"), "a value is expected")),
        }
    }

    fn bracket(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn skip_space(&mut self) -> Option<u8> {
        self.at = self.scanner.skip_space(self.at);
        self.peek()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn peek_char(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'p str {
        &self.text[self.at..]
    }
}
