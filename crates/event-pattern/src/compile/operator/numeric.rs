//! `numeric`: a comparison and a number, or two of each.

use crate::candidate::{Bound, Number, Numeric};
use crate::compile::lexer::Token;
use crate::compile::parse::{Parsed, Parser};
use crate::compile::problem;

impl Parser<'_> {
    pub(super) fn numeric(&mut self) -> Parsed<Numeric> {
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
}
