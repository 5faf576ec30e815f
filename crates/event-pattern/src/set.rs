//! Many patterns against one event.

use crate::engine::{Index, Program, with_scratch};
use crate::error::EventError;
use crate::pattern::Pattern;

/// Patterns with a value each; finds all that match an event in one pass.
///
/// The cost hardly grows with the number of patterns as long as each names an exact value for
/// some field, as CloudTrail patterns do with `detail.eventName`.
///
/// ```
/// use event_pattern::{Pattern, PatternSet};
///
/// let patterns = [("bucket", r#"{"source": ["aws.s3"]}"#), ("any", r#"{"source": [{"exists": true}]}"#)];
/// let set: PatternSet<&str> =
///     PatternSet::new(patterns.map(|(name, text)| (name, Pattern::parse(text).expect("a pattern"))));
/// assert_eq!(set.matches(br#"{"source": "aws.s3"}"#)?, [&"bucket", &"any"]);
/// assert_eq!(set.matches(br#"{"source": "aws.sns"}"#)?, [&"any"]);
/// # Ok::<(), event_pattern::EventError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PatternSet<T> {
    values: Vec<T>,
    program: Program,
    index: Index,
}

impl<T> PatternSet<T> {
    /// A set of patterns, each with the value that stands for it in answers.
    pub fn new(patterns: impl IntoIterator<Item = (T, Pattern)>) -> PatternSet<T> {
        let (values, patterns): (Vec<T>, Vec<Pattern>) = patterns.into_iter().unzip();
        let program = Program::new(patterns.iter().map(Pattern::alternatives));
        let index = Index::new(&program);
        Self { values, program, index }
    }

    /// The values of all patterns that match, in insertion order.
    pub fn matches(&self, event: &[u8]) -> Result<Vec<&T>, EventError> {
        with_scratch(|scratch| {
            scratch.find(&self.program, &self.index, event)?;
            Ok(scratch.tried.matched.iter().map(|pattern| &self.values[*pattern as usize]).collect())
        })
    }

    /// How many patterns there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// As [`PatternSet::new`].
///
/// ```
/// use event_pattern::{Pattern, PatternError, PatternSet};
///
/// let texts = [r#"{"source": ["aws.s3"]}"#, r#"{"source": ["aws.sns"]}"#];
/// let set = texts.iter().map(|text| Ok((*text, text.parse()?))).collect::<Result<PatternSet<_>, PatternError>>()?;
/// assert_eq!(set.len(), 2);
/// # Ok::<(), PatternError>(())
/// ```
impl<T> FromIterator<(T, Pattern)> for PatternSet<T> {
    fn from_iter<I: IntoIterator<Item = (T, Pattern)>>(patterns: I) -> Self {
        Self::new(patterns)
    }
}
