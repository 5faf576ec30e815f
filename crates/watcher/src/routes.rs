//! Which watchers an event can concern, by its `source`: nearly every pattern names some, and only the patterns of
//! the source that comes are compiled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use event_pattern::{Candidate, Pattern, PatternSet};
use serde::{Deserialize, Serialize};

/// The watchers' numbers by source, ascending.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Routes {
    by_source: BTreeMap<String, Route>,
    /// Those that do not say of which sources.
    anywhere: Vec<usize>,
    /// For a source that no pattern names.
    #[serde(skip)]
    elsewhere: Route,
    /// For a source that is not Unicode.
    #[serde(skip)]
    all: OnceLock<PatternSet<usize>>,
}

/// Those that name one source, and the index over all that its events can concern.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Route {
    own: Vec<usize>,
    #[serde(skip)]
    patterns: OnceLock<PatternSet<usize>>,
}

impl Routes {
    pub(crate) fn new<'a>(patterns: impl Iterator<Item = &'a Pattern>) -> Routes {
        let mut routes = Routes::default();
        for (index, pattern) in patterns.enumerate() {
            match sources(pattern) {
                None => routes.anywhere.push(index),
                Some(sources) => {
                    for source in sources {
                        routes.by_source.entry(source).or_default().own.push(index);
                    }
                }
            }
        }
        routes
    }

    /// The patterns that an event of this source can match; all where there is none. At the first event of a source
    /// they are compiled, from what `pattern` gives for a number.
    pub(crate) fn patterns(
        &self,
        source: Option<&str>,
        pattern: impl Fn(usize) -> Pattern,
    ) -> &PatternSet<usize> {
        let set = |routes: Vec<&Route>| {
            let own = routes.into_iter().flat_map(|route| &route.own);
            let numbers: BTreeSet<usize> = own.chain(&self.anywhere).copied().collect();
            PatternSet::new(numbers.into_iter().map(|number| (number, pattern(number))))
        };
        let Some(source) = source else {
            return self.all.get_or_init(|| set(self.by_source.values().collect()));
        };
        let route = self.by_source.get(source).unwrap_or(&self.elsewhere);
        route.patterns.get_or_init(|| set(vec![route]))
    }
}

/// The only sources whose events the pattern can match; none where it names no sources, or not only by their text.
fn sources(pattern: &Pattern) -> Option<BTreeSet<String>> {
    let literals = pattern.alternatives().iter().map(|alternative| {
        let literal = |candidate: &Candidate| match candidate {
            Candidate::String(text) | Candidate::Exactly(text) => Some(text.to_string()),
            _ => None,
        };
        alternative.get("source")?.iter().map(literal).collect::<Option<Vec<String>>>()
    });
    Some(literals.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
}
