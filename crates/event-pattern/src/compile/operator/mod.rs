//! Operators: what may stand in an object inside a list of values.

mod anything_but;
mod numeric;

use super::lexer::Token;
use super::parse::{Parsed, Parser};
use super::problem::{self, Problem};
use crate::candidate::{Candidate, Cidr, Folded, Wildcard};

const IGNORE_CASE: &str = "equals-ignore-case";

impl Parser<'_> {
    /// Behind the opening brace, to the closing one.
    pub(super) fn operator(&mut self) -> Parsed<Candidate> {
        if self.next()? != Token::Name {
            return Err(self.fault(problem::no_operator()));
        }
        let name = self.lexer.name().to_owned();
        let at = self.named();
        let candidate = self.within(&name, at.clone(), |parser| match name.as_str() {
            "exactly" => Ok(Candidate::Exactly(parser.string("exact", &name)?.into())),
            "prefix" => parser.affix("prefix", Candidate::Prefix, Candidate::PrefixIgnoreCase),
            "suffix" => parser.affix("suffix", Candidate::Suffix, Candidate::SuffixIgnoreCase),
            IGNORE_CASE => Ok(Candidate::EqualsIgnoreCase(Folded::new(&parser.string(&name, &name)?))),
            "wildcard" => parser.wildcard(),
            "exists" => parser.exists(),
            "numeric" => Ok(Candidate::Numeric(parser.numeric()?)),
            "cidr" => parser.cidr(),
            "anything-but" => Ok(Candidate::AnythingBut(parser.anything_but()?)),
            _ => Err(parser.fault(problem::unknown_operator(&name))),
        })?;
        let at = at.ended(self.lexer.offset());
        self.close(match name.as_str() {
            "numeric" | "anything-but" => problem::too_many_elements("more than one operator in an object"),
            _ => problem::second_operator(),
        })?;
        match candidate {
            Candidate::AnythingBut(ref excluded) if excluded.is_empty() => {
                let operator = excluded.operator().unwrap_or_default();
                self.within("anything-but", at, |parser| {
                    Err(parser.fault(problem::anything_but_empty_list(operator)))
                })
            }
            candidate => Ok(candidate),
        }
    }

    fn close(&mut self, problem: Problem) -> Parsed<()> {
        if self.next()? == Token::ObjectEnd { Ok(()) } else { Err(self.fault(problem)) }
    }

    fn string(&mut self, service_name: &str, operator: &str) -> Parsed<String> {
        if self.next()? != Token::String {
            return Err(self.fault(problem::operand_not_a_string(service_name, operator)));
        }
        self.text()
    }

    fn affix(
        &mut self,
        name: &'static str,
        plain: fn(Box<str>) -> Candidate,
        ignore_case: fn(Folded) -> Candidate,
    ) -> Parsed<Candidate> {
        match self.next()? {
            Token::String => Ok(plain(self.text()?.into())),
            Token::ObjectStart => {
                if self.next()? != Token::Name {
                    return Err(self.fault(problem::no_nested_operator(name)));
                }
                let nested = self.lexer.name().to_owned();
                let at = self.named();
                let text = self.within(&nested, at, |parser| {
                    if nested != IGNORE_CASE {
                        return Err(parser.fault(problem::unknown_nested_operator(name, &nested)));
                    }
                    parser.string(IGNORE_CASE, IGNORE_CASE)
                })?;
                self.close(problem::second_operator())?;
                Ok(ignore_case(Folded::new(&text)))
            }
            _ => Err(self.fault(problem::operand_not_a_string(name, name))),
        }
    }

    fn wildcard(&mut self) -> Parsed<Candidate> {
        let text = self.string("wildcard", "wildcard")?;
        match Wildcard::new(&text) {
            Ok(wildcard) => Ok(Candidate::Wildcard(wildcard)),
            Err(fault) => Err(self.fault(problem::wildcard(fault))),
        }
    }

    fn exists(&mut self) -> Parsed<Candidate> {
        match self.next()? {
            Token::True => Ok(Candidate::Exists(true)),
            Token::False => Ok(Candidate::Exists(false)),
            _ => Err(self.fault(problem::exists_not_boolean())),
        }
    }

    fn cidr(&mut self) -> Parsed<Candidate> {
        // The service says "prefix" for a value of another type.
        let text = self.string("prefix", "cidr")?;
        match Cidr::new(&text) {
            Ok(cidr) => Ok(Candidate::Cidr(cidr)),
            Err(fault) => Err(self.fault(problem::cidr(fault))),
        }
    }
}
