//! Numbers, and the words `true`, `false` and `null`.

use super::{Lexed, Lexer, SyntaxFault, Token, VALUES, describe};
use crate::json::{Digit, Fault, FaultKind};

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
        let read = self.scanner.number(self.at);
        self.at = read.map_err(|fault| self.number_fault(*fault))?;
        Ok(Token::Number)
    }

    fn number_fault(&mut self, Fault { kind, at }: Fault) -> SyntaxFault {
        self.at = at;
        let service = match kind {
            FaultKind::Digit(Digit::BehindMinus) => {
                "expected digit (0-9) to follow minus sign, for valid numeric value"
            }
            FaultKind::Digit(Digit::BehindPoint) => "Decimal point not followed by a digit",
            FaultKind::Digit(Digit::InExponent) => "Exponent indicator not followed by a digit",
            _ => {
                return self.fault_here(
                    "Invalid numeric value: Leading zeroes not allowed".into(),
                    "a number must not start with a zero",
                );
            }
        };
        let Some(letter) = self.peek_char() else {
            return self.ended("");
        };
        let found = describe(Some(letter));
        self.fault_here(
            format!("Unexpected character ({found}) in numeric value: {service}"),
            "a digit is expected",
        )
    }
}
