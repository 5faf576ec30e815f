//! Values that no pattern looks at: checked, and nothing kept.

use super::MAX_DEPTH;
use super::fault::FaultKind;
use super::scanner::{Scanned, Scanner};

impl Scanner<'_> {
    /// A value of any kind, inside of `depth` objects and arrays. `open` is scratch: whether each
    /// container around the innermost is an object.
    #[inline]
    pub(crate) fn skip_value(&mut self, at: usize, depth: usize, open: &mut Vec<bool>) -> Scanned<usize> {
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
            _ => Self::fault(at, FaultKind::Value),
        }
    }

    fn skip_container(&mut self, mut at: usize, depth: usize, open: &mut Vec<bool>) -> Scanned<usize> {
        open.clear();
        let (mut in_object, mut next) = (false, Next::Value);
        loop {
            next = match next {
                Next::Value => match self.byte(at) {
                    bracket @ (b'{' | b'[') => {
                        if depth + open.len() >= MAX_DEPTH {
                            return Self::fault(at, FaultKind::TooDeep);
                        }
                        open.push(in_object);
                        in_object = bracket == b'{';
                        at = self.skip_space(at + 1);
                        match (self.byte(at), in_object) {
                            (b'}', true) | (b']', false) => Next::End,
                            (_, true) => Next::Name,
                            (_, false) => Next::Value,
                        }
                    }
                    b'"' => {
                        at = self.string(at)?.0;
                        Next::End
                    }
                    byte => {
                        at = self.skip_word(at, byte)?;
                        Next::End
                    }
                },
                Next::Name => {
                    at = self.name(at)?;
                    self.pass_stops(at);
                    loop {
                        let Some(member) = self.plain_member() else {
                            let (end, _) = self.string(at)?;
                            at = self.colon(end)?;
                            break Next::Value;
                        };
                        at = member.behind;
                        if !member.follows {
                            break Next::End;
                        }
                        at += 1;
                    }
                }
                Next::End => {
                    at = self.skip_space(at);
                    match (self.byte(at), in_object) {
                        (b',', true) => {
                            at += 1;
                            Next::Name
                        }
                        (b',', false) => {
                            at = self.skip_space(at + 1);
                            Next::Value
                        }
                        (b'}', true) | (b']', false) => {
                            at += 1;
                            in_object = open.pop().unwrap_or_default();
                            if open.is_empty() {
                                return Ok(at);
                            }
                            Next::End
                        }
                        _ => return Self::fault(at, FaultKind::Separator),
                    }
                }
            }
        }
    }
}

/// What comes next inside of a container.
enum Next {
    Value,
    Name,
    /// What may be behind a value: another one, or the container's end.
    End,
}
