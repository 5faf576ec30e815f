//! Operators: what may stand in an object inside a list of values.

use super::lexer::Token;
use super::parse::{Parsed, Parser};
use super::problem::{self, Problem};
use crate::candidate::{AnythingBut, Bound, Candidate, Cidr, Folded, Number, Numeric, Wildcard};

const IGNORE_CASE: &str = "equals-ignore-case";

impl Parser<'_> {
    /// Behind the opening brace, to the closing one.
    pub(super) fn operator(&mut self) -> Parsed<Candidate> {
        if self.next()? != Token::Name {
            return Err(self.fault(problem::no_operator()));
        }
        let name = self.lexer.name().to_owned();
        let candidate = self.within(&name, |parser| match name.as_str() {
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
        self.close(match name.as_str() {
            "numeric" | "anything-but" => problem::too_many_elements("more than one operator in an object"),
            _ => problem::second_operator(),
        })?;
        match candidate {
            Candidate::AnythingBut(ref excluded) if excluded.is_empty() => {
                let operator = excluded.operator().unwrap_or_default();
                self.within("anything-but", |parser| {
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
                let text = self.within(&nested, |parser| {
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

    fn numeric(&mut self) -> Parsed<Numeric> {
        if self.next()? != Token::ArrayStart {
            return Err(self.fault(problem::numeric_not_an_array()));
        }
        if self.next()? != Token::String {
            let found = self.text()?;
            return Err(self.fault(problem::numeric_sign_missing(&found)));
        }
        let sign = self.text()?;
        let token = self.next()?;
        let inclusive = sign.ends_with('=');
        match sign.as_str() {
            "=" => Ok(Numeric::Equals(self.last_number(&sign, token)?)),
            "<" | "<=" => Ok(Numeric::Below(Bound { number: self.last_number(&sign, token)?, inclusive })),
            ">" | ">=" => {
                let low = Bound { number: self.number(&sign, token)?, inclusive };
                self.upper_end(low)
            }
            _ => Err(self.fault(problem::numeric_sign_unknown(&sign))),
        }
    }

    fn upper_end(&mut self, low: Bound) -> Parsed<Numeric> {
        match self.next()? {
            Token::ArrayEnd => {
                self.check_comparable(&low.number)?;
                return Ok(Numeric::Above(low));
            }
            Token::String => {}
            _ => {
                let found = self.text()?;
                return Err(self.fault(problem::numeric_second_sign_missing(&found)));
            }
        }
        let sign = self.text()?;
        let inclusive = match sign.as_str() {
            "<" => false,
            "<=" => true,
            _ => return Err(self.fault(problem::numeric_second_sign_unknown(&sign))),
        };
        let token = self.next()?;
        let high = Bound { number: self.number(&sign, token)?, inclusive };
        if self.next()? != Token::ArrayEnd {
            return Err(self.fault(problem::numeric_range_too_long()));
        }
        self.check_comparable(&low.number)?;
        self.check_comparable(&high.number)?;
        if low.number.value() >= high.number.value() {
            return Err(self.fault(problem::numeric_range_empty()));
        }
        Ok(Numeric::Between(low, high))
    }

    fn last_number(&mut self, sign: &str, token: Token) -> Parsed<Number> {
        let number = self.number(sign, token)?;
        if self.next()? != Token::ArrayEnd {
            return Err(self.fault(problem::too_many_elements("`numeric` has more than it takes")));
        }
        self.check_comparable(&number)?;
        Ok(number)
    }

    fn number(&mut self, sign: &str, token: Token) -> Parsed<Number> {
        if token != Token::Number {
            return Err(self.fault(problem::numeric_value_missing(sign)));
        }
        Ok(Number::new(&self.text()?))
    }

    fn check_comparable(&self, number: &Number) -> Parsed<()> {
        match number.value() {
            Some(_) => Ok(()),
            None => Err(self.fault(problem::number_not_comparable(number.text()))),
        }
    }

    fn anything_but(&mut self) -> Parsed<AnythingBut> {
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
        let excluded = self.within(&name, |parser| match name.as_str() {
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
