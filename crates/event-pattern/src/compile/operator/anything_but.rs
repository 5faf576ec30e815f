//! `anything-but`: one value, a list, or an operator with either.

use super::IGNORE_CASE;
use crate::candidate::{AnythingBut, Folded, Number, Wildcard};
use crate::compile::lexer::Token;
use crate::compile::parse::{Parsed, Parser};
use crate::compile::problem;

impl Parser<'_> {
    pub(super) fn anything_but(&mut self) -> Parsed<AnythingBut> {
        match self.next()? {
            Token::ObjectStart => self.anything_but_operator(),
            Token::ArrayStart => self.anything_but_list(),
            Token::String => Ok(AnythingBut::Strings([self.text()?.into()].into())),
            Token::Number => {
                let number = Number::new(&self.text()?);
                // Outside of a list the service's text has no location.
                if number.value().is_none() {
                    let problem = problem::number_not_comparable(number.text()).without_location();
                    return Err(self.fault(problem));
                }
                Ok(AnythingBut::Numbers([number].into()))
            }
            _ => Err(self.fault(problem::anything_but_bad_operand())),
        }
    }

    fn anything_but_list(&mut self) -> Parsed<AnythingBut> {
        let mut strings = Vec::new();
        let mut numbers = Vec::new();
        self.relocated_items(|parser, token| {
            match token {
                Token::String => strings.push(parser.text()?.into()),
                Token::Number => {
                    let number = Number::new(&parser.text()?);
                    if number.value().is_none() {
                        let problem = problem::number_not_comparable(number.text()).without_location();
                        return Err(parser.fault(problem));
                    }
                    numbers.push(number);
                }
                _ => return Err(parser.fault(problem::anything_but_bad_member())),
            }
            Ok(())
        })?;
        match (strings.is_empty(), numbers.is_empty()) {
            (false, true) => Ok(AnythingBut::Strings(strings.into())),
            (true, false) => Ok(AnythingBut::Numbers(numbers.into())),
            _ => Err(self.fault(problem::anything_but_mixed())),
        }
    }

    fn anything_but_operator(&mut self) -> Parsed<AnythingBut> {
        if self.next()? != Token::Name {
            return Err(self.fault(problem::anything_but_no_operator()));
        }
        let name = self.lexer.name().to_owned();
        let at = self.named();
        let excluded = self.within(&name, at, |parser| match name.as_str() {
            "prefix" => Ok(AnythingBut::Prefixes(parser.texts(&name, Parser::affix_text)?)),
            "suffix" => Ok(AnythingBut::Suffixes(parser.texts(&name, Parser::affix_text)?)),
            IGNORE_CASE => {
                Ok(AnythingBut::IgnoreCase(parser.texts(&name, |_, _, text| Ok(Folded::new(&text)))?))
            }
            "wildcard" => Ok(AnythingBut::Wildcards(parser.texts(&name, |parser, _, text| {
                Wildcard::new(&text).map_err(|fault| parser.fault(problem::wildcard(fault)))
            })?)),
            _ => Err(parser.fault(problem::anything_but_unknown_operator(&name))),
        })?;
        self.close(problem::too_many_elements("more than one operator under `anything-but`"))?;
        Ok(excluded)
    }

    fn affix_text(&mut self, operator: &str, text: String) -> Parsed<Box<str>> {
        if text.is_empty() {
            return Err(self.fault(problem::anything_but_empty_affix(operator)));
        }
        Ok(text.into())
    }

    /// One string or a list of them.
    fn texts<T>(
        &mut self,
        operator: &str,
        read: impl Fn(&mut Self, &str, String) -> Parsed<T>,
    ) -> Parsed<Box<[T]>> {
        let item = |parser: &mut Self, token| {
            if token != Token::String {
                return Err(parser.fault(problem::anything_but_not_a_string(operator)));
            }
            let text = parser.text()?;
            read(parser, operator, text)
        };
        match self.next()? {
            Token::ArrayStart => Ok(self.relocated_items(item)?.into()),
            token @ (Token::String | Token::Number) => Ok([item(self, token)?].into()),
            _ => Err(self.fault(problem::anything_but_bad_operand())),
        }
    }

    /// In lists of `anything-but` the service appends the location to whatever went wrong, even
    /// where the text has one already.
    fn relocated_items<T>(&mut self, item: impl FnMut(&mut Self, Token) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.items(item).map_err(|mut error| {
            error.reason = problem::with_location(&error.reason, self.lexer.source(), self.lexer.offset());
            error
        })
    }
}
