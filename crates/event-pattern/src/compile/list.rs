//! A field's list of candidates, and lists below operators.

use super::lexer::Token;
use super::parse::{Parsed, Parser};
use super::problem;
use crate::candidate::{Candidate, Number};

impl Parser<'_> {
    /// Behind the bracket of a field's list. Nothing if one of the candidates is faulty.
    pub(super) fn candidates(&mut self) -> Parsed<Option<Vec<Candidate>>> {
        let (depth, inside) = (self.lexer.depth(), self.pointer.len());
        self.note_list();
        let mut candidates = Vec::new();
        let mut count = 0_usize;
        loop {
            let token = self.next()?;
            if token == Token::ArrayEnd {
                break;
            }
            let at = self.item(token);
            match self.within(&count.to_string(), at.clone(), |parser| parser.candidate(token)) {
                Ok(candidate) => {
                    candidates.push(candidate);
                    self.note_candidate(&at);
                }
                Err(error) => self.recover(error, depth, inside)?,
            }
            count += 1;
        }
        if count == 0 {
            return Err(self.fault(problem::empty_array()));
        }
        Ok((candidates.len() == count).then_some(candidates))
    }

    pub(super) fn candidate(&mut self, token: Token) -> Parsed<Candidate> {
        match token {
            Token::ObjectStart => self.operator(),
            Token::String => Ok(Candidate::literal(&self.text()?)),
            Token::Number => Ok(Candidate::Number(Number::new(&self.text()?))),
            Token::True => Ok(Candidate::True),
            Token::False => Ok(Candidate::False),
            Token::Null => Ok(Candidate::Null),
            Token::ArrayStart | Token::ArrayEnd | Token::ObjectEnd | Token::Name => {
                Err(self.fault(problem::nested_array()))
            }
        }
    }

    /// Behind an opening bracket: every item up to the closing one.
    pub(super) fn items<T>(&mut self, mut item: impl FnMut(&mut Self, Token) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                Token::ArrayEnd => return Ok(items),
                token => {
                    let index = items.len().to_string();
                    let at = self.item(token);
                    items.push(self.within(&index, at, |parser| item(parser, token))?);
                }
            }
        }
    }
}
