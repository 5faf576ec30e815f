//! Values that no pattern looks at: checked, and nothing kept.

use super::MAX_DEPTH;
use super::scan::{Scanned, Scanner};

impl Scanner<'_> {
    /// A value of any kind, inside of `depth` objects and arrays. `open` is scratch: whether each
    /// container around the innermost is an object.
    #[inline]
    pub(super) fn skip_value(&mut self, at: usize, depth: usize, open: &mut Vec<bool>) -> Scanned<usize> {
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

    fn skip_container(&mut self, mut at: usize, depth: usize, open: &mut Vec<bool>) -> Scanned<usize> {
        open.clear();
        let (mut in_object, mut at_value) = (false, true);
        loop {
            if at_value {
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
                        match (self.byte(at), in_object) {
                            (b'}', true) | (b']', false) => {}
                            (_, true) => {
                                (at, at_value) = self.member(at)?;
                                continue;
                            }
                            (_, false) => continue,
                        }
                    }
                    byte => at = self.skip_word(at, byte)?,
                }
            }
            // Behind a value: close what ends here, or go on to the next one.
            at = self.skip_space(at);
            at_value = true;
            match (self.byte(at), in_object) {
                (b',', true) => (at, at_value) = self.member(at + 1)?,
                (b',', false) => at = self.skip_space(at + 1),
                (b'}', true) | (b']', false) => {
                    at += 1;
                    at_value = false;
                    in_object = open.pop().unwrap_or_default();
                    if open.is_empty() {
                        return Ok(at);
                    }
                }
                _ => return self.fault(at, "`,` or a closing bracket expected"),
            }
        }
    }

    /// From a name to the place of its value, or to the place behind a later value: plain members are
    /// passed on the way. Also whether there is a value.
    fn member(&mut self, at: usize) -> Scanned<(usize, bool)> {
        let mut name = self.name(at)?;
        self.pass_stops(name);
        while let Some((_, end, follows)) = self.plain_member() {
            if !follows {
                return Ok((end + 1, false));
            }
            name = end + 2;
        }
        let (end, _) = self.string(name)?;
        Ok((self.colon(end)?, true))
    }
}
