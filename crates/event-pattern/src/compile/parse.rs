//! Objects, fields and `$or`: everything of a pattern but its operators.

use super::lexer::{Lexer, Token};
use super::problem::{self, Problem};
use super::tree::{Member, OR, Object};
use crate::candidate::{Address, Candidate, Number};
use crate::error::PatternError;

/// Names that cannot be fields inside `$or`; among them some that no operator has yet.
const RESERVED: [&str; 24] = [
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

pub(super) type Parsed<T> = Result<T, PatternError>;

/// Reads and checks a pattern up to the first fault in document order.
pub(super) fn parse(json: &str) -> Parsed<Object> {
    let mut parser = Parser { lexer: Lexer::new(json), pointer: String::new() };
    if parser.next()? != Token::ObjectStart {
        return Err(parser.fault(problem::not_an_object()));
    }
    let tree = parser.object(false)?;
    match parser.lexer.trailing() {
        None => Ok(tree),
        Some(fault) => Err(parser.syntax_fault(fault)),
    }
}

pub(super) struct Parser<'p> {
    pub(super) lexer: Lexer<'p>,
    pointer: String,
}

impl Parser<'_> {
    /// Behind the opening brace.
    fn object(&mut self, inside_or: bool) -> Parsed<Object> {
        let mut members = Vec::new();
        while self.next()? != Token::ObjectEnd {
            let name = self.lexer.name().to_owned();
            members.push(self.within(&name, |parser| parser.member(&name, inside_or))?);
        }
        if members.is_empty() {
            return Err(self.fault(problem::empty_object()));
        }
        Ok(Object(members))
    }

    fn member(&mut self, name: &str, inside_or: bool) -> Parsed<Member> {
        if name == OR {
            return Ok(Member::Or(self.or()?));
        }
        if inside_or && RESERVED.contains(&name) {
            return Err(self.fault(problem::reserved_in_or(name)));
        }
        match self.next()? {
            Token::ObjectStart => Ok(Member::Nested(name.into(), self.object(inside_or)?)),
            Token::ArrayStart => Ok(Member::Leaf(name.into(), self.candidates()?.into())),
            _ => Err(self.fault(problem::neither_object_nor_array(name))),
        }
    }

    fn or(&mut self) -> Parsed<Vec<Object>> {
        if self.next()? != Token::ArrayStart {
            return Err(self.fault(problem::or_not_an_array()));
        }
        let branches = self.items(|parser, token| match token {
            Token::ObjectStart => parser.object(true),
            _ => Err(parser.fault(problem::or_branch_not_an_object())),
        })?;
        if branches.len() < 2 {
            return Err(self.fault(problem::or_too_short()));
        }
        Ok(branches)
    }

    fn candidates(&mut self) -> Parsed<Vec<Candidate>> {
        let candidates = self.items(|parser, token| match token {
            Token::ObjectStart => parser.operator(),
            Token::String => {
                let text = parser.text()?;
                Ok(Address::new(&text)
                    .map_or_else(|| Candidate::String(text.as_str().into()), Candidate::Address))
            }
            Token::Number => Ok(Candidate::Number(Number::new(&parser.text()?))),
            Token::True => Ok(Candidate::True),
            Token::False => Ok(Candidate::False),
            Token::Null => Ok(Candidate::Null),
            Token::ArrayStart | Token::ArrayEnd | Token::ObjectEnd | Token::Name => {
                Err(parser.fault(problem::nested_array()))
            }
        })?;
        if candidates.is_empty() {
            return Err(self.fault(problem::empty_array()));
        }
        Ok(candidates)
    }

    /// Behind an opening bracket: every item up to the closing one.
    pub(super) fn items<T>(&mut self, mut item: impl FnMut(&mut Self, Token) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Token::ArrayEnd => return Ok(items),
                token => {
                    let index = items.len().to_string();
                    items.push(self.within(&index, |parser| item(parser, token))?);
                }
            }
        }
    }

    /// Runs `read` with `step` appended to the pointer. A fault keeps the pointer it was found at.
    pub(super) fn within<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let outer = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        let read = read(self);
        self.pointer.truncate(outer);
        read
    }

    pub(super) fn next(&mut self) -> Parsed<Token> {
        self.lexer.next().map_err(|fault| self.syntax_fault(fault))
    }

    /// The text of the current token.
    pub(super) fn text(&mut self) -> Parsed<String> {
        self.lexer.token_text().map_err(|fault| self.syntax_fault(fault))
    }

    pub(super) fn fault(&self, problem: Problem) -> PatternError {
        problem.at(&self.pointer, self.lexer.source(), self.lexer.offset())
    }

    fn syntax_fault(&self, fault: super::lexer::SyntaxFault) -> PatternError {
        let offset = fault.offset;
        problem::syntax(fault).at(&self.pointer, self.lexer.source(), offset)
    }
}
