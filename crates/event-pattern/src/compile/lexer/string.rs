//! Strings: the scanner finds their ends and faults, here are the service's words.

use super::{Lexed, Lexer, SyntaxFault, describe};
use crate::json::{Fault, FaultKind, unescape};

impl Lexer<'_> {
    /// Reads behind the opening quote up to and with the closing one.
    pub(super) fn read_string(&mut self, end: &str) -> Lexed<String> {
        let start = self.at;
        let (behind, escaped) =
            self.scanner.string(start - 1).map_err(|fault| self.string_fault(*fault, end))?;
        self.at = behind;
        let raw = &self.text[start..behind - 1];
        if !escaped {
            return Ok(raw.to_owned());
        }
        let mut text = Vec::with_capacity(raw.len());
        unescape(raw.as_bytes(), &mut text);
        Ok(String::from_utf8(text).expect("whole letters stand between escapes, and each makes one"))
    }

    fn string_fault(&mut self, Fault { kind, at }: Fault, end: &str) -> SyntaxFault {
        self.at = at;
        let Some(letter) = self.peek_char() else {
            return self.ended(if let FaultKind::Control = kind {
                end
            } else {
                " in character escape sequence"
            });
        };
        let found = describe(Some(letter));
        match kind {
            FaultKind::Escape => self.fault_here(
                format!("Unrecognized character escape {found}"),
                &format!("unknown escape `\\{letter}`"),
            ),
            FaultKind::HexDigit => self.fault_here(
                format!(
                    "Unexpected character ({found}): expected a hex-digit for character escape sequence"
                ),
                "four hexadecimal digits must follow `\\u`",
            ),
            _ => self.fault_here(
                format!(
                    "Illegal unquoted character ({found}): has to be escaped using backslash to be included in \
                     string value"
                ),
                "a control character must be escaped",
            ),
        }
    }
}
