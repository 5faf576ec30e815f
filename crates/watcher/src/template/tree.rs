//! The parts of a template, each with its bytes of the text.

use std::ops::Range;

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// What stands between the tags.
    Text(Range<usize>),
    /// `\{{` in a text, which prints as `{{`.
    Escape(Range<usize>),
    /// `{{! … }}`
    Comment(Range<usize>),
    /// `{{name}}` and `{{helper argument}}`, with two braces or three.
    Output(Output),
    /// `{{#helper argument}} … {{else}} … {{/helper}}`
    Block(Box<Block>),
    /// A partial or a decorator.
    Unsupported(Range<usize>),
    /// A tag that cannot be read.
    Broken(Range<usize>),
}

/// A tag that prints something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The tag, with its braces.
    pub range: Range<usize>,
    /// What it prints.
    pub expression: Expression,
}

/// A block; `{{else if …}}` is a block of its own in the inverse of the block before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// From the tag that opens it to the one that closes it.
    pub range: Range<usize>,
    /// The tag that opens it.
    pub open: Range<usize>,
    /// The helper with its arguments.
    pub call: Call,
    /// `item` and `index` of `as |item index|`.
    pub names: Vec<Word>,
    /// What stands in it.
    pub inner: Vec<Node>,
    /// What stands behind its `{{else}}`.
    pub inverse: Vec<Node>,
}

/// What a tag or an argument is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// `name`, `event.detail.[two words].0`, `../name`, `@index`
    Path(Word),
    /// `"text"`, `5`, `true`, `[1, 2]`
    Literal(Literal),
    /// `helper argument`, `(helper argument)`
    Call(Call),
}

/// A helper and what it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The helper's name.
    pub name: Word,
    /// Its arguments.
    pub arguments: Vec<Expression>,
    /// Those with a name: `name=value`.
    pub named: Vec<(Word, Expression)>,
}

/// A literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    /// The text that it is; none for numbers and the like.
    pub text: Option<String>,
    /// Where it stands, in its quotes.
    pub range: Range<usize>,
}

/// A word of a tag, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub range: Range<usize>,
}

impl Node {
    /// Its bytes of the text.
    pub fn range(&self) -> Range<usize> {
        match self {
            Node::Output(output) => output.range.clone(),
            Node::Block(block) => block.range.clone(),
            Node::Text(range)
            | Node::Escape(range)
            | Node::Comment(range)
            | Node::Unsupported(range)
            | Node::Broken(range) => range.clone(),
        }
    }
}

impl Call {
    /// All arguments, those with a name last.
    pub fn inputs(&self) -> impl Iterator<Item = &Expression> {
        self.arguments.iter().chain(self.named.iter().map(|(_, value)| value))
    }

    /// Whether it reads what has this name, at any step of a path, or is given the name as a text.
    pub fn mentions(&self, name: &str) -> bool {
        self.inputs().any(|input| input.mentions(name))
    }
}

impl Expression {
    /// Whether it reads what has this name, at any step of a path, or is given the name as a text.
    pub fn mentions(&self, name: &str) -> bool {
        match self {
            Expression::Path(path) => steps(&path.text).iter().any(|(_, step)| *step == name),
            Expression::Literal(literal) => literal.text.as_deref() == Some(name),
            Expression::Call(call) => call.mentions(name),
        }
    }

    /// The texts that it is given.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Expression::Path(_) => Vec::new(),
            Expression::Literal(literal) => literal.text.as_deref().into_iter().collect(),
            Expression::Call(call) => call.inputs().flat_map(Expression::texts).collect(),
        }
    }
}

/// All parts, outer before inner, in the order of the text.
pub(super) fn all(nodes: &[Node]) -> impl Iterator<Item = &Node> {
    let mut ahead: Vec<&Node> = nodes.iter().rev().collect();
    std::iter::from_fn(move || {
        let node = ahead.pop()?;
        if let Node::Block(block) = node {
            ahead.extend(block.inverse.iter().rev());
            ahead.extend(block.inner.iter().rev());
        }
        Some(node)
    })
}

/// The names of a path with their places in it: `a`, `b c`, `0` of `a.[b c]/0`.
pub(super) fn steps(path: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < path.len() {
        let rest = &path[at..];
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
            found.push((start, &path[start..start + len]));
        }
        at = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::steps;

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
        for (path, expected) in cases {
            let found = steps(path);
            assert_eq!(found.iter().map(|(_, name)| *name).collect::<Vec<_>>(), expected, "{path}");
            assert!(found.iter().all(|(at, name)| path[*at..].starts_with(name)), "{path}");
        }
    }
}
