//! Where the names of a template lead: inside `{{#each event.detail.items}}`, `name` reads `event.detail.items.*.name`.

use std::iter::successors;
use std::ops::Range;

use handlebars::template::{BlockParam, HelperTemplate, Parameter};
use handlebars::{Path, template::Subexpression};

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

/// More steps than any path into an event has: below so many blocks nothing is told.
const DEEP: usize = 64;

/// The blocks that a place in a template stands in, the innermost first.
#[derive(Default)]
pub(super) struct Scopes<'a> {
    outer: Option<&'a Scopes<'a>>,
    item: Vec<Step>,
    /// `{{#each list as |name index|}}`
    names: Vec<(String, Vec<Step>)>,
}

impl Scopes<'_> {
    /// The scopes inside a block, if its names belong to an item: inside `{{#each}}` and `{{#with}}`.
    pub(super) fn inside(&self, block: &HelperTemplate, from: usize, source: &str) -> Option<Scopes<'_>> {
        let is_loop = match block.name.as_name()? {
            "each" => true,
            "with" => false,
            _ => return None,
        };
        let unknown = || vec![Step { name: "*".to_owned(), range: from..from }];
        let of = block.params.first().and_then(|of| self.read(of, from, source)).map(|read| read.steps);
        let mut item = of.filter(|steps| steps.len() < DEEP).unwrap_or_else(unknown);
        if is_loop {
            let range = item.last().map_or(from..from, |step| step.range.clone());
            item.push(Step { name: "*".to_owned(), range });
        }
        let name = |parameter: &Parameter| parameter.as_name().map(str::to_owned);
        let names = match &block.block_param {
            Some(BlockParam::Single(value)) => {
                name(value).map(|name| (name, item.clone())).into_iter().collect()
            }
            Some(BlockParam::Pair((value, key))) => {
                let value = name(value).map(|name| (name, item.clone()));
                value.into_iter().chain(name(key).map(|name| (name, unknown()))).collect()
            }
            _ => Vec::new(),
        };
        Some(Scopes { outer: Some(self), item, names })
    }

    /// The path that a parameter reads; none for literals, calls and locals such as `@index`.
    pub(super) fn read(&self, parameter: &Parameter, from: usize, source: &str) -> Option<ReadPath> {
        let raw = match parameter {
            Parameter::Name(name) => name.as_str(),
            Parameter::Path(Path::Relative((_, raw))) => raw.as_str(),
            _ => return None,
        };
        let place = place(raw, from, source);
        let (root, bare) = raw.strip_prefix("@root").map_or((false, raw), |rest| (true, rest));
        let mut up = 0;
        let mut own: Vec<Step> = Vec::new();
        for (at, name) in names(bare) {
            let at = place + raw.len() - bare.len() + at;
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

/// What a call in parentheses is given.
pub(super) fn parameters(call: &Subexpression) -> impl Iterator<Item = &Parameter> {
    call.params().into_iter().flatten().chain(call.hash().into_iter().flat_map(|hash| hash.values()))
}

/// handlebars tells where a `{{` stands; the text is the first whole one behind it.
pub(super) fn place(text: &str, from: usize, source: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let rest = &source[from..];
    rest.match_indices(text)
        .find(|(at, _)| !rest[..*at].ends_with(is_word) && !rest[at + text.len()..].starts_with(is_word))
        .map_or(from, |(at, _)| from + at)
}

/// The names of a path with their places in it: `a`, `b c`, `0` of `a.[b c]/0`.
fn names(raw: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < raw.len() {
        let rest = &raw[at..];
        let (start, len, next) = match rest.strip_prefix('[') {
            Some(inner) => {
                let len = inner.find(']').unwrap_or(inner.len());
                (at + 1, len, at + len + 2)
            }
            None if rest.starts_with("..") => (at, 2, at + 2),
            None => {
                let len = rest.find(['.', '/', '[']).unwrap_or(rest.len());
                (at, len, at + len.max(1))
            }
        };
        if len > 0 {
            found.push((start, &raw[start..start + len]));
        }
        at = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_path_is_cut_into_its_names() {
        let cases: [(&str, &[&str]); 7] = [
            ("a.b/c", &["a", "b", "c"]),
            ("a.[b c].0", &["a", "b c", "0"]),
            ("../../a", &["..", "..", "a"]),
            ("this.a", &["this", "a"]),
            ("./a", &["a"]),
            ("a.[b", &["a", "b"]),
            ("é.ü", &["é", "ü"]),
        ];
        for (raw, expected) in cases {
            let found = names(raw);
            assert_eq!(found.iter().map(|(_, name)| *name).collect::<Vec<_>>(), expected, "{raw}");
            assert!(found.iter().all(|(at, name)| raw[*at..].starts_with(name)), "{raw}");
        }
    }
}
