//! A pattern read to its end: every fault, and where each part stands.

use std::ops::Range;
use std::sync::Arc;

use crate::candidate::Candidate;
use crate::error::PatternError;
use crate::pattern::Pattern;

/// What [`Pattern::parse_all`] finds in a text.
///
/// ```
/// use event_pattern::Pattern;
///
/// let text = r#"{"source": ["aws.s3"], "detail": {"eventName": "Delete", "size": [{"prefx": "1"}]}}"#;
/// let parsed = Pattern::parse_all(text);
///
/// let faults: Vec<&str> = parsed.faults.iter().map(|fault| fault.error.what()).collect();
/// assert_eq!(faults, ["`eventName` has a bare value", "unknown operator `prefx`"]);
/// let place = parsed.faults[1].place.clone().unwrap();
/// assert_eq!(&text[place.key], "\"prefx\"");
///
/// // What is left without them, and where it stands.
/// assert_eq!(parsed.pattern.unwrap().to_string(), r#"{"source":["aws.s3"]}"#);
/// let source = &parsed.conditions[0];
/// assert_eq!(&text[source.place.whole.clone()], r#""source": ["aws.s3"]"#);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parsed {
    /// The pattern without the conditions that are faulty. Nothing if none is left, or if the text is not JSON.
    pub pattern: Option<Pattern>,
    /// All faults in the order of the text, up to a hundred; the last one of a text that is not JSON ends it.
    pub faults: Vec<Fault>,
    /// The names of the outermost object, those of faulty values too.
    pub keys: Vec<Key>,
    /// The conditions of `pattern`, in the order of the text.
    pub conditions: Vec<Condition>,
    /// The names that stand twice in one object, in the order of the text. That is not a fault.
    pub repeated: Vec<Repeated>,
}

/// A fault with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// What is wrong.
    pub error: PatternError,
    /// What its [`pointer`](PatternError::pointer) points at; nothing for the whole pattern, and for text that is
    /// not JSON: there, [`offset`](PatternError::offset) says where.
    pub place: Option<Place>,
}

/// Where a part of a pattern stands, in bytes of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The name in its quotes; of an item in a list, the item.
    pub key: Range<usize>,
    /// From there to the end of the value.
    pub whole: Range<usize>,
}

/// A name of the outermost object.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Key {
    /// The name.
    pub name: String,
    /// Where it stands, in its quotes.
    pub place: Range<usize>,
}

/// A name that stood in the same object before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeated {
    /// The name.
    pub name: String,
    /// Where it stood before, in its quotes.
    pub first: Range<usize>,
    /// Where it stands again.
    pub next: Range<usize>,
    /// Whether the service takes only the second: both are lists of values. Objects it merges, and of two `$or`s both must
    /// hold.
    pub replaces: bool,
}

/// A field with its list of candidates.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Condition {
    /// The dotted path, without the `$or`s above.
    pub path: String,
    /// The JSON pointer (RFC 6901).
    pub pointer: String,
    /// Where it stands.
    pub place: Place,
    pub(crate) candidates: Arc<[Candidate]>,
    pub(crate) places: Vec<Range<usize>>,
}

impl Condition {
    /// The candidates, each with the bytes of the text where it stands.
    pub fn candidates(&self) -> impl ExactSizeIterator<Item = (&Candidate, Range<usize>)> {
        self.candidates.iter().zip(self.places.iter().cloned())
    }
}
