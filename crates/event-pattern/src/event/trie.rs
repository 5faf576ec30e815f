//! The steps that patterns name, as a tree. Everything else in an event is skipped.
//!
//! A path is one string with dots, in patterns and in events: `{"a":{"b":…}}` and `{"a.b":…}` are
//! the same. So the tree has a step for each part between dots, whatever keys they come from.

use super::children::Children;

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
    paths: PathId,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    children: Children,
    /// The path that ends here.
    pub(super) path: Option<PathId>,
    /// The same path, without values below an empty key; see [`Trie::insert`].
    pub(super) path_without_empty_keys: Option<PathId>,
    /// The lengths of the children that have children: where a dot in a key may lead on.
    parents: Vec<usize>,
    /// More than any slice has, if there are none; added to a place, it does not overflow.
    shortest_parent: usize,
}

impl Default for Node {
    fn default() -> Self {
        Self {
            children: Children::default(),
            path: None,
            path_without_empty_keys: None,
            parents: Vec::new(),
            shortest_parent: isize::MAX.unsigned_abs(),
        }
    }
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::default()], paths: 0 }
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
        let (mut node, mut above) = (ROOT, None);
        for step in path.split('.') {
            if let Some((parent, length)) = above {
                self.note_parent(parent, length);
            }
            above = Some((node, step.len()));
            node = self.insert_child(node, step.as_bytes());
        }
        let node = &mut self.nodes[node as usize];
        let id = if follows_empty_keys { &mut node.path } else { &mut node.path_without_empty_keys };
        *id.get_or_insert_with(|| {
            let next = self.paths;
            self.paths = next.checked_add(1).expect("fewer than 2^32 paths");
            next
        })
    }

    /// How many paths have been inserted.
    pub(crate) fn paths(&self) -> usize {
        self.paths as usize
    }

    fn insert_child(&mut self, node: NodeId, step: &[u8]) -> NodeId {
        let next = NodeId::try_from(self.nodes.len()).expect("fewer than 2^32 nodes");
        let child = self.nodes[node as usize].children.get_or_insert(step, next);
        if child == next {
            self.nodes.push(Node::default());
        }
        child
    }

    /// A child of `node` with a name of that length has children.
    fn note_parent(&mut self, node: NodeId, length: usize) {
        let node = &mut self.nodes[node as usize];
        if let Err(place) = node.parents.binary_search(&length) {
            node.parents.insert(place, length);
        }
        node.shortest_parent = node.parents[0];
    }

    pub(super) fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node as usize]
    }

    /// The node that a key leads to from `here`. The key is `text[start..end]`; looking at the bytes
    /// around it saves copying it.
    #[inline]
    pub(super) fn descend<'t>(&'t self, here: &'t Node, text: &[u8], start: usize, end: usize) -> NodeId {
        if here.children.may_have(text, start, end)
            && let Some(child) = here.children.get(text, start, end)
        {
            return child;
        }
        // No key leads on through a dot unless its first step has children.
        let first = start + here.shortest_parent;
        if first >= end || here.parents.len() == 1 && text.get(first) != Some(&b'.') {
            return DEAD;
        }
        self.descend_by_dots(here, text.get(start..end).unwrap_or_default())
    }

    #[cold]
    fn descend_by_dots<'t>(&'t self, mut here: &'t Node, key: &[u8]) -> NodeId {
        if here.parents.iter().all(|length| key.get(*length) != Some(&b'.')) {
            return DEAD;
        }
        let mut node = DEAD;
        for step in key.split(|byte| *byte == b'.') {
            match here.children.get(step, 0, step.len()) {
                Some(child) => (node, here) = (child, &self.nodes[child as usize]),
                None => return DEAD,
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
