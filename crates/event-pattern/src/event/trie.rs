//! The steps that patterns name, as a tree. Everything else in an event is skipped.
//!
//! A path is one string with dots, in patterns and in events: `{"a":{"b":…}}` and `{"a.b":…}` are
//! the same. So the tree has a step for each part between dots, whatever keys they come from.

use std::collections::HashMap;

/// Numbers the distinct paths of a tree.
pub(crate) type PathId = u32;

/// Numbers the nodes of a tree.
pub(crate) type NodeId = u32;

/// The node outside of all paths.
pub(super) const DEAD: NodeId = NodeId::MAX;
/// The node of the event itself.
pub(super) const ROOT: NodeId = 0;

/// The tree of all paths in use.
#[derive(Clone, Debug)]
pub(crate) struct Trie {
    nodes: Vec<Node>,
    ids: HashMap<(Box<str>, bool), PathId>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// Sorted by length, then bytes.
    children: Vec<(Box<[u8]>, NodeId)>,
    /// The path that ends here.
    pub(super) path: Option<PathId>,
    /// The same path, without values below an empty key; see [`Trie::insert`].
    pub(super) path_without_empty_keys: Option<PathId>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], ids: HashMap::new() }
    }
}

impl Trie {
    /// The number of a path.
    ///
    /// The service follows only keys that are steps of some path of the pattern, and does not count
    /// empty steps at a path's end as such. So a path that ends in an empty step meets the key `"a."`
    /// but not `""` below `"a"`, unless the pattern names an empty step elsewhere: then
    /// `follows_empty_keys` is true.
    pub(crate) fn insert(&mut self, path: &str, follows_empty_keys: bool) -> PathId {
        let follows_empty_keys = follows_empty_keys || !path.ends_with('.');
        let next = PathId::try_from(self.ids.len()).expect("fewer than 2^32 paths");
        let id = *self.ids.entry((path.into(), follows_empty_keys)).or_insert(next);
        let mut node = ROOT;
        for step in path.split('.') {
            node = self.insert_child(node, step.as_bytes());
        }
        let node = &mut self.nodes[node as usize];
        if follows_empty_keys {
            node.path = Some(id);
        } else {
            node.path_without_empty_keys = Some(id);
        }
        id
    }

    /// How many paths have been inserted.
    pub(crate) fn paths(&self) -> usize {
        self.ids.len()
    }

    fn insert_child(&mut self, node: NodeId, step: &[u8]) -> NodeId {
        match self.find(node, step) {
            Ok(place) => self.nodes[node as usize].children[place].1,
            Err(place) => {
                let child = NodeId::try_from(self.nodes.len()).expect("fewer than 2^32 nodes");
                self.nodes.push(Node::default());
                self.nodes[node as usize].children.insert(place, (step.into(), child));
                child
            }
        }
    }

    fn find(&self, node: NodeId, step: &[u8]) -> Result<usize, usize> {
        self.nodes[node as usize]
            .children
            .binary_search_by(|(name, _)| name.len().cmp(&step.len()).then_with(|| (**name).cmp(step)))
    }

    pub(super) fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node as usize]
    }

    /// The node that a key leads to.
    #[inline]
    pub(super) fn descend(&self, node: NodeId, key: &[u8]) -> NodeId {
        if let Ok(place) = self.find(node, key) {
            return self.nodes[node as usize].children[place].1;
        }
        if memchr::memchr(b'.', key).is_none() {
            return DEAD;
        }
        let mut node = node;
        for step in key.split(|byte| *byte == b'.') {
            match self.find(node, step) {
                Ok(place) => node = self.nodes[node as usize].children[place].1,
                Err(_) => return DEAD,
            }
        }
        node
    }
}

impl Node {
    pub(super) fn has_children(&self) -> bool {
        !self.children.is_empty()
    }
}
