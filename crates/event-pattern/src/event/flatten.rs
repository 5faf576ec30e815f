//! One pass over an event that collects the values at used paths.

use super::MAX_DEPTH;
use super::scan::Scanner;
use super::text::unescape;
use super::trie::{DEAD, NodeId, PathId, ROOT, Trie};
use super::values::{Array, Flat, NONE, Position, Value, ValueKind};
use crate::error::EventError;

/// An object or array that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    node: NodeId,
    /// The position of the values directly inside.
    position: u32,
    /// The array, or `NONE` in an object.
    array: u32,
    /// Whether the position was made for this frame.
    owns_position: bool,
    below_empty_key: bool,
    is_first: bool,
}

impl Flat {
    /// Reads an event. What an earlier event left is discarded.
    pub(crate) fn read(&mut self, trie: &Trie, event: &[u8]) -> Result<(), EventError> {
        self.reset(trie);
        if u32::try_from(event.len()).is_err() {
            return Err(EventError { what: "the event is larger than 4 GiB", offset: NONE as usize });
        }
        if let Err(fault) = std::str::from_utf8(event) {
            return Err(EventError { what: "not UTF-8", offset: fault.valid_up_to() });
        }
        let mut scanner = Scanner::new(event);
        if scanner.skip_space() != Some(b'{') {
            return Err(scanner.fault("the event is not an object"));
        }
        scanner.at += 1;
        self.frames.push(Frame {
            node: ROOT,
            position: 0,
            array: NONE,
            owns_position: false,
            below_empty_key: false,
            is_first: true,
        });
        while let Some(frame) = self.frames.last_mut() {
            let is_first = std::mem::replace(&mut frame.is_first, false);
            let frame = *frame;
            let close = if frame.array == NONE { b'}' } else { b']' };
            match scanner.skip_space() {
                Some(byte) if byte == close => {
                    scanner.at += 1;
                    self.close(frame);
                }
                Some(b',') if !is_first => {
                    scanner.at += 1;
                    self.entry(trie, &mut scanner, frame)?;
                }
                _ if is_first => self.entry(trie, &mut scanner, frame)?,
                _ => return Err(scanner.fault("`,` or a closing bracket expected")),
            }
        }
        match scanner.skip_space() {
            None => Ok(()),
            Some(_) => Err(scanner.fault("text after the event")),
        }
    }

    fn reset(&mut self, trie: &Trie) {
        self.lists.clear();
        self.lists.resize(trie.paths(), (NONE, NONE));
        self.values.clear();
        self.positions.clear();
        self.positions.push(Position::default());
        self.arrays.clear();
        self.decoded.clear();
        self.frames.clear();
    }

    fn close(&mut self, frame: Frame) {
        let end = index(self.values.len());
        if frame.array != NONE {
            self.arrays[frame.array as usize].end_value = end;
        }
        if frame.owns_position {
            self.positions[frame.position as usize].end_value = end;
        }
        self.frames.pop();
    }

    /// A member of an object or an element of an array.
    #[inline]
    fn entry(&mut self, trie: &Trie, scanner: &mut Scanner<'_>, frame: Frame) -> Result<(), EventError> {
        if frame.array != NONE {
            let byte = scanner.skip_space();
            return self.value(trie, scanner, byte, frame);
        }
        let name = scanner.name()?;
        let key = &scanner.bytes()[name.range.start + 1..name.range.end - 1];
        let (node, is_empty) = if name.escaped {
            self.key.clear();
            unescape(key, &mut self.key);
            (trie.descend(frame.node, &self.key), false)
        } else {
            (trie.descend(frame.node, key), key.is_empty())
        };
        let byte = scanner.colon()?;
        if node == DEAD {
            return scanner.skip_value(byte, self.frames.len(), &mut self.open);
        }
        let below_empty_key = frame.below_empty_key || is_empty;
        self.value(trie, scanner, byte, Frame { node, below_empty_key, ..frame })
    }

    /// A value at a used path. `frame` is the one around it, with the node of the value.
    #[inline]
    fn value(
        &mut self,
        trie: &Trie,
        scanner: &mut Scanner<'_>,
        byte: Option<u8>,
        frame: Frame,
    ) -> Result<(), EventError> {
        let start = scanner.at;
        let kind = match byte {
            Some(b'"') => {
                if scanner.string()?.escaped {
                    ValueKind::EscapedString
                } else {
                    ValueKind::String
                }
            }
            Some(b'-' | b'0'..=b'9') => {
                scanner.number()?;
                ValueKind::Number
            }
            Some(b't') => {
                scanner.word(b"true")?;
                ValueKind::True
            }
            Some(b'f') => {
                scanner.word(b"false")?;
                ValueKind::False
            }
            Some(b'n') => {
                scanner.word(b"null")?;
                ValueKind::Null
            }
            Some(b'{') if !trie.node(frame.node).has_children() => {
                return scanner.skip_value(byte, self.frames.len(), &mut self.open);
            }
            Some(b'{' | b'[') => return self.open(scanner, byte == Some(b'['), frame),
            _ => return Err(scanner.fault("value expected")),
        };
        let node = trie.node(frame.node);
        if let Some(path) = node.path {
            self.push(path, frame.position, kind, scanner, start);
        }
        if let Some(path) = node.path_without_empty_keys
            && !frame.below_empty_key
        {
            self.push(path, frame.position, kind, scanner, start);
        }
        Ok(())
    }

    fn open(&mut self, scanner: &mut Scanner<'_>, is_array: bool, frame: Frame) -> Result<(), EventError> {
        if self.frames.len() >= MAX_DEPTH {
            return Err(scanner.too_deep());
        }
        let here = index(self.values.len());
        let mut inner = Frame { array: NONE, owns_position: false, is_first: true, ..frame };
        if frame.array != NONE {
            inner.position = index(self.positions.len());
            inner.owns_position = true;
            self.positions.push(Position {
                parent: frame.position,
                array: frame.array,
                first_value: here,
                end_value: here,
            });
        }
        if is_array {
            inner.array = index(self.arrays.len());
            self.arrays.push(Array { start: index(scanner.at), end_value: here });
        }
        scanner.at += 1;
        self.frames.push(inner);
        Ok(())
    }

    fn push(&mut self, path: PathId, position: u32, kind: ValueKind, scanner: &Scanner<'_>, start: usize) {
        let end = scanner.at;
        let from = self.decoded.len();
        if kind == ValueKind::EscapedString {
            unescape(&scanner.bytes()[start + 1..end - 1], &mut self.decoded);
        }
        let value = index(self.values.len());
        let list = &mut self.lists[path as usize];
        if list.0 == NONE {
            list.0 = value;
        } else {
            self.values[list.1 as usize].next = value;
        }
        list.1 = value;
        self.values.push(Value {
            path,
            next: NONE,
            position,
            kind,
            start: index(start),
            end: index(end),
            decoded: (index(from), index(self.decoded.len())),
        });
    }
}

fn index(length: usize) -> u32 {
    u32::try_from(length).expect("the event has fewer than 2^32 bytes, and a value takes one at least")
}
