//! Values that no pattern looks at: checked, and nothing kept.

use super::MAX_DEPTH;
use super::scan::{Scanned, Scanner};

impl Scanner<'_> {
    /// A value of any kind, inside of `depth` objects and arrays. `open` is scratch: whether each
    /// container around the innermost is an object.
    #[inline]
    pub(super) fn skip_value(&self, at: usize, depth: usize, open: &mut Vec<bool>) -> Scanned<usize> {
        match self.byte(at) {
            b'"' => Ok(self.string(at)?.0),
            b'{' | b'[' => self.skip_container(at, depth, open),
            byte => self.skip_word(at, byte),
        }
    }

    /// A number or word that starts with `byte`.
    #[inline]
    fn skip_word(&self, at: usize, byte: u8) -> Scanned<usize> {
        match byte {
            b'-' | b'0'..=b'9' => self.number(at),
            b't' => self.word(at, b"true"),
            b'f' => self.word(at, b"false"),
            b'n' => self.word(at, b"null"),
            _ => self.fault(at, "value expected"),
        }
    }

    fn skip_container(&self, mut at: usize, depth: usize, open: &mut Vec<bool>) -> Scanned<usize> {
        open.clear();
        let mut in_object = false;
        loop {
            let byte = self.byte(at);
            match byte {
                b'"' => at = self.string(at)?.0,
                b'{' | b'[' => {
                    if depth + open.len() >= MAX_DEPTH {
                        return Self::too_deep(at);
                    }
                    open.push(in_object);
                    in_object = byte == b'{';
                    at = self.skip_space(at + 1);
                    if self.byte(at) != if in_object { b'}' } else { b']' } {
                        if in_object {
                            at = self.member(at)?;
                        }
                        continue;
                    }
                }
                byte => at = self.skip_word(at, byte)?,
            }
            // Behind a value: close what ends here, or go on to the next one.
            loop {
                at = self.skip_space(at);
                match (self.byte(at), in_object) {
                    (b',', true) => {
                        at = self.member(at + 1)?;
                        break;
                    }
                    (b',', false) => {
                        at = self.skip_space(at + 1);
                        break;
                    }
                    (b'}', true) | (b']', false) => {
                        at += 1;
                        in_object = open.pop().unwrap_or_default();
                        if open.is_empty() {
                            return Ok(at);
                        }
                    }
                    _ => return self.fault(at, "`,` or a closing bracket expected"),
                }
            }
        }
    }

    /// A name and the colon behind it: the place of the value.
    #[inline]
    fn member(&self, at: usize) -> Scanned<usize> {
        let at = self.name(at)?;
        self.colon(self.string(at)?.0)
    }
}
