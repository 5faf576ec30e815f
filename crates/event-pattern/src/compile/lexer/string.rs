//! Strings and their escapes.

use super::{Lexed, Lexer, describe};

impl Lexer<'_> {
    /// Reads behind the opening quote up to and with the closing one.
    pub(super) fn read_string(&mut self, end: &str) -> Lexed<String> {
        let mut text = String::new();
        loop {
            let plain = self.at;
            while self.peek().is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
                self.at += 1;
            }
            text.push_str(&self.text[plain..self.at]);
            match self.peek() {
                None => return Err(self.ended(end)),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                Some(_) => {
                    let service = format!(
                        "Illegal unquoted character ({}): has to be escaped using backslash to be included in \
                         string value",
                        describe(self.peek_char())
                    );
                    return Err(self.fault_here(service, "a control character must be escaped"));
                }
            }
        }
    }

    fn escape(&mut self) -> Lexed<char> {
        let Some(letter) = self.peek_char() else {
            return Err(self.ended(" in character escape sequence"));
        };
        let escaped = match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => {
                let service = format!("Unrecognized character escape {}", describe(Some(letter)));
                return Err(self.fault_here(service, &format!("unknown escape `\\{letter}`")));
            }
        };
        self.at += 1;
        Ok(escaped)
    }

    /// Half of a surrogate pair becomes a question mark: so Java encodes it.
    fn unicode_escape(&mut self) -> Lexed<char> {
        let first = self.hex()?;
        if let 0xd800..0xdc00 = first
            && self.rest().starts_with("\\u")
        {
            let back = self.at;
            self.at += 2;
            let second = self.hex()?;
            if let 0xdc00..0xe000 = second {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).expect("a pair of surrogates is a character"));
            }
            self.at = back;
        }
        Ok(char::from_u32(first).unwrap_or('?'))
    }

    fn hex(&mut self) -> Lexed<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let Some(letter) = self.peek_char() else {
                return Err(self.ended(" in character escape sequence"));
            };
            let Some(digit) = letter.to_digit(16) else {
                let service = format!(
                    "Unexpected character ({}): expected a hex-digit for character escape sequence",
                    describe(Some(letter))
                );
                return Err(self.fault_here(service, "four hexadecimal digits must follow `\\u`"));
            };
            code = code << 4 | digit;
            self.at += 1;
        }
        Ok(code)
    }
}
