//! The children of a node by name: a table that answers "no" at the first look, since most keys of
//! an event lead nowhere.

use super::trie::NodeId;

/// Names and nodes, found by a hash of a name's length, its first and its last bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Children {
    /// Open addressing; a power of two, at most a quarter full, or empty.
    slots: Vec<Option<Child>>,
    count: usize,
}

#[derive(Clone, Debug)]
struct Child {
    name: Box<[u8]>,
    node: NodeId,
}

impl Children {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The child whose name is `text[start..end]`.
    #[inline]
    pub(super) fn get(&self, text: &[u8], start: usize, end: usize) -> Option<NodeId> {
        let mut slot = self.first_slot(text, start, end);
        loop {
            let child = self.slots.get(slot)?.as_ref()?;
            if *child.name == text[start..end] {
                return Some(child.node);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// The child with this name, or `node`, which becomes it.
    pub(super) fn get_or_insert(&mut self, name: &[u8], node: NodeId) -> NodeId {
        if let Some(found) = self.get(name, 0, name.len()) {
            return found;
        }
        self.count += 1;
        if self.slots.len() < 4 * self.count {
            let larger = vec![None; (8 * self.count).next_power_of_two()];
            for child in std::mem::replace(&mut self.slots, larger).into_iter().flatten() {
                self.put(child);
            }
        }
        self.put(Child { name: name.into(), node });
        node
    }

    fn put(&mut self, child: Child) {
        let mut slot = self.first_slot(&child.name, 0, child.name.len());
        while self.slots[slot].is_some() {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = Some(child);
    }

    #[inline]
    fn first_slot(&self, text: &[u8], start: usize, end: usize) -> usize {
        let length = end - start;
        let hash = (first_bytes(text, start, length) ^ last_bytes(text, end, length).rotate_left(29))
            .wrapping_add(length as u64)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        usize::try_from(hash >> 40).unwrap_or_default() & self.slots.len().wrapping_sub(1)
    }
}

/// Up to eight bytes of a name from its start on, without a branch for its length.
#[inline]
fn first_bytes(text: &[u8], start: usize, length: usize) -> u64 {
    let word = match text[start..].first_chunk::<8>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => few_bytes(&text[start..]),
    };
    let behind = 8 - u32::try_from(length.min(8)).unwrap_or(8);
    word.checked_shl(8 * behind).unwrap_or(0)
}

/// The last eight bytes of a longer name, or none, again without a branch.
#[inline]
fn last_bytes(text: &[u8], end: usize, length: usize) -> u64 {
    let word = text[..end].last_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    word & u64::from(length > 8).wrapping_neg()
}

#[cold]
fn few_bytes(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
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
