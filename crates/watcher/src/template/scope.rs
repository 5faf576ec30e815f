//! Where the names of a template lead: inside `{{#each event.detail.items}}`, `name` reads `event.detail.items.*.name`.

use std::iter::successors;
use std::ops::Range;

use super::tree::{Block, Expression, Word, steps};

/// A path that a template reads, from the template's variables on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadPath {
    /// `event`, `detail`, `items`, `*`, `name`; `*` is each item of a loop. A loop over what no path leads to, such as
    /// a `lookup`, is a `*` in the first place.
    pub steps: Vec<Step>,
    /// How many of the steps come from the blocks around: the path as it is written begins behind them.
    pub inherited: usize,
}

/// A name in a path, with the bytes of the template where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The name.
    pub name: String,
    /// Where.
    pub range: Range<usize>,
}

/// More steps than any path into an event has: below so many blocks nothing is reported.
const DEEP: usize = 64;

/// The blocks that a place in a template stands in, the innermost first.
#[derive(Default)]
pub(super) struct Scopes<'a> {
    outer: Option<&'a Scopes<'a>>,
    item: Vec<Step>,
    /// `{{#each list as |name index|}}`
    names: Vec<(String, Vec<Step>)>,
}

impl ReadPath {
    /// Where the names stand that are written; none if all come from the blocks around.
    pub fn range(&self) -> Option<Range<usize>> {
        let written = self.steps.get(self.inherited..)?;
        Some(written.first()?.range.start..written.last()?.range.end)
    }
}

impl Scopes<'_> {
    /// The scopes inside a block, if its names belong to an item: inside `{{#each}}` and `{{#with}}`.
    pub(super) fn inside(&self, block: &Block) -> Option<Scopes<'_>> {
        let is_loop = match &*block.call.name.text {
            "each" => true,
            "with" => false,
            _ => return None,
        };
        let start = block.range.start..block.range.start;
        let unknown = || vec![Step { name: "*".to_owned(), range: start.clone() }];
        let of = match block.call.arguments.first() {
            Some(Expression::Path(path)) => self.read(path).map(|read| read.steps),
            _ => None,
        };
        let mut item = of.filter(|steps| steps.len() < DEEP).unwrap_or_else(unknown);
        if is_loop {
            let range = item.last().map_or(start.clone(), |step| step.range.clone());
            item.push(Step { name: "*".to_owned(), range });
        }
        let mut names = block.names.iter().map(|name| name.text.clone());
        let value = names.next().map(|name| (name, item.clone()));
        let key = names.next().map(|name| (name, unknown()));
        let names = value.into_iter().chain(key).collect();
        Some(Scopes { outer: Some(self), item, names })
    }

    /// What a path of the text reads; none for locals such as `@index`.
    pub(super) fn read(&self, path: &Word) -> Option<ReadPath> {
        let text = path.text.as_str();
        if is_local(text) {
            return None;
        }
        let (root, bare) = text.strip_prefix("@root").map_or((false, text), |rest| (true, rest));
        let mut up = 0;
        let mut own: Vec<Step> = Vec::new();
        for (at, name) in steps(bare) {
            let at = path.range.end - bare.len() + at;
            match name {
                ".." => up += 1,
                "this" if own.is_empty() => {}
                _ => own.push(Step { name: name.to_owned(), range: at..at + name.len() }),
            }
        }
        let named = || {
            let first = own.first().filter(|_| up == 0 && !root)?;
            let mut names = self.outwards().flat_map(|scopes| &scopes.names);
            names.find(|(name, _)| *name == first.name).map(|(_, item)| item.clone())
        };
        let base = match named() {
            Some(item) => {
                own.remove(0);
                item
            }
            None if root => Vec::new(),
            None => self.outwards().nth(up).map(|scopes| scopes.item.clone()).unwrap_or_default(),
        };
        let inherited = base.len();
        let steps: Vec<Step> = base.into_iter().chain(own).collect();
        (!steps.is_empty()).then_some(ReadPath { steps, inherited })
    }

    fn outwards(&self) -> impl Iterator<Item = &Self> {
        successors(Some(self), |scopes| scopes.outer)
    }
}

/// `@index`, `this.@key`; `@root.name` leads to a variable.
fn is_local(path: &str) -> bool {
    let bare = ["this.", "this/", "./"].iter().find_map(|prefix| path.strip_prefix(prefix)).unwrap_or(path);
    let is_root = ["@root.", "@root/"].iter().any(|root| bare.starts_with(root));
    bare.starts_with('@') && !is_root
}
