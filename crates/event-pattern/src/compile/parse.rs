//! Objects, fields and `$or`: everything of a pattern but its operators.

use super::expand::pointer_step;
use super::lexer::{Lexer, Token};
use super::problem::{self, Problem};
use super::tree::{Member, OR, Object};
use crate::candidate::{Address, Candidate, Number};
use crate::error::PatternError;

/// Names that the service reserves for operators, so that they cannot be fields inside `$or`; among them some that no
/// operator has yet. Outside `$or` they are names like any other.
pub const RESERVED: [&str; 24] = [
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
    let tree = parser.object()?;
    match parser.lexer.trailing() {
        None => Ok(tree),
        Some(fault) => Err(parser.syntax_fault(fault)),
    }
}

pub(super) struct Parser<'p> {
    pub(super) lexer: Lexer<'p>,
    pointer: String,
}

/// An object, or the list of an `$or`, that is being read.
struct Open {
    content: Content,
    /// The name of an object in the object around it.
    name: Box<str>,
    inside_or: bool,
    /// The length of the pointer outside.
    outside: usize,
}

enum Content {
    Object(Vec<Member>),
    Or(Vec<Object>),
}

/// What follows the entry that was read last.
enum Step {
    Open(Open),
    Stay,
    Close,
}

impl Parser<'_> {
    /// The whole tree, behind its opening brace. Open objects are kept on a heap stack: those of
    /// threads are small.
    fn object(&mut self) -> Parsed<Object> {
        let root = Content::Object(Vec::new());
        let mut stack = vec![Open { content: root, name: Box::default(), inside_or: false, outside: 0 }];
        while let Some(mut open) = stack.pop() {
            let step = match &mut open.content {
                Content::Object(members) => match self.next()? {
                    Token::ObjectEnd => Step::Close,
                    _ => self.member(members, open.inside_or)?,
                },
                Content::Or(branches) => match self.next()? {
                    Token::ArrayEnd => Step::Close,
                    token => self.branch(token, branches.len())?,
                },
            };
            match step {
                Step::Open(inner) => {
                    stack.push(open);
                    stack.push(inner);
                    continue;
                }
                Step::Stay => {
                    stack.push(open);
                    continue;
                }
                Step::Close => {}
            }
            match open.content {
                Content::Object(ref members) if members.is_empty() => {
                    return Err(self.fault(problem::empty_object()));
                }
                Content::Or(ref branches) if branches.len() < 2 => {
                    return Err(self.fault(problem::or_too_short()));
                }
                Content::Object(_) | Content::Or(_) => {}
            }
            self.pointer.truncate(open.outside);
            match (stack.last_mut().map(|outer| &mut outer.content), open.content) {
                (None, Content::Object(members)) => return Ok(Object(members)),
                (Some(Content::Object(outer)), Content::Object(members)) => {
                    outer.push(Member::Nested(open.name, Object(members)));
                }
                (Some(Content::Object(outer)), Content::Or(branches)) => outer.push(Member::Or(branches)),
                (Some(Content::Or(outer)), Content::Object(members)) => outer.push(Object(members)),
                (None | Some(Content::Or(_)), Content::Or(_)) => {}
            }
        }
        Err(self.fault(problem::not_an_object()))
    }

    /// Behind a name.
    fn member(&mut self, members: &mut Vec<Member>, inside_or: bool) -> Parsed<Step> {
        let name: Box<str> = self.lexer.name().into();
        let outside = self.enter(&name);
        if &*name == OR {
            if self.next()? != Token::ArrayStart {
                return Err(self.fault(problem::or_not_an_array()));
            }
            return Ok(Step::Open(Open { content: Content::Or(Vec::new()), name, inside_or, outside }));
        }
        if inside_or && RESERVED.contains(&&*name) {
            return Err(self.fault(problem::reserved_in_or(&name)));
        }
        match self.next()? {
            Token::ObjectStart => {
                Ok(Step::Open(Open { content: Content::Object(Vec::new()), name, inside_or, outside }))
            }
            Token::ArrayStart => {
                let candidates = self.candidates()?;
                self.pointer.truncate(outside);
                members.push(Member::Leaf(name, candidates.into()));
                Ok(Step::Stay)
            }
            _ => Err(self.fault(problem::neither_object_nor_array(&name))),
        }
    }

    /// At a branch of `$or`.
    fn branch(&mut self, token: Token, index: usize) -> Parsed<Step> {
        let outside = self.enter(&index.to_string());
        if token != Token::ObjectStart {
            return Err(self.fault(problem::or_branch_not_an_object()));
        }
        let content = Content::Object(Vec::new());
        Ok(Step::Open(Open { content, name: Box::default(), inside_or: true, outside }))
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
        let outside = self.enter(step);
        let read = read(self);
        self.pointer.truncate(outside);
        read
    }

    /// Appends a step to the pointer and returns its length before.
    fn enter(&mut self, step: &str) -> usize {
        let outside = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&pointer_step(step));
        outside
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
