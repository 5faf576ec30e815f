//! Objects, fields and `$or`: everything of a pattern but its operators. Whoever asks gets all faults, with places, and
//! what is left without them: see `notes`.

use super::expand::pointer_step;
use super::lexer::{Lexer, Token};
use super::notes::{Notes, StepPlace};
use super::problem::{self, Problem};
use super::tree::{Member, OR, Object};
use crate::candidate::Candidate;
use crate::error::PatternError;
use crate::json::Stops;

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
    let stops = stops(json)?;
    let mut parser = Parser { lexer: Lexer::new(json, &stops), pointer: String::new(), notes: None };
    let tree = parser.pattern()?;
    Ok(tree.expect("without notes the first fault ends the reading"))
}

/// Reads a pattern to its end: what is left of it without what is faulty, and what was noted on the way.
pub(super) fn parse_all(json: &str) -> (Option<Object>, Notes) {
    let mut notes = Notes::default();
    let read = stops(json).and_then(|stops| {
        let lexer = Lexer::new(json, &stops).noting_repeats();
        let mut parser = Parser { lexer, pointer: String::new(), notes: Some(Box::default()) };
        let read = parser.pattern();
        notes = *parser.notes.expect("the parser keeps its notes");
        notes.repeated = parser.lexer.into_repeats();
        read
    });
    let tree = read.unwrap_or_else(|error| {
        notes.end(error);
        None
    });
    (tree, notes)
}

/// Reads one entry of a field's list.
pub(crate) fn candidate(json: &str) -> Parsed<Candidate> {
    let stops = stops(json)?;
    let mut parser = Parser { lexer: Lexer::new(json, &stops), pointer: String::new(), notes: None };
    let token = parser.next()?;
    let candidate = parser.candidate(token)?;
    match parser.lexer.trailing() {
        None => Ok(candidate),
        Some(fault) => Err(parser.syntax_fault(fault)),
    }
}

/// Where strings of a pattern may end.
fn stops(json: &str) -> Parsed<Stops> {
    let mut stops = Stops::default();
    match stops.find(json.as_bytes()) {
        Ok(_) => Ok(stops),
        Err(_) => Err(problem::too_long().at("", json, 0)),
    }
}

pub(super) struct Parser<'p> {
    pub(super) lexer: Lexer<'p>,
    pub(super) pointer: String,
    /// Of faults and places; none for whoever wants the first fault only.
    pub(super) notes: Option<Box<Notes>>,
}

/// An object, or the list of an `$or`, that is being read.
struct Open {
    content: Content,
    /// The name of an object in the object around it.
    name: Box<str>,
    /// The names around an object's fields, joined with dots, for the notes.
    path: Option<Box<str>>,
    inside_or: bool,
    /// How many entries were read, faulty ones too.
    entries: usize,
    /// How many objects and lists are open inside.
    depth: usize,
    /// The length of the pointer outside and inside.
    outside: usize,
    inside: usize,
    /// How many conditions were noted before.
    conditions: usize,
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
    /// The whole text. Nothing if all of it is faulty.
    fn pattern(&mut self) -> Parsed<Option<Object>> {
        if self.next()? != Token::ObjectStart {
            return Err(self.fault(problem::not_an_object()));
        }
        let tree = self.object()?;
        match self.lexer.trailing() {
            None => Ok(tree),
            Some(fault) => Err(self.syntax_fault(fault)),
        }
    }

    /// The whole tree, behind its opening brace. Open objects are kept on a heap stack: those of
    /// threads are small.
    fn object(&mut self) -> Parsed<Option<Object>> {
        let root = Content::Object(Vec::new());
        let mut stack = vec![self.open(root, Box::default(), None, false, 0)];
        while let Some(mut open) = stack.pop() {
            let step = match self.entry(&mut open) {
                Ok(step) => step,
                Err(error) => {
                    self.recover(error, open.depth, open.inside)?;
                    Step::Stay
                }
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
            let (outside, depth, conditions) = (open.outside, open.depth - 1, open.conditions);
            let name = std::mem::take(&mut open.name);
            let content = match self.check(open) {
                Ok(content) => content,
                Err(error) => {
                    self.recover(error, depth, outside)?;
                    None
                }
            };
            self.leave(outside);
            if content.is_none() {
                self.forget(conditions);
            }
            match (stack.last_mut().map(|outer| &mut outer.content), content) {
                (None, Some(Content::Object(members))) => return Ok(Some(Object(members))),
                (None, _) => return Ok(None),
                (Some(Content::Object(outer)), Some(Content::Object(members))) => {
                    outer.push(Member::Nested(name, Object(members)));
                }
                (Some(Content::Object(outer)), Some(Content::Or(branches))) => {
                    outer.push(Member::Or(branches));
                }
                (Some(Content::Or(outer)), Some(Content::Object(members))) => outer.push(Object(members)),
                (Some(_), None) | (Some(Content::Or(_)), Some(Content::Or(_))) => {}
            }
        }
        Err(self.fault(problem::not_an_object()))
    }

    fn open(
        &self,
        content: Content,
        name: Box<str>,
        path: Option<Box<str>>,
        inside_or: bool,
        outside: usize,
    ) -> Open {
        let (depth, inside) = (self.lexer.depth(), self.pointer.len());
        let conditions = self.notes.as_ref().map_or(0, |notes| notes.conditions.len());
        Open { content, name, path, inside_or, entries: 0, depth, outside, inside, conditions }
    }

    /// The next entry, or the end.
    fn entry(&mut self, open: &mut Open) -> Parsed<Step> {
        let token = self.next()?;
        if let Token::ObjectEnd | Token::ArrayEnd = token {
            return Ok(Step::Close);
        }
        open.entries += 1;
        match open.content {
            Content::Object(_) => self.member(open),
            Content::Or(_) => self.branch(token, open),
        }
    }

    /// What was read, if something is left of it: an `$or` without one of its branches is another one.
    fn check(&self, open: Open) -> Parsed<Option<Content>> {
        match open.content {
            Content::Object(_) if open.entries == 0 => Err(self.fault(problem::empty_object())),
            Content::Or(_) if open.entries < 2 => Err(self.fault(problem::or_too_short())),
            Content::Object(members) => Ok((!members.is_empty()).then_some(Content::Object(members))),
            Content::Or(branches) => Ok((branches.len() == open.entries).then_some(Content::Or(branches))),
        }
    }

    /// Behind a name.
    fn member(&mut self, open: &mut Open) -> Parsed<Step> {
        let Content::Object(members) = &mut open.content else { return Ok(Step::Stay) };
        let name: Box<str> = self.lexer.name().into();
        let at = self.named();
        if open.depth == 1 {
            self.note_key(&name);
        }
        let outside = self.enter(&name, at);
        if &*name == OR {
            if self.next()? != Token::ArrayStart {
                return Err(self.fault(problem::or_not_an_array()));
            }
            let content = Content::Or(Vec::new());
            return Ok(Step::Open(self.open(content, name, open.path.clone(), open.inside_or, outside)));
        }
        if open.inside_or && RESERVED.contains(&&*name) {
            return Err(self.fault(problem::reserved_in_or(&name)));
        }
        match self.next()? {
            Token::ObjectStart => {
                let content = Content::Object(Vec::new());
                let path = self.inside(open.path.as_deref(), &name);
                Ok(Step::Open(self.open(content, name, path, open.inside_or, outside)))
            }
            Token::ArrayStart => {
                if let Some(candidates) = self.candidates()? {
                    let candidates = candidates.into();
                    self.note_condition(open.path.as_deref(), &name, &candidates);
                    members.push(Member::Leaf(name, candidates));
                }
                self.leave(outside);
                Ok(Step::Stay)
            }
            _ => Err(self.fault(problem::neither_object_nor_array(&name))),
        }
    }

    /// At a branch of `$or`.
    fn branch(&mut self, token: Token, open: &Open) -> Parsed<Step> {
        let at = self.item(token);
        let outside = self.enter(&(open.entries - 1).to_string(), at);
        if token != Token::ObjectStart {
            return Err(self.fault(problem::or_branch_not_an_object()));
        }
        let content = Content::Object(Vec::new());
        Ok(Step::Open(self.open(content, Box::default(), open.path.clone(), true, outside)))
    }

    /// Runs `read` with `step` appended to the pointer. A fault keeps the pointer it was found at.
    pub(super) fn within<T>(
        &mut self,
        step: &str,
        at: StepPlace,
        read: impl FnOnce(&mut Self) -> Parsed<T>,
    ) -> Parsed<T> {
        let outside = self.enter(step, at);
        let read = read(self);
        self.leave(outside);
        read
    }

    /// Appends a step to the pointer and returns its length before.
    fn enter(&mut self, step: &str, at: StepPlace) -> usize {
        let outside = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&pointer_step(step));
        if let Some(notes) = &mut self.notes {
            notes.steps.push((outside, at));
        }
        outside
    }

    /// Shortens the pointer to what it was before a step.
    pub(super) fn leave(&mut self, outside: usize) {
        self.pointer.truncate(outside);
        if let Some(notes) = &mut self.notes {
            notes.leave(outside);
        }
    }

    pub(super) fn next(&mut self) -> Parsed<Token> {
        self.lexer.next().map_err(|fault| self.syntax_fault(fault))
    }

    /// The text of the current token.
    pub(super) fn text(&mut self) -> Parsed<String> {
        self.lexer.token_text().map_err(|fault| self.syntax_fault(fault))
    }

    pub(super) fn fault(&self, problem: Problem) -> PatternError {
        if let Some(notes) = &self.notes {
            notes.found();
        }
        problem.at(&self.pointer, self.lexer.source(), self.lexer.offset())
    }

    pub(super) fn syntax_fault(&self, fault: super::lexer::SyntaxFault) -> PatternError {
        if let Some(notes) = &self.notes {
            notes.broken();
        }
        let offset = fault.offset;
        problem::syntax(fault).at(&self.pointer, self.lexer.source(), offset)
    }
}
