//! The children of a node by name, made to answer "no" at once, since most keys of an event lead
//! nowhere. A table of our own for the reason that `engine::names` gives.

use super::trie::NodeId;

/// Names and nodes, found by a hash of a name's length and its first bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Children {
    /// Open addressing; a power of two, at most a quarter full, or empty.
    slots: Vec<Option<Child>>,
    count: usize,
    /// A bit for each ending; see [`ending`].
    endings: u64,
}

#[derive(Clone, Debug)]
struct Child {
    start: u64,
    end: u64,
    name: Box<[u8]>,
    node: NodeId,
}

/// Bytes that are compared at once.
const WORD: usize = 8;

impl Children {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether there may be a child whose name is `text[start..end]`. It says no at a glance to most
    /// names that no child has.
    #[inline]
    pub(super) fn may_have(&self, text: &[u8], start: usize, end: usize) -> bool {
        self.endings & ending(text, start, end) != 0
    }

    /// The child whose name is `text[start..end]`.
    #[inline(never)]
    pub(super) fn get(&self, text: &[u8], start: usize, end: usize) -> Option<NodeId> {
        let length = end - start;
        let first = first_word(text, start, length);
        let number = hash(first, length) & self.slots.len().wrapping_sub(1);
        let child = self.slots.get(number)?.as_ref()?;
        let is_short = length <= WORD || length <= 2 * WORD && child.end == last_word(text, end);
        if child.start == first && child.name.len() == length && is_short {
            return Some(child.node);
        }
        self.search(number, text.get(start..end)?)
    }

    /// From a slot on. Names that are long or share a slot get here.
    #[inline(never)]
    fn search(&self, from: usize, name: &[u8]) -> Option<NodeId> {
        let (before, behind) = self.slots.split_at(from);
        let mut children = behind.iter().chain(before).map_while(Option::as_ref);
        children.find(|child| *child.name == *name).map(|child| child.node)
    }

    /// The child with this name, or `node`, which becomes it.
    pub(super) fn get_or_insert(&mut self, name: &[u8], node: NodeId) -> NodeId {
        if let Some(found) = self.get(name, 0, name.len()) {
            return found;
        }
        self.count += 1;
        self.endings |= ending(name, 0, name.len());
        if self.slots.len() < 4 * self.count {
            let larger = vec![None; (8 * self.count).next_power_of_two()];
            for child in std::mem::replace(&mut self.slots, larger).into_iter().flatten() {
                self.put(child);
            }
        }
        let start = first_word(name, 0, name.len());
        self.put(Child { start, end: last_word(name, name.len()), name: name.into(), node });
        node
    }

    fn put(&mut self, child: Child) {
        let mask = self.slots.len() - 1;
        let mut number = hash(child.start, child.name.len()) & mask;
        while self.slots[number].is_some() {
            number = (number + 1) & mask;
        }
        self.slots[number] = Some(child);
    }
}

/// One of 64 bits, by the length and the last byte of `text[start..end]`.
#[inline]
fn ending(text: &[u8], start: usize, end: usize) -> u64 {
    let last = if start < end { text.get(end - 1).copied().unwrap_or_default() } else { 0 };
    1 << ((usize::from(last) + 4 * (end - start)) % 64)
}

#[inline]
fn hash(first: u64, length: usize) -> usize {
    let hash = (first ^ length as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(hash >> 40).unwrap_or_default()
}

/// The first bytes of a name. Looking at the bytes behind it saves a branch for its length.
#[inline]
fn first_word(text: &[u8], start: usize, length: usize) -> u64 {
    let word = match text.get(start..).and_then(|rest| rest.first_chunk()) {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => few_bytes(text, start),
    };
    let behind = WORD - length.min(WORD);
    word.checked_shl(8 * u32::try_from(behind).unwrap_or_default()).unwrap_or(0)
}

/// The last bytes of a name, if it is longer than these.
#[inline]
fn last_word(text: &[u8], end: usize) -> u64 {
    text.get(..end).and_then(|text| text.last_chunk()).map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

#[cold]
#[inline(never)]
fn few_bytes(text: &[u8], start: usize) -> u64 {
    let bytes = text.iter().skip(start).take(WORD);
    bytes.rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_wherever_they_stand() {
        let mut children = Children::default();
        let names: Vec<String> =
            (0..300).map(|number| "ab".repeat(number % 13) + &number.to_string()).collect();
        for (node, name) in (0..).zip(&names) {
            assert_eq!(children.get_or_insert(name.as_bytes(), node), node);
        }
        for (node, name) in (0..).zip(&names) {
            assert_eq!(children.get_or_insert(name.as_bytes(), NodeId::MAX), node);
            for (before, behind) in [("", ""), ("x", "yy"), ("{\"", "\":1234567890")] {
                let text = format!("{before}{name}{behind}");
                let (start, end) = (before.len(), before.len() + name.len());
                assert!(children.may_have(text.as_bytes(), start, end));
                assert_eq!(children.get(text.as_bytes(), start, end), Some(node));
                assert_eq!(
                    children.get(text.as_bytes(), start, text.len()),
                    behind.is_empty().then_some(node)
                );
            }
        }
        assert_eq!(Children::default().get(b"a", 0, 1), None);
    }
}
