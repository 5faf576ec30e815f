//! What is kept of an event while it is read: values, and where in arrays they stand.

use super::trie::{Node, NodeId, PathId};
use super::values::{Array, Flat, NONE, Position, Value, ValueKind};
use crate::json::{FaultKind, MAX_DEPTH, Scanned, Scanner, unescape};

/// An object or array that is being read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) node: NodeId,
    /// The position of the values directly inside.
    pub(super) position: u32,
    /// The array, or `NONE` in an object.
    pub(super) array: u32,
    pub(super) below_empty_key: bool,
    /// Whether the position was made for this frame.
    pub(super) owns_position: bool,
    pub(super) is_first: bool,
}

impl Flat {
    /// Keeps a value for the paths that end at its node. `read` is the event up to its end.
    #[inline]
    pub(super) fn scalar(&mut self, node: &Node, frame: &Frame, kind: ValueKind, read: &[u8], start: usize) {
        if let Some(path) = node.path {
            self.push(path, frame.position, kind, read, start);
        }
        if let Some(path) = node.path_without_empty_keys
            && !frame.below_empty_key
        {
            self.push(path, frame.position, kind, read, start);
        }
    }

    /// Enters an object or array.
    pub(super) fn open(&mut self, at: usize, is_array: bool, frame: &Frame) -> Scanned<()> {
        if self.frames.len() >= MAX_DEPTH {
            return Scanner::fault(at, FaultKind::TooDeep);
        }
        let here = index(self.values.len());
        let mut inner = Frame { array: NONE, owns_position: false, is_first: true, ..*frame };
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
            self.arrays.push(Array { start: index(at), end_value: here });
        }
        self.frames.push(inner);
        Ok(())
    }

    fn push(&mut self, path: PathId, position: u32, kind: ValueKind, read: &[u8], start: usize) {
        let from = self.decoded.len();
        if kind == ValueKind::EscapedString {
            unescape(&read[start + 1..read.len() - 1], &mut self.decoded);
        }
        let value = index(self.values.len());
        let list = &mut self.lists[path as usize];
        if list.0 == NONE {
            list.0 = value;
        } else {
            self.repeats = true;
            self.values[list.1 as usize].next = value;
        }
        list.1 = value;
        self.values.push(Value {
            path,
            next: NONE,
            position,
            kind,
            start: index(start),
            end: index(read.len()),
            decoded: (index(from), index(self.decoded.len())),
        });
    }

    /// Leaves an object or array.
    pub(super) fn close(&mut self, frame: &Frame) {
        let end = index(self.values.len());
        if frame.array != NONE {
            self.arrays[frame.array as usize].end_value = end;
        }
        if frame.owns_position {
            self.positions[frame.position as usize].end_value = end;
        }
    }
}

fn index(length: usize) -> u32 {
    u32::try_from(length).expect("the event has fewer than 2^32 bytes, and a value takes one at least")
}
