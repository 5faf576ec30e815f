//! The values of one event at used paths, with their array positions.

use super::NumberView;
use super::keep::Frame;
use super::trie::PathId;
use crate::json::Stops;

/// "No such value", "no such array".
pub(crate) const NONE: u32 = u32::MAX;

/// The values of one event. Kept between events, so that its memory is reused.
#[derive(Default)]
pub(crate) struct Flat {
    pub(crate) values: Vec<Value>,
    /// Where in which array objects and nested arrays stand; the first entry is "in none".
    pub(crate) positions: Vec<Position>,
    pub(crate) arrays: Vec<Array>,
    /// Whether some path has several values.
    pub(crate) repeats: bool,
    /// The first and the last value of each path.
    pub(super) lists: Vec<(u32, u32)>,
    /// The texts of strings with escapes.
    pub(super) decoded: Vec<u8>,
    pub(super) frames: Vec<Frame>,
    pub(super) open: Vec<bool>,
    pub(super) stops: Stops,
    pub(super) key: Vec<u8>,
}

/// One scalar at a used path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    pub(crate) path: PathId,
    /// The next value of the same path.
    pub(crate) next: u32,
    /// An index into [`Flat::positions`]; 0 if no array of objects was crossed.
    pub(crate) position: u32,
    pub(crate) kind: ValueKind,
    /// The JSON text in the event.
    pub(super) start: u32,
    pub(super) end: u32,
    /// The text of a string with escapes, in [`Flat::decoded`].
    pub(super) decoded: (u32, u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueKind {
    String,
    EscapedString,
    Number,
    True,
    False,
    Null,
}

/// An element of an array. Scalars have none: two scalars of one array do not exclude each other.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Position {
    /// The position that the array itself has.
    pub(crate) parent: u32,
    pub(crate) array: u32,
    /// The values inside, by index.
    pub(crate) first_value: u32,
    pub(crate) end_value: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Array {
    /// The byte of the opening bracket.
    pub(crate) start: u32,
    /// The index behind the last value inside.
    pub(crate) end_value: u32,
}

impl ValueKind {
    /// Of a scalar without escapes that starts with this byte.
    pub(super) fn plain(first: u8) -> Self {
        match first {
            b'"' => Self::String,
            b't' => Self::True,
            b'f' => Self::False,
            b'n' => Self::Null,
            _ => Self::Number,
        }
    }
}

impl Flat {
    /// Whether an array at a used path holds objects or arrays.
    #[inline]
    pub(crate) fn has_elements(&self) -> bool {
        self.positions.len() > 1
    }

    /// The first value of a path, or `NONE`.
    #[inline]
    pub(crate) fn first(&self, path: PathId) -> u32 {
        self.lists[path as usize].0
    }

    /// The values of a path in document order.
    pub(crate) fn of_path(&self, path: PathId) -> impl Iterator<Item = (u32, &Value)> {
        let mut next = self.first(path);
        std::iter::from_fn(move || {
            let value = self.values.get(next as usize)?;
            let at = std::mem::replace(&mut next, value.next);
            Some((at, value))
        })
    }

    /// The text of a string value.
    #[inline]
    pub(crate) fn text<'a>(&'a self, event: &'a [u8], value: &Value) -> &'a [u8] {
        if value.kind == ValueKind::EscapedString {
            &self.decoded[value.decoded.0 as usize..value.decoded.1 as usize]
        } else {
            &event[value.start as usize + 1..value.end as usize - 1]
        }
    }
}

impl Value {
    /// The value as it stands in the event.
    pub(crate) fn json<'e>(&self, event: &'e [u8]) -> &'e [u8] {
        &event[self.start as usize..self.end as usize]
    }

    pub(crate) fn number<'e>(&self, event: &'e [u8]) -> NumberView<'e> {
        NumberView::new(self.json(event))
    }
}
