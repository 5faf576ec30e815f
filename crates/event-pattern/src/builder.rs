//! A pattern made of values.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::candidate::Candidate;
use crate::compile::{Member, Object};
use crate::error::PatternError;
use crate::pattern::Pattern;

/// A pattern in the making. [`Display`](fmt::Display) prints it, names sorted, whether it is a pattern already or not.
///
/// ```
/// use event_pattern::{Candidate, Pattern};
///
/// let pattern = Pattern::builder()
///     .field("source", ["aws.s3"])
///     .field("detail.eventName", [Candidate::prefix("Delete"), "PutBucketPolicy".into()])
///     .any_of([
///         Pattern::builder().field("detail.errorCode", [Candidate::Exists(false)]),
///         Pattern::builder().field("detail.readOnly", [false]),
///     ])
///     .build()?;
/// assert_eq!(
///     pattern.to_string(),
///     r#"{"$or":[{"detail":{"errorCode":[{"exists":false}]}},{"detail":{"readOnly":[false]}}],"#.to_owned()
///         + r#""detail":{"eventName":[{"prefix":"Delete"},"PutBucketPolicy"]},"source":["aws.s3"]}"#,
/// );
///
/// let error = Pattern::builder().field("source", [""; 0]).build().unwrap_err();
/// assert_eq!(error.to_string(), "empty list of values at /source; list at least one value or operator");
/// # Ok::<(), event_pattern::PatternError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "nothing happens before `build`"]
pub struct PatternBuilder {
    fields: BTreeMap<String, Arc<[Candidate]>>,
    any_of: Vec<Vec<PatternBuilder>>,
}

impl PatternBuilder {
    /// The field of a dotted path must satisfy one of the candidates. A path that is named again gets the new ones.
    pub fn field<C: Into<Candidate>>(mut self, path: &str, candidates: impl IntoIterator<Item = C>) -> Self {
        self.fields.insert(path.to_owned(), candidates.into_iter().map(Into::into).collect());
        self
    }

    /// One of the branches must match too. Each call adds another `$or`.
    pub fn any_of(mut self, branches: impl IntoIterator<Item = PatternBuilder>) -> Self {
        self.any_of.push(branches.into_iter().collect());
        self
    }

    /// The pattern, if the service accepts it. The parser judges, so that there is one judge.
    ///
    /// # Errors
    /// As [`Pattern::parse`] of what this prints.
    pub fn build(&self) -> Result<Pattern, PatternError> {
        Pattern::parse(&self.to_string())
    }

    fn tree(&self) -> Object {
        let mut root = Nodes::default();
        for (path, candidates) in &self.fields {
            root.insert(path, candidates);
        }
        let or = self.any_of.iter().map(|branches| Member::Or(branches.iter().map(Self::tree).collect()));
        let mut members: Vec<Member> = or.chain(root.members()).collect();
        members.sort_by(|left, right| left.name().cmp(right.name()));
        Object(members)
    }
}

impl Pattern {
    /// A pattern to be made of values.
    pub fn builder() -> PatternBuilder {
        PatternBuilder::default()
    }
}

impl fmt::Display for PatternBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree().fmt(f)
    }
}

/// The fields below a name.
#[derive(Default)]
struct Nodes(BTreeMap<Box<str>, Node>);

enum Node {
    List(Arc<[Candidate]>),
    Object(Nodes),
}

impl Nodes {
    /// Nests by the steps of the path. Below a key that has a list of its own, the rest of the path stays one dotted
    /// key: `{"a": […], "a.b": […]}`. Paths come sorted, so `a` is there before `a.b`.
    fn insert(&mut self, path: &str, candidates: &Arc<[Candidate]>) {
        if let Some((step, rest)) = path.split_once('.')
            && let Node::Object(inner) =
                self.0.entry(step.into()).or_insert_with(|| Node::Object(Nodes::default()))
        {
            inner.insert(rest, candidates);
        } else {
            self.0.insert(path.into(), Node::List(Arc::clone(candidates)));
        }
    }

    fn members(self) -> impl Iterator<Item = Member> {
        self.0.into_iter().map(|(name, node)| match node {
            Node::List(candidates) => Member::Leaf(name, candidates),
            Node::Object(inner) => Member::Nested(name, Object(inner.members().collect())),
        })
    }
}
