//! Where the parts of a watcher stand in its file: what the lints point at.

use event_pattern::{Candidate, Pattern};
use watcher::{ParsedCondition, ParsedPath, ParsedTemplate};

use crate::table::Span;

/// `event.detail.requestParameters` and what is above it are objects.
const TOP_LEVELS: usize = 3;

/// A pattern with the places of its parts.
#[derive(Clone, Debug)]
pub(crate) struct PlacedPattern {
    pub(crate) pattern: Pattern,
    /// The header, or the text.
    pub(crate) span: Span,
    pub(crate) leaves: Vec<Leaf>,
    /// No condition had to be left out for a fault: what is not here is not in the file.
    pub(crate) complete: bool,
    /// Keys that stand twice in one object of a pattern's JSON.
    pub(crate) repeated: Vec<PlacedRepeat>,
}

/// A key that stands twice.
#[derive(Clone, Debug)]
pub(crate) struct PlacedRepeat {
    pub(crate) name: String,
    pub(crate) first: Span,
    pub(crate) next: Span,
    /// Only the second counts.
    pub(crate) replaces: bool,
}

/// A key of a pattern with its list of candidates.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// `detail.eventName`, without the `$or`s above it.
    pub(crate) path: String,
    pub(crate) span: Span,
    /// The candidates, each with its place.
    pub(crate) values: Vec<(Candidate, Span)>,
}

/// A field with its paths.
#[derive(Clone, Debug)]
pub(crate) struct PlacedField {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) paths: Vec<FieldPath>,
}

/// A path of a field, those with a fault too.
#[derive(Clone, Debug)]
pub(crate) struct FieldPath {
    pub(crate) span: Span,
    pub(crate) parsed: ParsedPath,
    /// The names that it begins with, with their places in the file: as in [`ParsedPath::names`].
    pub(crate) names: Vec<(String, Span)>,
}

/// A template with its place; an empty one where it cannot be used.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlacedText {
    pub(crate) span: Span,
    pub(crate) parsed: ParsedTemplate,
}

/// A path that the title or the message reads, with the places of its steps.
#[derive(Clone, Debug)]
pub(crate) struct PlacedPath {
    /// As in [`watcher::ReadPath`].
    pub(crate) steps: Vec<(String, Span)>,
    pub(crate) inherited: usize,
}

/// An ignore.
#[derive(Clone, Debug)]
pub(crate) struct PlacedIgnore {
    pub(crate) span: Span,
    pub(crate) until: Option<Span>,
    pub(crate) pattern: PlacedPattern,
}

/// The places of a watcher.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// What stands for the whole watcher: its key `title`.
    pub(crate) start: Span,
    pub(crate) title: PlacedText,
    pub(crate) message: PlacedText,
    pub(crate) attempt: Option<PlacedText>,
    /// Of the cases.
    pub(crate) conditions: Vec<ParsedCondition>,
    /// The paths of all of these.
    pub(crate) texts: Vec<PlacedPath>,
    pub(crate) pattern: PlacedPattern,
    pub(crate) fields: Vec<PlacedField>,
    pub(crate) ignores: Vec<PlacedIgnore>,
    /// The names that `[group]` is by.
    pub(crate) group_by: Vec<Span>,
}

impl PlacedPath {
    /// The variable of the template that the path begins with, where it is written so.
    pub(crate) fn variable(&self) -> Option<&(String, Span)> {
        self.steps.first().filter(|_| self.inherited == 0)
    }

    /// The names of a path into the event, without indexes: as those of a field's `$.detail…` are read.
    pub(crate) fn below_event(&self) -> Option<Vec<(String, Span)>> {
        let (first, rest) = self.steps.split_first()?;
        if first.0 != "event" {
            return None;
        }
        // The upper levels are not lists: what stands in a loop over one is the value of any of its keys.
        let end = rest.iter().take(TOP_LEVELS).position(|(name, _)| name == "*").unwrap_or(rest.len());
        let is_index = |name: &str| name == "*" || name.bytes().all(|b| b.is_ascii_digit());
        Some(rest[..end].iter().filter(|(name, _)| !is_index(name)).cloned().collect())
    }
}

impl PlacedPattern {
    /// The leaves of a path: several where it stands in branches of an `$or`.
    pub(crate) fn at<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Leaf> {
        self.leaves.iter().filter(move |leaf| leaf.path == path)
    }

    /// The literal texts of a path with their places.
    pub(crate) fn texts<'a>(&'a self, path: &'a str) -> impl Iterator<Item = (&'a str, &'a Span)> {
        self.at(path).flat_map(Leaf::texts)
    }

    /// Where a literal text of the path stands, else the path, else the pattern.
    pub(crate) fn place_of(&self, path: &str, text: &str) -> Span {
        let value = self.texts(path).find(|(found, _)| *found == text).map(|(_, span)| span.clone());
        value.or_else(|| self.at(path).next().map(|leaf| leaf.span.clone())).unwrap_or(self.span.clone())
    }
}

impl Leaf {
    /// The literal texts among the candidates, with their places.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &Span)> {
        self.values.iter().filter_map(|(value, span)| Some((value.as_str()?, span)))
    }
}

/// The key with its value, or the key alone if both do not stand on one line.
pub(crate) fn one_line(text: &str, key: &Span, member: &Span) -> Span {
    if text[member.clone()].contains('\n') { key.clone() } else { member.clone() }
}
