//! Numbers, and the words `true`, `false` and `null`.

use super::{Lexed, Lexer, SyntaxFault, Token, VALUES, describe};

impl<'p> Lexer<'p> {
    pub(super) fn word(&mut self, word: &str, token: Token) -> Lexed<Token> {
        let found = self.take_word();
        if found == word { Ok(token) } else { Err(self.unknown_word(found)) }
    }

    pub(super) fn take_word(&mut self) -> &'p str {
        let rest = self.rest();
        let length = rest
            .find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '$'))
            .unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    pub(super) fn unknown_word(&self, word: &str) -> SyntaxFault {
        let service = match word {
            "NaN" | "Infinity" | "INF" => format!(
                "Non-standard token '{word}': enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow"
            ),
            _ => format!("Unrecognized token '{word}': was expecting {VALUES}"),
        };
        self.fault_here(service, &format!("unknown word `{word}`, a value is expected"))
    }

    pub(super) fn number(&mut self) -> Lexed<Token> {
        if self.peek() == Some(b'-') {
            self.at += 1;
            self.expect_digit("expected digit (0-9) to follow minus sign, for valid numeric value")?;
        }
        let leading_zero = self.peek() == Some(b'0');
        self.at += 1;
        if leading_zero && self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.fault_here(
                "Invalid numeric value: Leading zeroes not allowed".into(),
                "a number must not start with a zero",
            ));
        }
        self.skip_digits();
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.expect_digit("Decimal point not followed by a digit")?;
            self.skip_digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.expect_digit("Exponent indicator not followed by a digit")?;
            self.skip_digits();
        }
        Ok(Token::Number)
    }

    fn expect_digit(&self, service: &str) -> Lexed<()> {
        match self.peek() {
            Some(b'0'..=b'9') => Ok(()),
            None => Err(self.ended("")),
            Some(_) => {
                let found = describe(self.peek_char());
                let service = format!("Unexpected character ({found}) in numeric value: {service}");
                Err(self.fault_here(service, "a digit is expected"))
            }
        }
    }

    fn skip_digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }
}
