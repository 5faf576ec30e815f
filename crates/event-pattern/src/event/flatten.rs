//! One pass over an event that collects the values at used paths.

use super::MAX_DEPTH;
use super::bits::mark_stops;
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

/// The object or array that was entered, if one was.
type Entered = Result<Option<Frame>, EventError>;

impl Flat {
    /// Reads an event. What an earlier event left is discarded.
    pub(crate) fn read(&mut self, trie: &Trie, event: &[u8]) -> Result<(), EventError> {
        self.reset(trie);
        if u32::try_from(event.len()).is_err() {
            return Err(EventError { what: "the event is larger than 4 GiB", offset: NONE as usize });
        }
        let mut stops = std::mem::take(&mut self.stops);
        let is_ascii = mark_stops(event, &mut stops);
        let result = match std::str::from_utf8(if is_ascii { b"" } else { event }) {
            Err(fault) => Err(EventError { what: "not UTF-8", offset: fault.valid_up_to() }),
            Ok(_) => self.read_object(trie, &mut Scanner::new(event, &stops)),
        };
        self.stops = stops;
        result
    }

    fn read_object(&mut self, trie: &Trie, scanner: &mut Scanner<'_>) -> Result<(), EventError> {
        if scanner.skip_space() != b'{' {
            return Err(scanner.fault("the event is not an object"));
        }
        scanner.at += 1;
        let mut frame = Frame {
            node: ROOT,
            position: 0,
            array: NONE,
            owns_position: false,
            below_empty_key: false,
            is_first: true,
        };
        loop {
            let inner = if frame.array == NONE {
                self.members(trie, scanner, frame)?
            } else {
                self.elements(trie, scanner, frame)?
            };
            if let Some(inner) = inner {
                self.frames.push(Frame { is_first: false, ..frame });
                frame = inner;
                continue;
            }
            self.close(frame);
            match self.frames.pop() {
                Some(outer) => frame = outer,
                None => break,
            }
        }
        scanner.skip_space();
        if scanner.is_at_end() { Ok(()) } else { Err(scanner.fault("text after the event")) }
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
    }

    /// Reads members of an object up to a used object or array, which is returned, or to the end.
    fn members(&mut self, trie: &Trie, scanner: &mut Scanner<'_>, frame: Frame) -> Entered {
        let mut is_first = frame.is_first;
        loop {
            match scanner.skip_space() {
                b'}' => {
                    scanner.at += 1;
                    return Ok(None);
                }
                b',' if !is_first => scanner.at += 1,
                _ if is_first => {}
                _ => return Err(scanner.fault("`,` or a closing bracket expected")),
            }
            is_first = false;
            let name = scanner.name()?;
            let (node, is_empty) = if name.escaped {
                self.key.clear();
                unescape(&scanner.bytes()[name.start..name.end], &mut self.key);
                (trie.descend(frame.node, &self.key, 0, self.key.len()), false)
            } else {
                (trie.descend(frame.node, scanner.bytes(), name.start, name.end), name.start == name.end)
            };
            let byte = scanner.colon()?;
            if node == DEAD {
                scanner.skip_value(byte, self.frames.len() + 1, &mut self.open)?;
                continue;
            }
            let below_empty_key = frame.below_empty_key || is_empty;
            let inner = self.value(trie, scanner, byte, Frame { node, below_empty_key, ..frame })?;
            if inner.is_some() {
                return Ok(inner);
            }
        }
    }

    /// As [`members`](Self::members), for the elements of an array.
    fn elements(&mut self, trie: &Trie, scanner: &mut Scanner<'_>, frame: Frame) -> Entered {
        let mut is_first = frame.is_first;
        loop {
            let byte = match scanner.skip_space() {
                b']' => {
                    scanner.at += 1;
                    return Ok(None);
                }
                b',' if !is_first => {
                    scanner.at += 1;
                    scanner.skip_space()
                }
                byte if is_first => byte,
                _ => return Err(scanner.fault("`,` or a closing bracket expected")),
            };
            is_first = false;
            let inner = self.value(trie, scanner, byte, frame)?;
            if inner.is_some() {
                return Ok(inner);
            }
        }
    }

    /// A value at a used path. `frame` is the one around it, with the node of the value. An object
    /// or array is only entered.
    #[inline]
    fn value(&mut self, trie: &Trie, scanner: &mut Scanner<'_>, byte: u8, frame: Frame) -> Entered {
        let start = scanner.at;
        let kind = match byte {
            b'"' => {
                if scanner.string()?.escaped {
                    ValueKind::EscapedString
                } else {
                    ValueKind::String
                }
            }
            b'-' | b'0'..=b'9' => {
                scanner.number()?;
                ValueKind::Number
            }
            b't' => {
                scanner.word(b"true")?;
                ValueKind::True
            }
            b'f' => {
                scanner.word(b"false")?;
                ValueKind::False
            }
            b'n' => {
                scanner.word(b"null")?;
                ValueKind::Null
            }
            b'{' if !trie.node(frame.node).has_children() => {
                scanner.skip_value(byte, self.frames.len() + 1, &mut self.open)?;
                return Ok(None);
            }
            b'{' | b'[' => return self.open(scanner, byte == b'[', frame).map(Some),
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
        Ok(None)
    }

    /// Enters an object or array. Its frame is not on the stack yet, nor is the one around it.
    fn open(&mut self, scanner: &mut Scanner<'_>, is_array: bool, frame: Frame) -> Result<Frame, EventError> {
        if self.frames.len() + 1 >= MAX_DEPTH {
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
        Ok(inner)
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
