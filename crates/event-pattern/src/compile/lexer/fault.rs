//! Faults in the JSON itself, in the service's words and ours.

use super::Lexer;
use crate::compile::location::location;

/// A fault in the JSON itself.
#[derive(Debug)]
pub(crate) struct SyntaxFault {
    /// The service's words.
    pub(crate) service: String,
    /// Ours.
    pub(crate) what: String,
    pub(crate) offset: usize,
}

impl Lexer<'_> {
    pub(super) fn unexpected(&self, comment: &str, what: &str) -> SyntaxFault {
        let service = format!("Unexpected character ({}): {comment}", describe(self.peek_char()));
        self.fault_here(service, what)
    }

    pub(super) fn unclosed(&self) -> SyntaxFault {
        match self.scopes.last() {
            None => self.ended(""),
            Some(scope) => self.ended(&format!(
                ": expected close marker for {} (start marker at {})",
                kind(scope.closer),
                location(self.text, scope.start)
            )),
        }
    }

    pub(super) fn ended(&self, place: &str) -> SyntaxFault {
        self.fault_here(format!("Unexpected end-of-input{place}"), "the pattern ends too early")
    }

    pub(super) fn fault_here(&self, service: String, what: &str) -> SyntaxFault {
        SyntaxFault { service, what: what.to_owned(), offset: self.at }
    }
}

pub(super) fn kind(closer: u8) -> &'static str {
    if closer == b'}' { "Object" } else { "Array" }
}

pub(super) fn describe(letter: Option<char>) -> String {
    match letter {
        None => "end of input".into(),
        Some(letter) if letter.is_control() => format!("(CTRL-CHAR, code {})", u32::from(letter)),
        Some(letter) if letter > '\u{ff}' => {
            format!("'{letter}' (code {} / 0x{:x})", u32::from(letter), u32::from(letter))
        }
        Some(letter) => format!("'{letter}' (code {})", u32::from(letter)),
    }
}
