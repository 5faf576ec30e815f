//! Many patterns against one event.

use crate::error::EventError;
use crate::pattern::Pattern;

/// Patterns with a value each; finds all that match an event in one pass.
#[derive(Clone, Debug)]
pub struct PatternSet<T> {
    items: Vec<(T, Pattern)>,
}

impl<T> PatternSet<T> {
    /// A set of the patterns.
    pub fn new(patterns: impl IntoIterator<Item = (T, Pattern)>) -> PatternSet<T> {
        PatternSet { items: patterns.into_iter().collect() }
    }

    /// The values of all patterns that match, in insertion order.
    pub fn matches(&self, _event: &[u8]) -> Result<Vec<&T>, EventError> {
        todo!()
    }
}
