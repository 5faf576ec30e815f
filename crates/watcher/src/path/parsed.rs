//! A path read to its end: every fault, and where each part stands.

use std::ops::Range;

use jsonpath_rust::parser::parse_json_path;

use super::Path;
use super::error::PathError;
use super::scan::{Scan, scan};

/// What [`Path::parse_all`] finds in a text.
///
/// ```
/// use watcher::Path;
///
/// let text = "$.detail['requestParameters'].ipPermissions.items[*].toPort";
/// let parsed = Path::parse_all(text);
/// assert!(parsed.errors.is_empty());
/// let names: Vec<&str> = parsed.names().map(|(_, place)| &text[place]).collect();
/// assert_eq!(names, ["detail", "requestParameters", "ipPermissions", "items", "toPort"]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedPath {
    /// The path; nothing if it has a fault.
    pub path: Option<Path>,
    /// All faults, in the order of the text.
    pub errors: Vec<PathError>,
    /// The parts behind the `$`, up to the first that cannot be read: of that one what could be.
    pub segments: Vec<Segment>,
}

/// A part of a path: `.name`, `['name']`, `[0]`, `[*]`, `..name`, `[?@.name == 'x']`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The bytes of the text, dots and brackets included.
    pub range: Range<usize>,
    /// Whether it searches at any depth: `..`.
    pub descends: bool,
    /// What it selects: several in `['a', 'b']`.
    pub selectors: Vec<Selector>,
}

/// What a part of a path selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// The value of a key.
    Name {
        /// The key, without quotes and escapes.
        text: String,
        /// The bytes of the path's text, without the quotes.
        range: Range<usize>,
    },
    /// An element of a list.
    Index(i64),
    /// `[start:end:step]`.
    Slice,
    /// `*`.
    Wildcard,
    /// `?` and a condition.
    Filter(Filter),
}

/// The condition of a filter, as far as anybody looks into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// As it is written, behind the `?`.
    pub text: String,
    /// Whether it matches by a regular expression, with `match` or `search`.
    pub is_regex: bool,
    /// Whether it searches at any depth: `..`.
    pub descends: bool,
    /// The byte of the path's text at which a filter within it begins.
    pub inner: Option<usize>,
}

impl ParsedPath {
    pub(super) fn of(text: &str) -> ParsedPath {
        if !text.starts_with('$') {
            return ParsedPath { path: None, errors: vec![PathError::no_root(text)], segments: Vec::new() };
        }
        let Scan { segments, spaces, unexpected } = scan(text);
        let mut errors: Vec<PathError> = spaces.into_iter().map(PathError::space).collect();
        let query = parse_json_path(text).map_err(|error| {
            let error = PathError::of(text, &error, unexpected.first().copied().unwrap_or_default());
            // Of the part where it stops its word counts; what is wrong in those behind only the scan knows.
            let part = segments.iter().find(|segment| segment.range.contains(&error.offset));
            let end = part.map_or(usize::MAX, |part| part.range.end);
            let behind = unexpected.iter().filter(|at| **at >= end);
            errors.extend(behind.map(|at| PathError::unexpected(text, *at)));
            errors.push(error);
        });
        errors.sort_by_key(|error| error.offset);
        let path = query.ok().filter(|_| errors.is_empty()).map(|query| Path::of(text, query));
        ParsedPath { path, errors, segments }
    }

    /// The names from the start on, each with its bytes of the text, up to the first part that does not lead to one place
    /// below the last: `..`, a filter, several at once. Indexes, slices and `*` are left out.
    pub fn names(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let one =
            |segment: &Segment| !segment.descends && matches!(&*segment.selectors, [one] if one.leads_on());
        self.segments.iter().take_while(move |segment| one(segment)).filter_map(|segment| {
            match segment.selectors.first() {
                Some(Selector::Name { text, range }) => Some((&**text, range.clone())),
                _ => None,
            }
        })
    }

    /// All that is selected, in the order of the text.
    pub fn selectors(&self) -> impl Iterator<Item = &Selector> {
        self.segments.iter().flat_map(|segment| &segment.selectors)
    }

    /// The filters among it.
    pub fn filters(&self) -> impl Iterator<Item = &Filter> {
        self.selectors().filter_map(|selector| match selector {
            Selector::Filter(filter) => Some(filter),
            _ => None,
        })
    }
}

impl Selector {
    fn leads_on(&self) -> bool {
        !matches!(self, Selector::Filter(_))
    }
}
