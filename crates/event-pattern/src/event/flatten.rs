//! One pass over an event that collects the values at used paths.

use super::fault::error;
use super::keep::Frame;
use super::trie::{DEAD, ROOT, Trie};
use super::values::{Flat, NONE, Position, ValueKind};
use crate::error::EventError;
use crate::json::{FaultKind, PlainMember, Scanned, Scanner, Stops, unescape};

impl Flat {
    /// Reads an event. What an earlier event left is discarded.
    pub(crate) fn read(&mut self, trie: &Trie, event: &[u8]) -> Result<(), EventError> {
        self.reset(trie);
        let mut stops = std::mem::take(&mut self.stops);
        let result = self.read_text(trie, event, &mut stops);
        self.stops = stops;
        result
    }

    fn read_text(&mut self, trie: &Trie, event: &[u8], stops: &mut Stops) -> Result<(), EventError> {
        let is_ascii = stops.find(event).map_err(|fault| error(fault, event))?;
        std::str::from_utf8(if is_ascii { b"" } else { event })
            .map_err(|fault| EventError { what: "not UTF-8", offset: fault.valid_up_to() })?;
        self.read_object(trie, &mut Scanner::new(event, stops.places())).map_err(|fault| error(*fault, event))
    }

    fn read_object(&mut self, trie: &Trie, scanner: &mut Scanner<'_>) -> Scanned<()> {
        let mut at = scanner.skip_space(0);
        if scanner.byte(at) != b'{' {
            return Scanner::fault(at, FaultKind::NotAnObject);
        }
        at += 1;
        self.frames.push(Frame {
            node: ROOT,
            position: 0,
            array: NONE,
            below_empty_key: false,
            owns_position: false,
            is_first: true,
        });
        while let Some(last) = self.frames.last_mut() {
            // One by one: what was just written in parts is slow to read as a whole.
            let Frame { node, position, array, below_empty_key, owns_position, is_first } = *last;
            last.is_first = false;
            let frame = Frame { node, position, array, below_empty_key, owns_position, is_first };
            let depth = self.frames.len();
            at = if array == NONE {
                self.members(trie, scanner, &frame, at)?
            } else {
                self.elements(trie, scanner, &frame, at)?
            };
            if self.frames.len() == depth {
                self.frames.pop();
                self.close(&frame);
            }
        }
        at = scanner.skip_space(at);
        if at < scanner.bytes().len() { Scanner::fault(at, FaultKind::TextBehind) } else { Ok(()) }
    }

    fn reset(&mut self, trie: &Trie) {
        self.lists.clear();
        self.lists.resize(trie.paths(), (NONE, NONE));
        self.values.clear();
        self.positions.clear();
        self.positions.push(Position::default());
        self.arrays.clear();
        self.repeats = false;
        self.decoded.clear();
        self.frames.clear();
    }

    /// Reads members of an object up to a used object or array, which is entered, or to the end.
    /// Returns how far it read.
    fn members(
        &mut self,
        trie: &Trie,
        scanner: &mut Scanner<'_>,
        frame: &Frame,
        mut at: usize,
    ) -> Scanned<usize> {
        let (depth, mut is_first) = (self.frames.len(), frame.is_first);
        loop {
            at = scanner.skip_space(at);
            let name = match scanner.byte(at) {
                b'}' => return Ok(at + 1),
                b',' if !is_first => scanner.name(at + 1)?,
                _ if is_first => scanner.name(at)?,
                _ => return Scanner::fault(at, FaultKind::Separator),
            };
            is_first = false;
            let (name, is_behind) = self.plain_members(trie, scanner, frame, name);
            if is_behind {
                at = name;
                continue;
            }
            let (end, escaped) = scanner.string(name)?;
            let (start, close) = (name + 1, end - 1);
            let here = trie.node(frame.node);
            let node = if escaped {
                self.key.clear();
                unescape(&scanner.bytes()[start..close], &mut self.key);
                trie.descend(here, &self.key, 0, self.key.len())
            } else {
                trie.descend(here, scanner.bytes(), start, close)
            };
            at = scanner.colon(end)?;
            if node == DEAD {
                at = scanner.skip_value(at, self.frames.len(), &mut self.open)?;
                continue;
            }
            let below_empty_key = frame.below_empty_key || start == close;
            at = self.value(trie, scanner, &Frame { node, below_empty_key, ..*frame }, at)?;
            if self.frames.len() > depth {
                return Ok(at);
            }
        }
    }

    /// Reads members from a name on, as long as they are plain. Returns the place of another name, or
    /// the place behind the last value and `true`.
    #[inline(never)]
    fn plain_members(
        &mut self,
        trie: &Trie,
        scanner: &mut Scanner<'_>,
        frame: &Frame,
        mut name: usize,
    ) -> (usize, bool) {
        let here = trie.node(frame.node);
        scanner.pass_stops(name);
        while let Some(PlainMember { close, behind, follows }) = scanner.plain_member() {
            let start = name + 1;
            let node = trie.descend(here, scanner.bytes(), start, close);
            if node != DEAD {
                let below_empty_key = frame.below_empty_key || start == close;
                let around = Frame { node, below_empty_key, ..*frame };
                let kind = ValueKind::plain(scanner.byte(close + 2));
                self.scalar(trie.node(node), &around, kind, &scanner.bytes()[..behind], close + 2);
            }
            if !follows {
                return (behind, true);
            }
            name = behind + 1;
        }
        (name, false)
    }

    /// As [`members`](Self::members), for the elements of an array.
    fn elements(
        &mut self,
        trie: &Trie,
        scanner: &mut Scanner<'_>,
        frame: &Frame,
        mut at: usize,
    ) -> Scanned<usize> {
        let (depth, mut is_first) = (self.frames.len(), frame.is_first);
        loop {
            at = scanner.skip_space(at);
            match scanner.byte(at) {
                b']' => return Ok(at + 1),
                b',' if !is_first => at = scanner.skip_space(at + 1),
                _ if is_first => {}
                _ => return Scanner::fault(at, FaultKind::Separator),
            }
            is_first = false;
            at = self.value(trie, scanner, frame, at)?;
            if self.frames.len() > depth {
                return Ok(at);
            }
        }
    }

    /// A value at a used path. `frame` is the one around it, with the node of the value. An object
    /// or array is only entered.
    fn value(&mut self, trie: &Trie, scanner: &mut Scanner<'_>, frame: &Frame, at: usize) -> Scanned<usize> {
        let node = trie.node(frame.node);
        let (end, kind) = match scanner.byte(at) {
            b'"' => {
                let (end, escaped) = scanner.string(at)?;
                (end, if escaped { ValueKind::EscapedString } else { ValueKind::String })
            }
            b'-' | b'0'..=b'9' => (scanner.number(at)?, ValueKind::Number),
            b't' => (scanner.word(at, b"true")?, ValueKind::True),
            b'f' => (scanner.word(at, b"false")?, ValueKind::False),
            b'n' => (scanner.word(at, b"null")?, ValueKind::Null),
            b'{' if !node.has_children() => {
                return scanner.skip_value(at, self.frames.len(), &mut self.open);
            }
            bracket @ (b'{' | b'[') => {
                self.open(at, bracket == b'[', frame)?;
                return Ok(at + 1);
            }
            _ => return Scanner::fault(at, FaultKind::Value),
        };
        self.scalar(node, frame, kind, &scanner.bytes()[..end], at);
        Ok(end)
    }
}
