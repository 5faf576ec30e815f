//! What the parser notes for whoever wants every fault, and where each part of the pattern stands. Reading goes on behind
//! the innermost entry of a list, object or `$or` that is faulty; it ends where the text is not JSON.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::sync::Arc;

use super::lexer::Token;
use super::parse::{Parsed, Parser};
use crate::candidate::Candidate;
use crate::error::PatternError;
use crate::parsed::{Condition, Fault, Key, Place, Repeated};

/// Reading ends after so many faults: each names its line, which takes time in proportion to the text.
const MAX_FAULTS: usize = 100;

/// Notes of faults and places.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) faults: Vec<Fault>,
    pub(crate) keys: Vec<Key>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) repeated: Vec<Repeated>,
    /// The candidates of the list that is being read.
    candidates: Vec<Range<usize>>,
    /// The steps of the pointer, each with the pointer's length before it.
    pub(super) steps: Vec<(usize, StepPlace)>,
    /// The step that the last fault was found at.
    fault: RefCell<Option<StepPlace>>,
    /// The last fault is one of the JSON: nothing is known of the rest.
    is_broken: Cell<bool>,
}

/// Where a step of the pointer begins.
#[derive(Clone, Debug)]
pub(crate) struct StepPlace {
    start: usize,
    /// The end of the name; none for the item of a list.
    name_end: Option<usize>,
    /// The end of the value, if it is behind already.
    end: Option<usize>,
    /// How many objects and lists are open around it.
    depth: usize,
}

impl StepPlace {
    pub(super) fn ended(self, end: usize) -> Self {
        Self { end: Some(end), ..self }
    }

    fn to(&self, end: usize) -> Place {
        let end = self.end.unwrap_or(end);
        Place { key: self.start..self.name_end.unwrap_or(end), whole: self.start..end }
    }
}

impl Notes {
    pub(super) fn leave(&mut self, outside: usize) {
        while self.steps.last().is_some_and(|(before, _)| *before >= outside) {
            self.steps.pop();
        }
    }

    pub(super) fn found(&self) {
        self.is_broken.set(false);
        self.fault.replace(self.steps.last().map(|(_, at)| at.clone()));
    }

    pub(super) fn broken(&self) {
        self.is_broken.set(true);
    }

    /// Notes the fault that ended the reading.
    pub(super) fn end(&mut self, error: PatternError) {
        self.conditions.clear();
        self.faults.push(Fault { error, place: None });
    }
}

impl Parser<'_> {
    /// The place of a step at the current name.
    pub(super) fn named(&self) -> StepPlace {
        let Range { start, end } = self.lexer.name_at();
        StepPlace { start, name_end: Some(end), end: None, depth: self.lexer.depth() }
    }

    /// The place of a step at an item of a list that starts with this token.
    pub(super) fn item(&self, token: Token) -> StepPlace {
        let opened = matches!(token, Token::ObjectStart | Token::ArrayStart);
        let depth = self.lexer.depth() - usize::from(opened);
        StepPlace { start: self.lexer.start_of(token), name_end: None, end: None, depth }
    }

    /// Notes a fault and passes the rest of the entry it is in, if that is wanted and possible: so many objects and
    /// lists are open around the entry, and so long is the pointer.
    pub(super) fn recover(&mut self, error: PatternError, depth: usize, pointer: usize) -> Parsed<()> {
        let Some(notes) = self.notes.as_ref().filter(|notes| !notes.is_broken.get()) else {
            return Err(error);
        };
        if notes.faults.len() + 1 == MAX_FAULTS {
            return Err(error);
        }
        let step = notes.fault.take();
        let inner = self.lexer.skip_to(step.as_ref().map_or(depth, |step| step.depth));
        let end = self.lexer.offset();
        let skipped = inner.and_then(|()| self.lexer.skip_to(depth));
        self.leave(pointer);
        if let Some(notes) = &mut self.notes {
            let end = |step: &StepPlace| if skipped.is_ok() { end } else { step.name_end.unwrap_or(end) };
            let place = step.map(|step| step.to(end(&step)));
            notes.faults.push(Fault { error, place });
        }
        skipped.map_err(|fault| self.syntax_fault(fault))
    }

    /// Drops the conditions of what turned out to be faulty.
    pub(super) fn forget(&mut self, conditions: usize) {
        if let Some(notes) = &mut self.notes {
            notes.conditions.truncate(conditions);
        }
    }

    pub(super) fn note_key(&mut self, name: &str) {
        let place = self.lexer.name_at();
        if let Some(notes) = &mut self.notes {
            notes.keys.push(Key { name: name.to_owned(), place });
        }
    }

    /// Behind the bracket of a field's list.
    pub(super) fn note_list(&mut self) {
        if let Some(notes) = &mut self.notes {
            notes.candidates.clear();
        }
    }

    /// Behind a candidate that began there.
    pub(super) fn note_candidate(&mut self, at: &StepPlace) {
        let end = self.lexer.offset();
        if let Some(notes) = &mut self.notes {
            notes.candidates.push(at.start..end);
        }
    }

    /// Behind the list of a field, whose step is the pointer's last.
    pub(super) fn note_condition(&mut self, path: Option<&str>, name: &str, candidates: &Arc<[Candidate]>) {
        let end = self.lexer.offset();
        // As in the service, a path that is empty so far leaves no dot behind.
        let path =
            path.filter(|path| !path.is_empty()).map_or(name.to_owned(), |path| format!("{path}.{name}"));
        if let Some(notes) = &mut self.notes
            && let Some((_, step)) = notes.steps.last()
        {
            let place = step.to(end);
            let places = std::mem::take(&mut notes.candidates);
            let pointer = self.pointer.clone();
            notes.conditions.push(Condition {
                path,
                pointer,
                place,
                candidates: Arc::clone(candidates),
                places,
            });
        }
    }

    /// The names around the fields of a nested object.
    pub(super) fn inside(&self, path: Option<&str>, name: &str) -> Option<Box<str>> {
        self.notes.as_ref().map(|_| path.map_or(name.into(), |path| format!("{path}.{name}").into()))
    }
}
